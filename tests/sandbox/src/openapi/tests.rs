//! The recordings are of a real kube-apiserver 1.36.3: the path, kind, queries and formats of the
//! PATCH of each resource.

use super::*;
use crate::json::Text;

#[test]
fn what_can_be_patched_is_what_the_real_server_says() {
    let mut count = 0;
    for line in include_str!("recorded.jsonl").lines() {
        let (path, kind, queries, formats): (String, Value, Vec<(String, String)>, Vec<String>) =
            serde_json::from_str(line).unwrap();
        let root = path
            .split('/')
            .skip(1)
            .take(if path.starts_with("/apis") { 3 } else { 2 });
        let root = root.collect::<Vec<_>>().join("/");
        let document = answer(&format!("/openapi/v3/{root}")).unwrap().body;
        let found = &document["paths"][&path]["patch"];
        assert_eq!(found["x-kubernetes-group-version-kind"], kind, "{path}");
        let its_queries: Vec<(String, String)> = found["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["in"] == "query")
            .map(|it| (word(&it["name"]), word(&it["schema"]["type"])))
            .collect();
        assert_eq!(its_queries, queries, "{path}");
        let its_formats: Vec<&str> = found["requestBody"]["content"]
            .as_object()
            .unwrap()
            .keys()
            .map(Text::as_str)
            .collect();
        assert_eq!(its_formats, formats.iter().collect::<Vec<_>>(), "{path}");
        count += 1;
    }
    assert_eq!(count, RESOURCES.len());
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn the_index_names_each_document_by_its_content() {
    let index = answer("/openapi/v3").unwrap().body;
    let paths = index["paths"].as_object().unwrap();
    let roots: Vec<&str> = paths.keys().map(Text::as_str).collect();
    let mut expect: Vec<String> = RESOURCES
        .iter()
        .map(|it| it.root()[1..].to_owned())
        .collect();
    expect.sort_unstable();
    expect.dedup();
    assert_eq!(roots, expect.iter().collect::<Vec<_>>());
    for (root, entry) in paths {
        let url = entry["serverRelativeURL"].as_str().unwrap();
        let (path, query) = url.split_once('?').unwrap();
        assert_eq!(path, format!("/openapi/v3/{root}"));
        let found = answer(path).unwrap();
        assert_eq!(found.content_type, "application/json");
        assert_eq!(
            query,
            format!("hash={:016X}", hash(&found.body.to_string()))
        );
    }
    let urls: Vec<&Value> = paths.values().map(|it| &it["serverRelativeURL"]).collect();
    let hashes = urls
        .iter()
        .map(|it| it.as_str().unwrap().split_once('=').unwrap().1);
    let different: BTreeSet<&str> = hashes.collect();
    assert_eq!(different.len(), paths.len());
}

/// As the authors of FNV-1a publish them.
#[test]
fn the_hash_has_the_published_values() {
    for (text, expect) in [
        ("", 0xcbf2_9ce4_8422_2325),
        ("a", 0xaf63_dc4c_8601_ec8c),
        ("foobar", 0x8594_4171_f739_67e8),
    ] {
        assert_eq!(hash(text), expect, "{text}");
    }
}

#[test]
fn what_is_not_there_has_no_answer() {
    for path in [
        "/openapi/v2",
        "/openapi/v33",
        "/openapi",
        "/openapi/v3/apis/apps/v2",
        "/openapi/v3/apis/argoproj.io/v1alpha1",
        "/openapi/v3/api",
    ] {
        assert_eq!(answer(path), None, "{path}");
    }
}
