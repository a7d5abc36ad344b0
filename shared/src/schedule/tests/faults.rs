//! What is refused, where the fault is said to be, and in which words.

use super::*;

/// Checks the place of a fault and its sentence, of which `{in}` is the quoted text.
#[track_caller]
fn check(text: &str, at: usize, expect: &str) {
    let error = Schedule::parse(text).expect_err(text);
    let expect = expect.replace("{in}", &format!("in {text:?}"));
    assert_eq!((error.at(), error.to_string()), (at, expect), "{text}");
}

#[test]
fn faults_in_days() {
    let check = |text: &str, at: usize, found: &str, hint: &str| {
        let days = "Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily, weekdays or weekends";
        check(text, at, &format!("weekday {found}: expected {days}{hint}"));
    };
    check(
        "Mo-Fri 08:00-18:00",
        0,
        "\"Mo\" {in}",
        "; did you mean Mon?",
    );
    check(
        "Mon-Fir 08:00-18:00",
        4,
        "\"Fir\" {in}",
        "; did you mean Fri?",
    );
    check(
        "weekday 08:00-18:00",
        0,
        "\"weekday\" {in}",
        "; did you mean weekdays?",
    );
    check("lundi 08:00-18:00", 0, "\"lundi\" {in}", "");
    check("alway", 0, "\"alway\"", "; did you mean always?");
    check(
        "Mon 08:00-18:00, never",
        17,
        "\"never\" {in}",
        "; never stands alone",
    );
    check(
        "Mon-daily 08:00-18:00",
        4,
        "\"daily\" {in}",
        "; daily makes no range",
    );
    check(
        "UTC 08:00-18:00",
        0,
        "\"UTC\" {in}",
        "; a zone goes behind the times",
    );
    check("Mon,", 4, "missing at the end of \"Mon,\"", "");
}

#[test]
fn faults_behind_days() {
    let times = "expected times such as 08:00-20:00";
    check(
        "Mon",
        3,
        &format!("times missing at the end of \"Mon\": {times}"),
    );
    check("Mon-Fri UTC", 8, &format!("times \"UTC\" {{in}}: {times}"));
    check(
        "daily-Fri 08:00-18:00",
        5,
        &format!("times \"-Fri\" {{in}}: {times}"),
    );
    let comma = "a comma goes between days";
    check(
        "Mon Tue 08:00-18:00",
        4,
        &format!("times \"Tue\" {{in}}: {times}; {comma}"),
    );
    let days = "expected days before the times; no comma goes between days and times";
    check(
        "Mon, 08:00-18:00",
        5,
        &format!("weekday \"08:00-18:00\" {{in}}: {days}"),
    );
    check(
        "Mon, 2026-12-24",
        5,
        &format!("weekday \"2026-12-24\" {{in}}: {days}"),
    );
}

#[test]
fn faults_in_times() {
    let check = |text: &str, expect: &str| {
        let error = Schedule::parse(text).map_err(|error| error.to_string());
        assert_eq!(error, Err(expect.to_owned()), "{text}");
    };
    let time = "expected a time as H:MM or HH:MM, 00:00 to 24:00";
    check(
        "08:00-18:0",
        &format!("time \"18:0\" in \"08:00-18:0\": {time}"),
    );
    check(
        "08:60-18:00",
        &format!("time \"08:60\" in \"08:60-18:00\": {time}"),
    );
    check(
        "08:00-24:01",
        &format!("time \"24:01\" in \"08:00-24:01\": {time}"),
    );
    check("9-17", &format!("time \"9\" in \"9-17\": {time}"));
    check(
        "0800-1800",
        &format!("time \"0800\" in \"0800-1800\": {time}"),
    );
    check(
        "08:00:00-18:00:00",
        &format!("time \"08:00:00\" in \"08:00:00-18:00:00\": {time}"),
    );
    check(
        "8:00am-6:00pm",
        &format!("time \"8:00am\" in \"8:00am-6:00pm\": {time}"),
    );
    check(
        "008:00-18:00",
        &format!("time \"008:00\" in \"008:00-18:00\": {time}"),
    );
    check(
        "08:00-",
        "time missing at the end of \"08:00-\": expected a time as H:MM or HH:MM",
    );
    check(
        "08:00",
        "times missing at the end of \"08:00\": expected - and a time behind the first one",
    );
    check(
        "08:00 18:00",
        "times \"18:00\" in \"08:00 18:00\": expected - and a time behind the first one",
    );
    check(
        "24:00-08:00",
        "time \"24:00\" in \"24:00-08:00\": expected a start from 00:00 to 23:59; 24:00 can only be an end; did you mean 00:00?",
    );
    let equal = "expected an end that differs from the start; 00:00-24:00 is the whole day";
    check(
        "Mon 08:00-8:00",
        &format!("times \"08:00-8:00\" in \"Mon 08:00-8:00\": {equal}"),
    );
    check("00:00-00:00", &format!("times \"00:00-00:00\": {equal}"));
}

#[test]
fn faults_in_dates_instants_and_zones() {
    let check = |text: &str, expect: &str| {
        let error = Schedule::parse(text).map_err(|error| error.to_string());
        assert_eq!(error, Err(expect.to_owned()), "{text}");
    };
    let date = "expected a date as YYYY-MM-DD, in the years 1970 to 9000";
    check("2026-12-32", &format!("date \"2026-12-32\": {date}"));
    check(
        "2026-1-5 08:00-12:00",
        &format!("date \"2026-1-5\" in \"2026-1-5 08:00-12:00\": {date}"),
    );
    check("1969-12-31", &format!("date \"1969-12-31\": {date}"));
    check(
        "2026-12-26..2026-12-24",
        "dates \"2026-12-26..2026-12-24\": expected the first day before the last; did you mean 2026-12-24..2026-12-26?",
    );
    check(
        "2026-12-24-2026-12-26",
        &format!("date \"2026-12-24-2026-12-26\": {date}"),
    );
    check(
        "2026-12-24 - 2026-12-26",
        "dates \"-\" in \"2026-12-24 - 2026-12-26\": expected times, a zone or a comma behind a date; write first..last for a range of dates",
    );
    check(
        "2026-12-24T08:00:00Z",
        "instant missing at the end of \"2026-12-24T08:00:00Z\": expected - and a second instant",
    );
    let order = "expected the earlier instant first";
    check(
        "2026-12-24T08:00:00Z - 2026-12-24T08:00:00Z",
        &format!("instants \"2026-12-24T08:00:00Z - 2026-12-24T08:00:00Z\": {order}"),
    );
    check(
        "2026-12-24T08:00:00Z - 2026-12-24T08:59:59+01:00",
        &format!("instants \"2026-12-24T08:00:00Z - 2026-12-24T08:59:59+01:00\": {order}"),
    );
    check(
        "2026-12-24T08:00:00Z-2026-12-24T09:00:00Z UTC",
        "span \"UTC\" in \"2026-12-24T08:00:00Z-2026-12-24T09:00:00Z UTC\": expected a comma or nothing behind two instants",
    );
    let zone = "expected an IANA zone name such as Europe/Paris or UTC";
    check(
        "08:00-18:00 +02:00",
        &format!(
            "zone \"+02:00\" in \"08:00-18:00 +02:00\": {zone}; an offset knows no summer time; UTC is a name"
        ),
    );
    check(
        "08:00-18:00 Z",
        &format!(
            "zone \"Z\" in \"08:00-18:00 Z\": {zone}; an offset knows no summer time; UTC is a name"
        ),
    );
    check(
        "08:00-18:00 Europe/Pari, Mon 08:00-09:00",
        &format!(
            "zone \"Europe/Pari\" in \"08:00-18:00 Europe/Pari, Mon 08:00-09:00\": {zone}; did you mean Europe/Paris?"
        ),
    );
    check(
        "Europe/Paris 08:00-18:00",
        "weekday \"Europe/Paris\" in \"Europe/Paris 08:00-18:00\": expected Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily, weekdays or weekends; a zone goes behind the times",
    );
}

#[test]
fn empty_values_and_trailing_commas() {
    let check = |text: &str, expect: &str| {
        let error = Schedule::parse(text).map_err(|error| error.to_string());
        assert_eq!(error, Err(expect.to_owned()), "{text:?}");
    };
    let schedule = "expected hours such as \"Mon-Fri 08:00-20:00\", always, never or @name";
    check("", &format!("schedule is empty: {schedule}"));
    check(" \t\r\n", &format!("schedule is empty: {schedule}"));
    let span = "expected days and times such as Mon-Fri 08:00-20:00, a date or an instant";
    check(
        "08:00-18:00,",
        &format!("span missing at the end of \"08:00-18:00,\": {span}"),
    );
    check(
        "08:00-18:00,,09:00-10:00",
        &format!("span \",\" in \"08:00-18:00,,09:00-10:00\": {span}"),
    );
    check(
        ",08:00-18:00",
        &format!("span \",\" in \",08:00-18:00\": {span}"),
    );
}

#[test]
fn at_most_64_spans_after_joining() {
    let text = |count: usize| vec!["Mon,Tue,Wed 8:00-9:00"; count].join(",");
    assert_eq!(
        Schedule::parse(&text(MAX_SPANS)).unwrap().spans().len(),
        MAX_SPANS
    );
    let error = Schedule::parse(&text(MAX_SPANS + 1)).unwrap_err();
    assert_eq!(error.expected(), "at most 64 spans");
}
