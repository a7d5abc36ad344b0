//! The sentence that says what will be true.
//!
//! It is made from the decision as it will be, never from what was asked for: an order that ends
//! within the hours does not end the waking, and the sentence must not say so.

use jiff::Timestamp;
use tarnfui_shared::annotations::Until;
use tarnfui_shared::decide::{Reason, State};

use super::before::{After, Before};
use crate::error::one_line;
use crate::when;

/// `namespace/shop stays awake until 22:00 CET (in 3 h; sleep was due at 20:00)`
pub(super) fn given(before: &Before<'_>, after: &After, state: State) -> String {
    let verb = match (
        before.known.is_read(),
        before.decision.state == state,
        state,
    ) {
        (false, _, State::Asleep) => "is to be asleep",
        (false, _, State::Awake | State::Unmanaged) => "is to be awake",
        (true, true, State::Asleep) => "stays asleep",
        (true, true, State::Awake | State::Unmanaged) => "stays awake",
        (true, false, State::Asleep) => "goes to sleep",
        (true, false, State::Awake | State::Unmanaged) => "wakes and stays awake",
    };
    let mut asides = Vec::new();
    let end = end(before, after, &mut asides);
    asides.extend(due(before));
    asides.extend(replaced(before));
    if after.reason == Reason::InvalidRules {
        asides.push("its rules can't be read, which keeps it awake as well".to_owned());
    }
    with_asides(format!("namespace/{} {verb} {end}", before.name), &asides)
}

/// `namespace/shop is already awake until 20:00 CET (in 1 h)`
pub(super) fn so_already(before: &Before<'_>, after: &After) -> String {
    let mut asides = Vec::new();
    let end = match (after.next, after.order) {
        (Some(next), _) => lasting(before, next, &mut asides),
        (None, Some(order)) => when::until(order, before.now, &before.reading.zone),
        (None, None) => String::new(),
    };
    let by = in_force(before).and_then(|_| who(before));
    asides.extend(by.map(|by| format!("by order of {by}")));
    let text = format!(
        "namespace/{} is already {} {end}",
        before.name,
        word(after.state)
    );
    with_asides(text.trim_end().to_owned(), &asides)
}

/// `namespace/shop goes by its hours again: asleep until Mon 08:00 CET (in 19 h)`
pub(super) fn resumed(before: &Before<'_>, after: &After, had_order: bool) -> String {
    let mut asides = Vec::new();
    let end = after.next.map(|next| lasting(before, next, &mut asides));
    let end = end.map(|end| format!(" {end}")).unwrap_or_default();
    let outcome = match (before.known.is_read(), after.reason) {
        (false, _) => String::new(),
        (true, Reason::NoRule) => ": it has no other rule, and is left alone".to_owned(),
        (true, Reason::InvalidRules) => ": awake, because they can't be read".to_owned(),
        (true, _) => format!(": {}{end}", word(after.state)),
    };
    asides.extend(replaced(before).filter(|_| had_order));
    let verb = if had_order {
        "goes by its hours again"
    } else {
        "has no order to take back"
    };
    with_asides(
        format!("namespace/{} {verb}{outcome}", before.name),
        &asides,
    )
}

/// Until when the ordered state lasts, which may be longer than the order.
fn end(before: &Before<'_>, after: &After, asides: &mut Vec<String>) -> String {
    let zone = &before.reading.zone;
    let Some(order) = after.order else {
        return String::new();
    };
    let ends_at = order.instant();
    if !before.known.is_read() {
        asides.push("the hours are unknown".to_owned());
    }
    match (ends_at, after.next) {
        (None, _) => when::until(order, before.now, zone),
        (Some(at), Some(next)) if next > at => {
            let text = lasting(before, next, asides);
            asides.push(format!(
                "the order ends at {}",
                when::bare_clock(at, before.now, zone)
            ));
            text
        }
        (Some(at), None) if before.known.is_read() => {
            let at = when::clock(at, before.now, zone);
            asides.push("no change is due after that".to_owned());
            format!("until at least {at}")
        }
        (Some(at), _) => lasting(before, at, asides),
    }
}

fn lasting(before: &Before<'_>, at: Timestamp, asides: &mut Vec<String>) -> String {
    asides.insert(0, when::countdown(at, before.now));
    format!(
        "until {}",
        when::clock(at, before.now, &before.reading.zone)
    )
}

/// The transition that the order comes before, or puts off.
fn due(before: &Before<'_>) -> Option<String> {
    let next = before.next.filter(|_| before.known.is_read())?;
    // What an order in force would have ended by is told as what is replaced.
    if before.decision.reason == Reason::Override {
        return None;
    }
    let what = match before.decision.state {
        State::Awake => "sleep",
        State::Asleep => "wake",
        State::Unmanaged => return None,
    };
    Some(format!(
        "{what} was due at {}",
        when::bare_clock(next, before.now, &before.reading.zone)
    ))
}

/// The order in force that this one takes the place of.
fn replaced(before: &Before<'_>) -> Option<String> {
    let (state, until) = in_force(before)?;
    let until = when::until(until, before.now, &before.reading.zone);
    let by = who(before)
        .map(|by| format!(" by {by}"))
        .unwrap_or_default();
    Some(format!("replaces {} {until}{by}", word(state)))
}

/// The order in force: of two, the one that wins.
fn in_force(before: &Before<'_>) -> Option<(State, Until)> {
    let annotations = &before.reading.annotations;
    let of = |until: Option<&Until>| until.copied().filter(|it| it.in_force(before.now));
    let awake = of(annotations.awake_until.value()).map(|until| (State::Awake, until));
    let asleep = of(annotations.asleep_until.value()).map(|until| (State::Asleep, until));
    awake.or(asleep)
}

fn who(before: &Before<'_>) -> Option<String> {
    before
        .reading
        .annotations
        .override_by
        .as_deref()
        .map(one_line)
        .filter(|by| !by.is_empty())
}

fn word(state: State) -> &'static str {
    match state {
        State::Awake => "awake",
        State::Asleep => "asleep",
        State::Unmanaged => "not managed",
    }
}

fn with_asides(text: String, asides: &[String]) -> String {
    if asides.is_empty() {
        text
    } else {
        format!("{text} ({})", asides.join("; "))
    }
}
