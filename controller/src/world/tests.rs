//! What is known after what was seen.

use tarnfui_shared::config::Config;
use tarnfui_shared::observe::{RawNamespace, RawWorkload};
use tarnfui_shared::workload::Value;

use super::*;

const ALL: [Source; 4] = [
    Source::Namespaces,
    Source::Autoscalers,
    Source::Workloads(Kind::Deployment),
    Source::Workloads(Kind::StatefulSet),
];

fn namespace(name: &str, annotations: &str) -> News {
    let json = format!(r#"{{"metadata":{{"name":"{name}","annotations":{annotations}}}}}"#);
    serde_json::from_str::<RawNamespace>(&json).unwrap().into()
}

fn workload(name: &str, version: &str, uid: &str, replicas: i32) -> Workload {
    let json = format!(
        r#"{{"metadata":{{"name":"{name}","resourceVersion":"{version}","uid":"{uid}"}},"spec":{{"replicas":{replicas}}}}}"#
    );
    serde_json::from_str::<RawWorkload>(&json)
        .unwrap()
        .observe(Kind::Deployment)
        .unwrap()
}

fn deployment(name: &str, version: &str, replicas: i32) -> News {
    News::Workload(
        "shop".into(),
        Box::new(workload(name, version, "a", replicas)),
    )
}

/// A world whose first lists are complete, with the built-in configuration.
fn listed() -> World {
    let mut world = World::new(Some(Arc::new(Config::default())));
    for source in ALL {
        world.take_in(News::Relisting(source, 1));
    }
    world.take_in(namespace("shop", "{}"));
    for source in ALL {
        world.take_in(News::Listed(source));
    }
    world
}

fn values(world: &mut World) -> Vec<(String, Value)> {
    let observation = world.observation("shop").unwrap();
    let seen = observation.workloads.iter();
    seen.map(|seen| (seen.workload.name.to_string(), seen.workload.value))
        .collect()
}

#[test]
fn nothing_is_decided_before_configuration_and_first_lists() {
    let mut world = World::new(None);
    assert_eq!(world.unknown(), Some(Unknown::ConfigurationUnread));
    let config = Ok(Arc::new(Config::default()));
    assert_eq!(
        world.take_in(News::Configuration(config, "1".to_owned())),
        Dirty::All
    );
    for source in ALL {
        assert_eq!(world.unknown(), Some(Unknown::NotListed), "before {source}");
        world.take_in(News::Listed(source));
    }
    assert_eq!(world.unknown(), None);
}

#[test]
fn a_kind_that_nobody_may_list_does_not_stop_the_others() {
    let mut world = World::new(Some(Arc::new(Config::default())));
    for source in &ALL[..3] {
        world.take_in(News::Listed(*source));
    }
    let failed = || News::Failed(ALL[3], Fault("not allowed".to_owned()));
    assert_eq!(world.take_in(failed()), Dirty::All);
    assert_eq!(world.unknown(), None);
    assert_eq!(world.sources().faults().count(), 1);
    // The second failure settles nothing new.
    assert_eq!(world.take_in(failed()), Dirty::None);
    world.take_in(News::Recovered(ALL[3]));
    assert_eq!(world.sources().faults().count(), 0);
    assert_eq!(world.unknown(), None);
}

#[test]
fn workloads_that_come_before_their_namespace_are_not_decided_on() {
    let mut world = listed();
    world.take_in(News::NamespaceGone("shop".into()));
    world.take_in(deployment("web", "5", 3));
    let observation = world.observation("shop").unwrap();
    assert_eq!(observation.unknown, Some(Unknown::NotListed));
}

#[test]
fn a_broken_configuration_leaves_the_last_good_one_in_force() {
    let mut world = listed();
    let broken = Config::parse("kinds: [Pod]").unwrap_err();
    assert_eq!(
        world.take_in(News::Configuration(Err(broken), "2".to_owned())),
        Dirty::None
    );
    assert_eq!(world.unknown(), None);
    assert_eq!(world.config_problems().len(), 1);
    assert_eq!(world.config_version(), "");
    let good = Ok(Arc::new(Config::default()));
    world.take_in(News::Configuration(good, "3".to_owned()));
    assert_eq!(
        (world.config_problems().len(), world.config_version()),
        (0, "3")
    );
}

#[test]
fn an_older_view_never_replaces_a_newer_one() {
    let mut world = listed();
    world.take_in(deployment("web", "9", 0));
    assert_eq!(
        world.take_in(deployment("web", "10", 3)),
        Dirty::One("shop".into())
    );
    assert_eq!(world.take_in(deployment("web", "9", 0)), Dirty::None);
    assert_eq!(values(&mut world), [("web".to_owned(), Value::Replicas(3))]);
}

#[test]
fn a_complete_list_sweeps_what_it_did_not_name_of_its_kind_alone() {
    let mut world = listed();
    world.take_in(deployment("gone", "5", 1));
    world.take_in(deployment("stays", "6", 2));
    world.take_in(News::Relisting(ALL[2], 2));
    world.take_in(deployment("stays", "6", 2));
    // An incomplete list sweeps nothing.
    assert_eq!(values(&mut world).len(), 2);
    world.take_in(News::Listed(ALL[3]));
    assert_eq!(values(&mut world).len(), 2);
    world.take_in(News::Listed(ALL[2]));
    assert_eq!(
        values(&mut world),
        [("stays".to_owned(), Value::Replicas(2))]
    );
}

#[test]
fn another_one_under_the_same_name_starts_without_a_memory() {
    let mut world = listed();
    let op = Op::Restore {
        to: Value::Replicas(3),
    };
    world.take_in(deployment("web", "5", 3));
    world.seen("shop", workload("web", "6", "a", 3), Some(op));
    let memory = |world: &mut World| world.observation("shop").unwrap().workloads[0].memory;
    assert_ne!(memory(&mut world), Memory::default());
    let other = workload("web", "7", "b", 3);
    world.take_in(News::Workload("shop".into(), Box::new(other)));
    assert_eq!(memory(&mut world), Memory::default());
}

#[test]
fn another_namespace_under_the_same_name_starts_without_what_was_told() {
    let mut world = listed();
    let object = |uid: &str| {
        let json = format!(r#"{{"metadata":{{"name":"shop","uid":"{uid}"}}}}"#);
        let raw: RawNamespace = serde_json::from_str(&json).unwrap();
        News::from(raw)
    };
    // So that it is not forgotten with the Namespace.
    world.take_in(deployment("web", "5", 3));
    let told = |world: &mut World| world.last("shop").unwrap().is_told;
    for is_seen_going in [true, false] {
        world.take_in(object("a"));
        world.last("shop").unwrap().is_told = true;
        world.take_in(object("a"));
        assert!(told(&mut world));
        if is_seen_going {
            world.take_in(News::NamespaceGone("shop".into()));
        }
        world.take_in(object("b"));
        assert!(!told(&mut world), "{is_seen_going}");
    }
}

#[test]
fn nothing_is_decided_in_a_namespace_that_is_being_deleted() {
    let mut world = listed();
    world.take_in(deployment("web", "5", 0));
    let deleted = r#"{"metadata":{"name":"shop","deletionTimestamp":"2026-11-23T10:00:00Z"}}"#;
    let raw: RawNamespace = serde_json::from_str(deleted).unwrap();
    world.take_in(raw.into());
    let observation = world.observation("shop").unwrap();
    assert_eq!(observation.unknown, Some(Unknown::Terminating));
}

/// 152 bytes with most names in them, 8 that the allocator adds and 8 that point to them, 50,000 times, are
/// 8.4 MB of the 25 MiB that a small pod has.
#[test]
fn a_workload_takes_no_more_room_than_a_small_pod_has() {
    let bytes = size_of::<Entry>();
    assert!(bytes <= 152, "{bytes} bytes");
    assert_eq!(workload("web", "5", "a", 3).own, None, "and none beside it");
}

#[test]
fn an_answer_about_something_gone_brings_nothing_back() {
    let mut world = listed();
    world.seen("shop", workload("web", "6", "a", 3), None);
    assert!(values(&mut world).is_empty());
}

#[test]
fn a_namespace_that_is_gone_with_all_in_it_is_forgotten() {
    let mut world = listed();
    world.take_in(deployment("web", "5", 3));
    world.take_in(News::NamespaceGone("shop".into()));
    assert_eq!(world.names().count(), 1);
    world.take_in(News::WorkloadGone(
        "shop".into(),
        Kind::Deployment,
        "web".into(),
    ));
    assert_eq!(world.names().count(), 0);
    assert!(world.observation("shop").is_none());
}

#[test]
fn annotations_are_resolved_anew_when_they_or_the_configuration_change() {
    let mut world = listed();
    let standing = |world: &mut World| world.observation("shop").unwrap().rules.is_standing;
    assert!(!standing(&mut world));
    world.take_in(namespace("shop", r#"{"tarnfui.io/schedule":"never"}"#));
    assert!(standing(&mut world));
    assert_eq!(
        world.take_in(namespace("shop", r#"{"tarnfui.io/schedule":"never"}"#)),
        Dirty::None
    );
    world.take_in(namespace("shop", "{}"));
    assert!(!standing(&mut world));
    let config = Config::parse("defaults: {schedule: never}").unwrap();
    world.take_in(News::Configuration(Ok(Arc::new(config)), "2".to_owned()));
    assert!(standing(&mut world));
}

#[test]
fn what_a_workload_says_for_itself_holds_for_it_and_as_long_as_it_says_so() {
    let mut world = listed();
    world.take_in(namespace("shop", r#"{"tarnfui.io/schedule":"never"}"#));
    let says = |version: &str, schedule: &str| {
        let json = format!(
            r#"{{"metadata":{{"name":"web","resourceVersion":"{version}",
                "annotations":{{"{schedule}":"always"}}}},"spec":{{"replicas":3}}}}"#
        );
        let raw: RawWorkload = serde_json::from_str(&json).unwrap();
        News::Workload(
            "shop".into(),
            Box::new(raw.observe(Kind::Deployment).unwrap()),
        )
    };
    let own = |world: &mut World| {
        let seen = world.observation("shop").unwrap().workloads;
        let own = seen
            .iter()
            .map(|it| (it.workload.name.to_string(), it.own.is_some()));
        own.collect::<Vec<_>>()
    };
    let expect = |web: bool| [("other".to_owned(), false), ("web".to_owned(), web)];
    world.take_in(deployment("other", "4", 1));
    world.take_in(says("5", "tarnfui.io/schedule"));
    assert_eq!(own(&mut world), expect(true));
    world.take_in(says("6", "example.com/schedule"));
    assert_eq!(own(&mut world), expect(false));
    world.take_in(says("7", "tarnfui.io/schedule"));
    assert_eq!(own(&mut world), expect(true));
    // Another one by its name has nothing of it.
    world.take_in(News::WorkloadGone(
        "shop".into(),
        Kind::Deployment,
        "web".into(),
    ));
    world.take_in(deployment("web", "8", 3));
    assert_eq!(own(&mut world), expect(false));
}

#[test]
fn a_new_list_and_a_read_count_whatever_their_version() {
    let mut world = listed();
    world.take_in(deployment("web", "10", 3));
    // A restore of etcd: every version is lower than what is known.
    world.take_in(News::Relisting(ALL[2], 2));
    world.take_in(deployment("web", "4", 1));
    assert_eq!(values(&mut world), [("web".to_owned(), Value::Replicas(1))]);
    // Within that list the order counts again.
    world.take_in(deployment("web", "3", 2));
    assert_eq!(values(&mut world), [("web".to_owned(), Value::Replicas(1))]);
    world.seen("shop", workload("web", "2", "a", 5), None);
    assert_eq!(values(&mut world), [("web".to_owned(), Value::Replicas(5))]);
}

#[test]
fn nothing_is_remembered_across_a_pause() {
    let mut world = listed();
    world.take_in(deployment("web", "5", 3));
    world.seen(
        "shop",
        workload("web", "6", "a", 0),
        Some(Op::Restore {
            to: Value::Replicas(3),
        }),
    );
    let paused = Config::parse("paused: true").unwrap();
    world.take_in(News::Configuration(Ok(Arc::new(paused)), "2".to_owned()));
    let plan = {
        let observation = world.observation("shop").unwrap();
        assert_ne!(observation.workloads[0].memory, Memory::default());
        tarnfui_shared::plan::plan(Timestamp::UNIX_EPOCH, &observation)
    };
    world.remember("shop", &plan);
    assert_eq!(
        world.observation("shop").unwrap().workloads[0].memory,
        Memory::default()
    );
}

#[test]
fn whose_transition_has_come_is_named_once_and_late_from_then_on() {
    let at = |second| Timestamp::from_second(second).unwrap();
    let mut world = listed();
    for (name, transition) in [
        ("early", Some(at(10))),
        ("late", Some(at(30))),
        ("none", None),
    ] {
        world.take_in(namespace(name, "{}"));
        world.last(name).unwrap().next_transition = transition;
    }
    let due = |world: &mut World, now: Timestamp| {
        let mut names = Vec::new();
        world.take_due(now, |name| names.push(name.to_owned()));
        names
    };
    assert_eq!(due(&mut world, at(9)), [""; 0]);
    assert_eq!(due(&mut world, at(10)), ["early"]);
    assert_eq!(due(&mut world, at(29)), [""; 0]);
    // Late since the first of two that have passed.
    world.last("early").unwrap().next_transition = Some(at(20));
    assert_eq!(due(&mut world, at(30)), ["early", "late"]);
    let since = |name: &str| world.namespaces[name].last.due_since;
    assert_eq!(
        ["early", "late", "none"].map(since),
        [Some(at(10)), Some(at(30)), None]
    );
}
