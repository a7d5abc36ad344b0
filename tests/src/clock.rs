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
    /// One line, as it is handed to another process.
    pub fn line(&self) -> String {
        format!("{} {} {}\n", self.real, self.at, self.rate)
    }

    /// Reads such a line.
    pub fn read(line: &str) -> anyhow::Result<Self> {
        let mut words = line.split_whitespace();
        let mut next = || words.next().with_context(|| format!("a word is missing in {line:?}"));
        Ok(Self { real: next()?.parse()?, at: next()?.parse()?, rate: next()?.parse()? })
    }

    fn to_virtual(self, real: Timestamp) -> Timestamp {
        let passed = real.duration_since(self.real).as_secs_f64() * self.rate;
        saturating(self.at, passed)
    }

    fn to_real(self, at: Timestamp) -> Timestamp {
        let passed = at.duration_since(self.at).as_secs_f64() / self.rate;
        saturating(self.real, passed)
    }
}

fn saturating(from: Timestamp, seconds: f64) -> Timestamp {
    let span = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX);
    from.saturating_add(span).unwrap_or(from)
}

/// A clock that can be set. Cheap to clone; all clones are one clock.
#[derive(Debug, Clone)]
pub struct SteeredClock(Arc<Mutex<Vec<Setting>>>);

impl SteeredClock {
    /// The machine's clock, shifted ahead.
    pub fn ahead(by: SignedDuration) -> Self {
        let real = real_now();
        let at = saturating(real, by.as_secs_f64());
        Self(Arc::new(Mutex::new(vec![Setting { real, at, rate: 1.0 }])))
    }

    /// Sets the rate from now on, and says how.
    pub fn set_rate(&self, rate: f64) -> Setting {
        let real = real_now();
        let setting = Setting { real, at: self.now(), rate };
        self.set(setting);
        setting
    }

    /// Sets the clock.
    pub fn set(&self, setting: Setting) {
        let mut settings = self.settings();
        if settings.len() == SETTINGS {
            settings.remove(0);
        }
        settings.push(setting);
    }

    /// Sets the clock by every line that comes, until there are no more.
    pub fn follow(&self, lines: impl BufRead) -> anyhow::Result<()> {
        for line in lines.lines() {
            self.set(Setting::read(&line?)?);
        }
        Ok(())
    }

    /// The real instant at which this clock says, or said, `at`.
    pub fn real(&self, at: Timestamp) -> Timestamp {
        let settings = self.settings();
        let last = settings.iter().rev().find(|setting| setting.at <= at);
        last.or(settings.first()).map_or(at, |setting| setting.to_real(at))
    }

    fn settings(&self) -> MutexGuard<'_, Vec<Setting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SteeredClock {
    fn now(&self) -> Timestamp {
        let real = real_now();
        self.settings().last().map_or(real, |setting| setting.to_virtual(real))
    }

    fn wait_until(&self, at: Timestamp) -> Duration {
        let wait = self.real(at).duration_since(real_now()).max(SignedDuration::ZERO);
        wait.unsigned_abs().min(NAP)
    }

    fn elapsed_since(&self, at: Timestamp) -> Duration {
        real_now().duration_since(self.real(at)).max(SignedDuration::ZERO).unsigned_abs()
    }
}

fn real_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let nanoseconds = i128::try_from(since.as_nanos()).unwrap_or(i128::MAX);
    Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_boundary_is_found_in_the_setting_that_was_in_force() {
        let clock = SteeredClock(Arc::default());
        // A thousand times faster for ten seconds, then at real speed.
        clock.set(Setting { real: at("2026-11-22T12:00:00Z"), at: at("2026-11-23T00:00:00Z"), rate: 1000.0 });
        clock.set(Setting { real: at("2026-11-22T12:00:10Z"), at: at("2026-11-23T02:46:40Z"), rate: 1.0 });
        assert_eq!(clock.real(at("2026-11-23T00:16:40Z")), at("2026-11-22T12:00:01Z"));
        assert_eq!(clock.real(at("2026-11-23T02:46:50Z")), at("2026-11-22T12:00:20Z"));
    }

    #[test]
    fn a_setting_survives_the_way_to_another_process() {
        let setting = Setting { real: at("2026-11-22T12:00:00.25Z"), at: at("2027-01-01T00:00:00Z"), rate: 10_080.0 };
        assert_eq!(Setting::read(&setting.line()).unwrap(), setting);
        assert!(Setting::read("2026-11-22T12:00:00Z").is_err());
    }

    #[test]
    fn nobody_sleeps_past_a_setting_that_may_come() {
        let clock = SteeredClock::ahead(SignedDuration::from_hours(24));
        assert!(clock.wait_until(clock.now() + SignedDuration::from_hours(1)) <= NAP);
    }
}
