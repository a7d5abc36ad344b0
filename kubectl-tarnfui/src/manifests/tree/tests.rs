//! Documents apart, and lines as an editor counts them.

use super::*;

/// Each document's line, or that of what is wrong with it.
fn lines(text: &str) -> Vec<Result<u64, u64>> {
    let all = documents(text);
    all.map(|it| it.map(|it| it.line).map_err(|it| it.line))
        .collect()
}

#[test]
fn documents_are_told_apart() {
    assert_eq!(lines(""), []);
    assert_eq!(lines("# nothing\n---\n...\n"), []);
    assert_eq!(lines("a: 1\n---\nb: 2\n"), [Ok(1), Ok(3)]);
    assert_eq!(
        lines("%YAML 1.2\n---\n# b\nb: 2\n...\nc: 3\n"),
        [Ok(4), Ok(6)]
    );
    assert_eq!(
        lines("a: |\n  ---\n  b\n--- {b: 2}\n---c\n"),
        [Ok(1), Err(5)]
    );
    assert_eq!(lines("a: 1\r\n---\r\n\r\nb: 2\r\n"), [Ok(1), Ok(4)]);
}

#[test]
fn one_that_can_not_be_read_hides_no_other() {
    let text = "a: [\n---\nb: 2\n---\nc: 1\nc: 2\n---\nd: *no\n";
    let all: Vec<_> = documents(text).map(|it| it.map(|it| it.line)).collect();
    assert_eq!(all.len(), 4, "{all:?}");
    assert_eq!(lines(text), [Err(1), Ok(3), Err(6), Err(8)], "{all:?}");
}

#[test]
fn what_is_nested_too_deep_or_unfolds_to_too_much_is_a_fault() {
    assert_eq!(lines(&"[".repeat(100_000)).len(), 1);
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert!(matches!(lines(&deep)[..], [Err(_)]));
    let lists = (1..60).map(|at| format!("a{at}: &a{at} [*a{0}, *a{0}]", at - 1));
    let bomb: Vec<String> = ["a0: &a0 [x, x]".to_owned()]
        .into_iter()
        .chain(lists)
        .collect();
    let bomb = bomb.join("\n");
    assert!(matches!(lines(&bomb)[..], [Err(_)]));
}

#[test]
fn names_know_their_lines_in_json_as_well() {
    let check = |text: &str, expect: &[(&str, u64)]| {
        let document = documents(text).next().unwrap().unwrap();
        let entries = document.get("m").unwrap().entries();
        let found = entries
            .iter()
            .map(|(name, _)| (name.text.as_str(), name.line));
        assert_eq!(found.collect::<Vec<_>>(), expect, "{text}");
    };
    let yaml = "m:\n  # x\n  a: >\n    b\n    c\n  1: x\n  true: y\n";
    check(yaml, &[("a", 3), ("1", 6), ("true", 7)]);
    let json = "{\n\t\"m\": {\n\t\t\"a\":\n\t\t\t\"b\",\n\t\t\"c\\u0064\": 1\n\t}\n}\n";
    check(json, &[("a", 3), ("cd", 5)]);
}

#[test]
fn what_others_write_is_no_fault() {
    assert_eq!(lines("a: !Ref b\nc: !!python/name:x.y\n"), [Ok(1)]);
    assert_eq!(lines("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n"), [Ok(1)]);
    assert_eq!(lines("? [a, b]\n: c\n"), [Ok(1)]);
}
