//! Errors planted in the windows, to see that the comparison finds them.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousTimestamp, TimeZone};
use jiff::{SignedDuration, Timestamp};
use tarnfui_shared::schedule::{Span, Times};
use tarnfui_shared::window::Standing;

use super::brute::{Case, time_zone};
use super::compare::{Change, changes, compare};
use super::{FIRST, LAST, NEAR, beside_quarters};

/// Which of two instants a civil time stands for.
type Choice = fn(AmbiguousTimestamp) -> Timestamp;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[test]
fn an_end_that_is_a_minute_off_is_found() {
    let case = Case::new("Mon-Fri 08:00-20:00", "Europe/Paris");
    let hours = case.hours();
    let later = |at: Timestamp| {
        let standing = hours.at(at);
        Standing {
            open: standing.open || hours.at(at - MINUTE).open,
            ..standing
        }
    };
    let earlier = |at: Timestamp| {
        let standing = hours.at(at);
        Standing {
            open: standing.open && hours.at(at + MINUTE).open,
            ..standing
        }
    };
    let week: Vec<i64> = (FIRST..FIRST + 7 * 24 * 60).collect();
    assert!(compare(&case, later, &week).is_err());
    assert!(compare(&case, earlier, &week).is_err());
    assert!(compare(&case, |at| hours.at(at), &week).is_ok());
}

#[test]
fn a_next_change_that_is_a_minute_off_is_found() {
    let case = Case::new("Mon-Fri 08:00-20:00", "Europe/Paris");
    let hours = case.hours();
    let week: Vec<i64> = (FIRST..FIRST + 7 * 24 * 60).collect();
    for off in [MINUTE, -MINUTE] {
        let wrong = |at: Timestamp| {
            let standing = hours.at(at);
            Standing {
                until: standing.until.map(|until| until + off),
                ..standing
            }
        };
        assert!(compare(&case, wrong, &week).is_err(), "{off}");
    }
}

#[test]
fn the_wrong_one_of_two_instants_is_found() {
    let start: Choice = |civil| civil.earlier().expect("an instant");
    let end: Choice = |civil| civil.later().expect("an instant");
    // jiff's own readings of a time that comes twice; those of a time that never comes are wrong
    // either way.
    let back = changes("Europe/Paris", FIRST, LAST)[1];
    assert_eq!(back.after - back.before, -60);
    assert!(finds(&back, start, end).is_none());
    assert!(
        finds(&back, end, end).is_some(),
        "a start that is the second of two"
    );
    assert!(
        finds(&back, start, start).is_some(),
        "an end that is the first of two"
    );
}

#[test]
fn another_reading_of_a_time_that_never_comes_is_found() {
    let earlier: Choice = |civil| civil.earlier().expect("an instant");
    let later: Choice = |civil| civil.later().expect("an instant");
    let forward = changes("Europe/Paris", FIRST, LAST)[0];
    assert_eq!(forward.after - forward.before, 60);
    assert!(finds(&forward, earlier, later).is_some());
    assert!(finds(&forward, later, earlier).is_some());
    assert!(finds(&forward, earlier, earlier).is_some());
    assert!(finds(&forward, later, later).is_some());
}

/// The first disagreement of windows whose ends are chosen like this, round a change.
fn finds(change: &Change, start: Choice, end: Choice) -> Option<String> {
    let zone = "Europe/Paris";
    super::cases::round(change, zone)
        .into_iter()
        .find_map(|case| {
            let look = |at: Timestamp| {
                let open = is_open(&case, &time_zone(zone), at, (start, end));
                // What the brute-force reading is compared with is the state alone.
                Standing {
                    open,
                    ..case.hours().at(at)
                }
            };
            let minutes = beside_quarters(change.minute, NEAR);
            compare(&case, look, &minutes)
                .err()
                .map(|error| error.to_string())
        })
}

/// Whether an instant is in a daily span, by these choices.
fn is_open(case: &Case, zone: &TimeZone, at: Timestamp, (start, end): (Choice, Choice)) -> bool {
    let Some(Span::Recurring { times, .. }) = case.schedule.spans().first() else {
        return false;
    };
    let today = zone.to_datetime(at).date();
    let place = |civil: DateTime, choose: Choice| choose(zone.to_ambiguous_timestamp(civil));
    let holds = |day: Date, times: Times| {
        place(times.start_on(day), start) <= at && at < place(times.end_on(day), end)
    };
    let days = [today.yesterday(), Ok(today), today.tomorrow()];
    days.into_iter().flatten().any(|day| holds(day, *times))
}
