//! Documents are found whatever stands in them, and keep their lines.

use super::*;

fn lines(text: &str) -> Vec<String> {
    let read = documents(text).flat_map(|(before, read)| match read {
        Ok(trees) => {
            let of = |tree: &Tree| format!("{} at {}", tree.to_json(), before + tree.line);
            trees.iter().map(of).collect::<Vec<_>>()
        }
        Err(fault) => vec![format!("! at {}: {}", fault.line, fault.cause)],
    });
    read.collect()
}

#[test]
fn each_document_has_its_line_and_its_own_faults() {
    let text = "# first\na: 1\n---\n\n---\nb: [\n--- # third\nc:\n- {d: ~}\n--- {e: x}\n";
    let found = lines(text);
    assert_eq!(found[0], r#"{"a":1} at 2"#);
    assert!(found[1].starts_with("! at "), "{found:?}");
    assert_eq!(found[2], r#"{"c":[{"d":null}]} at 8"#);
    assert_eq!(found[3], r#"{"e":"x"} at 10"#);
    assert_eq!(found.len(), 4);
}

#[test]
fn a_block_of_text_does_not_hide_what_ends_it() {
    let found = lines("a: |\n  x\n  --- y\n---\nb: 2\r\n---\r\nc: 3\n...\n");
    assert_eq!(
        found,
        [
            r#"{"a":"x\n--- y\n"} at 1"#,
            r#"{"b":2} at 5"#,
            r#"{"c":3} at 7"#
        ]
    );
}

#[test]
fn keys_that_are_no_texts_and_odd_values_are_read() {
    assert_eq!(
        lines("1: true\n2.5: 0.5\nyes: -3\n"),
        [r#"{"1":true,"2.5":0.5,"yes":-3} at 1"#]
    );
    assert_eq!(lines("%YAML 1.2\n---\n- a\n"), [r#"["a"] at 3"#]);
    assert_eq!(lines("{\"a\": {\n\"b\": 1}}"), [r#"{"a":{"b":1}} at 1"#]);
    assert_eq!(lines(""), [""; 0]);
}
