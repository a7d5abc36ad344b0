//! The pure core of Tarnfui: everything that decides, and nothing that acts.
//!
//! Text becomes values at the edge ([`schedule`], [`annotations`], [`config`], [`observe`]); values
//! become a [`decide::Decision`] and a [`plan::Plan`]; a plan is a list of [`change::Change`]s that
//! somebody else carries out. There is no clock, no environment, no randomness and no input or
//! output in this crate: `now` is always an argument, so the controller and the plugin reach the
//! same answer for the same input, and so does a test.

pub mod annotations;
pub mod change;
pub mod config;
pub mod decide;
pub mod holidays;
pub mod observe;
pub mod plan;
pub mod problem;
pub mod reference;
pub mod rules;
pub mod schedule;
pub mod text;
pub mod window;
pub mod workload;
pub mod zone;
