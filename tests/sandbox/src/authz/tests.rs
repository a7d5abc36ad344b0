//! Rules and what they cover.

use crate::json::json;

use super::*;

fn store(rule: &Value, namespace: Option<&str>) -> Store {
    let mut store = Store::default();
    let kind = if namespace.is_some() {
        "Role"
    } else {
        "ClusterRole"
    };
    let (roles, bindings) = match namespace {
        Some(_) => ("roles", "rolebindings"),
        None => ("clusterroles", "clusterrolebindings"),
    };
    let metadata = |name: &str| json!({ "name": name, "namespace": namespace });
    store.put(
        place(roles),
        json!({ "metadata": metadata("r"), "rules": [rule] }),
    );
    let subjects = json!([{ "kind": "ServiceAccount", "namespace": "sys", "name": "c" }]);
    let binding = json!({ "metadata": metadata("b"), "subjects": subjects,
        "roleRef": { "kind": kind, "name": "r" } });
    store.put(place(bindings), binding);
    store
}

const PATCH: Deed<'_> = Deed {
    verb: "patch",
    group: "apps",
    resource: "deployments",
    sub: "",
    namespace: "shop",
    name: "web",
};

#[track_caller]
fn check(rule: &Value, deed: &Deed<'_>, expect: bool) {
    let caller = Caller::service_account("sys", "c");
    let told = rule.to_string();
    assert_eq!(allows(&store(rule, None), &caller, deed), expect, "{told}");
}

#[test]
fn a_rule_covers_what_it_names() {
    let rule = |verb: &str, group: &str, resource: &str| json!({ "verbs": [verb], "apiGroups": [group], "resources": [resource] });
    check(&rule("patch", "apps", "deployments"), &PATCH, true);
    check(&rule("*", "*", "*"), &PATCH, true);
    check(&rule("get", "apps", "deployments"), &PATCH, false);
    check(&rule("patch", "", "deployments"), &PATCH, false);
    check(&rule("patch", "apps", "statefulsets"), &PATCH, false);
    check(&rule("patch", "apps", "deployments/scale"), &PATCH, false);
    let scale = Deed {
        sub: "scale",
        ..PATCH
    };
    check(&rule("patch", "apps", "deployments/scale"), &scale, true);
    check(&rule("patch", "apps", "*/scale"), &scale, true);
    check(&rule("patch", "apps", "deployments"), &scale, false);
}

#[test]
fn names_narrow_a_rule_and_never_cover_what_has_none() {
    let rule = json!({ "verbs": ["*"], "apiGroups": ["apps"], "resources": ["deployments"],
        "resourceNames": ["web"] });
    check(&rule, &PATCH, true);
    check(
        &rule,
        &Deed {
            name: "db",
            ..PATCH
        },
        false,
    );
    check(
        &rule,
        &Deed {
            name: "",
            verb: "create",
            ..PATCH
        },
        false,
    );
}

#[test]
fn a_role_holds_in_its_namespace_and_for_its_subjects() {
    let rule = json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"] });
    let store = store(&rule, Some("shop"));
    let caller = Caller::service_account("sys", "c");
    assert!(allows(&store, &caller, &PATCH));
    let elsewhere = Deed {
        namespace: "bank",
        ..PATCH
    };
    assert!(!allows(&store, &caller, &elsewhere));
    let all = Deed {
        namespace: "",
        ..PATCH
    };
    assert!(!allows(&store, &caller, &all));
    assert!(!allows(
        &store,
        &Caller::service_account("sys", "d"),
        &PATCH
    ));
    assert!(!allows(&store, &Caller::user("c"), &PATCH));
    assert!(allows(&store, &Caller::admin("root"), &elsewhere));
    assert_eq!(
        elsewhere.refusal(&caller),
        "User \"system:serviceaccount:sys:c\" cannot patch resource \"deployments\" in API group \
         \"apps\" in the namespace \"bank\"",
    );
}
