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

/// How many days a story lasts.
pub const DAYS: i64 = 2;

/// The most that happens in one.
const DEEDS: usize = 8;

/// How many calls are likely to be made, for a fault at one of them.
const CALLS: u64 = 400;

/// Two attempts fit into the renew deadline still.
const SELDOM: Duration = Duration::from_secs(4);

/// A workload, by its places in the cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role(pub usize, pub usize);

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
    /// A replica is cut off: without a sign, or with an error.
    CutOff(usize, bool, Duration),
    /// A replica's answers are late by so much.
    Slow(usize, Duration, Duration),
    /// A replica's watches are behind by so much.
    Lag(usize, Duration, Duration),
    /// The watches of a replica end.
    EndWatches(usize),
    /// A replica's clock is set, so many seconds ahead of the world.
    Step(usize, i64),
}

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallFault {
    /// It never arrives, and the client is told.
    Lost,
    /// It is carried out, and the client is told that the connection broke.
    AnswerLost,
    /// It never arrives, and nobody says so.
    Hangs,
    /// It is carried out, and nobody says so.
    AnswerHangs,
    /// It is carried out, and the answer stops in the middle.
    BodyHangs,
    /// It is not carried out, and answered with this.
    Refused(u16),
    /// It is carried out, and answered with this all the same.
    Failed(u16),
    /// It arrives seconds later.
    Late,
    /// The process is killed before it leaves.
    KilledBefore,
    /// The process is killed once it is carried out.
    KilledAfter,
}

impl CallFault {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Lost,
        Self::AnswerLost,
        Self::Hangs,
        Self::AnswerHangs,
        Self::BodyHangs,
        Self::Refused(409),
        Self::Refused(410),
        Self::Refused(422),
        Self::Refused(429),
        Self::Refused(500),
        Self::Refused(504),
        Self::Failed(500),
        Self::Failed(504),
        Self::Late,
        Self::KilledBefore,
        Self::KilledAfter,
    ];
}

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
            let deed = deed(&mut luck, story.replicas);
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

fn deed(luck: &mut Rng, replicas: usize) -> Deed {
    let namespace = luck.usize(..CAST.len());
    let role = Role(namespace, luck.usize(..CAST[namespace].workloads.len()));
    let replica = luck.usize(..replicas);
    let long = Duration::from_secs(luck.u64(5..60));
    let short = Duration::from_millis(luck.u64(100..15_000));
    match luck.u8(..22) {
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
        16 => Deed::Stop(replica, short),
        17 => Deed::CutOff(replica, luck.bool(), long),
        18 => Deed::Slow(replica, Duration::from_millis(luck.u64(100..3_500)), long),
        19 => Deed::Lag(replica, short, long),
        20 => Deed::EndWatches(replica),
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
            Self::Step(replica, by) => write!(f, "replica {replica}: its clock {by} s ahead"),
        }
    }
}
