//! The table is whole, and a mark is read only where it can be trusted.

use super::*;

#[test]
fn every_kind_stands_in_its_row() {
    for kind in [Kind::Deployment, Kind::StatefulSet, Kind::CronJob] {
        assert_eq!(kind.row().kind, kind);
    }
    assert_eq!(KINDS.len(), 3);
}

#[test]
fn kinds_go_by_the_names_that_kubectl_takes() {
    for word in ["deploy", "Deployment", "deployments", "DEPLOYMENT"] {
        assert_eq!(Kind::parse(word), Some(Kind::Deployment), "{word}");
    }
    assert_eq!(Kind::parse("sts"), Some(Kind::StatefulSet));
    assert_eq!(Kind::parse("cj"), Some(Kind::CronJob));
    assert_eq!(Kind::parse("pods"), None);
}

#[test]
fn cron_jobs_are_opt_in() {
    let kinds = Kinds::defaults();
    assert!(kinds.contains(Kind::Deployment) && kinds.contains(Kind::StatefulSet));
    assert!(!kinds.contains(Kind::CronJob));
    assert!(!Kinds::NONE.contains(Kind::Deployment));
}

fn replicas(saved: i32, asleep_at: i32) -> Mark {
    Mark::Saved {
        saved: Value::Replicas(saved),
        asleep_at: Value::Replicas(asleep_at),
    }
}

#[test]
fn a_mark_is_read_only_where_tarnfui_could_have_written_it() {
    let check = |saved: &str, asleep_at: Option<&str>, expect: Mark| {
        assert_eq!(
            Mark::read(Field::Replicas, Some(saved), asleep_at),
            expect,
            "{saved:?} {asleep_at:?}"
        );
    };
    check("3", None, replicas(3, 0));
    check("3", Some("1"), replicas(3, 1));
    check("2147483647", None, replicas(i32::MAX, 0));
    for edited in [
        "",
        "0",
        "-1",
        "03",
        "+3",
        "3.0",
        "2147483648",
        "true",
        "x",
        " 3",
    ] {
        check(edited, None, Mark::Unreadable(edited.into()));
    }
    check("3", Some("3"), Mark::Unreadable("3".into()));
    check("3", Some("x"), Mark::Unreadable("x".into()));
    assert_eq!(Mark::read(Field::Replicas, None, Some("1")), Mark::None);
}

#[test]
fn a_cron_jobs_mark_says_that_it_was_not_suspended() {
    let expect = Mark::Saved {
        saved: Value::Suspend(false),
        asleep_at: Value::Suspend(true),
    };
    assert_eq!(Mark::read(Field::Suspend, Some("false"), None), expect);
    for edited in ["true", "False", "3"] {
        assert_eq!(
            Mark::read(Field::Suspend, Some(edited), None),
            Mark::Unreadable(edited.into())
        );
    }
}

#[test]
fn running_means_above_the_value_at_rest() {
    assert!(Value::Replicas(3).runs_above(Value::Replicas(1)));
    assert!(!Value::Replicas(1).runs_above(Value::Replicas(1)));
    assert!(Value::Suspend(false).runs_above(Value::Suspend(true)));
    assert!(!Value::Suspend(true).runs_above(Value::Suspend(true)));
}
