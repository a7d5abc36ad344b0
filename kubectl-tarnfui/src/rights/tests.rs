//! The table of rights and deploy/rbac.yaml, which are one thing in two places.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

const FILE: &str = include_str!("../../../deploy/rbac.yaml");

#[test]
fn the_table_is_what_is_deployed() {
    let documents: Vec<Value> = serde_saphyr::from_multiple(FILE).unwrap();
    let texts = |value: &Value| -> Vec<String> {
        let all = value.as_array().into_iter().flatten();
        all.map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let mut deployed = BTreeSet::new();
    for document in &documents {
        let place = match document["kind"].as_str().unwrap() {
            "ClusterRole" => "Everywhere",
            "Role" => "Home",
            _ => continue,
        };
        for rule in document["rules"].as_array().unwrap() {
            let names = texts(&rule["resourceNames"]);
            let name = names.first().cloned().unwrap_or_default();
            for verb in texts(&rule["verbs"]) {
                let (group, resource) =
                    (&texts(&rule["apiGroups"])[0], &texts(&rule["resources"])[0]);
                deployed.insert(format!("{place} {verb} {resource}.{group}/{name}"));
            }
        }
    }
    let table = CONTROLLER.iter().flat_map(|row| {
        let Row {
            group,
            resource,
            name,
            verbs,
            place,
        } = row;
        let name = name.unwrap_or_default();
        verbs
            .iter()
            .map(move |verb| format!("{place:?} {verb} {resource}.{group}/{name}"))
    });
    assert_eq!(table.collect::<BTreeSet<String>>(), deployed);
    let account = documents
        .iter()
        .find(|it| it["kind"] == "ServiceAccount")
        .unwrap();
    assert_eq!(account["metadata"]["name"], ACCOUNT);
}
