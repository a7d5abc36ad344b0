//! The election, end to end and without a network: replicas on a lease server in memory, under
//! tokio's paused clock.
//!
//! Time moves only when everybody waits, so every instant in these tests is exact.

mod bare;
mod campaign;
mod faults;
mod note;
mod replica;
pub(super) mod server;
mod shutdown;
mod simulation;
