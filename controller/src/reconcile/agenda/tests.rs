//! Who comes when, in worlds of namespaces that have nothing but names.

use tarnfui_shared::observe::RawNamespace;

use super::*;
use crate::world::News;

fn world(names: &[&str]) -> World {
    let mut world = World::new(None);
    for name in names {
        let json = format!(r#"{{"metadata":{{"name":"{name}"}}}}"#);
        let raw: RawNamespace = serde_json::from_str(&json).unwrap();
        world.take_in(raw.into());
    }
    world
}

fn take(agenda: &mut Agenda, world: &World, count: usize) -> String {
    let names = (0..count).map(|_| agenda.next(world).unwrap_or_else(|| "-".into()));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn all_are_everybody_once() {
    let world = world(&["a", "b", "c"]);
    let mut agenda = Agenda::default();
    assert!(agenda.is_empty());
    agenda.add_all();
    assert!(!agenda.is_empty());
    assert_eq!(take(&mut agenda, &world, 4), "a b c -");
    assert!(agenda.is_empty());
    // In an empty cluster too.
    agenda.add_all();
    assert_eq!(take(&mut agenda, &World::new(None), 1), "-");
    assert!(agenda.is_empty());
}

#[test]
fn a_round_and_single_ones_take_turns() {
    let world = world(&["a", "b", "c", "d"]);
    let mut agenda = Agenda::default();
    agenda.add_all();
    for name in ["c", "x", "y"] {
        agenda.add(name.into());
    }
    assert_eq!(take(&mut agenda, &world, 7), "a y b x c d -");
    // What the round comes to first is not looked at once more.
    let mut agenda = Agenda::default();
    agenda.add_all();
    agenda.add("a".into());
    assert_eq!(take(&mut agenda, &world, 5), "a b c d -");
}

#[test]
fn a_round_that_is_called_for_again_goes_on_and_comes_to_everybody() {
    let world = world(&["a", "b", "c", "d"]);
    let mut agenda = Agenda::default();
    agenda.add_all();
    assert_eq!(take(&mut agenda, &world, 2), "a b");
    agenda.add_all();
    assert_eq!(take(&mut agenda, &world, 3), "c d a");
    agenda.add_all();
    assert_eq!(take(&mut agenda, &world, 5), "b c d a -");
    // At each look: nobody is passed over.
    let mut seen = String::new();
    for _ in 0..6 {
        agenda.add_all();
        seen += &take(&mut agenda, &world, 1);
    }
    assert_eq!(seen, "abcdab");
}

#[test]
fn who_comes_and_goes_in_the_middle_of_a_round_does_not_upset_it() {
    let mut world = world(&["a", "b", "d"]);
    let mut agenda = Agenda::default();
    agenda.add_all();
    assert_eq!(take(&mut agenda, &world, 2), "a b");
    agenda.add_all();
    world.take_in(News::NamespaceGone("b".into()));
    let raw: RawNamespace = serde_json::from_str(r#"{"metadata":{"name":"c"}}"#).unwrap();
    world.take_in(raw.into());
    assert_eq!(take(&mut agenda, &world, 4), "c d a -");
    assert!(agenda.is_empty());
}

#[test]
fn where_too_many_are_named_all_are_meant() {
    let names: Vec<String> = (0..MAX_NAMES + 2)
        .map(|it| format!("team-{it:04}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let world = world(&names);
    let mut agenda = Agenda::default();
    for name in &names {
        agenda.add((*name).into());
    }
    assert!(agenda.some.len() <= MAX_NAMES);
    let seen: BTreeSet<_> = std::iter::from_fn(|| agenda.next(&world)).collect();
    assert_eq!(seen.len(), names.len());
    assert!(agenda.is_empty());
}
