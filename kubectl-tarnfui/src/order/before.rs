//! What an order comes to, step by step: its state, its end, what it changes, what holds then.
//!
//! Everything is worked out from the decision by the rules as they will be; nothing is assumed of an
//! order that the rules would not bear out.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::annotations::{Key, Until};
use tarnfui_shared::decide::{Decision, Reason, State};
use tarnfui_shared::zone::Zone;

use super::until::UntilText;
use super::{
    DEFAULT_SNOOZE, DEFAULT_WAKE, End, KEYS, Order, Refusal, Settled, Verb, sentence, with_changes,
};
use crate::reading::{Annotations, Known, Reading, hours_start_after, next_state};
use crate::when;

/// A namespace before the order, with everything that the steps below look at.
pub(super) struct Before<'a> {
    pub(super) now: Timestamp,
    pub(super) name: &'a str,
    pub(super) annotations: &'a Annotations,
    pub(super) known: Known<'a>,
    pub(super) reading: Reading,
    pub(super) decision: Decision,
    /// The next change of state, where the rules are known.
    pub(super) next: Option<Timestamp>,
}

/// What the order makes of a namespace, before it is said in words.
pub(super) struct After {
    /// The override that it leaves in force; none for `resume`.
    pub(super) order: Option<Until>,
    pub(super) state: State,
    pub(super) reason: Reason,
    pub(super) next: Option<Timestamp>,
}

impl<'a> Before<'a> {
    pub(super) fn of(
        now: Timestamp,
        name: &'a str,
        annotations: &'a Annotations,
        known: Known<'a>,
    ) -> Self {
        let reading = Reading::of(name, annotations, known.config());
        let decision = reading.decide(now);
        let next = next_state(now, &reading.rules).map(|transition| transition.at);
        Self {
            now,
            name,
            annotations,
            known,
            reading,
            decision,
            next,
        }
    }

    /// `resume`: everything that an order left is taken away.
    pub(super) fn resume(&self) -> Settled {
        let given = [Key::AwakeUntil, Key::AsleepUntil].map(|key| self.annotations.get(key.full()));
        let changes: BTreeMap<Key, Option<String>> = KEYS
            .into_iter()
            .filter(|key| self.annotations.contains_key(key.full()))
            .map(|key| (key, None))
            .collect();
        let after = self.after(&changes, None);
        let had_order = given.iter().any(Option::is_some);
        self.settled(sentence::resumed(self, &after, had_order), &after, changes)
    }

    /// Everything but `resume`: an override in one direction, and none in the other.
    pub(super) fn give(&self, order: &Order) -> Result<Settled, Refusal> {
        let state = self.ordered_state(order.verb)?;
        let end = self.end(order, state)?;
        let (key, other) = match state {
            State::Asleep => (Key::AsleepUntil, Key::AwakeUntil),
            State::Awake | State::Unmanaged => (Key::AwakeUntil, Key::AsleepUntil),
        };
        if self.is_so(order, end, state) {
            let after = self.after(&BTreeMap::new(), Some(end));
            return Ok(self.settled(sentence::so_already(self, &after), &after, BTreeMap::new()));
        }
        let text = match end {
            Until::Instant(at) => when::annotation(at, &self.reading.zone),
            Until::Forever => end.to_string(),
        };
        let mut changes = BTreeMap::from([
            (key, Some(text)),
            (other, None),
            (Key::OverrideBy, order.by.clone()),
            (Key::OverrideReason, order.reason.clone()),
        ]);
        // A null for a key that is not there is a change of nothing.
        changes.retain(|key, value| value.is_some() || self.annotations.contains_key(key.full()));
        let after = self.after(&changes, Some(end));
        if self.known.is_read() && after.state != state {
            return Err(self.without_effect(order.verb, after.reason));
        }
        Ok(self.settled(sentence::given(self, &after, state), &after, changes))
    }

    /// The state that the order is about: `snooze` keeps what is.
    fn ordered_state(&self, verb: Verb) -> Result<State, Refusal> {
        match verb {
            Verb::Sleep => Ok(State::Asleep),
            Verb::Wake | Verb::Resume => Ok(State::Awake),
            Verb::Snooze if !self.known.is_read() => Err(self.unknown_hours()),
            Verb::Snooze => match self.decision.state {
                State::Awake | State::Asleep if self.decision.reason != Reason::InvalidRules => {
                    Ok(self.decision.state)
                }
                State::Awake | State::Asleep | State::Unmanaged => {
                    Err(self.without_effect(verb, self.decision.reason))
                }
            },
        }
    }

    /// When the order ends.
    fn end(&self, order: &Order, state: State) -> Result<Until, Refusal> {
        let at = match (&order.end, order.verb) {
            (End::Forever, _) => return Ok(Until::Forever),
            (End::Until(text), _) => {
                let end = self.resolve(text, state)?;
                if order.verb == Verb::Snooze {
                    self.check_puts_off(end, text, state)?;
                }
                end
            }
            (End::For(length), Verb::Snooze) => self.later_than_next(*length)?,
            (End::Usual, Verb::Snooze) => self.later_than_next(DEFAULT_SNOOZE)?,
            (End::For(length), _) => self.after_now(*length)?,
            (End::Usual, Verb::Sleep) => self.hours_start()?,
            (End::Usual, Verb::Wake | Verb::Resume) => self.after_now(DEFAULT_WAKE)?,
        };
        Ok(Until::Instant(at))
    }

    fn after_now(&self, length: SignedDuration) -> Result<Timestamp, Refusal> {
        self.now
            .checked_add(length)
            .map_err(|_| Refusal::OutOfRange)
    }

    fn later_than_next(&self, length: SignedDuration) -> Result<Timestamp, Refusal> {
        let next = self.next.ok_or_else(|| self.nothing_to_put_off())?;
        next.checked_add(length).map_err(|_| Refusal::OutOfRange)
    }

    fn hours_start(&self) -> Result<Timestamp, Refusal> {
        if !self.known.is_read() {
            return Err(self.unknown_hours());
        }
        let start = hours_start_after(self.now, &self.reading.rules);
        start.ok_or_else(|| Refusal::NoHours {
            namespace: self.name.to_owned(),
        })
    }

    /// The instant that a text names. An end of being awake is never early, nor is an end of being
    /// asleep late: where a clock shows a time twice that is the second and the first.
    fn resolve(&self, text: &UntilText, state: State) -> Result<Timestamp, Refusal> {
        let own = self.reading.annotations.timezone.is_present();
        if text.needs_zone() && !own && !self.known.is_read() {
            return Err(self.unknown_hours());
        }
        let pick = match state {
            State::Asleep => Zone::start_of,
            State::Awake | State::Unmanaged => Zone::end_of,
        };
        let at = text
            .resolve(self.now, &self.reading.zone, pick)
            .ok_or(Refusal::OutOfRange)?;
        if at > self.now {
            return Ok(at);
        }
        Err(Refusal::Past {
            text: text.to_string(),
            at: when::full_clock(at, &self.reading.zone),
            now: when::full_clock(self.now, &self.reading.zone),
        })
    }

    fn check_puts_off(
        &self,
        end: Timestamp,
        text: &UntilText,
        state: State,
    ) -> Result<(), Refusal> {
        let next = self.next.ok_or_else(|| self.nothing_to_put_off())?;
        if end > next {
            return Ok(());
        }
        Err(Refusal::NotLater {
            text: text.to_string(),
            end: when::clock(end, self.now, &self.reading.zone),
            what: if state == State::Asleep {
                "wake"
            } else {
                "sleep"
            },
            next: when::bare_clock(next, self.now, &self.reading.zone),
        })
    }

    /// Whether the order would change nothing that anybody could see.
    ///
    /// With an order in force: the same end. Without one: the hours alone already do it, and no
    /// request or idling could make a difference.
    fn is_so(&self, order: &Order, end: Until, state: State) -> bool {
        let Reading {
            annotations, rules, ..
        } = &self.reading;
        let (this, other) = match state {
            State::Asleep => (&annotations.asleep_until, &annotations.awake_until),
            State::Awake | State::Unmanaged => {
                (&annotations.awake_until, &annotations.asleep_until)
            }
        };
        if this.value().is_some_and(|until| until.in_force(self.now)) {
            let same_reason = order.reason.is_none() || order.reason == annotations.override_reason;
            return this.value() == Some(&end) && !other.is_present() && same_reason;
        }
        let by_hours = match self.decision.reason {
            Reason::WorkingHours | Reason::OffHours | Reason::Holiday => true,
            Reason::NoRule
            | Reason::Excluded
            | Reason::InvalidRules
            | Reason::Override
            | Reason::Requested
            | Reason::Idle
            | Reason::Active => false,
        };
        let hangs_on_requests = rules.idle_after.is_some() || rules.kept_by_request.is_some();
        let outlasts = match end {
            Until::Instant(end) => self.next.is_none_or(|next| next >= end),
            Until::Forever => false,
        };
        let is_there = self.decision.state == state && by_hours && outlasts;
        self.known.is_read() && is_there && !hangs_on_requests && order.reason.is_none()
    }

    fn after(&self, changes: &BTreeMap<Key, Option<String>>, order: Option<Until>) -> After {
        let annotations = with_changes(self.annotations, changes);
        let reading = Reading::of(self.name, &annotations, self.known.config());
        let decision = reading.decide(self.now);
        let next = next_state(self.now, &reading.rules).map(|transition| transition.at);
        After {
            order,
            state: decision.state,
            reason: decision.reason,
            next,
        }
    }

    fn settled(
        &self,
        sentence: String,
        after: &After,
        changes: BTreeMap<Key, Option<String>>,
    ) -> Settled {
        let known = self.known.is_read();
        Settled {
            changes,
            sentence,
            state: known.then_some(after.state),
            until: after.next.filter(|_| known),
        }
    }

    fn nothing_to_put_off(&self) -> Refusal {
        Refusal::NothingToPutOff {
            namespace: self.name.to_owned(),
            state: self.decision.state,
        }
    }

    fn unknown_hours(&self) -> Refusal {
        Refusal::UnknownHours {
            namespace: self.name.to_owned(),
        }
    }

    fn without_effect(&self, verb: Verb, reason: Reason) -> Refusal {
        Refusal::WithoutEffect {
            namespace: self.name.to_owned(),
            verb,
            reason,
        }
    }
}
