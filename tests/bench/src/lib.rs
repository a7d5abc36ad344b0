//! What Tarnfui costs and how punctual it is, as figures that anybody can measure again.
//!
//! Released programs as processes of their own, on a real control plane where it can carry the load
//! and on the sandbox where it would only measure itself. Nothing here fails because a figure falls
//! short: it is said, in the table and in `docs/performance.md`. What must hold at any speed, such as
//! that nothing is written twice, is a figure too, and a test elsewhere.

pub mod asked;
pub mod bench;
pub mod context;
pub mod ground;
pub mod limits;
pub mod page;
pub mod population;
pub mod report;
pub mod usage;
