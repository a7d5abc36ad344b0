//! `docs/reference.md` is made from the code: the verbs from what reads the command line, the rest from
//! the tables of the core. `TARNFUI_BLESS=1 cargo test` writes it anew.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};
use kubectl_tarnfui::args::Cli;
use tarnfui_shared::annotations::{Place, TABLE};
use tarnfui_shared::reference::{CODES, REASONS, SETTINGS};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference.md");

#[test]
fn the_reference_page_is_what_the_code_says() {
    let page = page();
    if std::env::var_os("TARNFUI_BLESS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let committed = std::fs::read_to_string(PAGE).unwrap();
    for (now, before) in page.lines().zip(committed.lines()) {
        assert_eq!(now, before, "docs/reference.md is not what the code says");
    }
    assert_eq!(page.lines().count(), committed.lines().count());
}

fn page() -> String {
    let mut page = String::from(
        "# Reference\n\n\
         Made from the code, and held equal to it by a test: `TARNFUI_BLESS=1 cargo test --package \
         kubectl-tarnfui reference` writes it anew.\n\n",
    );
    annotations(&mut page);
    configuration(&mut page);
    words(&mut page);
    verbs(&mut page);
    page
}

fn annotations(page: &mut String) {
    page.push_str("## Annotations\n\n| key | on | example | meaning |\n|---|---|---|---|\n");
    for row in TABLE {
        let place = match row.place {
            Place::Namespace => "Namespace",
            Place::Workload => "workload",
            Place::Both => "both",
        };
        let (key, example) = (row.full, row.example);
        let meaning = cell(row.meaning);
        writeln!(page, "| `{key}` | {place} | `{example}` | {meaning} |").unwrap();
    }
}

fn configuration(page: &mut String) {
    page.push_str(
        "\n## Configuration\n\n\
         The key `config.yaml` of a ConfigMap, or a file for `--config-file`.\n\n\
         | key | example | meaning |\n|---|---|---|\n",
    );
    for row in SETTINGS {
        let example = row.example.replace('\n', "`<br>`");
        let (path, meaning) = (row.path, cell(row.meaning));
        writeln!(page, "| `{path}` | `{example}` | {meaning} |").unwrap();
    }
}

fn words(page: &mut String) {
    page.push_str(
        "\n## Reasons\n\n\
         Why a namespace is as it is: one of these, the same in the plugin, Events, metrics and logs, \
         in the order in which the rules are tried.\n\n\
         | reason | meaning |\n|---|---|\n",
    );
    for (reason, meaning) in REASONS {
        writeln!(page, "| `{reason}` | {} |", cell(meaning)).unwrap();
    }
    page.push_str(
        "\n## Problems\n\n\
         What somebody should know of. A notice is only worth knowing.\n\n\
         | code | | meaning |\n|---|---|---|\n",
    );
    for (code, meaning) in CODES {
        let weight = if code.is_notice() { "notice" } else { "" };
        writeln!(page, "| `{code}` | {weight} | {} |", cell(meaning)).unwrap();
    }
}

fn verbs(page: &mut String) {
    let mut whole = Cli::command();
    whole.build();
    page.push_str("\n## Verbs\n");
    for verb in whole.get_subcommands() {
        about(page, verb);
    }
    page.push_str("\n### Flags of every verb\n\n");
    let everywhere = whole.get_arguments().filter(|arg| is_shown(arg));
    flags(page, everywhere);
}

fn about(page: &mut String, verb: &Command) {
    let name = verb.get_name();
    let about = verb
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let usage = verb.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    writeln!(page, "\n### {name}\n\n{about}.\n\n```text\n{usage}\n```\n").unwrap();
    let own = verb.get_arguments();
    flags(
        page,
        own.filter(|arg| is_shown(arg) && !arg.is_global_set()),
    );
    if let Some(after) = verb.get_after_help() {
        writeln!(page, "\n```text\n{after}\n```").unwrap();
    }
}

/// `--help` says nothing that is not here, and all verbs have it.
fn is_shown(arg: &Arg) -> bool {
    !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version")
}

fn flags<'a>(page: &mut String, args: impl Iterator<Item = &'a Arg>) {
    let mut rows = args.peekable();
    if rows.peek().is_none() {
        return;
    }
    page.push_str("| flag | meaning |\n|---|---|\n");
    for arg in rows {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<_> = arg
            .get_possible_values()
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let mut meaning = sentence(&help);
        if arg.get_action().takes_values() && !values.is_empty() {
            write!(meaning, " One of {}.", values.join(", ")).unwrap();
        }
        if let (true, [default]) = (arg.get_action().takes_values(), arg.get_default_values()) {
            write!(meaning, " Default: `{}`.", default.to_string_lossy()).unwrap();
        }
        writeln!(page, "| `{}` | {meaning} |", cell(&typed(arg))).unwrap();
    }
}

/// As it is typed: `-o, --output FORMAT`.
fn typed(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let value = names.join(" ");
    let is_value = arg.get_action().takes_values();
    match (arg.get_short(), arg.get_long()) {
        (None, None) => value,
        (short, long) => {
            let short = short.map(|it| format!("-{it}"));
            let long = long.map(|it| format!("--{it}"));
            let flag = short.into_iter().chain(long).collect::<Vec<_>>().join(", ");
            if is_value && !value.is_empty() {
                format!("{flag} {value}")
            } else {
                flag
            }
        }
    }
}

/// clap takes the last full stop away.
fn sentence(help: &str) -> String {
    let end = if help.ends_with(['.', '?']) { "" } else { "." };
    cell(help) + end
}

/// A text as it may stand in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
