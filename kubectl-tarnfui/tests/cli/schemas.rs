//! `docs/schemas/` is made from the types that write the documents, and every document that any test
//! here prints is held to it. `TARNFUI_BLESS=1 cargo test` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

use jsonschema::Validator;
use kubectl_tarnfui::render::json;
use kubectl_tarnfui::view::schema::{Document, all};
use serde_json::{Value as Json, json};

use crate::docs::{PAGE, printed};
use crate::world::{MONDAY, PARIS, SUNDAY, World, shop, world};

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/schemas");

/// The fields that a document may do without. Every other one is always there, null or not.
const OPTIONAL: [&str; 10] = [
    "annotations",
    "gaps",
    "hint",
    "labels",
    "message",
    "namespace",
    "start",
    "transitions",
    "workload",
    "workloads",
];

/// The schemas, by `kind`: those of the code, which a test below holds the committed ones to.
static SCHEMAS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
    let documents = all().into_iter();
    documents
        .map(|it| (it.kind, validator(&it.schema)))
        .collect()
});

fn path(document: &Document) -> String {
    format!("{DIRECTORY}/{}.json", document.file)
}

fn validator(schema: &Json) -> Validator {
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(schema).unwrap()
}

/// Holds what a command printed to its schema, where it is a document.
#[track_caller]
pub(crate) fn hold(words: &[String], out: &str) {
    let is = |format: &str| {
        let (short, long) = (["-o", format], format!("--output={format}"));
        words.windows(2).any(|pair| pair == short) || words.contains(&long)
    };
    let documents: Vec<Json> = if out.is_empty() {
        return;
    } else if is("json") {
        vec![serde_json::from_str(out).unwrap()]
    } else if is("yaml") {
        let texts = out.split("---\n");
        texts
            .map(|text| serde_saphyr::from_str(text).unwrap())
            .collect()
    } else {
        return;
    };
    for document in &documents {
        if let Err(fault) = fits(document) {
            panic!("{words:?}: {fault}\n{document:#}");
        }
    }
}

fn fits(document: &Json) -> Result<(), String> {
    let kind = document["kind"].as_str().unwrap_or_default();
    let validator = SCHEMAS.get(kind).ok_or(format!("no kind {kind:?}"))?;
    let told =
        |fault: jsonschema::ValidationError<'_>| format!("{}: {fault}", fault.instance_path());
    validator.validate(document).map_err(told)
}

#[test]
fn the_schemas_are_what_the_code_says() {
    let all = all();
    for document in &all {
        let text = json::document(&document.schema).unwrap();
        if std::env::var_os("TARNFUI_BLESS").is_some() {
            fs::write(path(document), &text).unwrap();
        }
        let committed = fs::read_to_string(path(document)).unwrap();
        assert_eq!(text, committed, "docs/schemas/{}.json", document.file);
        jsonschema::meta::validate(&document.schema).unwrap();
    }
    assert_eq!(fs::read_dir(DIRECTORY).unwrap().count(), all.len());
}

#[test]
fn the_page_leads_to_every_schema() {
    for Document { file, .. } in all() {
        let link = format!("(schemas/{file}.json)");
        assert_eq!(PAGE.matches(&link).count(), 1, "{link}");
    }
}

#[test]
fn yaml_says_the_same() {
    for ((command, json), (_, yaml)) in printed("json").into_iter().zip(printed("yaml")) {
        let json: Json = serde_json::from_str(&json).unwrap();
        let yaml: Json = serde_saphyr::from_str(&yaml).unwrap();
        // Of an order it is the namespaces themselves.
        if yaml["kind"] == "Namespace" {
            assert_eq!(yaml["metadata"], json["items"][0]["metadata"], "{command}");
        } else {
            assert_eq!(yaml, json, "{command}");
        }
    }
}

/// Documents of every kind, with every field.
fn documents() -> Vec<Json> {
    let printed = printed("json").into_iter();
    let parsed = printed.map(|(_, text)| serde_json::from_str(&text).unwrap());
    parsed.chain(more()).collect()
}

/// What the examples of the page do not show.
fn more() -> Vec<Json> {
    let json = |world: &World, now: &str, command: &str| -> Json {
        let ran = world.run(now, &format!("{command} -o json"));
        serde_json::from_str(&ran.out).unwrap()
    };
    let own = [("schedule", "Mon-Fri 06:00-22:00"), ("shedule", "x")];
    let odd = shop()
        .workload(("shop", "deployments", "web"), 3, &[], &own)
        .asleep("shop", "odd", "x")
        .forbid("get leases")
        .forbid("list cronjobs");
    let cron_job = shop().with(|fake| {
        let labels = json!({ "tarnfui.io/saved": "false" });
        let metadata = json!({ "name": "nightly", "namespace": "shop", "labels": labels });
        let nightly = json!({ "metadata": metadata, "spec": { "suspend": true } });
        fake.put("/apis/batch/v1/namespaces/shop/cronjobs/nightly", nightly);
    });
    let unread = shop().config("defualts: {}");
    let manifest = |hours: &str| {
        format!(
            "{{kind: Namespace, metadata: {{name: shop, annotations: \
             {{tarnfui.io/schedule: Mon-Fri 08:00-20:00}}}}}}\n---\n\
             {{kind: Deployment, metadata: {{name: web, namespace: shop, annotations: \
             {{tarnfui.io/schedule: {hours}, tarnfui.io/shedule: x}}}}, spec: {{replicas: 2}}}}\n"
        )
    };
    let old = tempfile::tempdir().unwrap();
    fs::write(old.path().join("app.yaml"), manifest("always")).unwrap();
    let files = world().input(&manifest("Mon-Fri 06:00-22:00"));
    let simulate = "simulate -f - --from 2026-11-27 --to 2026-11-28";
    let ordered = world().namespace("shop", &PARIS);
    let order = ordered.run(SUNDAY, "wake shop -o yaml").out;
    vec![
        json(&odd, SUNDAY, "status shop"),
        json(&odd, SUNDAY, "explain shop/deployment/web"),
        json(&odd, MONDAY, "pending"),
        json(&odd, SUNDAY, "saved"),
        json(
            &odd,
            SUNDAY,
            "restore shop/deployment/odd --replicas 2 --yes",
        ),
        json(&odd, SUNDAY, "restore shop --yes"),
        json(&odd, SUNDAY, "version"),
        json(&unread, SUNDAY, "explain shop"),
        json(&odd, SUNDAY, "wake shop"),
        json(&cron_job, SUNDAY, "status shop"),
        json(&cron_job, SUNDAY, "saved"),
        json(&cron_job, SUNDAY, "restore shop --yes"),
        json(&files, SUNDAY, "lint -f -"),
        json(&files, SUNDAY, simulate),
        json(
            &files,
            SUNDAY,
            &format!("{simulate} --diff {}", old.path().display()),
        ),
        serde_saphyr::from_str(&order).unwrap(),
    ]
}

#[test]
fn every_document_has_a_schema_and_every_field_shows_up() {
    let (mut known, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let documents = documents();
    for document in all() {
        let schema = &document.schema;
        let named = |name: &str| format!("{}/{name}", document.kind);
        known.extend(names(&schema["properties"]).map(named));
        for (part, of) in schema["$defs"].as_object().into_iter().flatten() {
            known.extend(names(&of["properties"]).map(|name| format!("{part}/{name}")));
        }
        for printed in documents.iter().filter(|it| it["kind"] == document.kind) {
            fits(printed).unwrap();
            walk(schema, document.kind, schema, printed, &mut seen);
        }
    }
    let never: Vec<&String> = known.difference(&seen).collect();
    assert!(never.is_empty(), "never printed here: {never:?}");
}

fn names(properties: &Json) -> impl Iterator<Item = &str> {
    let properties = properties.as_object().into_iter().flatten();
    properties.map(|(name, _)| name.as_str())
}

/// Notes the fields of `value`, which `schema` is for, by the part of the schema they are in.
fn walk(root: &Json, part: &str, schema: &Json, value: &Json, seen: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return walk(root, name, &root["$defs"][name], value, seen);
    }
    for of in schema["anyOf"].as_array().into_iter().flatten() {
        if of["type"] != "null" {
            walk(root, part, of, value, seen);
        }
    }
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let Some(property) = schema["properties"].get(name) else {
                    continue;
                };
                seen.insert(format!("{part}/{name}"));
                walk(root, part, property, value, seen);
            }
        }
        Json::Array(items) => items
            .iter()
            .for_each(|item| walk(root, part, &schema["items"], item, seen)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[test]
fn a_wrong_document_is_refused() {
    let mut done_without = BTreeSet::new();
    for document in documents() {
        let mut objects = Vec::new();
        find_objects(&document, String::new(), &mut objects);
        for place in objects {
            let changed = |change: &dyn Fn(&mut serde_json::Map<String, Json>)| {
                let mut wrong = document.clone();
                change(wrong.pointer_mut(&place).unwrap().as_object_mut().unwrap());
                fits(&wrong)
            };
            let surplus = changed(&|it| drop(it.insert("surplus".to_owned(), json!(1))));
            assert!(surplus.is_err(), "{place}/surplus: {document:#}");
            for (name, _) in document.pointer(&place).unwrap().as_object().unwrap() {
                let other = changed(&|it| drop(it.insert(name.clone(), json!([[]]))));
                assert!(other.is_err(), "{place}/{name}: {document:#}");
                let without = changed(&|it| drop(it.remove(name)));
                let is_ours = !place.ends_with("/labels") && !place.ends_with("/annotations");
                if without.is_ok() && is_ours {
                    done_without.insert(name.clone());
                }
            }
        }
    }
    let done_without: Vec<&str> = done_without.iter().map(String::as_str).collect();
    assert_eq!(done_without, OPTIONAL);
    let wrong = [
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": {} }),
        json!({ "apiVersion": "cli.tarnfui.io/v2", "kind": "OrderList", "items": [] }),
        json!({ "apiVersion": "cli.tarnfui.io/v1", "kind": "OrderLists", "items": [] }),
        json!([]),
    ];
    for it in &wrong {
        assert!(fits(it).is_err(), "{it}");
    }
}

/// The places of all objects in `value`, as JSON pointers.
fn find_objects(value: &Json, place: String, found: &mut Vec<String>) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                find_objects(value, format!("{place}/{name}"), found);
            }
            found.push(place);
        }
        Json::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                find_objects(item, format!("{place}/{number}"), found);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
