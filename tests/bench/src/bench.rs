//! The benches, each a module that knows what it measures and what is to come out.

use std::path::Path;

use crate::context::Context;
use crate::report::Report;

pub mod churn;
pub mod decide;
pub mod failover;
pub mod footprint;
pub mod growth;
pub mod plugin;
pub mod start;
pub mod storm;

/// A bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Name {
    /// The pure core: nanoseconds and allocations
    Decide,
    /// Start to ready, and the size of the file
    Start,
    /// `status` beside kubectl, and verbs that need no cluster
    Plugin,
    /// Memory and idle CPU of leader and standby
    Footprint,
    /// Everything sleeps and wakes at a boundary
    Storm,
    /// Watch events that mean nothing
    Churn,
    /// The leader ends in the middle of a storm
    Failover,
    /// Memory, sync, storm and requests by size, as plots
    Growth,
}

impl Name {
    /// Measures. What it draws goes to `directory`.
    pub async fn run(self, context: &Context, directory: &Path) -> anyhow::Result<Report> {
        match self {
            Self::Decide => decide::run(context),
            Self::Start => start::run(context).await,
            Self::Plugin => plugin::run(context).await,
            Self::Footprint => footprint::run(context).await,
            Self::Storm => storm::run(context).await,
            Self::Churn => churn::run(context).await,
            Self::Failover => failover::run(context).await,
            Self::Growth => growth::run(context, directory).await,
        }
    }
}
