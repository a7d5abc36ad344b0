//! The end of a demo that went well, and of some that did not.

use jiff::Timestamp;
use serde_json::json;
use tarnfui_shared::workload::Value;

use super::*;
use crate::demo::book::{Cause, Done, Sighting, Transition};
use crate::demo::cast::{self, Workload};
use crate::demo::tenancy::Tenancy;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What a test may spoil.
struct Case {
    books: Vec<Book>,
    before: Picture,
    after: Picture,
    writes: BTreeMap<Name, Writes>,
    failover: Failover,
}

fn see(book: &mut Book, workload: Workload, value: Value, saved: Option<String>, now: &str) {
    let sighting = Sighting {
        namespace: "lab".to_owned(),
        kind: workload.kind,
        name: workload.name.to_owned(),
        value: Some(value),
        saved,
        generation: 1,
        real: at(now),
    };
    book.see(&sighting, at(now), |_| Duration::from_millis(20));
}

/// `lab` wakes once and sleeps once, and its leader is killed in between.
fn good() -> Case {
    let namespaces = cast::namespaces(at("2026-11-22T12:00:00Z"), Tenancy::Owner).unwrap();
    let lab = namespaces.into_iter().find(|it| it.name == "lab").unwrap();
    let mut book = Book::new(lab).unwrap();
    book.start(at("2026-11-22T04:00:00Z"));
    for workload in book.namespace.workloads.clone() {
        let saved = Some(workload.original.to_string());
        see(
            &mut book,
            workload,
            Value::Replicas(0),
            saved,
            "2026-11-22T11:00:01Z",
        );
    }
    let mut writes = BTreeMap::new();
    let mut before = Picture::new();
    for workload in book.namespace.workloads.clone() {
        see(
            &mut book,
            workload,
            workload.original,
            None,
            "2026-11-23T03:00:01Z",
        );
        let name = ("lab".to_owned(), workload.reference());
        let two = Writes {
            taken: 2,
            ..Writes::default()
        };
        writes.insert(name.clone(), two);
        before.insert(
            name,
            json!({ "spec": { "replicas": workload.original.to_json() } }),
        );
    }
    let done = Done {
        transition: Transition {
            at: at("2026-11-23T03:00:00Z"),
            to: State::Awake,
            cause: Cause::Boundary,
        },
        workloads: 2,
        lateness: Duration::from_millis(12_100),
    };
    let failover = Failover {
        killed: "controller-a".to_owned(),
        at: at("2026-11-23T02:59:56Z"),
        real: at("2026-11-22T12:00:30Z"),
        next: Some(("controller-b".to_owned(), at("2026-11-22T12:00:46Z"))),
        waited: vec![("lab", done)],
    };
    Case {
        books: vec![book],
        after: before.clone(),
        before,
        writes,
        failover,
    }
}

impl Case {
    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            books: &self.books,
            before: &self.before,
            after: &self.after,
            writes: &self.writes,
            count: Count::Log,
            failover: Some(&self.failover),
            held: Duration::ZERO,
        }
    }

    fn faults(&self) -> Vec<String> {
        faults(&self.evidence())
    }
}

const TRAINER: &str = "deployment/trainer";

fn trainer() -> Name {
    ("lab".to_owned(), TRAINER.to_owned())
}

#[test]
fn all_is_well_and_told() {
    let case = good();
    assert_eq!(case.faults(), [""; 0]);
    assert_eq!(
        table(&case.evidence()),
        "NAMESPACE  TRANSITIONS  LATE (MEDIAN)  LATE (MAX)  SAVED  WRITES  RESTORED\n\
         lab        2 of 2               20 ms       20 ms   80 h  4 of 4  exactly"
    );
    assert_eq!(
        sentences(&case.evidence()),
        [
            "80 of 115 replica-hours were not run: 70 % saved.",
            "controller-a was killed with SIGKILL on Mon 23 Nov 02:59 UTC.",
            "controller-b led 16.0 s later.",
            "Meanwhile lab was due to wake, and did, 12100 ms late.",
        ]
    );
}

#[test]
fn a_write_too_many_is_a_fault_and_so_is_one_too_few() {
    let check = |taken: usize, expect: &str| {
        let mut case = good();
        case.writes.get_mut(&trainer()).unwrap().taken = taken;
        assert_eq!(
            case.faults(),
            [format!(
                "lab: {TRAINER} was written {expect}, for 2 transitions"
            )]
        );
    };
    check(3, "3 times");
    check(1, "1 times");
}

#[test]
fn a_refused_write_is_a_fault_and_a_stale_one_is_not() {
    let mut case = good();
    case.writes.get_mut(&trainer()).unwrap().stale = 1;
    assert_eq!(case.faults(), [""; 0]);
    case.writes.get_mut(&trainer()).unwrap().refused = 1;
    assert_eq!(
        case.faults(),
        [format!("lab: 1 writes to {TRAINER} were refused")]
    );
}

#[test]
fn what_did_not_come_back_is_a_fault() {
    let mut case = good();
    case.after
        .insert(trainer(), json!({ "spec": { "replicas": 0 } }));
    assert_eq!(
        case.faults(),
        [format!("lab: {TRAINER} is at 0 and was at 4")]
    );
    assert!(table(&case.evidence()).ends_with("NO"));
    case.after.remove(&trainer());
    assert_eq!(case.faults(), [format!("lab: {TRAINER} is not there")]);
}

#[test]
fn what_was_missed_is_a_fault() {
    let mut case = good();
    case.books[0].advance(at("2026-11-23T11:00:00Z"));
    case.books[0].give_up();
    let faults = case.faults();
    assert!(
        faults.contains(&"lab: 2 of 3 transitions were seen".to_owned()),
        "{faults:?}"
    );
}

#[test]
fn a_leader_that_nobody_replaced_is_a_fault() {
    let mut case = good();
    case.failover.next = None;
    assert_eq!(case.faults(), ["no leader was replaced"]);
}
