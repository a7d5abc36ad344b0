//! The play: the clock runs, namespaces sleep and wake, and half way the leader is killed.
//!
//! Three people at one table: the books say what is owed, the eyes what is seen, the pilot how fast
//! the clock goes. It must not write anything to a workload.

use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::book::{Book, Done};
use super::pilot::Pilot;
use super::replicas::{Replicas, replica_of};
use super::screen::Screen;
use super::sight::{Eyes, Seen};
use super::strip::Stretch;
use super::tally::Tally;
use super::view;

/// Between two looks at the clock, and between two frames.
const TICK: Duration = Duration::from_millis(20);
const FRAME: Duration = Duration::from_millis(125);

/// How long anything that is owed may take: replacing a leader takes 17 s, and a machine may be
/// busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long before a boundary the leader is killed: long enough to do it, and so short that the
/// boundary comes while nobody leads.
const BEFORE: SignedDuration = SignedDuration::from_secs(4);

/// Closer to the boundary it is too late for that, and the next one is waited for.
const TOO_LATE: SignedDuration = SignedDuration::from_secs(1);

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Everything that is owed is waited for, at real speed.
    Settling,
    /// The clock runs to this instant, where the leader is killed.
    ToTheKill(Timestamp),
    /// Somebody else has to become the leader, and to do what came due meanwhile.
    Leaderless,
    /// The clock runs to the end.
    ToTheEnd,
    /// This act is over.
    Over,
}

/// The leader that was killed, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failover {
    /// Who.
    pub(super) killed: String,
    /// When, as the controllers saw it.
    pub(super) at: Timestamp,
    /// When, by the machine's clock.
    pub(super) real: Timestamp,
    /// Who leads since, and since when, by the machine's clock.
    pub(super) next: Option<(String, Timestamp)>,
    /// What came due meanwhile: the namespace, and how it was done.
    pub(super) waited: Vec<(&'static str, Done)>,
}

/// Everything on the table.
pub(super) struct Week<'ground> {
    /// What is owed and seen of each namespace.
    pub(super) books: Vec<Book>,
    /// The clock.
    pub(super) pilot: Pilot,
    /// The controllers.
    pub(super) replicas: Replicas<'ground>,
    /// The watches.
    pub(super) eyes: Eyes,
    /// The writes that they have seen.
    pub(super) tally: Tally,
    /// The time that is played.
    pub(super) stretch: Stretch,
    /// The leader that was killed.
    pub(super) failover: Option<Failover>,
    /// Who leads, by the Lease.
    pub(super) holder: Option<String>,
    /// What has happened.
    pub(super) notes: Vec<String>,
    /// How long the clock ran at real speed because something had not been seen yet.
    pub(super) held: Duration,
}

impl Week<'_> {
    /// Plays until the act is over, or takes too long: then what is owed was missed.
    pub(super) async fn play(&mut self, mut act: Act, screen: &mut Screen) -> anyhow::Result<()> {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = Instant::now();
        let (mut went_on, mut drawn) = (last, last);
        while act != Act::Over {
            tokio::select! {
                biased;
                seen = self.eyes.next() => self.take_in(seen, screen),
                _ = ticks.tick() => self.replicas.check()?,
            }
            act = self.turn(act, screen)?;
            let now = Instant::now();
            let is_held = self.steer(&act)?;
            if is_held {
                self.held += now - last;
            }
            if self.is_settled() && act != Act::Leaderless {
                went_on = now;
            }
            last = now;
            if now - went_on > PATIENCE {
                self.books.iter_mut().for_each(Book::give_up);
                anyhow::ensure!(
                    act != Act::Leaderless,
                    "nobody leads after {} s",
                    PATIENCE.as_secs()
                );
                return Ok(());
            }
            if now - drawn >= FRAME {
                drawn = now;
                self.draw(screen);
            }
        }
        self.draw(screen);
        Ok(())
    }

    /// Waits until somebody leads.
    pub(super) async fn until_led(&mut self, screen: &mut Screen) -> anyhow::Result<()> {
        let led = async {
            while self.holder.is_none() {
                let seen = self.eyes.next().await;
                self.take_in(seen, screen);
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, led).await;
        outcome.with_context(|| format!("nobody leads after {} s", PATIENCE.as_secs()))
    }

    /// The instant shortly before the first boundary after `at`.
    pub(super) fn kill_after(&self, at: Timestamp) -> Timestamp {
        let boundaries = self.books.iter().filter_map(|book| book.boundary_after(at));
        let first = boundaries.map(|boundary| boundary.at).min();
        let first = first.unwrap_or(self.stretch.to).min(self.stretch.to);
        first.saturating_sub(BEFORE).unwrap_or(first)
    }

    /// Time has passed: what now?
    fn turn(&mut self, act: Act, screen: &mut Screen) -> anyhow::Result<Act> {
        let now = self.pilot.now();
        for book in &mut self.books {
            book.advance(now);
        }
        let is_settled = self.is_settled();
        Ok(match act {
            Act::Settling if is_settled => Act::Over,
            Act::ToTheKill(at) if now >= at => self.kill_or_wait(at, now, screen)?,
            Act::Leaderless if is_settled && self.is_led_again() => {
                // As a Deployment would; it is the standby from now on.
                self.replicas.start(self.pilot.course())?;
                Act::ToTheEnd
            }
            Act::ToTheEnd if now >= self.stretch.to && is_settled => Act::Over,
            Act::Settling | Act::ToTheKill(_) | Act::Leaderless | Act::ToTheEnd | Act::Over => act,
        })
    }

    fn kill_or_wait(
        &mut self,
        at: Timestamp,
        now: Timestamp,
        screen: &mut Screen,
    ) -> anyhow::Result<Act> {
        let latest = at.saturating_add(BEFORE - TOO_LATE)?;
        let holder = self
            .holder
            .clone()
            .filter(|_| self.is_settled() && now < latest);
        let Some(holder) = holder else {
            let is_too_late = now >= latest;
            return Ok(Act::ToTheKill(if is_too_late {
                self.kill_after(now)
            } else {
                at
            }));
        };
        let real = self.replicas.kill(&holder)?;
        let killed = replica_of(&holder).to_owned();
        let utc = jiff::tz::TimeZone::UTC;
        self.note(
            screen,
            format!(
                "{:<22} {killed} is killed with SIGKILL",
                view::clock(now, &utc)
            ),
        );
        self.holder = None;
        self.failover = Some(Failover {
            killed,
            at: now,
            real,
            next: None,
            waited: Vec::new(),
        });
        Ok(Act::Leaderless)
    }

    fn is_led_again(&self) -> bool {
        self.failover
            .as_ref()
            .is_some_and(|failover| failover.next.is_some())
    }

    /// Sets the clock. Whether it is held up by something that was not seen yet.
    fn steer(&mut self, act: &Act) -> anyhow::Result<bool> {
        let aim = match act {
            Act::ToTheKill(at) => *at,
            Act::ToTheEnd => self.stretch.to,
            Act::Settling | Act::Leaderless | Act::Over => return Ok(false),
        };
        let leash = self.books.iter().filter_map(Book::leash).min();
        // So much before the boundary that what the clock does at real speed does not reach it.
        let margin = SignedDuration::try_from(2 * PATIENCE)?;
        let leash = leash.map(|at| at.saturating_sub(margin)).transpose()?;
        let stop = leash.map_or(aim, |leash| leash.min(aim));
        if let Some(course) = self.pilot.run_until(stop) {
            self.replicas.steer(&course)?;
        }
        Ok(stop < aim && self.pilot.now() >= stop)
    }

    fn is_settled(&self) -> bool {
        self.books.iter().all(Book::is_settled)
    }

    fn take_in(&mut self, seen: Seen, screen: &mut Screen) {
        match seen {
            Seen::Holder(holder, real) => self.led_by(holder, real, screen),
            Seen::Workload(sighting) => {
                self.tally.see(&sighting);
                let (pilot, real) = (&self.pilot, sighting.real);
                let is_it = |book: &&mut Book| book.namespace.place == sighting.namespace;
                let Some(book) = self.books.iter_mut().find(is_it) else {
                    return;
                };
                let late = |boundary| pilot.lateness(boundary, real);
                let Some(done) = book.see(&sighting, pilot.at(real), late) else {
                    return;
                };
                let text = view::told(book, &done);
                let due = pilot.clock.real(done.transition.at);
                if let Some(failover) = &mut self.failover {
                    let until = failover.next.as_ref().map_or(real, |(_, until)| *until);
                    if due >= failover.real && due < until {
                        failover.waited.push((book.namespace.name, done));
                    }
                }
                self.note(screen, text);
            }
        }
    }

    /// The Lease names a killed leader until somebody takes it.
    fn led_by(&mut self, holder: Option<String>, real: Timestamp, screen: &mut Screen) {
        let name = holder.as_deref().map(replica_of).map(str::to_owned);
        let killed = self
            .failover
            .as_ref()
            .map(|failover| failover.killed.clone());
        if holder == self.holder || (name.is_some() && name == killed) {
            return;
        }
        self.holder = holder;
        let Some(name) = name else { return };
        let now = view::clock(self.pilot.at(real), &jiff::tz::TimeZone::UTC);
        let mut text = format!("{now:<22} {name} leads");
        if let Some(failover) = self.failover.as_mut().filter(|it| it.next.is_none()) {
            let gap = real.duration_since(failover.real).as_secs_f64();
            text = format!("{text}, after {gap:.1} s without a leader");
            failover.next = Some((name, real));
        }
        self.note(screen, text);
    }

    fn note(&mut self, screen: &mut Screen, text: String) {
        screen.note(&text);
        self.notes.push(text);
    }

    fn draw(&self, screen: &mut Screen) {
        if !screen.is_live() {
            return;
        }
        let leader = self.holder.as_deref().map_or("", replica_of);
        let scene = view::Scene {
            now: self.pilot.now(),
            rate: self.pilot.rate(),
            stretch: self.stretch,
            books: &self.books,
            leader,
            notes: &self.notes,
        };
        screen.draw(&view::frame(&scene, screen.paint()));
    }
}
