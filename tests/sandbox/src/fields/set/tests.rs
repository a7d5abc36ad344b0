//! What the operations make of every kind of node: a member, one with parts, and one that is both.

use crate::json::json;

use super::*;

fn set(fields: &Value) -> Set {
    json!({ "f:a": fields }).as_object().unwrap().clone()
}

#[test]
fn sets_are_united_taken_away_and_compared_node_by_node() {
    let nodes = [
        ("member", json!({})),
        ("parts", json!({"f:b": {}})),
        ("both", json!({".": {}, "f:b": {}})),
        ("other", json!({"f:c": {}})),
        ("all parts", json!({"f:b": {}, "f:c": {}})),
    ];
    let node = |name: &str| nodes.iter().find(|(it, _)| *it == name).map(|(_, it)| it);
    let some = |name: &str| node(name).unwrap();
    // Of two nodes: united, the first without the second, and what is in both.
    let rows = [
        ("member", "member", "member", "nothing", "member"),
        ("member", "parts", "both", "member", "nothing"),
        ("parts", "member", "both", "parts", "nothing"),
        ("parts", "parts", "parts", "nothing", "parts"),
        ("parts", "both", "both", "nothing", "parts"),
        ("both", "parts", "both", "member", "parts"),
        ("both", "member", "both", "parts", "member"),
        ("both", "both", "both", "nothing", "both"),
        ("parts", "other", "all parts", "parts", "nothing"),
    ];
    for (left, right, united, without, common) in rows {
        let at = format!("{left}, {right}");
        let mut result = set(some(left));
        unite(&mut result, set(some(right)));
        assert_eq!(result.get("f:a"), node(united), "united: {at}");

        let mut result = set(some(left));
        subtract(&mut result, &set(some(right)));
        assert_eq!(result.get("f:a"), node(without), "without: {at}");

        let result = intersection(&set(some(left)), &set(some(right)));
        assert_eq!(result.get("f:a"), node(common), "in both: {at}");
    }
}

#[test]
fn a_field_is_inserted_beside_and_around_others() {
    let a = Path {
        within: None,
        element: Element::Field("a"),
    };
    let b = Path {
        within: Some(&a),
        element: Element::Field("b"),
    };
    for order in [[&a, &b], [&b, &a]] {
        let mut result = Set::new();
        for path in order {
            insert(&mut result, path);
        }
        assert_eq!(result, set(&json!({".": {}, "f:b": {}})));
    }
}
