use super::*;

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_difference_is_told_by_place_and_line() {
    let told = difference(
        "a.txt:3",
        "GET /x",
        &lines("200\n/a 1"),
        &lines("200\n/a 2"),
    );
    assert_eq!(
        told,
        "a.txt:3: GET /x\n  expected | /a 1\n  found    | /a 2"
    );
    let order = difference("a.txt:3", "EXPECT w 2", &lines("A\nB"), &lines("B\nA"));
    assert!(
        order.contains("expected the order [\"A\", \"B\"]"),
        "{order}"
    );
}

#[test]
fn every_file_can_be_read_and_asks_something() {
    for file in File::all().unwrap() {
        let case = file.case().unwrap();
        assert!(!case.steps.is_empty(), "{}", file.name());
        assert!(
            case.to_text().lines().any(|line| line.starts_with("| ")),
            "{}",
            file.name()
        );
    }
}

#[test]
fn files_are_called_by_their_path_in_the_project() {
    let file = File {
        path: Path::new(FOLDER).join("create.txt"),
    };
    assert_eq!(relative(&file.path), "tests/conformance/create.txt");
    assert_eq!(file.name(), "create");
}
