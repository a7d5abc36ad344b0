//! Every fault of a configuration: its place, its message, its hint.

use super::*;

/// All faults of `text`, one a line, as `code: path: message; hint: ...`.
#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let problems = Config::parse(text).expect_err(text);
    let told = problems.iter().map(|it| format!("{}: {it}", it.code));
    assert_eq!(told.collect::<Vec<_>>(), expect, "{text}");
}

#[test]
fn keys_that_mean_nothing() {
    check(
        "pauzed: true\nschedule: {}\nwaker: {}",
        &[
            "UnknownKey: pauzed: no such configuration key; hint: did you mean paused?",
            "UnknownKey: schedule: no such configuration key; hint: did you mean schedules?",
            "UnknownKey: waker: no such configuration key; hint: known here: paused, defaults, \
             schedules, calendars, namespaces, kinds, pace",
        ],
    );
    check(
        "namespaces: { exclude: [a] }\npace: { writes: 3 }",
        &[
            "UnknownKey: namespaces.exclude: no such configuration key; \
             hint: did you mean namespaces.excluded?",
            "UnknownKey: pace.writes: no such configuration key; \
             hint: did you mean pace.writesInFlight?",
        ],
    );
}

#[test]
fn defaults_are_rules_and_never_orders() {
    for key in [
        "awake-until",
        "asleep-until",
        "override-by",
        "override-reason",
        "exclude",
        "sleep-replicas",
        "wave",
        "tarnfui.io/schedule",
    ] {
        let text = format!("defaults: {{ {key}: 'true' }}");
        let problems = Config::parse(&text).expect_err(&text);
        assert_eq!(problems.len(), 1, "{problems:#?}");
        assert_eq!(problems[0].key, format!("defaults.{key}"));
        assert_eq!(problems[0].code, Code::UnknownKey);
        assert!(problems[0].hint.is_some());
    }
    check(
        "defaults: { shedule: always }",
        &["UnknownKey: defaults.shedule: no such configuration key; \
           hint: did you mean defaults.schedule?"],
    );
}

#[test]
fn defaults_that_cannot_be_read() {
    check(
        "defaults: { grace: 90s, timezone: Mars/Base }",
        &[
            "InvalidValue: defaults.grace: duration \"90s\": expected days, hours and minutes, \
             as in 30m, 1h30m or 2d",
            "InvalidValue: defaults.timezone: zone \"Mars/Base\": expected an IANA zone name \
             such as Europe/Paris or UTC",
        ],
    );
}

#[test]
fn names_that_nothing_defines() {
    check(
        "defaults: { schedule: '@ofice', holidays: '@spain' }\nschedules: { office: always }",
        &[
            "UnknownName: defaults.schedule: schedule \"@ofice\" is not defined in the \
             configuration; hint: did you mean @office?",
            "UnknownName: defaults.holidays: calendar \"@spain\" is not defined in the \
             configuration; hint: define it under calendars in the configuration; offline, name \
             the file with --config-file",
        ],
    );
}

#[test]
fn names_do_not_nest() {
    let nested = |text: &str| {
        let problems = Config::parse(text).expect_err(text);
        (problems[0].key.clone(), problems[0].code)
    };
    let schedule = nested("schedules: { a: '@b', b: always }");
    assert_eq!(schedule, ("schedules.a".to_owned(), Code::InvalidValue));
    check(
        "calendars: { a: '2026-12-25, @b', b: 2026-12-26 }",
        &["InvalidValue: calendars.a: \"@b\": a calendar holds dates only, no other calendar"],
    );
}

#[test]
fn schedules_and_calendars_that_cannot_be_read() {
    check(
        "schedules: { Office: always, nights: '22-06' }",
        &[
            "InvalidValue: schedules.Office: name \"Office\": expected 1 to 63 of a-z, 0-9 and -, \
             with - neither first nor last; did you mean office?",
            "InvalidValue: schedules.nights: time \"22\" in \"22-06\": expected a time as H:MM \
             or HH:MM, 00:00 to 24:00",
        ],
    );
}

#[test]
fn calendars_that_cannot_be_read() {
    let problems = Config::parse("calendars: { France: 2026-12-25, uk: [boxing day] }");
    let problems = problems.unwrap_err();
    let keys: Vec<_> = problems.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["calendars.France", "calendars.uk"]);
}

#[test]
fn namespaces_that_are_no_names() {
    let expected = "expected a namespace's name, in which * stands for any characters";
    for name in ["Shop", "a.b", "", "a b", &"x".repeat(64)] {
        let text = format!("namespaces: {{ managed: ['{name}'] }}");
        check(
            &text,
            &[&format!(
                "InvalidValue: namespaces.managed: {name:?}: {expected}"
            )],
        );
    }
    check(
        "namespaces: { managed: [OK], excluded: [NO] }",
        &[
            &format!("InvalidValue: namespaces.managed: \"OK\": {expected}"),
            &format!("InvalidValue: namespaces.excluded: \"NO\": {expected}"),
        ],
    );
}

#[test]
fn kinds_that_are_not_known() {
    check(
        "kinds: [Deploymint, Pod]",
        &[
            "InvalidValue: kinds: kind \"Deploymint\" is not known; \
             hint: did you mean Deployment?",
            "InvalidValue: kinds: kind \"Pod\" is not known; \
             hint: known: Deployment, StatefulSet, CronJob",
        ],
    );
}

#[test]
fn a_pace_beyond_its_bounds() {
    for writes in [0, 65, 1000] {
        let text = format!("pace: {{ writesInFlight: {writes} }}");
        let told =
            format!("InvalidValue: pace.writesInFlight: {writes}: expected a number from 1 to 64");
        check(&text, &[&told]);
    }
    for writes in [1, 64] {
        let config = good(&format!("pace: {{ writesInFlight: {writes} }}"));
        assert_eq!(config.writes_in_flight, writes);
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let text = "paused: true\nkinds: [x1]\nnamespaces: { managed: [X] }\nzzz: 1\n\
                defaults: { grace: x }\nschedules: { a: x }\ncalendars: { b: x }\n\
                pace: { writesInFlight: 0 }";
    let problems = Config::parse(text).unwrap_err();
    assert_eq!(problems.len(), 7, "{problems:#?}");
}

/// What is not laid out as it should be is one fault, with its place.
#[test]
fn texts_that_are_no_configuration() {
    let is = |text: &str, message: &str| {
        check(text, &[&format!("InvalidConfig: config.yaml: {message}")]);
    };
    let mapping = "line 1 column 1: unexpected event: expected mapping start";
    is("just words", mapping);
    is("- a\n- b", mapping);
    is("paused: maybe", "line 1 column 9: invalid boolean");
    is(
        "paused: true\npaused: false",
        "line 2 column 1: duplicate mapping key: paused",
    );
    is(
        "calendars: { a: { b: c } }",
        "line 1 column 17: expected dates as one text or as a list of texts",
    );
    is(
        "pace: { writesInFlight: many }",
        "line 1 column 25: invalid u64",
    );
    is(
        "pace: { writesInFlight: -1 }",
        "line 1 column 25: invalid u64",
    );
}

#[test]
fn a_fault_of_the_layout_is_one_line_and_names_no_type_of_ours() {
    for text in [
        "paused: [",
        "kinds: Deployment",
        "schedules: []",
        "defaults: { schedule: [a] }",
        "a: &a [*a, *a]",
        "paused: \u{0}",
        "? [a, b] : c",
    ] {
        let problems = Config::parse(text).expect_err(text);
        assert_eq!(problems.len(), 1, "{text}: {problems:#?}");
        let problem = &problems[0];
        assert_eq!(
            (problem.key.as_str(), problem.code),
            (CONFIG_KEY, Code::InvalidConfig)
        );
        assert!(problem.message.starts_with("line 1 "), "{problem}");
        assert!(!problem.message.contains(['\n', '`']) && !problem.message.contains("Raw"));
    }
}

#[test]
fn no_more_than_a_config_map_holds_is_read() {
    let text = format!("# {}\n", "x".repeat(MAX_BYTES));
    check(
        &text,
        &["InvalidConfig: config.yaml: 1048579 bytes; at most 1048576 are read"],
    );
}

#[test]
fn a_text_that_unfolds_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..8 {
        let before = format!("*a{}", n - 1);
        let row = [before.as_str(); 10].join(", ");
        text = format!("{text}a{n}: &a{n} [{row}]\n");
    }
    let problems = Config::parse(&text).unwrap_err();
    assert!(problems[0].message.contains("Nodes"), "{}", problems[0]);
    let deep = format!("a: {}{}", "[".repeat(20_000), "]".repeat(20_000));
    assert!(Config::parse(&deep).is_err());
}

#[test]
fn no_other_file_is_ever_read() {
    assert!(Config::parse("schedules: !include other.yaml").is_err());
}
