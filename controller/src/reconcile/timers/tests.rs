//! A boundary is due once, and a namespace has one.

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn a_namespace_has_one_boundary_and_it_is_due_once() {
    let mut timers = Timers::default();
    timers.set("shop", Some(at(10)));
    timers.set("shop", Some(at(20)));
    timers.set("blog", Some(at(15)));
    assert_eq!(timers.next(), Some(at(15)));
    assert_eq!(timers.take_due(at(14)), []);
    assert_eq!(
        timers.take_due(at(20)),
        [("blog".into(), at(15)), ("shop".into(), at(20))]
    );
    assert_eq!(timers.take_due(at(99)), []);
    assert_eq!(timers.next(), None);
}

#[test]
fn a_boundary_can_be_taken_away() {
    let mut timers = Timers::default();
    timers.set("shop", Some(at(10)));
    timers.set("shop", None);
    assert_eq!(timers.next(), None);
    assert_eq!(timers.take_due(at(99)), []);
}
