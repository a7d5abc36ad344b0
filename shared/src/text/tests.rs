//! Durations, dates, instants, names, and what an error says of a text.

use jiff::SignedDuration;

use super::*;

#[test]
fn durations_are_days_hours_and_minutes_in_that_order() {
    let check = |text: &str, minutes: i64| {
        assert_eq!(
            parse_duration(text),
            Ok(SignedDuration::from_mins(minutes)),
            "{text}"
        );
    };
    check("1m", 1);
    check("90m", 90);
    check("1h30m", 90);
    check("0h30m", 30);
    check("24h", 24 * 60);
    check("1d2h3m", 26 * 60 + 3);
    check("30d", 30 * 24 * 60);
    check("43200m", 30 * 24 * 60);
    check(" 10m\n", 10);
}

#[test]
fn durations_are_nothing_else() {
    let check = |text: &str, expect: &str| {
        let error = parse_duration(text).map_err(|error| error.to_string());
        assert_eq!(error, Err(expect.to_owned()), "{text}");
    };
    let form = "expected days, hours and minutes, as in 30m, 1h30m or 2d";
    for text in [
        "30", "h", "1H", "1h 30m", "30m1h", "1h1h", "-1h", "+1h", "1.5h", "90s", "1w", "1h30", "٣m",
    ] {
        check(text, &format!("duration {text:?}: {form}"));
    }
    check("", &format!("duration is empty: {form}"));
    check(
        "99999999999999999999m",
        &format!("duration \"99999999999999999999m\": {form}"),
    );
    check(
        "9223372036854775807d",
        &format!("duration \"9223372036854775807d\": {form}"),
    );
    check("0m", "duration \"0m\": expected from 1m to 30d");
    check("30d1m", "duration \"30d1m\": expected from 1m to 30d");
    check("365d", "duration \"365d\": expected from 1m to 30d");
}

#[test]
fn durations_are_written_with_the_largest_units_first() {
    let check = |seconds: i64, expect: &str| {
        assert_eq!(format_duration(SignedDuration::from_secs(seconds)), expect);
    };
    check(60, "1m");
    check(90 * 60, "1h30m");
    check(36 * 3600, "1d12h");
    check(86_400 + 60, "1d1m");
    check(119, "1m");
    check(59, "0m");
    check(0, "0m");
    check(-3600, "0m");
}

#[test]
fn dates_are_four_two_and_two_digits() {
    let check = |text: &str, expect: Option<&str>| {
        assert_eq!(
            parse_date(text).ok().map(|d| d.to_string()).as_deref(),
            expect,
            "{text}"
        );
    };
    check("2026-12-24", Some("2026-12-24"));
    check("\t2028-02-29\n", Some("2028-02-29"));
    check("1970-01-01", Some("1970-01-01"));
    check("9000-12-31", Some("9000-12-31"));
    for text in [
        "1969-12-31",
        "9001-01-01",
        "2027-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-1-5",
        "26-12-24",
        "+2026-12-24",
        "02026-12-24",
        "20261224",
        "2026-W52-4",
        "2026-12-24T00",
        "2026-12-24Z",
        "2026-12-24 x",
        "2026/12/24",
        "",
        "2026-12-2\u{663}",
    ] {
        check(text, None);
    }
}

#[test]
fn instants_are_strictly_rfc_3339() {
    let check = |text: &str, expect: &str| {
        assert_eq!(
            parse_instant(text).map(|at| at.to_string()),
            Ok(expect.to_owned()),
            "{text}"
        );
    };
    check("2026-12-24T08:00:00Z", "2026-12-24T08:00:00Z");
    check("2026-12-24t08:00:00z", "2026-12-24T08:00:00Z");
    check("2026-12-24T09:00:00+01:00", "2026-12-24T08:00:00Z");
    check("2026-12-24T02:30:00-05:30", "2026-12-24T08:00:00Z");
    check("2026-12-24T08:00:00-00:00", "2026-12-24T08:00:00Z");
    check("2026-12-24T08:00:00.25Z", "2026-12-24T08:00:00.25Z");
    check(
        "2026-12-24T08:00:00.123456789Z",
        "2026-12-24T08:00:00.123456789Z",
    );
    check("1970-01-01T00:00:00+23:59", "1969-12-31T00:01:00Z");
}

#[test]
fn what_only_looks_like_an_instant_is_refused() {
    for text in [
        "2026-12-24",
        "2026-12-24T08:00Z",
        "2026-12-24T08:00:00",
        "2026-12-24 08:00:00Z",
        "2026-12-24T08:00:00+01",
        "2026-12-24T08:00:00+0100",
        "2026-12-24T08:00:00+24:00",
        "2026-12-24T08:00:00+01:60",
        "2026-12-24T24:00:00Z",
        "2026-12-24T08:60:00Z",
        "2026-12-24T23:59:60Z",
        "2026-12-24T08:00:00.Z",
        "2026-12-24T08:00:00.1234567890Z",
        "2026-12-24T08:00:00,5Z",
        "2026-12-24T08:00:00Z[UTC]",
        "2026-02-30T08:00:00Z",
        "2026-12-24T8:00:00Z",
        "+002026-12-24T08:00:00Z",
        "9001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2026-12-24T08:00:00\u{2212}01:00",
        "now",
        "forever",
        "",
    ] {
        assert!(parse_instant(text).is_err(), "{text}");
    }
    let check = |text: &str, expect: &str| {
        let error = parse_instant(text).map_err(|error| error.to_string());
        assert_eq!(error, Err(expect.to_owned()));
    };
    let form = "expected an RFC 3339 instant, as in 2026-12-24T08:00:00Z or \
                2026-12-24T09:00:00+01:00";
    check("tomorrow", &format!("instant \"tomorrow\": {form}"));
    check(
        "2026-12-24T08:00Z",
        &format!("instant \"2026-12-24T08:00Z\": {form}; seconds are not optional"),
    );
    check(
        "2026-12-24T08:00:00",
        &format!(
            "instant \"2026-12-24T08:00:00\": {form}; it ends with Z or an offset such as +01:00"
        ),
    );
}

#[test]
fn names_are_dns_labels() {
    for name in ["a", "9", "office", "office-hours", "a--b", &"x".repeat(63)] {
        assert_eq!(parse_name(name), Ok(name.to_owned()));
    }
    for name in [
        "",
        "-a",
        "a-",
        "a_b",
        "a.b",
        "a b",
        "é",
        "@a",
        &"x".repeat(64),
    ] {
        assert!(parse_name(name).is_err(), "{name}");
    }
    let fault = parse_name("Office").map_err(|fault| fault.to_string());
    let expect = "name \"Office\": expected 1 to 63 of a-z, 0-9 and -, with - neither first nor \
                  last; did you mean office?";
    assert_eq!(fault, Err(expect.to_owned()));
}

#[test]
fn a_guess_is_near_or_none() {
    let words = ["Mon", "Tue", "Thu", "weekdays", "Thursday"];
    let check = |word: &str, expect: Option<&str>| {
        assert_eq!(did_you_mean(word, words), expect, "{word}");
    };
    check("mon", Some("Mon"));
    check("Mo", Some("Mon"));
    check("Mn", Some("Mon"));
    check("Thurs", Some("Thursday"));
    check("weekday", Some("weekdays"));
    check("wekdays", Some("weekdays"));
    check("wekedays", Some("weekdays"));
    check("Xyz", None);
    check("M", None);
    check("", None);
    check(&"Mon".repeat(100), None);
}

#[test]
fn an_error_shows_a_bounded_and_visible_part_of_the_text() {
    let long = "x".repeat(MAX_VALUE_BYTES);
    let error = parse_duration(&long).unwrap_err();
    assert_eq!(error.found().len(), MAX_FOUND_BYTES + "...".len());
    assert!(error.to_string().len() < 400, "{error}");

    let text = format!(
        "{}, Mo 08:00-18:00",
        "Tue 08:00-18:00, ".repeat(20).trim_end_matches(", ")
    );
    let error = crate::schedule::Schedule::parse(&text).unwrap_err();
    assert_eq!(&text[error.at()..error.at() + 2], "Mo");
    assert!(
        error
            .to_string()
            .contains("\"Mo\" in \"...ue 08:00-18:00, Tue "),
        "{error}"
    );

    // A cut never falls into a character, and nothing of the text reaches a terminal raw.
    let error = parse_duration(&"\u{1f600}\u{202e}\n".repeat(50)).unwrap_err();
    assert!(error.to_string().is_ascii() || !error.to_string().contains(['\u{202e}', '\n']));
}

#[test]
fn characters_that_only_look_right_get_a_hint() {
    let check = |text: &str, expect: &str| {
        let error = crate::schedule::Schedule::parse(text).unwrap_err();
        assert_eq!(error.hint(), Some(expect), "{text}: {error}");
    };
    check("Mon\u{2013}Fri 08:00-18:00", "write - instead of \u{2013}");
    check("Mon-Fri 08:00\u{2013}18:00", "write - instead of \u{2013}");
    check("Mon-Fri\u{a0}08:00-18:00", "U+00A0 is not a plain blank");
    check("Mon-Fri 08:00-18:00\u{200b}", "U+200B is not a plain blank");
    check("\u{feff}Mon-Fri 08:00-18:00", "U+FEFF is not a plain blank");
    check(
        "2026-12-24\u{2026}2026-12-26",
        "write .. instead of \u{2026}",
    );
}

#[test]
fn the_limit_of_a_value_counts_bytes() {
    let check = |length: usize, fits: bool| {
        let text = format!("{}always", " ".repeat(length - "always".len()));
        assert_eq!(
            crate::schedule::Schedule::parse(&text).is_ok(),
            fits,
            "{length}"
        );
    };
    check(MAX_VALUE_BYTES, true);
    check(MAX_VALUE_BYTES + 1, false);
}
