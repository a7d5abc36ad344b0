//! A search for counter-examples to what Tarnfui promises.
//!
//! Whole controllers, the code of the process and not a copy of it, run on an API server in memory and
//! on time that jumps from one moment that matters to the next. People edit, scale, deploy and delete;
//! connections break before, during and after every call; processes are killed, clocks are wrong,
//! caches are stale. One seed gives one story, and one trace to the byte. Afterwards functions named
//! after the promises look at what the server kept.
//!
//! In the order of a run: a [`story`] is made from a seed and played on a [`stage`] by the [`cast`],
//! through a [`network`] on which everything can go wrong, with the [`clock`]s of a [`timeline`];
//! [`check`] judges the [`record`]. [`planted`] faults see that it can fail, and what fails is made
//! short by [`search`].

#![expect(
    clippy::missing_panics_doc,
    reason = "what cannot go on here is a fault of the simulation, and ends it"
)]

pub mod cast;
pub mod check;
pub mod clock;
pub mod network;
mod panics;
pub mod planted;
pub mod record;
pub mod rules;
pub mod search;
pub mod stage;
pub mod story;
pub mod timeline;
