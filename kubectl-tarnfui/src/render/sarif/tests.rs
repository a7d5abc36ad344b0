//! How files are named.

use super::*;

#[test]
fn a_file_is_a_reference_of_a_uri() {
    let check = |file: &str, expect: &str| {
        assert_eq!(uri(file, Some(Path::new("/work/repo"))), expect, "{file}");
    };
    check("deploy/shop.yaml", "deploy/shop.yaml");
    check("./deploy//shop.yaml", "deploy/shop.yaml");
    check("../other/a.yaml", "../other/a.yaml");
    check("a b/ü:#%.yaml", "a%20b/%C3%BC%3A%23%25.yaml");
    check("/work/repo/deploy/a.yaml", "deploy/a.yaml");
    check(
        "/work/repository/a b.yaml",
        "file:///work/repository/a%20b.yaml",
    );
    check("stdin", "stdin");
    assert_eq!(uri("/a.yaml", None), "file:///a.yaml");
}
