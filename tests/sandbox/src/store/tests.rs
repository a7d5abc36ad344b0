//! What is kept, and what is remembered.

use crate::json::json;

use super::*;

const MAPS: usize = 1;

fn map(name: &str, data: u32) -> Value {
    json!({ "metadata": { "namespace": "a", "name": name }, "data": { "x": data.to_string() } })
}

fn data(objects: &[Arc<Object>]) -> Vec<String> {
    let one = |it: &Arc<Object>| {
        let data = it.value["data"]["x"].as_str().unwrap_or_default();
        format!("{}={data}", it.metadata("name"))
    };
    objects.iter().map(one).collect()
}

#[test]
fn every_version_that_is_remembered_can_be_seen_again() {
    let mut store = Store::default();
    let first = store.put(MAPS, map("one", 1)).version;
    let second = store.put(MAPS, map("two", 1)).version;
    let third = store.put(MAPS, map("one", 2)).version;
    let fourth = store.remove(MAPS, "a", "two").unwrap().version;
    let at = |version| data(&store.at(MAPS, version).unwrap());
    assert_eq!(at(first), ["one=1"]);
    assert_eq!(at(second), ["one=1", "two=1"]);
    assert_eq!(at(third), ["one=2", "two=1"]);
    assert_eq!(at(fourth), ["one=2"]);
    assert_eq!(at(first - 1), [""; 0]);
}

#[test]
fn changes_come_in_order_and_a_deletion_has_a_version_of_its_own() {
    let mut store = Store::default();
    let start = store.version();
    store.put(MAPS, map("one", 1));
    store.put(MAPS, map("one", 2));
    store.remove(MAPS, "a", "one");
    assert_eq!(store.remove(MAPS, "a", "one").map(|it| it.version), None);
    let told: Vec<_> = store
        .since(MAPS, start)
        .unwrap()
        .map(|it| (it.version - start, it.before.is_some(), it.is_deletion))
        .collect();
    assert_eq!(told, [(1, false, false), (2, true, false), (3, true, true)]);
    let version = format!("{}", start + 3);
    let last = store.since(MAPS, start + 2).unwrap().next().unwrap();
    assert_eq!(last.after.metadata("resourceVersion"), version);
}

#[test]
fn what_is_forgotten_is_said_to_be() {
    let mut store = Store::default();
    let start = store.version();
    for data in 0..=u32::try_from(HISTORY).unwrap() {
        store.put(MAPS, map("one", data));
    }
    assert!(store.since(MAPS, start).is_none());
    assert!(store.at(MAPS, start).is_none());
    assert_eq!(store.since(MAPS, start + 1).unwrap().count(), HISTORY);
    store.compact();
    assert!(store.since(MAPS, store.version() - 1).is_none());
    assert_eq!(store.since(MAPS, store.version()).unwrap().count(), 0);
}
