//! A decision over a span of time, from end to end.

use jiff::Timestamp;
use tarnfui_shared::decide::{Activity, Reason, State, decide};
use tarnfui_shared::rules::Rules;

/// The most looks at one timeline: 64 spans a day, each with two ends and a holiday that may begin
/// and end beside it, for 400 days. Rules that change more often can't be written.
const MAX_LOOKS: usize = 64 * 4 * 401;

/// A stretch of time in which state and reason stay the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// The first instant inside.
    pub start: Timestamp,
    /// The first instant behind it.
    pub end: Timestamp,
    /// The state.
    pub state: State,
    /// Why.
    pub reason: Reason,
}

impl Segment {
    /// How long it is, in seconds.
    pub fn seconds(&self) -> i64 {
        self.end.duration_since(self.start).as_secs()
    }
}

/// What is decided by `rules` from `from` until `to`, without any request: segments without a gap,
/// of which no two neighbours say the same.
///
/// ```
/// use kubectl_tarnfui::reading::{Reading, timeline};
/// use tarnfui_shared::config::Config;
/// let schedule = ("tarnfui.io/schedule".to_owned(), "Mon-Fri 08:00-20:00".to_owned());
/// let reading = Reading::of("shop", &[schedule].into(), &Config::default());
/// // A Monday, in UTC.
/// let at = |text: &str| text.parse().unwrap();
/// let day = timeline(at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z"), &reading.rules);
/// let states: Vec<String> = day.iter().map(|it| format!("{} {}", it.seconds() / 3600, it.state)).collect();
/// assert_eq!(states, ["8 Asleep", "12 Awake", "4 Asleep"]);
/// ```
pub fn timeline(from: Timestamp, to: Timestamp, rules: &Rules) -> Vec<Segment> {
    let mut found: Vec<Segment> = Vec::new();
    let mut at = from;
    for _ in 0..MAX_LOOKS {
        if at >= to {
            break;
        }
        let decision = decide(at, rules, &Activity::default());
        let end = decision.until.filter(|until| *until > at).unwrap_or(to);
        let (state, reason, end) = (decision.state, decision.reason, end.min(to));
        match found.last_mut() {
            Some(last) if (last.state, last.reason) == (state, reason) => last.end = end,
            Some(_) | None => found.push(Segment {
                start: at,
                end,
                state,
                reason,
            }),
        }
        at = end;
    }
    found
}
