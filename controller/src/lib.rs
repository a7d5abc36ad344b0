//! The controller: watches, decides through [`tarnfui_shared`], and writes what was planned.

pub mod leader;
