//! How things stand between two boundaries, in the middle of a story: where nothing was wrong for long
//! enough and nobody did anything lately, as the rules say.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Breach;
use super::end::{self, State};
use super::troubles::{DONE_AFTER, Troubles};
use super::wish::{Wish, floor_of};
use super::writes::{Namespaces, Stand, Write, each, namespaces, stretches};
use crate::cast::CAST;
use crate::record::Actor;
use crate::stage::Stage;
use crate::story::Role;

/// How long after a boundary its writes may take, and those of a wave that waits for another: as long
/// as a pod takes to be ready.
const ON_TIME: Duration = Duration::from_secs(1);
const IN_WAVES: Duration = Duration::from_secs(10);

/// A workload, as far as the story has come.
struct Course {
    wish: Wish,
    /// None where it is deleted.
    stand: Option<Stand>,
    /// When somebody else than us changed it last.
    touched: Duration,
}

/// What was judged, and what was not as it should be.
#[derive(Debug, Default)]
pub struct Judged {
    /// How many workloads, each at one moment.
    pub number: usize,
    /// The promises that were not kept.
    pub breaches: Vec<Breach>,
}

/// Judges every workload at each moment after which hours are skipped.
pub fn judge(stage: &Stage) -> Judged {
    let looks = stage.world.skips();
    let end = stage.world.elapsed_at(stage.story.end());
    let mut looks = looks.into_iter().filter(|at| *at <= end).peekable();
    let (namespaces, troubles) = (namespaces(stage), Troubles::of(stage));
    let mut courses: BTreeMap<String, Course> = BTreeMap::new();
    let mut judged = Judged::default();
    let mut look = |at: Duration, courses: &BTreeMap<String, Course>| {
        if troubles.is_calm(at) {
            every_window_is_reached(stage, at, courses, (&namespaces, &troubles), &mut judged);
        }
    };
    each(stage, |write| {
        while let Some(at) = looks.next_if(|at| *at < write.elapsed()) {
            look(at, &courses);
        }
        take_in(&mut courses, write);
    });
    for at in looks {
        look(at, &courses);
    }
    judged
}

fn take_in(courses: &mut BTreeMap<String, Course>, write: &Write<'_>) {
    let course = courses.entry(write.reference.clone());
    let course = course.or_insert_with(|| Course {
        wish: Wish::default(),
        stand: None,
        touched: Duration::ZERO,
    });
    course.wish.take_in(write);
    let is_there = !write.change.is_deletion;
    // What the cluster does by itself counts where it scales, makes or deletes.
    let is_touched = match write.made.map(|made| made.actor) {
        Some(Actor::Replica(_)) => false,
        Some(Actor::Person) => true,
        Some(Actor::Machinery) | None => {
            !is_there
                || write
                    .before
                    .as_ref()
                    .is_none_or(|it| it.value != write.after.value)
        }
    };
    if is_touched {
        course.touched = write.elapsed();
    }
    course.stand = is_there.then(|| write.after.clone());
}

/// Every state that the rules ask for is reached within its bound, whatever went wrong before.
fn every_window_is_reached(
    stage: &Stage,
    at: Duration,
    courses: &BTreeMap<String, Course>,
    (namespaces, troubles): (&Namespaces, &Troubles),
    judged: &mut Judged,
) {
    for (place, namespace) in CAST.iter().enumerate() {
        let bound = if namespace.name == "night" {
            IN_WAVES
        } else {
            ON_TIME
        };
        let before = at.saturating_sub(bound);
        let all: Vec<_> = stretches(stage, namespaces, namespace.name, before, at).collect();
        let versions = namespaces.get(namespace.name).into_iter().flatten();
        let is_recent =
            |since: Duration| !since.is_zero() && since <= at && since + DONE_AFTER > at;
        let [(_, _, is_asleep)] = all[..] else {
            continue;
        };
        if versions.map(|it| it.0).any(is_recent) {
            continue;
        }
        let references = namespace.workloads.iter().map(|workload| {
            let kind = workload.kind.row().name;
            format!("{}/{kind}/{}", namespace.name, workload.name)
        });
        let of_this: Vec<_> = references
            .map(|reference| (courses.get(&reference), reference))
            .collect();
        // A wave waits for the one before it.
        let waits = namespace.name == "night"
            && of_this
                .iter()
                .any(|(it, _)| it.is_some_and(|it| is_recent(it.touched)));
        for (number, (course, reference)) in of_this.into_iter().enumerate() {
            let Some((course, stand)) = course.and_then(|it| Some((it, it.stand.as_ref()?))) else {
                continue;
            };
            let is_held = troubles.is_autoscaled(Role(place, number), at);
            if waits || is_held || is_recent(course.touched) {
                continue;
            }
            judged.number += 1;
            let looked = (stand, namespace.name, at);
            let runs_on = course.wish.may_run_on(stage, namespaces, troubles, looked);
            let floor = floor_of(&reference);
            let wanted = (State::Ruled, is_asleep);
            if !end::is_right(wanted, stand, course.wish, runs_on, floor) {
                let world = stage.world.at(at);
                let wish = course.wish;
                let found =
                    format!("{reference} at {world} is {stand:?}, asleep: {is_asleep}, {wish:?}");
                judged
                    .breaches
                    .push(Breach::new("every_window_is_reached", found));
            }
        }
    }
}
