//! Lists of holidays as text, and sets of days.

use jiff::civil::date;

use super::*;

#[test]
fn dates_ranges_and_names_may_be_mixed() {
    let check = |text: &str, expect: &str| {
        let read = HolidaysText::parse(text).map(|holidays| holidays.to_string());
        assert_eq!(read, Ok(expect.to_owned()), "{text}");
    };
    check("2026-12-25", "2026-12-25");
    check(
        "2026-12-25, 2026-12-28..2026-12-31, @france",
        "2026-12-25, 2026-12-28..2026-12-31, @france",
    );
    check(
        "\n@france ,\t2026-12-28 .. 2026-12-31,2026-12-25 ",
        "2026-12-28..2026-12-31, 2026-12-25, @france",
    );
    check("2026-12-25..2026-12-25", "2026-12-25");
    check("@a,@b-2", "@a, @b-2");
}

#[test]
fn faults_name_their_place() {
    let check = |text: &str, at: usize, expect: &str| {
        let error = HolidaysText::parse(text).expect_err(text);
        assert_eq!((error.at(), error.to_string().as_str()), (at, expect));
    };
    let entry = "expected a date, first..last or @calendar, as in \"2026-12-25, @france\"";
    let a_date = "expected a date as YYYY-MM-DD, in the years 1970 to 9000";
    check("", 0, &format!("holidays is empty: {entry}"));
    check(" \n", 0, &format!("holidays is empty: {entry}"));
    check(
        "2026-12-25,",
        11,
        &format!("holiday missing at the end of \"2026-12-25,\": {entry}"),
    );
    check(
        ",2026-12-25",
        0,
        &format!("holiday \",\" in \",2026-12-25\": {entry}"),
    );
    check("25.12.2026", 0, &format!("date \"25.12.2026\": {a_date}"));
    check(
        "2026-12-25 2026-12-26",
        11,
        "holiday \"2026-12-26\" in \"2026-12-25 2026-12-26\": expected a comma or nothing behind a holiday",
    );
    check(
        "2026-12-31..2026-12-28",
        0,
        "dates \"2026-12-31..2026-12-28\": expected the first day before the last; did you mean 2026-12-28..2026-12-31?",
    );
    check(
        "2026-12-25..",
        12,
        &format!("date missing at the end of \"2026-12-25..\": {a_date}"),
    );
    check(
        "2026-12-25, @France",
        13,
        "name \"France\" in \"2026-12-25, @France\": expected 1 to 63 of a-z, 0-9 and -, with - neither first nor last; did you mean france?",
    );
    check(
        "@",
        1,
        "name missing at the end of \"@\": expected 1 to 63 of a-z, 0-9 and -, with - neither first nor last",
    );
    check("christmas", 0, &format!("date \"christmas\": {a_date}"));
}

#[test]
fn at_most_365_entries() {
    let text = |count: usize| vec!["2026-12-25"; count].join(",");
    assert!(HolidaysText::parse(&text(MAX_HOLIDAYS)).is_ok());
    let error = HolidaysText::parse(&text(MAX_HOLIDAYS + 1)).unwrap_err();
    assert_eq!(error.expected(), "at most 365");
}

#[test]
fn sets_of_days_are_merged() {
    let ranges = |texts: &[&str]| -> Vec<DateRange> {
        texts
            .iter()
            .map(|text| DateRange::parse(text).unwrap())
            .collect()
    };
    let check = |texts: &[&str], expect: &[&str]| {
        assert_eq!(Holidays::new(ranges(texts)).ranges(), ranges(expect));
    };
    check(&[], &[]);
    check(&["2026-12-26", "2026-12-25"], &["2026-12-25..2026-12-26"]);
    check(&["2026-12-27", "2026-12-25"], &["2026-12-25", "2026-12-27"]);
    check(
        &["2026-12-01..2026-12-31", "2026-12-05"],
        &["2026-12-01..2026-12-31"],
    );
    check(&["2026-12-31", "2027-01-01"], &["2026-12-31..2027-01-01"]);
}

#[test]
fn a_set_holds_the_first_and_the_last_day_of_a_range() {
    let days = Holidays::new([DateRange::parse("2026-12-28..2026-12-31").unwrap()]);
    let check = |day: i8, expect: bool| {
        assert_eq!(days.contains(date(2026, 12, day)), expect, "{day}");
    };
    check(27, false);
    check(28, true);
    check(31, true);
    assert!(!days.contains(date(2027, 1, 1)));
    assert!(!Holidays::none().contains(date(2026, 12, 28)));
}

#[test]
fn names_bring_the_days_of_their_calendar() {
    let france = Holidays::new([DateRange::parse("2026-07-14").unwrap()]);
    let calendar = |name: &str| (name == "france").then_some(&france);
    let text = HolidaysText::parse("@france, 2026-12-25").unwrap();
    let days = text.resolve(calendar).unwrap();
    assert!(days.contains(date(2026, 7, 14)) && days.contains(date(2026, 12, 25)));
    let text = HolidaysText::parse("@france, @mars, @venus").unwrap();
    assert_eq!(text.resolve(calendar), Err("mars"));
}
