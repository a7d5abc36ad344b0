//! What is in force for one namespace or one workload: its annotations over the defaults, with
//! names looked up.
//!
//! After this nothing can be misread any more: [`crate::decide`] works on these values and does
//! not fail. This module knows no `now`.

use jiff::SignedDuration;

use crate::annotations::{Entry, Key, NamespaceAnnotations, Until, WorkloadAnnotations};
use crate::config::Config;
use crate::holidays::Holidays;
use crate::problem::{Code, Problem};
use crate::schedule::ScheduleText;
use crate::window::Hours;
use crate::zone::Zone;

/// How old a workload must be before a rule puts it to sleep, where nothing else is said.
pub const DEFAULT_GRACE: SignedDuration = SignedDuration::from_mins(15);

/// How long a request keeps a namespace awake outside its hours, where nothing else is said.
pub const DEFAULT_KEPT_BY_REQUEST: SignedDuration = SignedDuration::from_mins(30);

/// The rules of one namespace, or of one workload that has some of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a rule of its own, none excludes another"
)]
pub struct Rules {
    /// The hours, where there is a schedule that can be read.
    pub hours: Option<Hours>,
    /// How long without a request until it sleeps; only where a request could wake it again.
    pub idle_after: Option<SignedDuration>,
    /// How long a request keeps it awake outside its hours; none where a request does not wake it.
    pub kept_by_request: Option<SignedDuration>,
    /// The awake override, in force or over.
    pub awake_until: Option<Until>,
    /// The asleep override, in force or over.
    pub asleep_until: Option<Until>,
    /// How old a workload must be before a rule puts it to sleep.
    pub grace: SignedDuration,
    /// Whether the configuration excludes the namespace.
    pub is_outside: bool,
    /// Whether an annotation says hands off.
    pub is_excluded: bool,
    /// Whether there is a rule that does not run out: anything but an override with an end.
    pub is_standing: bool,
    /// Whether something could not be read.
    pub is_unreadable: bool,
}

impl Rules {
    /// Rules that say nothing: the namespace is unmanaged.
    pub fn none() -> Self {
        Self {
            hours: None,
            idle_after: None,
            kept_by_request: None,
            awake_until: None,
            asleep_until: None,
            grace: DEFAULT_GRACE,
            is_outside: false,
            is_excluded: false,
            is_standing: false,
            is_unreadable: false,
        }
    }

    /// The rules that `annotations` and the configuration make for the namespace `name`.
    pub fn of_namespace(
        name: &str,
        annotations: &NamespaceAnnotations,
        config: &Config,
    ) -> (Self, Vec<Problem>) {
        let mut resolver = Resolver::new(annotations, config);
        let schedule = annotations.schedule.or(&config.defaults.schedule);
        let hours = resolver.hours(schedule);
        let wakes = annotations
            .wake_on_request
            .or(&config.defaults.wake_on_request);
        // One that can't be read counts as set; what it would say no longer matters then.
        let wakes = matches!(wakes, Entry::Set(true) | Entry::Unreadable);
        let idle = annotations.idle_after.or(&config.defaults.idle_after);
        let idle_after = resolver.idle_after(idle, wakes);
        let grace = annotations.grace.or(&config.defaults.grace);
        let overrides = [&annotations.awake_until, &annotations.asleep_until];
        let forever = |entry: &&Entry<Until>| match entry {
            Entry::Unset | Entry::Set(Until::Instant(_)) => false,
            Entry::Set(Until::Forever) | Entry::Unreadable => true,
        };
        let rules = Self {
            hours,
            idle_after,
            kept_by_request: wakes
                .then(|| idle.value().copied().unwrap_or(DEFAULT_KEPT_BY_REQUEST)),
            awake_until: annotations.awake_until.value().copied(),
            asleep_until: annotations.asleep_until.value().copied(),
            grace: grace.value().copied().unwrap_or(DEFAULT_GRACE),
            is_outside: !config.namespaces.includes(name),
            is_excluded: annotations.exclude.value().copied().unwrap_or(false),
            is_standing: schedule.is_present()
                || idle_after.is_some()
                || matches!(idle, Entry::Unreadable)
                || overrides.iter().any(forever),
            is_unreadable: annotations.any_unreadable() || resolver.unknown_name,
        };
        (rules, resolver.problems)
    }

    /// These rules as they are for a workload with `own` annotations.
    ///
    /// A schedule of its own replaces the namespace's; zone, holidays, overrides and idling stay
    /// the namespace's. A namespace's `exclude` is not undone by a workload's `false`.
    pub fn for_workload(
        &self,
        own: &WorkloadAnnotations,
        namespace: &NamespaceAnnotations,
        config: &Config,
    ) -> (Self, Vec<Problem>) {
        let mut rules = self.clone();
        let mut resolver = Resolver::new(namespace, config);
        if own.schedule.is_present() {
            rules.hours = resolver.hours(&own.schedule);
            rules.is_standing = true;
        }
        rules.is_excluded |= own.exclude.value().copied().unwrap_or(false);
        // Only faults of its own: those of the namespace are in `self`, and told there.
        let of_own = |problem: &Problem| problem.key == Key::Schedule.full();
        rules.is_unreadable |= own.any_unreadable() || resolver.unknown_name;
        (
            rules,
            resolver.problems.into_iter().filter(of_own).collect(),
        )
    }
}

/// Looks names up, and remembers what was not found.
struct Resolver<'a> {
    config: &'a Config,
    zone: Zone,
    holidays: Holidays,
    wake_ahead: SignedDuration,
    unknown_name: bool,
    problems: Vec<Problem>,
}

impl<'a> Resolver<'a> {
    fn new(annotations: &NamespaceAnnotations, config: &'a Config) -> Self {
        let zone = annotations.timezone.or(&config.defaults.timezone);
        let ahead = annotations.wake_ahead.or(&config.defaults.wake_ahead);
        let mut resolver = Self {
            config,
            zone: zone.value().cloned().unwrap_or_else(Zone::utc),
            holidays: Holidays::none(),
            wake_ahead: ahead.value().copied().unwrap_or(SignedDuration::ZERO),
            unknown_name: false,
            problems: Vec::new(),
        };
        let holidays = annotations.holidays.or(&config.defaults.holidays);
        if let Some(text) = holidays.value() {
            match config.holidays(text) {
                Ok(days) => resolver.holidays = days,
                Err(unknown) => resolver.unknown(unknown.problem(Key::Holidays.full())),
            }
        }
        resolver
    }

    fn unknown(&mut self, problem: Problem) {
        self.unknown_name = true;
        self.problems.push(problem);
    }

    fn hours(&mut self, schedule: &Entry<ScheduleText>) -> Option<Hours> {
        let text = schedule.value()?;
        match self.config.schedule(text) {
            Ok(schedule) => {
                let hints = schedule.hints().into_iter();
                self.problems.extend(hints.map(|hint| {
                    Problem::new(Key::Schedule.full(), Code::Misleading, hint.to_string())
                }));
                Some(Hours::new(
                    schedule,
                    &self.zone,
                    &self.holidays,
                    self.wake_ahead,
                ))
            }
            Err(unknown) => {
                self.unknown(unknown.problem(Key::Schedule.full()));
                None
            }
        }
    }

    /// Idling counts only where a request can end it: by day nothing else would.
    fn idle_after(&mut self, idle: &Entry<SignedDuration>, wakes: bool) -> Option<SignedDuration> {
        let after = idle.value().copied()?;
        if wakes {
            return Some(after);
        }
        self.problems.push(
            Problem::new(
                Key::IdleAfter.full(),
                Code::IdleWithoutWake,
                "counts as not set, because no request could wake the namespace",
            )
            .with_hint(format!(
                "set {}: \"true\" as well",
                Key::WakeOnRequest.full()
            )),
        );
        None
    }
}

#[cfg(test)]
mod tests;
