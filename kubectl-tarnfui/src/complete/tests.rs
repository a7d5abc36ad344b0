//! What may come next, without a cluster.

use super::*;

fn wanted(line: &str) -> Wanted {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    Wanted::of(&words)
}

fn words(line: &str) -> Vec<String> {
    let all = wanted(line).candidates;
    all.into_iter().map(|it| it.word).collect()
}

#[test]
fn verbs_come_first() {
    assert_eq!(
        words("s"),
        ["status", "saved", "sleep", "snooze", "simulate"]
    );
    assert!(words("").len() > 8);
    assert_eq!(words("--context dev sl"), ["sleep"]);
    assert_eq!(words("-n shop sl"), ["sleep"]);
    assert_eq!(words("nothing"), [""; 0]);
    let about = wanted("resum").candidates[0].about.clone();
    assert_eq!(about.unwrap(), "Take an order back: the hours decide again");
}

#[test]
fn flags_are_those_of_the_verb() {
    assert_eq!(words("status --no"), ["--no-headers"]);
    assert_eq!(words("snooze --fo"), ["--for"]);
    assert_eq!(words("wake --fo"), ["--for", "--forever"]);
    // Nobody gives one twice, but for those that may be.
    assert_eq!(words("snooze --for 2h --fo"), [""; 0]);
    assert_eq!(words("explain -f a --filen"), ["--filename"]);
    // The rare ones wait for a letter.
    assert!(!words("status --").contains(&"--as-uid".to_owned()));
    assert!(words("status -").contains(&"--context".to_owned()));
    assert_eq!(words("status --as-u"), ["--as-uid", "--as-user-extra"]);
}

#[test]
fn values_are_those_of_the_flag() {
    assert_eq!(words("status -o j"), ["json"]);
    assert_eq!(words("status --output=j"), ["json"]);
    assert_eq!(words("status -A -o w"), ["wide"]);
    // As bash takes it apart.
    assert_eq!(words("status --output = j"), ["json"]);
    assert_eq!(words("wake --dry-run = s"), ["server"]);
    assert_eq!(words("wake --dry-run=s"), ["server"]);
    assert_eq!(words("wake shop --for 2"), ["2h"]);
    assert_eq!(words("pending --within 8"), ["8h"]);
    assert_eq!(words("--color n"), ["never"]);
    assert_eq!(words("completion f"), ["fish"]);
    assert_eq!(words("completion fish "), [""; 0]);
    let about = wanted("status -o w").candidates[0].about.clone();
    assert_eq!(about.unwrap(), "More columns");
    assert!(wanted("--kubeconfig ").files);
    assert!(wanted("explain -f ").files);
    // A file or a directory.
    assert!(wanted("lint -f ").files);
    assert!(!wanted("explain ").files);
}

#[test]
fn namespaces_are_wanted_where_names_are() {
    for line in [
        "status ",
        "wake a b",
        "explain s",
        "-n ",
        "--namespace=s",
        "status -n",
        "resume -- s",
    ] {
        let expect = line != "status -n";
        assert_eq!(wanted(line).namespaces, expect, "{line}");
    }
    for line in ["", "version ", "snooze --for ", "doctor "] {
        assert!(!wanted(line).namespaces, "{line}");
    }
    assert_eq!(wanted("wake shop blog ").given, ["shop", "blog"]);
    assert_eq!(wanted("wake --reason demo sh").prefix, "sh");
}

#[test]
fn where_the_cluster_is_may_be_said_anywhere() {
    let wanted = wanted("--context dev status -A --kubeconfig=k -s http://x ");
    assert_eq!(wanted.connection.context.as_deref(), Some("dev"));
    assert_eq!(wanted.connection.server.as_deref(), Some("http://x"));
    assert_eq!(wanted.connection.kubeconfig, Some("k".into()));
    // Nonsense is no reason to be silent.
    assert!(Wanted::of(&["status".into(), "--nonsense".into(), String::new()]).namespaces);
    assert!(Wanted::of(&[]).candidates.len() > 8);
}
