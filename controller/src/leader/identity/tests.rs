//! Names under which a process holds the lease.

use super::*;

#[test]
fn equal_names_differ_by_their_suffix() {
    let (one, other) = (Candidate::named("pod-0"), Candidate::named("pod-0"));
    assert_ne!(one, other);
    for candidate in [one, other] {
        let suffix = candidate.as_str().strip_prefix("pod-0_").unwrap();
        assert_eq!(suffix.len(), SUFFIX_LENGTH);
        assert!(
            suffix
                .chars()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        );
    }
}

#[test]
fn whatever_the_host_is_called_the_name_is_valid() {
    for (identity, readable) in [
        ("", "_"),
        ("host.example", "host.example_"),
        ("nœud 7\n", "n-ud-7-_"),
        (&"x".repeat(300), &format!("{}_", "x".repeat(119))),
        (&"é".repeat(300), &format!("{}_", "-".repeat(119))),
    ] {
        let name = Candidate::named(identity).to_string();
        assert!(name.starts_with(readable), "{name}");
        assert_eq!(name.len(), readable.len() + SUFFIX_LENGTH);
        assert!(name.len() <= NAME_LIMIT && name.is_ascii());
    }
}
