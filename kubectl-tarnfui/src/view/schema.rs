//! JSON Schemas of the documents, made from the types that write them: `docs/schemas/`.
//!
//! Only behind the feature `schema`, which nothing but the tests asks for: who runs the plugin has no
//! use for them, and reads them in the repository.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema};
use serde_json::{Value as Json, json};

use super::{
    API_VERSION, Diagnosis, Explanation, Finding, List, NamespaceManifest, NamespaceStatus,
    OrderOutcome, PendingTransition, RestoredWorkload, SavedWorkload, Simulation, SimulationDiff,
    Versions,
};

/// A document, and its schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The name of its file, without the ending.
    pub file: &'static str,
    /// Its `apiVersion`.
    pub api_version: &'static str,
    /// Its `kind`.
    pub kind: &'static str,
    /// Its schema.
    pub schema: Json,
}

/// Every document there is.
pub fn all() -> Vec<Document> {
    let of = |file, kind, what: &str, schema| document(file, (API_VERSION, kind), what, schema);
    vec![
        of(
            "status",
            "NamespaceStatusList",
            "`status`",
            list::<NamespaceStatus>(),
        ),
        of(
            "explain",
            "ExplanationList",
            "`explain`",
            list::<Explanation>(),
        ),
        of(
            "pending",
            "PendingTransitionList",
            "`pending`",
            list::<PendingTransition>(),
        ),
        of(
            "saved",
            "SavedWorkloadList",
            "`saved`",
            list::<SavedWorkload>(),
        ),
        of(
            "restore",
            "RestoredWorkloadList",
            "`restore`",
            list::<RestoredWorkload>(),
        ),
        of(
            "order",
            "OrderList",
            "`wake`, `sleep`, `snooze` and `resume` with -o json",
            complete_list::<OrderOutcome>(),
        ),
        document(
            "order-yaml",
            ("v1", "Namespace"),
            "`wake`, `sleep`, `snooze` and `resume` with -o yaml, one for each namespace",
            schema::<NamespaceManifest<'_>>(),
        ),
        of("doctor", "Diagnosis", "`doctor`", schema::<Diagnosis>()),
        of(
            "simulate",
            "Simulation",
            "`simulate`",
            schema::<Simulation>(),
        ),
        of(
            "simulate-diff",
            "SimulationDiff",
            "`simulate --diff`",
            schema::<SimulationDiff>(),
        ),
        of("lint", "FindingList", "`lint`", complete_list::<Finding>()),
        of("version", "Version", "`version`", schema::<Versions>()),
    ]
}

fn list<T: JsonSchema>() -> Schema {
    schema::<List<'_, T>>()
}

/// A list that is never printed where something could not be read.
fn complete_list<T: JsonSchema>() -> Schema {
    let mut schema = list::<T>();
    for (part, name) in [("properties", "gaps"), ("$defs", "Gap")] {
        if let Some(Json::Object(parts)) = schema.get_mut(part) {
            parts.remove(name);
        }
    }
    schema
}

fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

/// The schema of one document: closed, and with the words by which it is known.
fn document(
    file: &'static str,
    (api_version, kind): (&'static str, &'static str),
    what: &str,
    mut schema: Schema,
) -> Document {
    RecursiveTransform(closed).transform(&mut schema);
    schema.insert("title".to_owned(), json!(kind));
    schema.insert(
        "description".to_owned(),
        json!(format!("What kubectl tarnfui prints for {what}.")),
    );
    let properties = schema.get_mut("properties");
    let properties = properties.expect("every document is an object with fields");
    for (field, word) in [("apiVersion", api_version), ("kind", kind)] {
        let description = properties[field]["description"].take();
        properties[field] = json!({ "description": description, "const": word });
    }
    // Which kinds there are is no concern of one document.
    if let Some(Json::Object(parts)) = schema.get_mut("$defs") {
        parts.remove("DocumentKind");
    }
    Document {
        file,
        api_version,
        kind,
        schema: schema.to_value(),
    }
}

/// An object has the fields that it is written with, and no others; formats say what is known
/// everywhere, and descriptions have one line.
fn closed(schema: &mut Schema) {
    // What schemars says of the width of numbers is no format of JSON Schema.
    if schema.get("format").is_some_and(|it| it != "date-time") {
        schema.remove("format");
    }
    if let Some(Json::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    let required = schema.get("required").cloned().unwrap_or_default();
    let Some(Json::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let is_required = |name: &str| {
        let mut required = required.as_array().into_iter().flatten();
        required.any(|it| it == name)
    };
    // What may be left out is left out, and never null.
    let optional = properties.iter_mut().filter(|(name, _)| !is_required(name));
    optional.for_each(|(_, property)| not_null(property));
    schema.insert("additionalProperties".to_owned(), json!(false));
}

/// The same without null among its types.
fn not_null(property: &mut Json) {
    if let Some(types) = property["type"].as_array() {
        let others: Vec<&Json> = types.iter().filter(|it| *it != "null").collect();
        assert_eq!(others.len(), 1, "an optional field has one type: {types:?}");
        property["type"] = others[0].clone();
    }
    assert!(
        property.get("anyOf").is_none(),
        "an optional field of an own type is not thought of yet: {property}"
    );
}
