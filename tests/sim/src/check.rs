//! What has to hold, each promise a function by its own name.
//!
//! Everything is judged from what the server kept, and never from what a controller says of itself.

use std::fmt;

use crate::record::Record;
use crate::stage::Stage;

mod between;
mod calm;
mod end;
mod leaders;
mod troubles;
mod wish;
mod writes;

pub use between::{Judged, judge as between};
pub use end::{State, is_quiet, state};

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The promise: the name of the function that found it.
    pub promise: &'static str,
    /// What was found.
    pub found: String,
}

impl Breach {
    pub(crate) fn new(promise: &'static str, found: impl Into<String>) -> Self {
        Self {
            promise,
            found: found.into(),
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.found)
    }
}

/// Judges everything that was written in a run.
pub fn record(stage: &Stage) -> Vec<Breach> {
    let mut breaches = writes::judge(stage);
    breaches.extend(
        stage
            .network
            .record(|record: &mut Record| leaders::judge(record)),
    );
    if stage.story.is_empty() {
        breaches.extend(calm::judge(stage));
    }
    breaches
}
