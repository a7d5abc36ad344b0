//! The grammar: what is read and how it is shown.

mod faults;

use super::*;

/// Reads `text` and writes it back; what was written reads as the same value.
fn canonical(text: &str) -> String {
    let schedule = Schedule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let written = schedule.to_string();
    assert_eq!(
        Schedule::parse(&written).as_ref(),
        Ok(&schedule),
        "{written}"
    );
    written
}

#[test]
fn recurring_spans() {
    let check = |text: &str, expect: &str| assert_eq!(canonical(text), expect, "{text}");
    check("Mon-Fri 08:00-20:00", "Mon-Fri 08:00-20:00");
    check("08:00-20:00", "08:00-20:00");
    check("daily 8:00-9:30", "daily 08:00-09:30");
    check("WEEKDAYS 0:00-24:00", "Mon-Fri 00:00-24:00");
    check("weekends 10:00-12:00", "Sat-Sun 10:00-12:00");
    check("monday-FRI 08:00-20:00", "Mon-Fri 08:00-20:00");
    check("Fri-Mon 08:00-20:00", "Fri-Mon 08:00-20:00");
    check("Mon-Mon 08:00-20:00", "Mon 08:00-20:00");
    check("Tue-Mon 08:00-20:00", "daily 08:00-20:00");
    check("Fri 22:00-06:00", "Fri 22:00-06:00");
    check("22:00-00:00", "22:00-24:00");
    check("23:59-23:58", "23:59-23:58");
    check(
        "Mon 08:00-20:00 europe/paris",
        "Mon 08:00-20:00 Europe/Paris",
    );
    check("Mon 08:00-20:00 Etc/GMT-5", "Mon 08:00-20:00 Etc/GMT-5");
    check(
        "Mon 08:00-20:00 UTC, 09:00-10:00",
        "Mon 08:00-20:00 UTC, 09:00-10:00",
    );
}

#[test]
fn always_and_never() {
    let check = |text: &str, expect: &str| assert_eq!(canonical(text), expect, "{text}");
    check("always", "always");
    check(" ALWAYS\n", "always");
    check("00:00-24:00", "always");
    check("Never", "never");
    check("daily 00:00-24:00", "daily 00:00-24:00");
    check("00:00-24:00 UTC", "00:00-24:00 UTC");
    assert_eq!(Schedule::parse("always"), Ok(Schedule::always()));
    assert_eq!(Schedule::parse("never"), Ok(Schedule::never()));
}

#[test]
fn weekday_words_join_what_follows() {
    let check = |text: &str, expect: &str| assert_eq!(canonical(text), expect, "{text}");
    check("Mon,Wed,Fri 08:00-18:00", "Mon,Wed,Fri 08:00-18:00");
    check(
        "Mon , Wed-Thu\n,\tSat 08:00-18:00",
        "Mon,Wed-Thu,Sat 08:00-18:00",
    );
    check("weekends,Mon 08:00-18:00", "Sat-Mon 08:00-18:00");
    check(
        "Mon 08:00-09:00, Tue,Wed 10:00-11:00",
        "Mon 08:00-09:00, Tue-Wed 10:00-11:00",
    );
    assert_eq!(
        Schedule::parse("Mon,Wed,Fri 08:00-18:00")
            .unwrap()
            .spans()
            .len(),
        1
    );
}

#[test]
fn particular_days_and_absolute_spans() {
    let check = |text: &str, expect: &str| assert_eq!(canonical(text), expect, "{text}");
    check("2026-12-24", "2026-12-24");
    check("2026-12-24..2026-12-24", "2026-12-24");
    check("2026-12-24 .. 2026-12-26", "2026-12-24..2026-12-26");
    check("2026-12-24 8:00-12:00", "2026-12-24 08:00-12:00");
    check("2026-12-24 utc", "2026-12-24 UTC");
    check(
        "2026-12-24..2026-12-26 22:00 - 06:00 Europe/Paris",
        "2026-12-24..2026-12-26 22:00-06:00 Europe/Paris",
    );
    check(
        "2026-12-24T09:00:00+01:00-2026-12-24T12:00:00Z",
        "2026-12-24T08:00:00Z - 2026-12-24T12:00:00Z",
    );
    check(
        "2026-12-24T09:00:00-01:00 - 2026-12-24T12:00:00-01:00, Mon 08:00-09:00",
        "2026-12-24T10:00:00Z - 2026-12-24T13:00:00Z, Mon 08:00-09:00",
    );
}

#[test]
fn dates_never_join() {
    let schedule = Schedule::parse("2026-12-24, 2026-12-26 08:00-12:00").unwrap();
    let whole_day = |span: &Span| matches!(span, Span::Dates { times: None, .. });
    assert_eq!(
        schedule.spans().iter().map(whole_day).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn blanks_go_round_signs_and_between_words() {
    let check = |text: &str, expect: &str| assert_eq!(canonical(text), expect, "{text:?}");
    let expect = "Mon-Fri 08:00-20:00 UTC, Sat 09:00-10:00";
    check("Mon-Fri 08:00-20:00 UTC,Sat 09:00-10:00", expect);
    check(
        "  Mon \t-\r\nFri  08:00 -\n20:00\tUTC ,\n Sat 09:00- 10:00\n",
        expect,
    );
    let check = |text: &str, found: &str| {
        let error = Schedule::parse(text).expect_err(text);
        assert_eq!(error.found(), found, "{text:?}");
    };
    check("Mon-Fri08:00-20:00", "Fri08:00");
    check("Mon 08:00-20:00UTC", "20:00UTC");
    check("2026-12-2408:00-20:00", "2026-12-2408:00-20:00");
    check("2026-12-24UTC", "2026-12-24UTC");
    check("Mon\u{a0}08:00-20:00", "Mon\u{a0}08:00");
    check("Mon 08:00-20:00\u{2003}UTC", "20:00\u{2003}UTC");
    check("Mon 08:00\u{b}-20:00", "08:00\u{b}");
}

#[test]
fn names_are_for_annotations_and_do_not_nest() {
    let check = |text: &str, expect: &str| {
        assert_eq!(
            ScheduleText::parse(text).map(|read| read.to_string()),
            Ok(expect.to_owned())
        );
    };
    check("@office", "@office");
    check(" @office\n", "@office");
    check("Mon 8:00-9:00", "Mon 08:00-09:00");
    let check = |error: Result<(), TextError>, expect: &str| {
        assert_eq!(
            error.map_err(|error| error.to_string()),
            Err(expect.to_owned())
        );
    };
    let name = "expected 1 to 63 of a-z, 0-9 and -, with - neither first nor last";
    let read = |text: &str| ScheduleText::parse(text).map(drop);
    check(
        read("@Office"),
        &format!("name \"Office\" in \"@Office\": {name}; did you mean office?"),
    );
    check(
        read("@"),
        &format!("name missing at the end of \"@\": {name}"),
    );
    check(
        read("@a, Mon 8:00-9:00"),
        &format!("name \"a, Mon 8:00-9:00\" in \"@a, Mon 8:00-9:00\": {name}"),
    );
    let span = "expected days and times such as Mon-Fri 08:00-20:00, a date or an instant";
    let alone = "a named schedule stands alone, and names no other";
    check(
        Schedule::parse("@a").map(drop),
        &format!("span \"@a\": {span}; {alone}"),
    );
    check(
        read("Mon 8:00-9:00, @a"),
        &format!("span \"@a\" in \"Mon 8:00-9:00, @a\": {span}; {alone}"),
    );
}

#[test]
fn hints_for_what_is_often_meant_otherwise() {
    let check = |text: &str, expect: &[&str]| {
        let hints = Schedule::parse(text).unwrap().hints();
        assert_eq!(
            hints.iter().map(ToString::to_string).collect::<Vec<_>>(),
            expect,
            "{text}"
        );
    };
    check("Mon-Fri 08:00-12:00, Mon-Fri 13:00-17:00", &[]);
    check("Mon-Fri 08:00-12:00, daily 13:00-17:00", &[]);
    check("08:00-12:00, 13:00-17:00", &[]);
    check("08:00-12:00, Mon 13:00-17:00", &[]);
    check("2026-12-24, 2026-12-26", &[]);
    check("2026-12-24 UTC, 2026-12-26 08:00-12:00", &[]);
    check(
        "Mon-Fri 08:00-12:00, 13:00-17:00",
        &[
            "13:00-17:00 holds on every day, since it names no days: write \"Mon-Fri 13:00-17:00\" to keep to them, or \"daily 13:00-17:00\"",
        ],
    );
    check(
        "Mon 08:00-12:00 Europe/Paris, 13:00-17:00",
        &[
            "13:00-17:00 holds on every day in the zone of the namespace, since it names no days: write \"Mon 13:00-17:00\" to keep to them, or \"daily 13:00-17:00\"",
        ],
    );
    check(
        "2026-12-24, 2026-12-26 08:00-12:00",
        &[
            "2026-12-24 is the whole day, since dates do not join: write \"2026-12-24 08:00-12:00\" for those hours only",
        ],
    );
    check(
        "2026-12-20..2026-12-24, 2026-12-26 08:00-12:00",
        &[
            "2026-12-20..2026-12-24 are whole days, since dates do not join: write \"2026-12-20..2026-12-24 08:00-12:00\" for those hours only",
        ],
    );
}
