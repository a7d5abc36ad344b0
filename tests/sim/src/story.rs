//! What happens in a run, as a value: made from a seed, told in a few lines, and shortened when it
//! ends badly.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use tarnfui_controller::leader::Timings;

use crate::cast::{CAST, beginning};
use crate::rules;

mod call;
mod deed;

pub use call::CallFault;
pub use deed::Deed;

/// How many days a story lasts.
pub const DAYS: i64 = 2;

/// The most that happens in one.
const DEEDS: usize = 10;

/// How many calls are likely to be made, for a fault at one of them.
const CALLS: u64 = 400;

/// Two attempts fit into the renew deadline still.
const SELDOM: Duration = Duration::from_secs(4);

/// A workload, by its places in the cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role(pub usize, pub usize);

/// A run, as far as it is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What all other luck comes from.
    pub seed: u64,
    /// How many replicas there are.
    pub replicas: usize,
    /// How often each of them turns to the lease. What a cluster gets is played by every fourth seed:
    /// it costs more than all the rest of a run.
    pub retry: Duration,
    /// What happens, and when, in the time of the world.
    pub deeds: Vec<(Timestamp, Deed)>,
    /// What happens to the calls, by their number.
    pub calls: BTreeMap<u64, CallFault>,
}

impl Story {
    /// Two days on which nothing happens but the hours.
    pub fn quiet(seed: u64) -> Self {
        Self {
            seed,
            replicas: 2,
            retry: SELDOM,
            deeds: Vec::new(),
            calls: BTreeMap::new(),
        }
    }

    /// The story of a seed.
    pub fn of_seed(seed: u64) -> Self {
        let mut luck = Rng::with_seed(seed);
        let mut story = Self::quiet(seed);
        story.replicas = if luck.u8(..4) == 0 { 3 } else { 2 };
        if seed.is_multiple_of(4) {
            story.retry = Timings::STANDARD.retry;
        }
        let stages = stages(&mut luck);
        for _ in 0..luck.usize(..=DEEDS) {
            let deed = deed::choose(&mut luck, story.replicas);
            story.deeds.push((moment(&mut luck, &stages), deed));
        }
        story.deeds.sort_by_key(|(at, _)| *at);
        for _ in 0..luck.usize(..=3) {
            let fault = CallFault::ALL[luck.usize(..CallFault::ALL.len())];
            story.calls.insert(luck.u64(..CALLS), fault);
        }
        story
    }

    /// Whether it is played with the timings of a cluster, and not with fewer calls and changes.
    pub fn is_as_in_a_cluster(&self) -> bool {
        self.retry == Timings::STANDARD.retry
    }

    /// Whether it is lived on after each thing that happens until that is over. By every third seed: it
    /// costs as much as all the rest of a run.
    pub fn has_lulls(&self) -> bool {
        self.seed.is_multiple_of(3)
    }

    /// How many things happen.
    pub fn len(&self) -> usize {
        self.deeds.len() + self.calls.len()
    }

    /// Whether nothing does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same without one of them.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        let mut story = self.clone();
        if place < story.deeds.len() {
            story.deeds.remove(place);
        } else {
            let call = place - story.deeds.len();
            if let Some(number) = self.calls.keys().nth(call) {
                story.calls.remove(number);
            }
        }
        story
    }

    /// A quiet story with a fault at one call.
    pub fn with_fault(seed: u64, call: u64, fault: CallFault) -> Self {
        Self {
            calls: BTreeMap::from([(call, fault)]),
            ..Self::quiet(seed)
        }
    }

    /// What is typed to play it again; of one that was made short, what plays the seed that it is of.
    pub fn arguments(&self) -> String {
        let seed = self.seed;
        match self.calls.first_key_value() {
            Some((call, fault)) if *self == Self::with_fault(seed, *call, *fault) => {
                format!("{seed} --call {call} --fault {}", fault.name())
            }
            _ => seed.to_string(),
        }
    }

    /// When it ends.
    pub fn end(&self) -> Timestamp {
        beginning() + SignedDuration::from_hours(24 * DAYS)
    }
}

/// The boundaries round which most of a story happens: what goes wrong goes wrong together.
fn stages(luck: &mut Rng) -> Vec<Timestamp> {
    let end = SignedDuration::from_hours(24 * DAYS);
    let boundaries = rules::boundaries(beginning(), beginning() + end);
    let number = luck.usize(1..=3);
    let choose = |_| boundaries[luck.usize(..boundaries.len())];
    (0..number).map(choose).collect()
}

/// Mostly near a boundary, and often in the middle of the writes that it calls for: that is where
/// things can go wrong.
fn moment(luck: &mut Rng, stages: &[Timestamp]) -> Timestamp {
    let boundary = stages[luck.usize(..stages.len())];
    let near = match luck.u8(..10) {
        0..=2 => luck.i64(0..8),
        3..=7 => luck.i64(-15_000..5_000),
        _ => {
            let end = SignedDuration::from_hours(24 * DAYS).as_secs();
            return beginning() + SignedDuration::from_secs(luck.i64(60..end));
        }
    };
    boundary + SignedDuration::from_millis(near)
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seed, replicas, retry) = (self.seed, self.replicas, self.retry);
        writeln!(
            f,
            "seed {seed}, {replicas} replicas, the lease every {retry:?}"
        )?;
        for (at, deed) in &self.deeds {
            writeln!(f, "  {at} {deed}")?;
        }
        for (number, fault) in &self.calls {
            writeln!(f, "  call {number}: {fault:?}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = CAST[self.0];
        write!(f, "{}/{}", namespace.name, namespace.workloads[self.1].name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_plays_it_again_plays_it_alone() {
        assert_eq!(Story::of_seed(7).arguments(), "7");
        let one = Story::with_fault(7, 17, CallFault::AnswerLost);
        assert_eq!(one.arguments(), "7 --call 17 --fault answer-lost");
    }
}
