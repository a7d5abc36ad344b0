//! What holds for every text: whatever is written is read or refused, never more.

use proptest::prelude::*;
use tarnfui_shared::holidays::{DateRange, HolidaysText};
use tarnfui_shared::schedule::{MAX_SPANS, Schedule, ScheduleText};
use tarnfui_shared::text::{
    MAX_DURATION, MIN_DURATION, TextError, format_duration, parse_date, parse_duration,
    parse_instant, parse_name,
};
use tarnfui_shared::zone::Zone;

use super::strategies;

/// What a sentence about a fault can come to: 64 bytes of what was found and 100 of what is round
/// it, each byte at most six when escaped, and our own words.
const MAX_SENTENCE: usize = 6 * (64 + 100) + 300;

/// Reads `text` in every way there is.
fn read_all(text: &str) -> Result<(), TestCaseError> {
    let faults: [Option<TextError>; 8] = [
        Schedule::parse(text).err(),
        ScheduleText::parse(text).err(),
        HolidaysText::parse(text).err(),
        DateRange::parse(text).err(),
        Zone::parse(text).err(),
        parse_duration(text).err(),
        parse_instant(text).err(),
        parse_name(text).err(),
    ];
    for fault in faults.into_iter().flatten().chain(parse_date(text).err()) {
        let sentence = fault.to_string();
        prop_assert!(sentence.len() <= MAX_SENTENCE, "{sentence}");
        prop_assert!(!sentence.contains('\n'), "{sentence}");
        prop_assert!(
            fault.at() <= text.len() && text.is_char_boundary(fault.at()),
            "{fault}"
        );
    }
    if let Ok(schedule) = Schedule::parse(text) {
        prop_assert!(schedule.spans().len() <= MAX_SPANS);
        prop_assert!(schedule.hints().len() <= MAX_SPANS);
    }
    Ok(())
}

/// Texts that look right for the most part: pieces of the grammar in any order.
fn almost() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "Mon",
            "Fri",
            "daily",
            "always",
            "@",
            "-",
            "..",
            ",",
            " ",
            "\n",
            "08:00",
            "24:00",
            "8",
            ":",
            "2026-12-24",
            "T08:00:00",
            "Z",
            "+01:00",
            "Europe/Paris",
            "utc",
            "1h",
            "30m",
            "\u{a0}",
            "\u{2013}",
            "\u{1f600}",
            "0",
        ][..],
    );
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn pieces_of_the_grammar_are_read_or_refused(text in almost()) {
        read_all(&text)?;
    }

    #[test]
    fn long_texts_are_read_or_refused(text in almost(), times in 1_usize..400) {
        read_all(&text.repeat(times))?;
    }

    #[test]
    fn a_schedule_reads_back_as_it_was_shown(text in strategies::schedule()) {
        let schedule = Schedule::parse(&text).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let shown = schedule.to_string();
        prop_assert_eq!(Schedule::parse(&shown), Ok(schedule), "{}", shown);
    }

    #[test]
    fn holidays_read_back_as_they_were_shown(
        dates in prop::collection::vec(strategies::date_range(), 1..10),
        name in prop::option::of("[a-z]([a-z0-9-]{0,20}[a-z0-9])?"),
    ) {
        let text = dates.into_iter().chain(name.map(|name| format!("@{name}"))).collect::<Vec<_>>();
        let read = HolidaysText::parse(&text.join(","));
        let holidays = read.map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        prop_assert_eq!(HolidaysText::parse(&holidays.to_string()), Ok(holidays));
    }

    #[test]
    fn a_duration_reads_back_as_it_was_shown(minutes in MIN_DURATION.as_mins()..=MAX_DURATION.as_mins()) {
        let duration = jiff::SignedDuration::from_mins(minutes);
        prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
    }

    #[test]
    fn an_instant_reads_back_as_it_was_shown(second in 0_i64..221_845_392_000, nanos in 0..1_000_000_000) {
        let instant = jiff::Timestamp::new(second, nanos).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(parse_instant(&instant.to_string()), Ok(instant));
    }
}
