//! Every key reads what it should, refuses the rest, and is remembered as set all the same.

use super::*;

fn namespace(pairs: &[(&str, &str)]) -> (NamespaceAnnotations, Vec<Problem>) {
    NamespaceAnnotations::read(pairs.iter().copied())
}

fn workload(pairs: &[(&str, &str)]) -> (WorkloadAnnotations, Vec<Problem>) {
    WorkloadAnnotations::read(pairs.iter().copied())
}

/// The one problem of these annotations, as `code key: message; hint`.
#[track_caller]
fn one(problems: &[Problem]) -> String {
    assert_eq!(problems.len(), 1, "{problems:#?}");
    format!("{} {}", problems[0].code, problems[0])
}

#[test]
fn every_key_stands_in_its_row() {
    for (place, row) in TABLE.iter().enumerate() {
        assert_eq!(row.key as usize, place, "{}", row.full);
        assert_eq!(row.key.full(), row.full);
        assert_eq!(format!("{PREFIX}{}", row.key.short()), row.full);
        assert!(row.meaning.ends_with('.'), "{}", row.full);
    }
    assert_eq!(TABLE.len(), Key::Wave as usize + 1);
}

#[test]
fn the_example_of_every_row_reads_where_it_may_stand() {
    for row in TABLE {
        let pair = [(row.full, row.example)];
        if row.place != Place::Workload {
            assert_eq!(namespace(&pair).1, [], "{} on a Namespace", row.full);
        }
        if row.place != Place::Namespace {
            assert_eq!(workload(&pair).1, [], "{} on a workload", row.full);
        }
    }
}

#[test]
fn a_namespace_says_what_it_says() {
    let (read, problems) = namespace(&[
        ("tarnfui.io/schedule", "@office"),
        ("tarnfui.io/timezone", "europe/paris"),
        ("tarnfui.io/holidays", "2026-12-25, @france"),
        ("tarnfui.io/idle-after", "1h30m"),
        ("tarnfui.io/wake-on-request", "TRUE"),
        ("tarnfui.io/awake-until", "2026-11-23T22:00:00+01:00"),
        ("tarnfui.io/asleep-until", "Forever"),
        ("tarnfui.io/override-by", "dana@example.com"),
        ("tarnfui.io/override-reason", "load test"),
        ("tarnfui.io/grace", "20m"),
        ("tarnfui.io/wake-ahead", "10m"),
        ("tarnfui.io/exclude", "False"),
        ("kubernetes.io/metadata.name", "shop"),
    ]);
    assert_eq!(problems, []);
    let named = ScheduleText::Named("office".to_owned());
    assert_eq!(read.schedule, Entry::Set(named));
    assert_eq!(read.timezone.value().unwrap().name(), "Europe/Paris");
    assert_eq!(read.holidays.value().unwrap().names(), ["france"]);
    let minutes = |number| Entry::Set(SignedDuration::from_mins(number));
    assert_eq!(read.idle_after, minutes(90));
    assert_eq!(read.wake_on_request, Entry::Set(true));
    let instant = "2026-11-23T21:00:00Z".parse().unwrap();
    assert_eq!(read.awake_until, Entry::Set(Until::Instant(instant)));
    assert_eq!(read.asleep_until, Entry::Set(Until::Forever));
    assert_eq!(read.override_by.as_deref(), Some("dana@example.com"));
    assert_eq!(read.override_reason.as_deref(), Some("load test"));
    assert_eq!(read.grace, minutes(20));
    assert_eq!(read.wake_ahead, minutes(10));
    assert_eq!(read.exclude, Entry::Set(false));
    assert!(!read.any_unreadable());
}

#[test]
fn a_workload_says_what_it_says() {
    let (read, problems) = workload(&[
        ("tarnfui.io/schedule", "never"),
        ("tarnfui.io/exclude", "false"),
        ("tarnfui.io/sleep-replicas", "2"),
        ("tarnfui.io/wave", "-1"),
    ]);
    assert_eq!(problems, []);
    assert!(read.schedule.value().is_some());
    assert_eq!(read.exclude, Entry::Set(false));
    assert_eq!(read.sleep_replicas, Entry::Set(2));
    assert_eq!(read.wave, Entry::Set(-1));
    assert!(!read.any_unreadable());
}

#[test]
fn a_value_that_cannot_be_read_is_set_and_unreadable() {
    let check = |key: Key, value: &str, message: &str| {
        let (read, problems) = namespace(&[(key.full(), value)]);
        assert!(read.any_unreadable(), "{} {value:?}", key.full());
        let expect = format!("InvalidValue {}: {message}", key.full());
        assert_eq!(one(&problems), expect);
    };
    check(
        Key::Schedule,
        "Mo-Fri 08:00-18:00",
        "weekday \"Mo\" in \"Mo-Fri 08:00-18:00\": expected Mon, Tue, Wed, Thu, Fri, Sat, Sun, \
         daily, weekdays or weekends; did you mean Mon?",
    );
    check(
        Key::Timezone,
        "Paris",
        "zone \"Paris\": expected an IANA zone name such as Europe/Paris or UTC; \
         did you mean Europe/Paris?",
    );
    let duration = "duration \"90s\": expected days, hours and minutes, as in 30m, 1h30m or 2d";
    for key in [Key::IdleAfter, Key::Grace, Key::WakeAhead] {
        check(key, "90s", duration);
    }
    for key in [Key::WakeOnRequest, Key::Exclude] {
        check(key, "yes", "boolean \"yes\": expected true or false");
        check(key, "", "boolean is empty: expected true or false");
    }
    for key in [Key::AwakeUntil, Key::AsleepUntil] {
        for value in [
            "",
            "2026-11-23",
            "2026-11-23T22:00:00",
            "tomorrow",
            "for ever",
        ] {
            let (read, problems) = namespace(&[(key.full(), value)]);
            assert!(read.any_unreadable(), "{} {value:?}", key.full());
            assert_eq!(problems.len(), 1, "{} {value:?}", key.full());
        }
    }
    let (read, problems) = namespace(&[(Key::Holidays.full(), "25.12.2026")]);
    assert!(read.any_unreadable());
    assert_eq!(problems[0].code, Code::InvalidValue);
}

#[test]
fn what_is_wrong_with_an_instant_is_said_with_the_other_choice() {
    let (_, problems) = namespace(&[("tarnfui.io/awake-until", "tomorrow")]);
    let told = one(&problems);
    assert!(told.contains("forever"), "{told}");
}

#[test]
fn blanks_round_a_value_mean_nothing() {
    // A YAML block ends in a newline that nobody sees.
    for value in ["true\n", " true", "\ttrue "] {
        let (read, problems) = namespace(&[("tarnfui.io/exclude", value)]);
        assert_eq!((read.exclude, problems), (Entry::Set(true), vec![]));
    }
    for value in ["forever\n", " forever"] {
        let (read, problems) = namespace(&[("tarnfui.io/awake-until", value)]);
        let expect = Entry::Set(Until::Forever);
        assert_eq!((read.awake_until, problems), (expect, vec![]));
    }
    for value in ["2026-11-23T21:00:00Z\n", " 2026-11-23T21:00:00Z"] {
        let (read, _) = namespace(&[("tarnfui.io/asleep-until", value)]);
        assert!(read.asleep_until.value().is_some(), "{value:?}");
    }
    let (read, problems) = workload(&[
        ("tarnfui.io/sleep-replicas", "1\n"),
        ("tarnfui.io/wave", " 2"),
    ]);
    assert_eq!(problems, []);
    assert_eq!(read.sleep_replicas, Entry::Set(1));
    assert_eq!(read.wave, Entry::Set(2));
}

#[test]
fn numbers_of_a_workload_are_strict() {
    let check = |key: Key, value: &str, message: &str| {
        let (read, problems) = workload(&[(key.full(), value)]);
        assert!(read.any_unreadable(), "{} {value:?}", key.full());
        assert_eq!(problems[0].message, message);
    };
    for value in ["-1", "+1", "1.5", "one", "2147483648", "1e3"] {
        let message = format!("replicas {value:?}: expected a whole number from 0 to 2147483647");
        check(Key::SleepReplicas, value, &message);
    }
    for value in ["+1", "1.5", "first", "2147483648"] {
        let message = format!("wave {value:?}: expected a whole number such as -1, 0 or 2");
        check(Key::Wave, value, &message);
    }
    check(Key::Exclude, "1", "boolean \"1\": expected true or false");
    let (read, _) = workload(&[(Key::Schedule.full(), "08-20")]);
    assert!(read.any_unreadable());
}

#[test]
fn unknown_keys_are_told_and_change_nothing() {
    let check = |key: &str, expect: &str| {
        let (read, problems) = namespace(&[(key, "x")]);
        assert_eq!(read, NamespaceAnnotations::default());
        assert_eq!(one(&problems), expect);
    };
    check(
        "tarnfui.io/schedul",
        "UnknownKey tarnfui.io/schedul: no such key; hint: did you mean tarnfui.io/schedule?",
    );
    check(
        "tarnfui.io/Schedule",
        "UnknownKey tarnfui.io/Schedule: no such key; hint: did you mean tarnfui.io/schedule?",
    );
    check(
        "tarnfui.io/backup",
        "UnknownKey tarnfui.io/backup: no such key",
    );
    check("tarnfui.io/", "UnknownKey tarnfui.io/: no such key");
    // Keys of others, however alike.
    let (_, problems) = namespace(&[("tarnfui.com/schedule", "x"), ("schedule", "x")]);
    assert_eq!(problems, []);
}

#[test]
fn no_more_unknown_keys_are_told_than_somebody_reads() {
    let keys: Vec<String> = (0..100).map(|n| format!("{PREFIX}x{n}")).collect();
    let pairs = keys.iter().map(|key| (key.as_str(), ""));
    let (_, problems) = NamespaceAnnotations::read(pairs);
    assert_eq!(problems.len(), MAX_UNKNOWN_KEYS);
}

#[test]
fn a_key_on_the_wrong_object_says_where_it_belongs() {
    let elsewhere = |row: &&Row| row.place != Place::Both;
    for row in TABLE.iter().filter(elsewhere) {
        let pair = [(row.full, row.example)];
        let (problems, expect) = if row.place == Place::Workload {
            let (read, problems) = namespace(&pair);
            assert_eq!(read, NamespaceAnnotations::default());
            (
                problems,
                "has no meaning on a Namespace; hint: set it on the workload",
            )
        } else {
            let (read, problems) = workload(&pair);
            assert_eq!(read, WorkloadAnnotations::default());
            (
                problems,
                "has no meaning on a workload; hint: set it on its Namespace",
            )
        };
        let expect = format!("WrongPlace {}: {expect}", row.full);
        assert_eq!(one(&problems), expect);
    }
}

#[test]
fn texts_that_are_only_shown_are_cut_and_stay_readable() {
    let long = "é".repeat(200);
    for key in [Key::OverrideBy, Key::OverrideReason] {
        let (read, problems) = namespace(&[(key.full(), &long)]);
        assert!(!read.any_unreadable());
        let text = read.override_by.or(read.override_reason).unwrap();
        assert!(text.len() <= MAX_SHOWN_BYTES && text.ends_with('…'));
        assert_eq!(
            one(&problems),
            format!(
                "TextCut {}: 400 bytes long; cut to 256 where it is shown",
                key.full()
            )
        );
        assert!(problems[0].code.is_notice());
    }
}

#[test]
fn no_value_over_four_kibibytes_is_read() {
    for key in [Key::Schedule, Key::Exclude, Key::AwakeUntil, Key::Grace] {
        let (read, problems) = namespace(&[(key.full(), &"x".repeat(4097))]);
        assert!(read.any_unreadable());
        assert!(
            problems[0].message.contains("at most 4096 bytes"),
            "{}",
            problems[0]
        );
        assert!(problems[0].message.len() < 300, "{}", problems[0]);
    }
}

#[test]
fn unreadable_never_falls_back_to_a_default() {
    let default = Entry::Set(1);
    assert_eq!(Entry::Unset.or(&default), &default);
    assert_eq!(Entry::Unreadable.or(&default), &Entry::Unreadable);
    assert_eq!(Entry::Set(2).or(&default), &Entry::Set(2));
    assert!(!Entry::<i32>::Unset.is_present());
    assert!(Entry::<i32>::Unreadable.is_present() && Entry::Set(0).is_present());
}

#[test]
fn an_override_is_over_at_its_exact_instant() {
    let end: Timestamp = "2026-11-23T21:00:00Z".parse().unwrap();
    let until = Until::Instant(end);
    assert!(until.in_force(end - SignedDuration::from_nanos(1)));
    assert!(!until.in_force(end));
    assert!(Until::Forever.in_force(Timestamp::MAX));
    assert_eq!(
        (until.instant(), Until::Forever.instant()),
        (Some(end), None)
    );
    assert_eq!(Until::parse(&until.to_string()), Ok(until));
    assert_eq!(
        Until::parse(&Until::Forever.to_string()),
        Ok(Until::Forever)
    );
}

#[test]
fn the_readme_has_every_key_and_no_other() {
    let readme = include_str!("../../../README.md");
    let table = readme.split("| key | example | meaning |").nth(1).unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let first_cells = rows.filter_map(|row| row.split('|').nth(1));
    let mut said: Vec<&str> = first_cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    let mut keys: Vec<&str> = TABLE.iter().map(|row| row.key.short()).collect();
    said.sort_unstable();
    keys.sort_unstable();
    assert_eq!(said, keys);
}
