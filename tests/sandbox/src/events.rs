//! Events have two sets of names for the same fields: those of `events.k8s.io`, which are kept, and
//! those of the core, which kubectl reads and older programs write.

use crate::json::{Map, Value};

/// New name, old name.
const NAMES: &[(&str, &str)] = &[
    ("regarding", "involvedObject"),
    ("note", "message"),
    ("reportingController", "reportingComponent"),
    ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"),
];

/// What an Event that is kept always has.
const VERSION: &str = "events.k8s.io/v1";

/// An Event by the names of the core.
pub fn by_old_names(event: &Value) -> Value {
    renamed(event, "v1", |(new, old)| (new, old))
}

/// An Event of the core by the names of `events.k8s.io`.
pub fn by_new_names(event: &Value) -> Value {
    renamed(event, VERSION, |(new, old)| (old, new))
}

/// Writes what the API always writes of an Event, even if it is nothing.
pub fn fill_in(event: &mut Value) {
    let Some(fields) = event.as_object_mut() else {
        return;
    };
    for key in [
        "deprecatedFirstTimestamp",
        "deprecatedLastTimestamp",
        "eventTime",
    ] {
        fields.get_or_insert_with(key, || Value::Null);
    }
    fields.get_or_insert_with("deprecatedSource", || Value::Object(Map::new()));
}

/// With other names, by pairs of the name that it has and the one that it is to have.
fn renamed(
    event: &Value,
    version: &str,
    pair: impl Fn((&'static str, &'static str)) -> (&'static str, &'static str),
) -> Value {
    let Some(fields) = event.as_object() else {
        return event.clone();
    };
    let name = |key: &str| {
        let mut pairs = NAMES.iter().map(|names| pair(*names));
        let found = pairs.find(|(has, _)| *has == key);
        found.map_or(key, |(_, wanted)| wanted).to_owned()
    };
    let fields = fields.iter();
    let mut event: Map = fields
        .map(|(key, value)| (name(key), value.clone()))
        .collect();
    if event.contains_key("apiVersion") {
        event.insert("apiVersion".to_owned(), version.into());
    }
    Value::Object(event)
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn an_event_has_both_names() {
        let mut kept = json!({ "apiVersion": "events.k8s.io/v1", "regarding": { "name": "web" },
            "note": "a", "reportingController": "c", "eventTime": "t" });
        fill_in(&mut kept);
        let expect = json!({ "apiVersion": "v1", "involvedObject": { "name": "web" },
            "message": "a", "reportingComponent": "c", "eventTime": "t", "source": {},
            "firstTimestamp": null, "lastTimestamp": null });
        let old = by_old_names(&kept);
        assert_eq!(old, expect);
        assert_eq!(by_new_names(&old), kept);
    }
}
