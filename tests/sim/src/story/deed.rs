//! What can happen in a story besides the hours: chosen by luck, and told in a line.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;
use jiff::SignedDuration;

use super::Role;
use crate::cast::{CAST, beginning};

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A person sets an annotation of a namespace, or takes it away.
    Annotate(usize, &'static str, Option<String>),
    /// A person scales a workload, or suspends it (1) or not (0).
    Scale(Role, u32),
    /// A person deploys a new version of it.
    Deploy(Role),
    /// A person deletes it, and makes it again.
    Recreate(Role),
    /// A person deletes a namespace, and makes it again with all that was in it.
    Refound(usize, Duration),
    /// An autoscaler has a workload for its target, with these bounds, and goes again.
    Autoscale(Role, u32, u32, Duration),
    /// A tool applies a workload with so many replicas, once or again and again, by server-side apply.
    Apply(Role, u32, Duration),
    /// A person writes into the mark, or takes it away.
    EditMark(Role, Option<&'static str>),
    /// A GitOps tool puts back what Git says, again and again.
    Heal(usize, Duration),
    /// The configuration becomes this, and then what it was.
    Configure(&'static str, Duration),
    /// The API server cannot be reached by anybody.
    Away(Duration),
    /// It answers this to every write of a workload.
    Refuse(u16, Duration),
    /// It forgets its history.
    Compact,
    /// A replica is killed, and started again.
    Kill(usize, Duration),
    /// A replica is told to stop, and started again.
    Stop(usize, Duration),
    /// A replica stands still, as by SIGSTOP, after so many steps of its tasks; and goes on.
    StandStill(usize, u32, Duration),
    /// A replica is cut off: without a sign, or with an error.
    CutOff(usize, bool, Duration),
    /// A replica's answers are late by so much.
    Slow(usize, Duration, Duration),
    /// A replica's watches are behind by so much.
    Lag(usize, Duration, Duration),
    /// The watches of a replica end.
    EndWatches(usize),
    /// A person deletes the Lease, or puts one of their own making in its place: the `spec`.
    Lease(Option<&'static str>),
    /// A replica's clock is set, so many seconds ahead of the world.
    Step(usize, i64),
}

impl Deed {
    /// Whether it takes a while to get over: a lease has to run out, or a dead watch to be noticed. What
    /// people do to objects is over as soon as it was heard of.
    pub fn is_trouble(&self) -> bool {
        match self {
            Self::Annotate(..)
            | Self::Scale(..)
            | Self::Deploy(_)
            | Self::Recreate(_)
            | Self::EditMark(..)
            | Self::Compact
            | Self::EndWatches(_) => false,
            Self::Refound(..)
            | Self::Autoscale(..)
            | Self::Apply(..)
            | Self::Heal(..)
            | Self::Configure(..)
            | Self::Away(_)
            | Self::Refuse(..)
            | Self::Kill(..)
            | Self::Stop(..)
            | Self::StandStill(..)
            | Self::CutOff(..)
            | Self::Slow(..)
            | Self::Lag(..)
            | Self::Lease(_)
            | Self::Step(..) => true,
        }
    }
}

/// What becomes of the Lease by hand: none, one without a holder, and one whose holder never renews
/// it, for longer than ours would live and without saying for how long.
const LEASES: [Option<&str>; 5] = [
    None,
    None,
    Some("{}"),
    Some(r#"{"holderIdentity":"somebody"}"#),
    Some(r#"{"holderIdentity":"somebody","leaseDurationSeconds":40}"#),
];

/// Whatever luck has it.
pub(super) fn choose(luck: &mut Rng, replicas: usize) -> Deed {
    let namespace = luck.usize(..CAST.len());
    let role = Role(namespace, luck.usize(..CAST[namespace].workloads.len()));
    let replica = luck.usize(..replicas);
    let long = Duration::from_secs(luck.u64(5..60));
    let short = Duration::from_millis(luck.u64(100..15_000));
    match luck.u8(..32) {
        0..=3 => {
            let (key, value) = annotation(luck);
            Deed::Annotate(namespace, key, value)
        }
        4..=6 => Deed::Scale(role, luck.u32(..6)),
        7 => Deed::Deploy(role),
        8 => Deed::Recreate(role),
        9 => Deed::EditMark(
            role,
            [None, Some("9"), Some("x"), Some("0")][luck.usize(..4)],
        ),
        10 => Deed::Heal(namespace, long),
        11 => {
            let texts = [
                "paused: true\n",
                "kinds: [Deployment]\n",
                "kinds: nonsense\n",
            ];
            Deed::Configure(texts[luck.usize(..texts.len())], long)
        }
        12 => Deed::Away(long),
        13 => Deed::Refuse([403, 409, 422, 429, 500, 503][luck.usize(..6)], short),
        14 => Deed::Compact,
        15 => Deed::Kill(replica, short),
        16 | 31 => Deed::Stop(replica, short),
        17 => Deed::CutOff(replica, luck.bool(), long),
        18 => Deed::Slow(replica, Duration::from_millis(luck.u64(100..3_500)), long),
        19 => Deed::Lag(replica, short, long),
        20 => Deed::EndWatches(replica),
        25 => Deed::Refound(namespace, long),
        26..=27 => {
            let least = luck.u32(1..4);
            Deed::Autoscale(role, least, least + luck.u32(..4), long)
        }
        28..=29 => Deed::Apply(
            role,
            luck.u32(..5),
            if luck.bool() { long } else { Duration::ZERO },
        ),
        23..=24 => Deed::Lease(LEASES[luck.usize(..LEASES.len())]),
        21..=22 => Deed::StandStill(replica, luck.u32(..30), long),
        _ => Deed::Step(replica, [-3600, -20, -1, 1, 20, 3600][luck.usize(..6)]),
    }
}

fn annotation(luck: &mut Rng) -> (&'static str, Option<String>) {
    let at = || beginning() + SignedDuration::from_hours(30);
    match luck.u8(..8) {
        0 => ("awake-until", Some(at().to_string())),
        1 => ("asleep-until", Some(at().to_string())),
        2 => ("asleep-until", None),
        3 => ("exclude", Some("true".to_owned())),
        4 => ("schedule", Some("never".to_owned())),
        5 => ("schedule", Some("weekdays 10:00-12:00".to_owned())),
        6 => ("schedule", None),
        _ => ("schedule", Some("when I like".to_owned())),
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Annotate(namespace, key, value) => {
                let value = value.as_deref().unwrap_or("(taken away)");
                write!(f, "{}: {key} becomes {value}", CAST[*namespace].name)
            }
            Self::Scale(role, to) => write!(f, "{role}: scaled to {to}"),
            Self::Deploy(role) => write!(f, "{role}: a new version"),
            Self::Recreate(role) => write!(f, "{role}: deleted and made again"),
            Self::Refound(namespace, back) => {
                let name = CAST[*namespace].name;
                write!(f, "{name}: deleted, and made again after {back:?}")
            }
            Self::Autoscale(role, least, most, lasts) => {
                write!(f, "{role}: autoscaled from {least} to {most} for {lasts:?}")
            }
            Self::Apply(role, value, lasts) => {
                write!(f, "{role}: applied with {value} for {lasts:?}")
            }
            Self::EditMark(role, to) => {
                write!(
                    f,
                    "{role}: the mark becomes {}",
                    to.unwrap_or("(taken away)")
                )
            }
            Self::Heal(namespace, lasts) => {
                write!(
                    f,
                    "{}: Git is put back for {lasts:?}",
                    CAST[*namespace].name
                )
            }
            Self::Configure(text, lasts) => {
                write!(f, "the configuration is {:?} for {lasts:?}", text.trim())
            }
            Self::Away(lasts) => write!(f, "the API server is away for {lasts:?}"),
            Self::Refuse(code, lasts) => write!(f, "every write is answered {code} for {lasts:?}"),
            Self::Compact => f.write_str("the API server forgets its history"),
            Self::Kill(replica, back) => write!(f, "replica {replica}: killed, back in {back:?}"),
            Self::Stop(replica, back) => {
                write!(f, "replica {replica}: told to stop, back in {back:?}")
            }
            Self::StandStill(replica, steps, lasts) => {
                write!(
                    f,
                    "replica {replica}: stands still in {steps} steps for {lasts:?}"
                )
            }
            Self::CutOff(replica, is_silent, lasts) => {
                let how = if *is_silent {
                    "without a sign"
                } else {
                    "with errors"
                };
                write!(f, "replica {replica}: cut off {how} for {lasts:?}")
            }
            Self::Slow(replica, by, lasts) => {
                write!(f, "replica {replica}: answers {by:?} late for {lasts:?}")
            }
            Self::Lag(replica, by, lasts) => {
                write!(f, "replica {replica}: watches {by:?} behind for {lasts:?}")
            }
            Self::EndWatches(replica) => write!(f, "replica {replica}: its watches end"),
            Self::Lease(None) => f.write_str("the Lease is deleted"),
            Self::Lease(Some(spec)) => write!(f, "the Lease is made by hand: {spec}"),
            Self::Step(replica, by) => write!(f, "replica {replica}: its clock {by} s ahead"),
        }
    }
}
