//! The lists whose items are merged, as a table.
//!
//! It must not know what becomes of an item.

use std::fmt::Write as _;

use crate::json::Value;

/// A list whose items are merged.
#[derive(Debug)]
pub(crate) struct List {
    /// The field.
    name: &'static str,
    /// The fields it may lie in, of which a list stands for its items; none means any.
    within: &'static [&'static str],
    /// What identifies an item, sorted; none where the items are plain values.
    pub(super) keys: &'static [&'static str],
    /// Whether an item is one value.
    pub(in crate::fields) has_atomic_items: bool,
    /// Whether server-side apply sees the list as one value.
    pub(super) is_atomic: bool,
    /// What identifies an item of a strategic merge patch.
    pub(super) merge: Merge,
}

/// What a strategic merge patch does with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Takes it as a whole.
    Replace,
    /// Merges plain values.
    Values,
    /// Merges objects that have the same value here.
    By(&'static str),
}

const ITEMS: List = List {
    name: "",
    within: &[],
    keys: &["name"],
    has_atomic_items: false,
    is_atomic: false,
    merge: Merge::By("name"),
};

/// Plain values, each there once.
const SET: List = List {
    keys: &[],
    merge: Merge::Replace,
    ..ITEMS
};

const CONTAINERS: &[&str] = &["containers", "ephemeralContainers", "initContainers"];

/// Sorted by name.
pub(super) static LISTS: &[List] = &[
    List {
        name: "claims",
        merge: Merge::Replace,
        ..ITEMS
    },
    List {
        name: "conditions",
        within: &["status"],
        keys: &["type"],
        merge: Merge::By("type"),
        ..ITEMS
    },
    List {
        name: "containers",
        within: &["spec"],
        ..ITEMS
    },
    List {
        name: "env",
        within: CONTAINERS,
        ..ITEMS
    },
    List {
        name: "ephemeralContainers",
        within: &["spec"],
        ..ITEMS
    },
    List {
        name: "failed",
        within: &["uncountedTerminatedPods"],
        ..SET
    },
    List {
        name: "finalizers",
        within: &["metadata"],
        merge: Merge::Values,
        ..SET
    },
    List {
        name: "hostAliases",
        within: &["spec"],
        keys: &["ip"],
        merge: Merge::By("ip"),
        ..ITEMS
    },
    List {
        name: "hostIPs",
        within: &["status"],
        is_atomic: true,
        merge: Merge::By("ip"),
        ..ITEMS
    },
    List {
        name: "imagePullSecrets",
        within: &["spec"],
        has_atomic_items: true,
        ..ITEMS
    },
    List {
        name: "initContainers",
        within: &["spec"],
        ..ITEMS
    },
    List {
        name: "ownerReferences",
        within: &["metadata"],
        keys: &["uid"],
        has_atomic_items: true,
        merge: Merge::By("uid"),
        ..ITEMS
    },
    List {
        name: "podIPs",
        within: &["status"],
        keys: &["ip"],
        merge: Merge::By("ip"),
        ..ITEMS
    },
    List {
        name: "ports",
        within: CONTAINERS,
        keys: &["containerPort", "protocol"],
        merge: Merge::By("containerPort"),
        ..ITEMS
    },
    List {
        name: "ports",
        within: &["spec"],
        keys: &["port", "protocol"],
        merge: Merge::By("port"),
        ..ITEMS
    },
    List {
        name: "resourceClaimStatuses",
        within: &["status"],
        ..ITEMS
    },
    List {
        name: "resourceClaims",
        within: &["spec"],
        ..ITEMS
    },
    List {
        name: "schedulingGates",
        within: &["spec"],
        ..ITEMS
    },
    // Of a ServiceAccount.
    List {
        name: "secrets",
        within: &[""],
        has_atomic_items: true,
        ..ITEMS
    },
    List {
        name: "succeeded",
        within: &["uncountedTerminatedPods"],
        ..SET
    },
    List {
        name: "topologySpreadConstraints",
        within: &["spec"],
        keys: &["topologyKey", "whenUnsatisfiable"],
        merge: Merge::By("topologyKey"),
        ..ITEMS
    },
    List {
        name: "volumeDevices",
        within: CONTAINERS,
        keys: &["devicePath"],
        merge: Merge::By("devicePath"),
        ..ITEMS
    },
    List {
        name: "volumeMounts",
        within: CONTAINERS,
        keys: &["mountPath"],
        merge: Merge::By("mountPath"),
        ..ITEMS
    },
    List {
        name: "volumes",
        within: &["spec"],
        ..ITEMS
    },
];

/// The protocol of a port that names none: part of what identifies it.
const DEFAULT_PROTOCOL: &str = "TCP";

impl List {
    /// The field.
    pub(in crate::fields) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether its items are plain values.
    pub(in crate::fields) fn is_of_values(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether these are the same item, changed or not.
    pub(in crate::fields) fn is_same(&self, left: &Value, right: &Value) -> bool {
        if self.keys.is_empty() {
            return left == right;
        }
        self.keys.iter().all(|key| {
            let (left, right) = (left.get(key), right.get(key));
            left == right || (*key == "protocol" && protocol(left) == protocol(right))
        })
    }

    /// Whether something tells this item from others.
    pub(in crate::fields) fn can_identify(&self, item: &Value) -> bool {
        match item {
            Value::Object(fields) => self.keys.iter().any(|key| fields.contains_key(key)),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => self.keys.is_empty(),
            Value::Null | Value::Array(_) => false,
        }
    }

    /// The item as a step of a path: `k:{"name":"web"}`, `v:"example.com/hold"`.
    pub(in crate::fields) fn identity(&self, item: &Value) -> String {
        if self.keys.is_empty() {
            return format!("v:{item}");
        }
        let mut identity = String::from("k:{");
        for key in self.keys {
            let separator = if identity.len() > 3 { "," } else { "" };
            // Writing to a string does not fail.
            let _ = match item.get(key) {
                Some(value) => write!(identity, r#"{separator}"{key}":{value}"#),
                None if *key == "protocol" => {
                    write!(identity, r#"{separator}"{key}":"{DEFAULT_PROTOCOL}""#)
                }
                None => Ok(()),
            };
        }
        identity.push('}');
        identity
    }
}

fn protocol(value: Option<&Value>) -> Option<&str> {
    value.map_or(Some(DEFAULT_PROTOCOL), Value::as_str)
}

/// The list `name` in the field `within`.
pub(super) fn find(within: &str, name: &str) -> Option<&'static List> {
    let start = LISTS.partition_point(|list| list.name < name);
    LISTS[start..]
        .iter()
        .take_while(|list| list.name == name)
        .find(|list| list.within.is_empty() || list.within.contains(&within))
}
