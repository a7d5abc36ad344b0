//! What was written, one change of a workload after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tarnfui_sandbox::json::Value;
use tarnfui_sandbox::store::{Change, Object};
use tarnfui_shared::decide::State;
use tarnfui_shared::workload::{ASLEEP_AT_LABEL, SAVED_LABEL};

use super::Breach;
use super::troubles::STALE;
use crate::record::{Actor, Begun, Made};
use crate::rules;
use crate::stage::Stage;
use crate::story::Deed;

/// The shortest time in which a decision can change.
const MOMENT: Duration = Duration::from_millis(1);

/// How a workload stands, as far as it is ours to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stand {
    /// The replicas; of a CronJob, 1 where it runs and 0 where it is suspended.
    pub(crate) value: i64,
    /// The mark.
    pub(crate) mark: Option<String>,
    /// What it sleeps at.
    pub(crate) asleep_at: i64,
    /// Whether it is a CronJob, which has another mark.
    is_suspended: bool,
}

impl Stand {
    pub(crate) fn of(object: &Value) -> Self {
        let spec = &object["spec"];
        let label = |key: &str| object["metadata"]["labels"][key].as_str();
        let value = match spec["suspend"].as_bool() {
            Some(is_suspended) if object["kind"] == "CronJob" => i64::from(!is_suspended),
            _ => spec["replicas"].as_i64().unwrap_or(1),
        };
        Self {
            value,
            is_suspended: object["kind"] == "CronJob",
            mark: label(SAVED_LABEL).map(str::to_owned),
            asleep_at: label(ASLEEP_AT_LABEL)
                .and_then(|it| it.parse().ok())
                .unwrap_or(0),
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.value > self.asleep_at
    }

    /// Whether it is above what it sleeps at, or would be put to where it has no mark.
    pub(crate) fn runs_above(&self, floor: i64) -> bool {
        let rest = if self.mark.is_some() {
            self.asleep_at
        } else {
            floor
        };
        self.value > rest
    }

    /// The value that the mark gives back, if it can be read.
    pub(crate) fn saved(&self) -> Option<i64> {
        match self.mark.as_deref()? {
            "false" if self.is_suspended => Some(1),
            _ if self.is_suspended => None,
            mark => mark.parse().ok().filter(|it| *it > self.asleep_at),
        }
    }
}

/// One change of one workload.
pub(crate) struct Write<'a> {
    pub(crate) reference: String,
    pub(crate) change: &'a Change,
    pub(crate) made: Option<Made>,
    pub(crate) begun: Option<&'a Begun>,
    pub(crate) before: Option<Stand>,
    pub(crate) after: Stand,
}

impl Write<'_> {
    /// When, in the time that runs.
    pub(crate) fn elapsed(&self) -> Duration {
        self.made.map_or(Duration::ZERO, |made| made.elapsed)
    }

    /// Whether a replica made it.
    pub(crate) fn is_ours(&self) -> bool {
        self.made
            .is_some_and(|made| matches!(made.actor, Actor::Replica(_)))
    }
}

/// All of it.
pub(super) fn judge(stage: &Stage) -> Vec<Breach> {
    let namespaces = namespaces(stage);
    let mut breaches = Vec::new();
    each(stage, |write| {
        if !write.is_ours() {
            return;
        }
        breaches.extend(a_saved_value_is_never_lost(write));
        breaches.extend(what_comes_back_is_what_was_saved(write));
        breaches.extend(only_our_fields_change(write));
        breaches.extend(writes_follow_the_rules(stage, write, &namespaces));
    });
    breaches.extend(only_workloads_are_written(stage));
    breaches
}

/// Every change of every workload, in the order of their versions.
pub(crate) fn each(stage: &Stage, mut look: impl FnMut(&Write<'_>)) {
    stage.network.history(|record| {
        for change in &record.changes {
            let kind = change.after.value["kind"].as_str().unwrap_or_default();
            if kind == "Namespace" {
                continue;
            }
            let made = record.maker(change.version).copied();
            let begun = made.and_then(|made| made.begun);
            let namespace = change.after.metadata("namespace");
            look(&Write {
                reference: format!("{namespace}/{kind}/{}", change.after.metadata("name")),
                before: change.before.as_ref().map(|it| Stand::of(&it.value)),
                after: Stand::of(&change.after.value),
                begun: begun.map(|place| &record.begun[place]),
                change,
                made,
            });
        }
    });
}

/// A count that was there before a write is there after it: running, or in the mark, unchanged.
fn a_saved_value_is_never_lost(write: &Write<'_>) -> Option<Breach> {
    let (before, after) = (write.before.as_ref()?, &write.after);
    let is_kept = match (&before.mark, &after.mark) {
        // Put to sleep: the mark is what ran.
        (None, Some(_)) => {
            before.is_running() && after.value < before.value && after.saved() == Some(before.value)
        }
        (Some(was), Some(is)) => was == is && after.value == before.value,
        // Woken or released: held to more below.
        (Some(_), None) => after.value >= before.value,
        (None, None) => after.value == before.value,
    };
    (!is_kept).then(|| breach("a_saved_value_is_never_lost", write))
}

/// A mark goes with the value it held, or where somebody else chose one.
fn what_comes_back_is_what_was_saved(write: &Write<'_>) -> Option<Breach> {
    let (before, after) = (write.before.as_ref()?, &write.after);
    if before.mark.is_none() || after.mark.is_some() {
        return None;
    }
    let is_right = if before.is_running() {
        after.value == before.value
    } else {
        before.saved() == Some(after.value)
    };
    (!is_right).then(|| breach("what_comes_back_is_what_was_saved", write))
}

/// Nothing changes but the field, the mark, and what the server keeps for itself.
fn only_our_fields_change(write: &Write<'_>) -> Option<Breach> {
    let strip = |object: &Object| {
        let mut value = object.value.clone();
        if let Some(metadata) = value["metadata"].as_object_mut() {
            for key in ["resourceVersion", "generation", "managedFields"] {
                metadata.remove(key);
            }
            let labels = metadata.get_mut("labels").and_then(Value::as_object_mut);
            let is_empty = labels.is_some_and(|labels| {
                labels.remove(SAVED_LABEL);
                labels.remove(ASLEEP_AT_LABEL);
                labels.is_empty()
            });
            if is_empty {
                metadata.remove("labels");
            }
        }
        if let Some(spec) = value["spec"].as_object_mut() {
            spec.remove("replicas");
            spec.remove("suspend");
        }
        value
    };
    let before: &Arc<Object> = write.change.before.as_ref()?;
    let is_same = !write.change.is_deletion && strip(before) == strip(&write.change.after);
    (!is_same).then(|| breach("only_our_fields_change", write))
}

/// The Namespaces as they were, each since when in the time that runs: hours that are skipped make
/// nobody's caches older.
pub(super) type Namespaces = BTreeMap<String, Vec<(Duration, Value)>>;

pub(super) fn namespaces(stage: &Stage) -> Namespaces {
    let mut all = Namespaces::new();
    stage.network.history(|record| {
        let namespaces = record.changes.iter();
        for change in namespaces.filter(|it| it.after.value["kind"] == "Namespace") {
            let made = record.maker(change.version);
            let at = made.map_or(Duration::ZERO, |made| made.elapsed);
            let name = change.after.metadata("name").to_owned();
            let versions = all.entry(name).or_default();
            versions.push((at, change.after.value.clone()));
        }
    });
    all
}

/// Whether a namespace should sleep between two moments: `[from, to)`, each as long as it stays so.
pub(super) fn stretches<'a>(
    stage: &'a Stage,
    namespaces: &'a Namespaces,
    name: &str,
    from: Duration,
    to: Duration,
) -> impl Iterator<Item = (Duration, Duration, bool)> + use<'a> {
    let versions = namespaces.get(name).map_or(&[][..], Vec::as_slice);
    let pieces = versions
        .iter()
        .enumerate()
        .flat_map(move |(place, (since, object))| {
            let end = versions.get(place + 1).map_or(to, |it| it.0).min(to);
            let rules = rules::of(object);
            let mut at = from.max(*since);
            std::iter::from_fn(move || {
                if at >= end {
                    return None;
                }
                let world = stage.world.at(at);
                let next = rules::until(world, &rules).map(|it| stage.world.elapsed_at(it));
                // Never back, or there would be no end.
                let next = next.map_or(end, |it| it.max(at + MOMENT)).min(end);
                let is_asleep = rules::state(world, &rules) == State::Asleep;
                Some((std::mem::replace(&mut at, next), next, is_asleep))
            })
        });
    // What goes on beyond an edit that changes nothing is one piece.
    let mut merged: Vec<(Duration, Duration, bool)> = Vec::new();
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if last.2 == piece.2 => last.1 = piece.1,
            _ => merged.push(piece),
        }
    }
    merged.into_iter()
}

/// A workload is put to sleep only where the rules, as they were a moment ago, say so by the
/// replica's own clock; and woken only where they say that.
fn writes_follow_the_rules(
    stage: &Stage,
    write: &Write<'_>,
    namespaces: &Namespaces,
) -> Option<Breach> {
    let (before, begun, made) = (write.before.as_ref()?, write.begun?, write.made?);
    let sleeps = before.mark.is_none() && write.after.mark.is_some();
    let wakes = before.mark.is_some() && write.after.mark.is_none() && !before.is_running();
    if !sleeps && !wakes {
        return None;
    }
    let name = write.change.after.metadata("namespace");
    let versions = namespaces.get(name)?;
    let oldest = made.elapsed.saturating_sub(STALE);
    let is_asked = versions.iter().enumerate().any(|(place, (since, object))| {
        let until = versions.get(place + 1).map_or(Duration::MAX, |it| it.0);
        if *since > made.elapsed {
            return false;
        }
        let rules = rules::of(object);
        let at = |back: i64| begun.own - SignedDuration::from_secs(back);
        until >= oldest
            && [0, 5, 60].into_iter().any(|back| {
                let asked = rules::state(at(back), &rules);
                (asked == State::Asleep) == sleeps
            })
    });
    let is_dropped = wakes && is_dropped(stage, write, made.elapsed);
    (!is_asked && !is_dropped).then(|| breach("writes_follow_the_rules", write))
}

/// Whether the configuration, as it was a moment ago, does not handle the kind: then it is given back.
fn is_dropped(stage: &Stage, write: &Write<'_>, at: Duration) -> bool {
    let kind = write.change.after.value["kind"]
        .as_str()
        .unwrap_or_default();
    stage.story.deeds.iter().any(|(begun, deed)| {
        let Deed::Configure(text, lasts) = deed else {
            return false;
        };
        let begun = stage.world.elapsed_at(*begun);
        text.contains("kinds: [")
            && !text.contains(kind)
            && (begun..=begun + *lasts + STALE).contains(&at)
    })
}

/// Replicas write workloads, their lease and Events, and nothing else.
fn only_workloads_are_written(stage: &Stage) -> Vec<Breach> {
    let mut breaches = Vec::new();
    stage.sandbox.with(|server| {
        let log = match server.log() {
            Ok(log) => log,
            Err(forgotten) => {
                let told = forgotten.to_string();
                breaches.push(Breach::new("only_workloads_are_written", told));
                return;
            }
        };
        for logged in log {
            let is_write = !matches!(logged.verb.as_str(), "get" | "list" | "watch");
            let is_ours = matches!(
                (logged.verb.as_str(), logged.resource.as_str()),
                ("patch", "deployments" | "statefulsets" | "cronjobs")
                    | ("create" | "patch", "leases")
                    | ("create", "events")
            );
            if logged.user.starts_with("system:serviceaccount:") && is_write && !is_ours {
                let told = format!("{} {}", logged.verb, logged.uri);
                breaches.push(Breach::new("only_workloads_are_written", told));
            }
        }
    });
    breaches
}

fn breach(promise: &'static str, write: &Write<'_>) -> Breach {
    let at = write.made.map(|made| made.world.to_string());
    let call = write.begun.map(|begun| begun.call);
    let Write {
        reference,
        before,
        after,
        ..
    } = write;
    let found = format!("{reference} at {at:?}, call {call:?}: {before:?} became {after:?}");
    Breach::new(promise, found)
}
