//! Which files are found, and in which order.

use std::fs;

use super::*;

/// The files below a directory with these in it, as seen from there.
fn found(files: &[&str]) -> Result<Vec<String>, String> {
    let root = tempfile::tempdir().unwrap();
    for file in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    let found = walk(root.path()).map_err(|error| error.to_string())?;
    let relative = |path: PathBuf| {
        path.strip_prefix(root.path())
            .unwrap()
            .display()
            .to_string()
    };
    Ok(found.into_iter().map(relative).collect())
}

#[test]
fn manifests_are_found_in_order() {
    let files = [
        "b.yml",
        "a/z.json",
        "a/b/c.YAML",
        "a.yaml",
        "README.md",
        "yaml",
        ".git/x.yaml",
        ".x.yaml",
    ];
    let expect = ["a/b/c.YAML", "a/z.json", "a.yaml", "b.yml"];
    assert_eq!(found(&files).unwrap(), expect);
    assert!(found(&["x.md"]).unwrap_err().starts_with("no *.yaml, "));
}

#[test]
fn it_goes_only_so_deep() {
    let deep = |depth: usize| format!("{}x.yaml", "d/".repeat(depth));
    assert_eq!(found(&[&deep(MAX_DEPTH)]).unwrap().len(), 1);
    let told = found(&[&deep(MAX_DEPTH + 1)]).unwrap_err();
    assert!(
        told.starts_with("more than 32 directories within each other in "),
        "{told}"
    );
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_but_the_one_named() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    let inside = root.path().join("inside");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("a.yaml"), "").unwrap();
    fs::write(root.path().join("out.yaml"), "").unwrap();
    symlink(root.path(), inside.join("round")).unwrap();
    symlink("../out.yaml", inside.join("out.yaml")).unwrap();
    let named = root.path().join("named");
    symlink(&inside, &named).unwrap();
    assert_eq!(walk(&named).unwrap(), [named.join("a.yaml")]);
    assert_eq!(
        walk(&inside.join("out.yaml")).unwrap(),
        [inside.join("out.yaml")]
    );
}
