//! The help of every verb, as a whole: a change of one word shows up in review.

use kubectl_tarnfui::Exit;

use crate::world::{SUNDAY, world};

const VERBS: [&str; 15] = [
    "",
    "status",
    "saved",
    "restore",
    "simulate",
    "explain",
    "pending",
    "lint",
    "wake",
    "sleep",
    "snooze",
    "resume",
    "doctor",
    "completion",
    "version",
];

/// The help texts as they are committed. `TARNFUI_BLESS=1 cargo test` writes them anew.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/help.txt");

fn all() -> String {
    let of = |verb: &str, flag: &str| {
        let ran = world().run(SUNDAY, &format!("{verb} {flag}"));
        assert_eq!(
            (ran.exit, ran.err.as_str(), ran.reads),
            (Exit::Done, "", 0),
            "{verb}"
        );
        let space = if verb.is_empty() { "" } else { " " };
        format!("$ kubectl tarnfui{space}{verb} {flag}\n{}\n", ran.out)
    };
    let short = VERBS.iter().map(|verb| of(verb, "-h"));
    // The long one lists the connection flags, which are the same for every verb.
    short.chain([of("snooze", "--help")]).collect()
}

#[test]
fn the_help_tree_is_as_committed() {
    let all = all();
    if std::env::var_os("TARNFUI_BLESS").is_some() {
        std::fs::write(GOLDEN, &all).unwrap();
    }
    let committed = std::fs::read_to_string(GOLDEN).unwrap();
    for (now, before) in all.lines().zip(committed.lines()) {
        assert_eq!(now, before, "the help has changed");
    }
    assert_eq!(
        all.lines().count(),
        committed.lines().count(),
        "the help has changed"
    );
}

#[test]
fn no_verb_is_a_question_for_help() {
    let ran = world().run(SUNDAY, "");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert_eq!(ran.err, world().run(SUNDAY, "-h").out);
}

#[test]
fn every_example_in_the_help_is_understood() {
    for verb in VERBS {
        let help = world().run(SUNDAY, &format!("{verb} -h")).out;
        let examples = help
            .lines()
            .filter_map(|line| line.trim().strip_prefix("kubectl tarnfui "));
        for example in examples {
            // What stands behind two blanks is a remark.
            let command = example.split("  ").next().unwrap().replace('"', "'");
            let ran = world().terminal(120, "").run(SUNDAY, &command);
            assert_ne!(ran.exit, Exit::Usage, "{command}: {}", ran.err);
        }
    }
}
