//! Lengths of time, added up.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use tarnfui_shared::decide::State;

use crate::reading::Segment;

/// A length of time in hours, or in hours of a replica.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    seconds: i64,
}

impl Hours {
    /// From one instant to another.
    pub fn between(from: Timestamp, to: Timestamp) -> Self {
        Self {
            seconds: to.duration_since(from).as_secs(),
        }
    }

    /// So many times as long.
    #[must_use]
    pub fn times(self, count: i32) -> Self {
        Self {
            seconds: self.seconds.saturating_mul(count.into()),
        }
    }

    /// How much longer than `before`; less than nothing where it is shorter.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            seconds: self.seconds.saturating_sub(before.seconds),
        }
    }

    /// What share of `all` it is, in percent, rounded; none of nothing.
    pub fn percent_of(self, all: Self) -> Option<i64> {
        if all.seconds <= 0 {
            return None;
        }
        let (part, all) = (i128::from(self.seconds), i128::from(all.seconds));
        i64::try_from((part * 200 + all) / (2 * all)).ok()
    }

    /// In hundredths of an hour, rounded.
    fn hundredths(self) -> i64 {
        let half = if self.seconds < 0 { -18 } else { 18 };
        (self.seconds.saturating_add(half)) / 36
    }
}

/// With one digit behind the point where it is not whole; `-` before what is less than nothing.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.hundredths();
        let tenths = (hundredths.abs() + 5) / 10;
        let sign = if hundredths < 0 && tenths > 0 {
            "-"
        } else {
            ""
        };
        match tenths % 10 {
            0 => f.pad(&format!("{sign}{}", tenths / 10)),
            tenth => f.pad(&format!("{sign}{}.{tenth}", tenths / 10)),
        }
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hundredths = self.hundredths();
        if hundredths % 100 == 0 {
            return serializer.serialize_i64(hundredths / 100);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a fraction of an hour is of no interest in millions of years"
        )]
        serializer.serialize_f64(hundredths as f64 / 100.0)
    }
}

/// As it is serialized: a number.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for Hours {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hours".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A length of time in hours, or in hours of a replica, with at most two digits \
                            behind the point.",
            "type": "number",
            "minimum": 0,
        })
    }
}

impl Add for Hours {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            seconds: self.seconds.saturating_add(other.seconds),
        }
    }
}

/// How long in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StateHours {
    /// How long awake.
    pub awake: Hours,
    /// How long asleep.
    pub asleep: Hours,
    /// How long nothing is managed.
    pub unmanaged: Hours,
}

impl StateHours {
    /// Of a timeline.
    pub fn of(segments: &[Segment]) -> Self {
        let mut hours = Self::default();
        for segment in segments {
            let sum = match segment.state {
                State::Awake => &mut hours.awake,
                State::Asleep => &mut hours.asleep,
                State::Unmanaged => &mut hours.unmanaged,
            };
            *sum = *sum + Hours::between(segment.start, segment.end);
        }
        hours
    }
}

/// How long replicas are asked for, and for how much of that they do not run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplicaHours {
    /// As long as the manifests ask for them, whether they run or not.
    pub all: Hours,
    /// For so long of that they do not run, because they sleep.
    pub released: Hours,
}

impl Sum for ReplicaHours {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, it| Self {
            all: sum.all + it.all,
            released: sum.released + it.released,
        })
    }
}

/// A simulation in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// How long in which state; of several namespaces, added up.
    pub hours: StateHours,
    /// How long with which replicas.
    pub replica_hours: ReplicaHours,
}

impl Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, it| Self {
            hours: StateHours {
                awake: sum.hours.awake + it.hours.awake,
                asleep: sum.hours.asleep + it.hours.asleep,
                unmanaged: sum.hours.unmanaged + it.hours.unmanaged,
            },
            replica_hours: [sum.replica_hours, it.replica_hours].into_iter().sum(),
        })
    }
}
