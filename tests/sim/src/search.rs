//! Looking for a story that ends badly, and making it short.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::check::Breach;
use crate::planted::{Planted, Row};
use crate::stage::{Outcome, play};
use crate::story::{CallFault, Story};

/// The most runs that making one story short may take.
const SHORTENING: usize = 400;

/// A story that ends badly.
#[derive(Debug)]
pub struct Found {
    /// As it was made.
    pub story: Story,
    /// As short as it could be made.
    pub short: Story,
    /// What the short one breaks.
    pub breaches: Vec<Breach>,
}

/// Plays a story, and makes it short if it ends badly.
pub fn story(story: Story, planted: Option<Planted>) -> Option<Found> {
    let Outcome { breaches, .. } = play(&story, planted, false);
    let first = breaches.first()?.promise;
    let (short, breaches) = shorten(story.clone(), breaches, first, planted);
    Some(Found {
        story,
        short,
        breaches,
    })
}

/// Plays stories on all processors: how many were played, and those that ended badly, by their seeds.
/// Without `keep_going` it ends soon after the first.
pub fn all(
    stories: impl Iterator<Item = Story> + Send,
    planted: Option<Planted>,
    keep_going: bool,
) -> (u64, Vec<Found>) {
    let stories = Mutex::new(stories);
    let bad: Mutex<Vec<Found>> = Mutex::default();
    let played = AtomicU64::new(0);
    let next = || {
        let is_over = !keep_going && !lock(&bad).is_empty();
        if is_over { None } else { lock(&stories).next() }
    };
    let work = || {
        while let Some(next) = next() {
            played.fetch_add(1, Ordering::Relaxed);
            if let Some(found) = story(next, planted) {
                lock(&bad).push(found);
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, Into::into);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let mut bad = bad.into_inner().unwrap_or_else(PoisonError::into_inner);
    bad.sort_by_key(|found| found.story.seed);
    (played.into_inner(), bad)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves out what it takes not to break the same promise.
fn shorten(
    mut story: Story,
    mut breaches: Vec<Breach>,
    promise: &'static str,
    planted: Option<Planted>,
) -> (Story, Vec<Breach>) {
    let mut runs = 0;
    let mut place = 0;
    while place < story.len() && runs < SHORTENING {
        let shorter = story.without(place);
        let outcome = play(&shorter, planted, false);
        runs += 1;
        if outcome.breaches.iter().any(|it| it.promise == promise) {
            (story, breaches) = (shorter, outcome.breaches);
            // What was needed before may not be any more.
            place = 0;
        } else {
            place += 1;
        }
    }
    (story, breaches)
}

/// Plays stories, the first seed first, until a planted fault breaks the promise that is there for
/// it: the seed, and what was found.
pub fn planted(row: &Row) -> Option<(u64, Breach)> {
    (1..=row.within).find_map(|seed| {
        let outcome = play(&Story::of_seed(seed), Some(row.planted), false);
        let mut breaches = outcome.breaches.into_iter();
        let breach = breaches.find(|it| row.promises.contains(&it.promise))?;
        Some((seed, breach))
    })
}

/// Every fault at every call of a story in which nothing else happens.
pub fn exhaustive(seed: u64) -> impl Iterator<Item = Story> + Send {
    let calls = play(&Story::quiet(seed), None, false).record.calls_in_story;
    (1..=calls).flat_map(move |call| {
        let faults = CallFault::ALL.into_iter();
        faults.map(move |fault| Story::with_fault(seed, call, fault))
    })
}
