//! Who writes, and whether they may.

use std::time::Duration;

use super::Breach;
use crate::record::{Begun, Record};

/// How long a leader may write after the renewal that it was last told of: the renew deadline.
const RENEW_DEADLINE: Duration = Duration::from_secs(10);

/// All of it.
pub(super) fn judge(record: &Record) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for begun in &record.begun {
        breaches.extend(writes_are_begun_under_the_lease(record, begun));
        breaches.extend(no_write_is_begun_after_the_lease(begun));
    }
    breaches.extend(the_lease_is_given_back_after_the_writes(record));
    breaches
}

/// Whoever begins a write is whom the lease names at that moment, on the server.
///
/// A write is begun when it is handed to the connection: what a process that stood still had handed
/// over before, and what a slow network carries later, was begun in time. And where a person takes the
/// lease away, its holder cannot know before it asks again; that is not promised, and whoever reads the
/// lease learns of it with the next answer that names a holder.
fn writes_are_begun_under_the_lease(record: &Record, begun: &Begun) -> Option<Breach> {
    let Begun {
        call,
        replica,
        holder,
        name,
        world,
        ..
    } = begun;
    let is_unaware = record.by_hand.iter().any(|it| {
        let was_holder = it.holder.as_deref() == Some(name);
        was_holder && it.elapsed <= begun.elapsed && begun.told.is_none_or(|at| at <= it.elapsed)
    });
    (holder.as_deref() != Some(name) && !is_unaware).then(|| {
        let holder = holder.as_deref().unwrap_or("nobody");
        Breach::new(
            "writes_are_begun_under_the_lease",
            format!(
                "call {call} at {world}: replica {replica} writes while {holder} holds the lease"
            ),
        )
    })
}

/// No write is begun longer after the renewal that its author knows of than the renew deadline.
fn no_write_is_begun_after_the_lease(begun: &Begun) -> Option<Breach> {
    let since = begun.renewed.map(|at| begun.elapsed.saturating_sub(at));
    let is_over = since.is_none_or(|since| since >= RENEW_DEADLINE);
    is_over.then(|| {
        let (call, replica) = (begun.call, begun.replica);
        Breach::new(
            "no_write_is_begun_after_the_lease",
            format!("call {call}: replica {replica} writes {since:?} after its last renewal"),
        )
    })
}

/// The lease is given back once nothing is in flight any more.
fn the_lease_is_given_back_after_the_writes(record: &Record) -> Vec<Breach> {
    let breach = |told: &String| Breach::new("the_lease_is_given_back_after_the_writes", told);
    record.early.iter().map(breach).collect()
}
