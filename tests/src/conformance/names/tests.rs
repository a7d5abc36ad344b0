use super::*;

const UID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

#[test]
fn versions_are_named_in_the_order_in_which_they_were_made() {
    let mut names = Names::new("case");
    assert_eq!(names.version("100"), "v1");
    assert_eq!(names.version("130"), "v2");
    assert_eq!(names.version("100"), "v1");
    // Seen late.
    assert_eq!(names.version("110"), "v1+1");
    assert_eq!(names.version("120"), "v1+2");
    assert_eq!(names.version("90"), "v0+1");
    assert_eq!(names.version("131"), "v3");
    for none in ["", "0", "soon"] {
        assert_eq!(names.version(none), format!("{none:?}"));
    }
}

#[test]
fn versions_of_one_answer_are_met_the_oldest_first() {
    let mut names = Names::new("case");
    names.meet(["7", "5", "", "6"].into_iter());
    assert_eq!(
        ["5", "6", "7"].map(|raw| names.version(raw)),
        ["v1", "v2", "v3"]
    );
}

#[test]
fn a_list_is_no_older_than_what_was_shown() {
    let mut names = Names::new("case");
    assert_eq!(names.version_of_list("5"), ">=v0");
    names.version("100");
    names.version("120");
    assert_eq!(names.version_of_list("121"), ">=v2");
    assert_eq!(names.version_of_list("120"), ">=v2");
    assert_eq!(names.version_of_list("119"), ">=v1");
    assert_eq!(names.version_of_list("99"), ">=v0");
}

#[test]
fn texts_lose_what_differs_from_run_to_run() {
    let mut names = Names::new("case-7");
    names.version("243");
    let cases = [
        ("2026-10-05T12:00:00Z", "<time>"),
        ("2026-10-05T12:00:00.123456Z", "<micro time>"),
        ("2001-10-05T12:00:00Z", "2001-10-05T12:00:00Z"),
        ("configmaps \"a\" in case-7", "configmaps \"a\" in {ns}"),
        (
            "too old resource version: 1 (243)",
            "too old resource version: <version> (<version>)",
        ),
        (
            "the ResourceVersion in the precondition (9), the ResourceVersion in record (243)",
            "the ResourceVersion in the precondition (<version>), the ResourceVersion in record (v1)",
        ),
        (
            "must be no more than 243 characters",
            "must be no more than 243 characters",
        ),
    ];
    for (raw, expected) in cases {
        assert_eq!(names.text(raw).0, expected);
    }
    assert_eq!(names.text(UID), ("u1".to_owned(), true));
    let other = UID.replace('0', "1");
    let text = names.text(&format!("UID in precondition: {other}, here: {UID}ä"));
    assert_eq!(
        text,
        ("UID in precondition: u2, here: u1ä".to_owned(), false)
    );
}
