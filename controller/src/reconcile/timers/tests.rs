//! A transition comes once, and as long as somebody has it.

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn the_first_transition_is_that_of_anybody_and_comes_once() {
    let mut timers = Timers::default();
    timers.change(None, Some(at(10)));
    timers.change(Some(at(10)), Some(at(20)));
    timers.change(None, Some(at(15)));
    assert_eq!(timers.next(), Some(at(15)));
    assert!(!timers.have_come(at(14)));
    assert!(timers.have_come(at(20)));
    assert!(!timers.have_come(at(99)));
    assert_eq!(timers.next(), None);
}

#[test]
fn a_transition_stays_as_long_as_somebody_has_it() {
    let mut timers = Timers::default();
    timers.change(None, Some(at(10)));
    timers.change(None, Some(at(10)));
    timers.change(Some(at(10)), None);
    assert_eq!(timers.next(), Some(at(10)));
    timers.change(Some(at(10)), None);
    assert_eq!(timers.next(), None);
}
