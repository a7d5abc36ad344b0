//! What a real API server did, in `tests/recorded.jsonl`: a line is a request, and the object after
//! it. Recorded from kube-apiserver 1.36.3, without what differs from one run to the next.
//!
//! A line has the object as a merge patch of the one before. Of `managedFields` it has the entries; a
//! number is the one that stood there before. Instants are numbered: the first one is 08:00:00.

use std::collections::BTreeSet;

use crate::json::{Map, Value, json};

use super::{Conflict, Writer, apply, update};
use crate::patch;

mod rules;

/// The time of a request, where no entry has it after.
const NOW: &str = "2026-01-05T09:00:00Z";

/// What the server fills in after the record is made, by kind.
const FILLED: &[(&str, &[&str])] = &[
    (
        "Job",
        &[
            "/metadata/labels",
            "/spec/selector",
            "/spec/template/metadata",
        ],
    ),
    ("Namespace", &["/spec/finalizers"]),
    (
        "Pod",
        &[
            "/spec/preemptionPolicy",
            "/spec/priority",
            "/spec/tolerations",
        ],
    ),
    (
        "Service",
        &[
            "/spec/clusterIP",
            "/spec/clusterIPs",
            "/spec/ipFamilies",
            "/spec/ipFamilyPolicy",
        ],
    ),
];

#[test]
fn the_record_is_that_of_a_real_server() {
    let mut compared = 0;
    for story in stories() {
        let mut before = None;
        for step in story.steps {
            compared += check(&story.name, before.as_ref(), &step);
            before = step.after.or(before);
        }
    }
    assert!(compared > 80, "only {compared} requests were compared");
}

struct Story {
    name: String,
    steps: Vec<Step>,
}

struct Step {
    name: String,
    line: Value,
    /// None where the request failed.
    after: Option<Value>,
}

fn stories() -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::new();
    let mut object = json!({});
    let mut managers: Vec<Value> = Vec::new();
    for line in include_str!("tests/recorded.jsonl").lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(name) = line["story"].as_str() {
            stories.push(Story {
                name: name.to_owned(),
                steps: Vec::new(),
            });
            (object, managers) = (json!({}), Vec::new());
            continue;
        }
        let mut after = None;
        if line["status"].is_null() {
            object = patch::merge(object, &line["object"]);
            let entries = line["managedFields"].as_array().unwrap().iter();
            managers = entries
                .map(|entry| match entry.as_u64() {
                    Some(index) => managers[usize::try_from(index).unwrap()].clone(),
                    None => entry.clone(),
                })
                .collect();
            let mut whole = object.clone();
            if !managers.is_empty() {
                whole["metadata"]["managedFields"] = Value::from(managers.clone());
            }
            after = Some(whole);
        }
        stories.last_mut().unwrap().steps.push(Step {
            name: line["step"].as_str().unwrap().to_owned(),
            line,
            after,
        });
    }
    stories
}

fn check(story: &str, before: Option<&Value>, step: &Step) -> usize {
    let Step { name, line, after } = step;
    let at = format!("{story}: {name}");
    let before_times = times(before);
    let now = times(after.as_ref())
        .difference(&before_times)
        .next()
        .cloned();
    let now = now.unwrap_or_else(|| NOW.to_owned());
    let any = after.as_ref().or(before).unwrap();
    let writer = Writer {
        manager: line["manager"].as_str().unwrap(),
        api_version: any["apiVersion"].as_str().unwrap(),
        at: &now,
        subresource: subresource(line),
    };
    let body = &line["body"];
    let how = line["how"].as_str().unwrap();
    if how == "apply" {
        let is_forced = line["force"] == true;
        let result = apply(before, body, &writer, is_forced);
        check_apply(&at, before.is_none(), (line, after.as_ref()), result);
        return 1;
    }
    let patched = match (how, before) {
        ("merge", Some(before)) => Ok(patch::merge(before.clone(), body)),
        ("json", Some(before)) => patch::json(before, body),
        ("strategic", Some(before)) => patch::strategic(before.clone(), body),
        _ => Ok(json!({})),
    };
    let Some(after) = after else {
        assert!(matches!(patched, Err(patch::PatchError::Failed(_))), "{at}");
        return 1;
    };
    let patched = patched.unwrap();
    let is_patch = patched.get("kind").is_some();
    if is_patch && writer.subresource != Some("scale") {
        assert_eq!(plain(&patched), plain(after), "{at}");
    }
    let mut updated = without_managers(after);
    if before.is_none() {
        let filled = FILLED.iter().find(|(kind, _)| updated["kind"] == *kind);
        remove_all(&mut updated, filled.map_or(&[], |(_, pointers)| pointers));
    }
    if let Some(managers) = patched.pointer("/metadata/managedFields") {
        updated["metadata"]["managedFields"] = managers.clone();
    }
    update(before, &mut updated, &writer);
    assert_eq!(managers(&updated), managers(after), "{at}");
    1
}

fn check_apply(
    at: &str,
    is_new: bool,
    (line, after): (&Value, Option<&Value>),
    result: Result<Value, Vec<Conflict>>,
) {
    match (after, result) {
        (Some(after), Ok(result)) => {
            assert_eq!(managers(&result), managers(after), "{at}");
            if !is_new {
                assert_eq!(plain(&result), plain(after), "{at}");
            }
        }
        (None, Err(conflicts)) => {
            let causes = line["status"]["causes"].as_array().unwrap().iter();
            let mut expected: Vec<Conflict> = causes
                .map(|cause| Conflict {
                    manager: cause["message"].as_str().unwrap()["conflict with ".len()..]
                        .to_owned(),
                    field: cause["field"].as_str().unwrap().to_owned(),
                })
                .collect();
            // The server has the managers in any order.
            expected.sort_by(|left, right| left.manager.cmp(&right.manager));
            assert_eq!(conflicts, expected, "{at}");
        }
        (_, result) => panic!("{at}: {result:?}"),
    }
}

/// The doors of an object other than the front one.
fn subresource(line: &Value) -> Option<&'static str> {
    let name = line["subresource"].as_str()?;
    let known = ["status", "scale"];
    Some(known.into_iter().find(|it| *it == name).unwrap())
}

fn times(object: Option<&Value>) -> BTreeSet<String> {
    let entries = object.and_then(|object| object["metadata"]["managedFields"].as_array());
    let entries = entries.into_iter().flatten();
    entries
        .filter_map(|entry| entry["time"].as_str().map(str::to_owned))
        .collect()
}

fn managers(object: &Value) -> &Value {
    &object["metadata"]["managedFields"]
}

fn without_managers(object: &Value) -> Value {
    let mut object = object.clone();
    remove_all(&mut object, &["/metadata/managedFields"]);
    object
}

fn remove_all(object: &mut Value, pointers: &[&str]) {
    for pointer in pointers {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        if let Some(Value::Object(parent)) = object.pointer_mut(parent) {
            parent.remove(name);
        }
    }
}

/// The object without its managers, and as decoding and defaulting leave it: without what is empty,
/// and with the protocol of each port.
fn plain(object: &Value) -> Value {
    fn decoded(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(key, value)| (key.clone(), decoded(value)));
                let is_empty = |value: &Value| *value == json!({}) || *value == json!([]);
                let mut kept: Map = fields.filter(|(_, value)| !is_empty(value)).collect();
                if kept.contains_key("containerPort") && !kept.contains_key("protocol") {
                    kept.insert("protocol".to_owned(), json!("TCP"));
                }
                Value::Object(kept)
            }
            Value::Array(items) => items.iter().map(decoded).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }
    decoded(&without_managers(object))
}
