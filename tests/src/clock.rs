//! Clocks that are not the machine's: ahead of it, or faster, and steered from outside.
//!
//! They are put where a controller reads its wall clock, and change nothing else: leases, timeouts
//! and backoffs stay on real time. Lateness stays in real time too, by the same arithmetic.

use std::io::BufRead;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use tarnfui_controller::clock::Clock;

/// How long such a clock lets anybody sleep: it may be set in between.
const NAP: Duration = Duration::from_millis(50);

/// How many settings are remembered: enough to say of any boundary in a test when it was.
const SETTINGS: usize = 64;

/// From this real instant on, time is `at` and runs at `rate`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// The real instant, by the machine's clock.
    pub real: Timestamp,
    /// What this clock says at that instant.
    pub at: Timestamp,
    /// Seconds of this clock to a real one.
    pub rate: f64,
}

impl Setting {
    /// What the clock says at a real instant.
    pub fn to_virtual(self, real: Timestamp) -> Timestamp {
        let passed = real.duration_since(self.real).as_secs_f64() * self.rate;
        saturating(self.at, passed)
    }

    /// The real instant at which the clock says `at`.
    pub fn to_real(self, at: Timestamp) -> Timestamp {
        let passed = at.duration_since(self.at).as_secs_f64() / self.rate;
        saturating(self.real, passed)
    }

    fn read(text: &str) -> anyhow::Result<Self> {
        let mut words = text.split_whitespace();
        let missing = || format!("a word is missing in {text:?}");
        let mut next = || words.next().with_context(missing);
        Ok(Self {
            real: next()?.parse()?,
            at: next()?.parse()?,
            rate: next()?.parse()?,
        })
    }
}

/// How a clock goes on: the setting from now on, and those already planned behind it, each with a
/// later real instant.
///
/// Planned ahead, because a clock in another process hears of a setting some time after it was
/// made: one that is to slow down *at* an instant has to know that before.
#[derive(Debug, Clone, PartialEq)]
pub struct Course(Vec<Setting>);

impl Course {
    /// A course of these settings.
    ///
    /// # Panics
    /// If there is none, or they are not in the order of their real instants.
    pub fn new(settings: Vec<Setting>) -> Self {
        assert!(!settings.is_empty(), "a clock goes on somehow");
        assert!(settings.is_sorted_by_key(|setting| setting.real));
        Self(settings)
    }

    /// One line, as it is handed to another process: whole, so that nobody goes by half of it.
    pub fn line(&self) -> String {
        let word = |it: &Setting| format!("{} {} {}", it.real, it.at, it.rate);
        let words: Vec<String> = self.0.iter().map(word).collect();
        words.join(", ") + "\n"
    }

    /// Reads such a line.
    pub fn read(line: &str) -> anyhow::Result<Self> {
        let settings: Vec<Setting> = line
            .split(',')
            .map(Setting::read)
            .collect::<Result<_, _>>()?;
        let is_sorted = settings.is_sorted_by_key(|setting| setting.real);
        anyhow::ensure!(is_sorted, "settings out of order in {line:?}");
        Ok(Self(settings))
    }
}

impl From<Setting> for Course {
    fn from(setting: Setting) -> Self {
        Self(vec![setting])
    }
}

/// A clock that can be set. Cheap to clone; all clones are one clock.
#[derive(Debug, Clone)]
pub struct SteeredClock(Arc<Mutex<Vec<Setting>>>);

impl SteeredClock {
    /// The machine's clock, shifted ahead.
    pub fn ahead(by: SignedDuration) -> Self {
        let real = real_now();
        let at = saturating(real, by.as_secs_f64());
        Self::on(
            Setting {
                real,
                at,
                rate: 1.0,
            }
            .into(),
        )
    }

    /// A clock on this course.
    pub fn on(course: Course) -> Self {
        Self(Arc::new(Mutex::new(course.0)))
    }

    /// Sets the clock: from the course's first instant on, and in place of all that was planned
    /// from there on.
    pub fn set(&self, course: &Course) {
        let Course(planned) = course;
        let mut settings = self.settings();
        settings.retain(|setting| setting.real < planned[0].real);
        settings.extend(planned);
        let too_many = settings.len().saturating_sub(SETTINGS);
        settings.drain(..too_many);
    }

    /// Sets the clock by every line that comes, until there are no more.
    pub fn follow(&self, lines: impl BufRead) -> anyhow::Result<()> {
        for line in lines.lines() {
            self.set(&Course::read(&line?)?);
        }
        Ok(())
    }

    /// The setting in force at a real instant.
    pub fn setting(&self, real: Timestamp) -> Setting {
        let settings = self.settings();
        let begun = settings.iter().rev().find(|setting| setting.real <= real);
        // Before the first instant of its course a clock goes as from there on.
        *begun.unwrap_or(&settings[0])
    }

    /// The real instant at which this clock says, or said, `at`, as far as is known by now.
    pub fn real(&self, at: Timestamp) -> Timestamp {
        let settings = self.settings();
        let last = settings.iter().rev().find(|setting| setting.at <= at);
        last.unwrap_or(&settings[0]).to_real(at)
    }

    /// Never empty, by [`Course::new`] and [`SteeredClock::set`].
    fn settings(&self) -> MutexGuard<'_, Vec<Setting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SteeredClock {
    fn now(&self) -> Timestamp {
        let real = real_now();
        self.setting(real).to_virtual(real)
    }

    /// Exact where it is less than a nap: a nap is only how long it may take to hear of a new
    /// course, not how late a boundary is noticed.
    fn wait_until(&self, at: Timestamp) -> Duration {
        let wait = self.real(at).duration_since(real_now());
        wait.max(SignedDuration::ZERO).unsigned_abs().min(NAP)
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        let elapsed = real_now().duration_since(self.real(at));
        elapsed.max(SignedDuration::ZERO).unsigned_abs()
    }
}

/// The machine's clock.
pub fn real_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanoseconds = i128::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(i128::MAX);
    Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::MAX)
}

fn saturating(from: Timestamp, seconds: f64) -> Timestamp {
    let span = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX);
    from.saturating_add(span).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn setting(real: &str, virtually: &str, rate: f64) -> Setting {
        Setting {
            real: at(real),
            at: at(virtually),
            rate,
        }
    }

    /// A thousand times faster for ten seconds, then at real speed.
    fn fast_then_slow() -> Course {
        Course::new(vec![
            setting("2026-11-22T12:00:00Z", "2026-11-23T00:00:00Z", 1000.0),
            setting("2026-11-22T12:00:10Z", "2026-11-23T02:46:40Z", 1.0),
        ])
    }

    #[test]
    fn a_boundary_is_found_in_the_setting_that_was_in_force() {
        let clock = SteeredClock::on(fast_then_slow());
        let check = |virtually, real| assert_eq!(clock.real(at(virtually)), at(real));
        check("2026-11-23T00:16:40Z", "2026-11-22T12:00:01Z");
        check("2026-11-23T02:46:50Z", "2026-11-22T12:00:20Z");
    }

    #[test]
    fn what_is_planned_holds_from_its_instant_on() {
        let clock = SteeredClock::on(fast_then_slow());
        let rate = |real| clock.setting(at(real)).rate.to_string();
        assert_eq!(rate("2026-11-22T12:00:09.999Z"), "1000");
        assert_eq!(rate("2026-11-22T12:00:10Z"), "1");
    }

    #[test]
    fn a_new_course_replaces_what_was_planned_and_keeps_what_was() {
        let clock = SteeredClock::on(fast_then_slow());
        clock.set(&setting("2026-11-22T12:00:05Z", "2026-11-23T01:23:20Z", 2.0).into());
        let check = |virtually, real| assert_eq!(clock.real(at(virtually)), at(real));
        check("2026-11-23T00:16:40Z", "2026-11-22T12:00:01Z");
        check("2026-11-23T01:23:40Z", "2026-11-22T12:00:15Z");
    }

    #[test]
    fn a_course_survives_the_way_to_another_process() {
        let course = fast_then_slow();
        assert_eq!(Course::read(&course.line()).unwrap(), course);
        assert!(Course::read("2026-11-22T12:00:00Z").is_err());
        assert!(Course::read("").is_err());
    }

    #[test]
    fn nobody_sleeps_past_a_setting_that_may_come() {
        let clock = SteeredClock::ahead(SignedDuration::from_hours(24));
        assert!(clock.wait_until(clock.now() + SignedDuration::from_hours(1)) <= NAP);
    }
}
