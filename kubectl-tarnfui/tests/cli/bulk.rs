//! Orders for many namespaces: selected, asked about, and failed in part.

use kubectl_tarnfui::Exit;

use crate::world::{PARIS, SUNDAY, World, world};

fn three() -> World {
    world()
        .namespace("blog", &PARIS)
        .namespace("shop", &PARIS)
        .namespace("tools", &[("schedule", "never")])
        .namespace("plain", &[])
        .namespace("gone", &[("exclude", "true"), PARIS[0]])
}

const BLOG: &str =
    "namespace/blog wakes and stays awake until 15:00 CET (in 2 h; wake was due at Mon 08:00)\n";
const SHOP: &str =
    "namespace/shop wakes and stays awake until 15:00 CET (in 2 h; wake was due at Mon 08:00)\n";
const TOOLS: &str = "namespace/tools wakes and stays awake until 14:00 UTC (in 2 h)\n";

#[test]
fn all_needs_a_yes_and_leaves_out_what_has_no_rules() {
    let asked = three().terminal(120, "yes\n").run(SUNDAY, "wake -A");
    asked.shows(
        Exit::Done,
        &format!("{BLOG}{SHOP}{TOOLS}"),
        "wake 3 namespaces? [y/N] ",
    );
    assert_eq!(asked.writes.len(), 3);

    let told = three().run(SUNDAY, "wake -A --yes");
    told.shows(Exit::Done, &format!("{BLOG}{SHOP}{TOOLS}"), "");
    assert_eq!(told.writes.len(), 3);
}

#[test]
fn anything_but_yes_is_no() {
    for answer in ["n\n", "\n", "", "yeah\n"] {
        let ran = three().terminal(120, answer).run(SUNDAY, "wake -A");
        ran.shows(
            Exit::Failed,
            "",
            "wake 3 namespaces? [y/N] nothing was written\n",
        );
        ran.wrote_nothing();
    }
}

#[test]
fn all_without_a_terminal_needs_the_flag() {
    let ran = three().run(SUNDAY, "wake -A");
    ran.shows(
        Exit::Usage,
        "",
        "error: an order for all namespaces needs a yes, and there is no terminal to ask on\n\
         hint: give --yes, or see what would be done with --dry-run\n",
    );
    assert_eq!(ran.reads, 0);
    // A dry run changes nothing, so nobody needs to be asked.
    let dry = three().run(SUNDAY, "wake -A --dry-run=client");
    assert_eq!(dry.exit, Exit::Done);
    dry.wrote_nothing();
}

#[test]
fn what_the_order_means_nothing_for_is_passed_over() {
    let ran = three().run(SUNDAY, "snooze -A --yes");
    let line = "stays asleep until Mon 09:00 CET (in 20 h; wake was due at Mon 08:00)";
    ran.shows(
        Exit::Done,
        &format!("namespace/blog {line}\nnamespace/shop {line}\n"),
        "note: passed over: namespace \"tools\" has no transition to put off: it stays asleep\n",
    );
    assert_eq!(ran.writes.len(), 2);
}

#[test]
fn labels_select_and_nobody_is_asked() {
    let ran = three().run(SUNDAY, "wake -l team=shop");
    ran.shows(Exit::Done, SHOP, "");
    assert_eq!(ran.writes.len(), 1);
    let none = three().run(SUNDAY, "wake -l team=nobody");
    none.shows(
        Exit::Done,
        "",
        "no namespace that the order would mean anything for\n",
    );
}

#[test]
fn a_failure_among_many_is_named_and_the_others_go_on() {
    let ran = three().run(SUNDAY, "wake blog nowhere shop");
    ran.shows(
        Exit::Failed,
        &format!("{BLOG}{SHOP}"),
        "error: namespace \"nowhere\" does not exist\nhint: kubectl get namespaces\n",
    );
    assert_eq!(ran.writes.len(), 2);
}

#[test]
fn pages_are_followed_to_the_end() {
    let ran = three()
        .with(|fake| fake.page = Some(1))
        .run(SUNDAY, "wake -A --yes");
    assert_eq!(ran.writes.len(), 3, "{ran:?}");
}

#[test]
fn resume_of_all_touches_only_what_has_an_order() {
    let world = three().namespace("late", &[PARIS[0], ("awake-until", "forever")]);
    let ran = world.run(SUNDAY, "resume -A --yes");
    assert_eq!(ran.writes.len(), 1, "{ran:?}");
    assert!(
        ran.out
            .starts_with("namespace/late goes by its hours again"),
        "{ran:?}"
    );
}
