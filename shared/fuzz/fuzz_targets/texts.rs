//! Arbitrary bytes as every kind of text that a person can write about time.
//!
//! Nothing panics and nothing runs away: libFuzzer's own limits on memory (`-malloc_limit_mb`) and
//! time (`-timeout`) are the test. What is read must be shown in a form that reads back the same,
//! and a schedule must have an answer at both ends of time and at a change of the clock.
//!
//! `cargo +nightly fuzz run texts -- -malloc_limit_mb=64 -timeout=5`, in the folder `shared`.

#![no_main]
#![allow(
    clippy::disallowed_methods,
    reason = "the macro writes down the input that fails"
)]

use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;
use tarnfui_shared::holidays::{Holidays, HolidaysText};
use tarnfui_shared::schedule::{Schedule, ScheduleText};
use tarnfui_shared::text::{format_duration, parse_duration, parse_instant};
use tarnfui_shared::window::Hours;
use tarnfui_shared::zone::Zone;

/// The clock goes back in Paris.
const CHANGE: Timestamp = Timestamp::constant(1_792_890_000, 0);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match ScheduleText::parse(text) {
        Ok(read) => assert_eq!(ScheduleText::parse(&read.to_string()), Ok(read)),
        Err(fault) => assert!(fault.to_string().len() < 2048, "{fault}"),
    }
    if let Ok(read) = HolidaysText::parse(text) {
        assert_eq!(HolidaysText::parse(&read.to_string()), Ok(read));
    }
    if let Ok(read) = parse_duration(text) {
        assert_eq!(parse_duration(&format_duration(read)), Ok(read));
    }
    if let Ok(read) = parse_instant(text) {
        assert_eq!(parse_instant(&read.to_string()), Ok(read));
    }
    if let Ok(schedule) = Schedule::parse(text) {
        look(&schedule);
    }
});

/// Asks the hours of a schedule at instants that are hard.
fn look(schedule: &Schedule) {
    let hours = Hours::new(
        schedule,
        &Zone::utc(),
        &Holidays::none(),
        SignedDuration::ZERO,
    );
    for now in [Timestamp::MIN, CHANGE, Timestamp::MAX] {
        let standing = hours.at(now);
        assert!(standing.until.is_none_or(|until| until > now));
        assert!(standing.since.is_none_or(|since| since <= now));
    }
}
