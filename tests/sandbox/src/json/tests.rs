//! That what is shared stays what it was, and that all is as `serde_json` has it.

use super::*;

fn document() -> Value {
    json!({ "metadata": { "name": "web", "labels": { "a": "1" } },
        "spec": { "replicas": 3, "list": [1, "two", null, { "deep": [true] }] } })
}

#[test]
fn a_change_of_a_copy_changes_nothing_else() {
    let before = document();
    let mut after = before.clone();
    after["spec"]["list"][3]["deep"][0] = false.into();
    after["metadata"]["labels"]["b"] = "2".into();
    after["spec"].as_object_mut().unwrap().remove("replicas");
    assert_eq!(before, document());
    let expected = json!({ "metadata": { "name": "web", "labels": { "a": "1", "b": "2" } },
        "spec": { "list": [1, "two", null, { "deep": [false] }] } });
    assert_eq!(after, expected);
}

#[test]
fn what_is_written_while_it_is_shared_is_written_anew_once_it_has_changed() {
    let before = document();
    let mut after = before.clone();
    let written = before.to_string();
    assert_eq!(after.to_string(), written);
    after["metadata"]["name"] = "api".into();
    assert_eq!(after.to_string(), written.replace("web", "api"));
    // The copy is gone, and the text that was kept with it.
    drop(before);
    after["metadata"]["name"] = "db".into();
    assert_eq!(after.to_string(), written.replace("web", "db"));
}

#[test]
fn a_change_in_place_of_what_was_shared_once_is_written() {
    let mut only = document();
    let copy = only.clone();
    only.to_string();
    drop(copy);
    for value in only["spec"].as_object_mut().unwrap().values_mut() {
        *value = Value::Null;
    }
    assert_eq!(only["spec"].to_string(), r#"{"list":null,"replicas":null}"#);
}

#[test]
fn it_reads_and_writes_what_serde_json_does() {
    for text in [
        "null",
        "[]",
        "{}",
        r#"[{},[],"",0,-1,1.5,1e300,true,false,null]"#,
        r#"{"b":1,"a":{"z":[],"y":{}}}"#,
        r#"{"text":"quotes \" and \\ and \n and \u0001 and \u00e4 and \ud83d\ude00"}"#,
        r#"{"twice":1,"twice":2}"#,
        r#"{"a name that is longer than fits in place":"and a text that is as well, by far"}"#,
        "18446744073709551615",
        "-9223372036854775808",
    ] {
        let ours: Value = serde_json::from_str(text).unwrap();
        let theirs: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(ours.to_string(), theirs.to_string());
        assert_eq!(serde_json::to_string(&ours).unwrap(), theirs.to_string());
        assert_eq!(serde_json::Value::from(&ours), theirs);
        assert_eq!(Value::from(theirs), ours);
    }
}

#[test]
fn fields_are_in_the_order_of_their_names_whenever_they_came() {
    let mut map = Map::new();
    for name in ["m", "z", "a", "m"] {
        map.insert(name, name.into());
    }
    assert_eq!(map.keys().collect::<Vec<_>>(), ["a", "m", "z"]);
    assert_eq!(map.insert("m", 1.into()), Some("m".into()));
    assert_eq!(map.remove("z"), Some("z".into()));
    assert_eq!(map.remove("z"), None);
    map.retain(|name, _| name != "a");
    assert_eq!(map.get_or_insert_with("b", || true.into()), &true);
    assert_eq!(map.get_or_insert_with("b", || false.into()), &true);
    assert_eq!(Value::Object(map).to_string(), r#"{"b":true,"m":1}"#);
}

#[test]
fn no_fields_are_no_fields_however_they_came_to_be_none() {
    let mut emptied = Map::new();
    emptied.insert("a", Value::Null);
    emptied.remove("a");
    assert_eq!(emptied, Map::new());
    assert_eq!(Value::Object(emptied).to_string(), "{}");
}

#[test]
fn pointers_lead_where_rfc_6901_says() {
    let mut value = json!({ "a/b": [10, { "m~n": "x" }], "": 1 });
    let found = |value: &Value, pointer: &str| value.pointer(pointer).map(Value::to_string);
    for (pointer, expect) in [
        ("", Some(value.to_string())),
        ("/", Some("1".to_owned())),
        ("/a~1b/0", Some("10".to_owned())),
        ("/a~1b/1/m~0n", Some("\"x\"".to_owned())),
        ("/a~1b/01", None),
        ("/a~1b/+1", None),
        ("/a~1b/2", None),
        ("/a~1b/0/x", None),
        ("a~1b", None),
    ] {
        assert_eq!(found(&value, pointer), expect, "{pointer}");
    }
    *value.pointer_mut("/a~1b/1/m~0n").unwrap() = 5.into();
    assert_eq!(found(&value, "/a~1b/1"), Some(r#"{"m~n":5}"#.to_owned()));
}

#[test]
fn what_is_not_there_is_null_to_read_and_made_to_write() {
    let mut value = json!({});
    assert!(value["a"]["b"][3].is_null());
    value["a"]["b"] = 1.into();
    assert_eq!(value.to_string(), r#"{"a":{"b":1}}"#);
}
