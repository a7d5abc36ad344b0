use super::*;

const TEXT: &str = "\
# A case.
alone

let data
{\"k\": \"v\"}

# Asked as somebody.
MERGE /api/v1/namespaces/{ns}/configmaps/a?x=y z as dev
Accept: text/plain
{\"data\":
 {data}}
show /a /b
keep version /metadata/resourceVersion
until 200
| 200
| /a 1

WATCH /api/v1/configmaps?resourceVersion=0 -> w
| 200

EXPECT w 2
| ADDED
";

#[test]
fn a_file_is_its_steps() {
    let case = Case::read(TEXT, "case.txt").unwrap();
    assert!(case.is_alone);
    assert_eq!(case.steps.len(), 4);
    let asked = &case.steps[1];
    assert_eq!(
        (asked.line, asked.recorded.join(",").as_str()),
        (8, "200,/a 1")
    );
    let Act::Ask(ask) = &asked.act else {
        panic!("{asked:?}");
    };
    assert_eq!((ask.method.as_str(), ask.user.as_str()), ("PATCH", "dev"));
    assert_eq!(ask.target, "/api/v1/namespaces/{ns}/configmaps/a?x=y z");
    assert_eq!(ask.body.as_deref(), Some("{\"data\":\n {data}}"));
    assert_eq!(
        ask.headers,
        [
            (
                "content-type".to_owned(),
                "application/merge-patch+json".to_owned()
            ),
            ("accept".to_owned(), "text/plain".to_owned()),
        ]
    );
    assert_eq!(
        (ask.show.join(" ").as_str(), ask.until),
        ("/a /b", Some(200))
    );
    assert_eq!(ask.keep[0].pointer, "/metadata/resourceVersion");
    let Act::Watch { ask, watch } = &case.steps[2].act else {
        panic!("{case:?}");
    };
    assert_eq!(
        ask.target,
        "/api/v1/configmaps?watch=true&resourceVersion=0"
    );
    assert_eq!(watch, "w");
}

#[test]
fn what_is_written_again_is_the_same_but_for_the_answers() {
    let mut case = Case::read(TEXT, "case.txt").unwrap();
    assert_eq!(case.to_text(), TEXT);
    case.steps[1].recorded = vec!["409".to_owned(), String::new()];
    case.steps[2].recorded.clear();
    let expected = TEXT
        .replace("| 200\n| /a 1\n", "| 409\n|\n")
        .replace("-> w\n| 200\n", "-> w\n");
    assert_eq!(case.to_text(), expected);
}

#[test]
fn what_is_not_understood_is_named_with_its_line() {
    let wrong = [
        "\nGIVE /api",
        "\nGET api",
        "\n| 200",
        "\nGET /api\n| 200\nshow /a",
        "\nGET /api\nkeep version",
        "\nGET /api\nuntil soon",
        "\nEXPECT w some",
        "\nWATCH /api",
        "\nEND w\nshow /a",
        "\nGET /api\n\nalone",
    ];
    for text in wrong {
        let error = Case::read(text, "case.txt").unwrap_err();
        let line = if text.ends_with("alone") { 4 } else { 2 };
        assert!(
            format!("{error:#}").starts_with(&format!("case.txt:{line}: ")),
            "{error:#}"
        );
    }
}
