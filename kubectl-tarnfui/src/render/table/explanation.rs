//! `explain`: a sentence, the rule that won, where each value comes from, and what comes next.

use jiff::Timestamp;
use tarnfui_shared::decide::{Reason, State, Verdict};
use tarnfui_shared::problem::Problem;

use super::strip::{legend, strip};
use super::{Layout, Table};
use crate::error::one_line;
use crate::render::lines;
use crate::view::{ChainRow, Explanation};
use crate::when;

const CHAIN: &[&str] = &["RULE", "FITS", "WOULD WIN IF"];

/// The value last: a long one is cut at the width of the terminal, and hides nothing else.
const VALUES: &[&str] = &["KEY", "FROM", "VALUE"];

const TRANSITIONS: &[&str] = &["NEXT", "STATE", "WHY"];

/// Explanations for people, at `now`.
pub fn explanations(now: Timestamp, all: &[Explanation], layout: Layout) -> String {
    let texts: Vec<String> = all.iter().map(|it| explanation(now, it, layout)).collect();
    texts.join("\n")
}

fn explanation(now: Timestamp, explained: &Explanation, layout: Layout) -> String {
    let detail = &explained.detail;
    let mut text = sentence(now, explained);
    let mut chain = Table::new(CHAIN);
    for row in &explained.chain {
        chain.push(chain_row(row));
    }
    let mut values = Table::new(VALUES);
    for row in &explained.values {
        values.push([
            row.key.clone(),
            row.origin.as_str().to_owned(),
            row.value.clone().unwrap_or_default(),
        ]);
    }
    let week = detail.week.as_ref();
    let week = week.map(|week| format!("{}{}", strip(week), legend([week])));
    let mut transitions = Table::new(TRANSITIONS);
    for next in &explained.transitions {
        let at = when::full_clock(next.at, &detail.zone);
        transitions.push([at, next.state.to_string(), next.reason.to_string()]);
    }
    for part in [
        chain.render(layout),
        values.render(layout),
        week.unwrap_or_default(),
        transitions.render(layout),
        problems(&explained.problems),
    ] {
        if !part.is_empty() {
            text.push('\n');
            text.push_str(&part);
        }
    }
    text
}

/// `namespace/shop is asleep until Mon 08:00 CET (in 19 h)`, and the rule behind it.
fn sentence(now: Timestamp, explained: &Explanation) -> String {
    let name = match &explained.workload {
        Some(workload) => format!("{workload} in {}", explained.namespace),
        None => format!("namespace/{}", explained.namespace),
    };
    let (Some(state), Some(reason)) = (explained.state, explained.reason) else {
        return format!("{name}: unknown, because the configuration can't be read\n");
    };
    let word = match state {
        State::Awake => "awake",
        State::Asleep => "asleep",
        State::Unmanaged => "not managed",
    };
    let until = explained.detail.ends_at.map(|at| {
        let clock = when::clock(at, now, &explained.detail.zone);
        format!(" until {clock} ({})", when::countdown(at, now))
    });
    let until = until.unwrap_or_default();
    let number = explained.rule.unwrap_or_default();
    format!(
        "{name} is {word}{until}\nrule {number}: {reason}, {}\n",
        rule(reason)
    )
}

/// A rule with what became of it: `4 Override awake   no   somebody orders it: ...`.
fn chain_row(row: &ChainRow) -> [String; 3] {
    let state = match (row.reason, row.state) {
        (Reason::Override, State::Asleep) => " asleep",
        (Reason::Override, State::Awake | State::Unmanaged) => " awake",
        _ => "",
    };
    let fits = match row.verdict {
        Verdict::Passed | Verdict::NotTried => "no",
        Verdict::Won => "yes",
    };
    [
        format!("{} {}{state}", row.rule, row.reason),
        fits.to_owned(),
        row.wins_if.clone().unwrap_or_default(),
    ]
}

/// What the rule says.
fn rule(reason: Reason) -> &'static str {
    match reason {
        Reason::NoRule => "nothing says when it should sleep, or the configuration leaves it out",
        Reason::Excluded => "an annotation says hands off",
        Reason::InvalidRules => "a rule can't be read, and when in doubt it is awake",
        Reason::Override => "a person's order",
        Reason::Requested => "outside its hours, but called for lately",
        Reason::OffHours => "outside its hours",
        Reason::Holiday => "a day without working hours",
        Reason::Idle => "nobody called for long enough",
        Reason::WorkingHours => "within its hours",
        Reason::Active => "no schedule, and not idle",
    }
}

/// Problems for people, one a line, their hints below them; never cut, because the end of a
/// message is where the help is.
pub(super) fn problems(problems: &[Problem]) -> String {
    lines(problems.iter().flat_map(|problem| {
        let Problem {
            workload,
            key,
            code,
            message,
            hint,
        } = problem;
        let kind = if code.is_notice() { "note" } else { "problem" };
        let whose = workload
            .as_ref()
            .map(|it| format!("{it}: "))
            .unwrap_or_default();
        let told = one_line(&format!("{kind}: {whose}{key}: {message} ({code})"));
        let hint = hint
            .as_ref()
            .map(|hint| format!("  hint: {}", one_line(hint)));
        std::iter::once(told).chain(hint)
    }))
}
