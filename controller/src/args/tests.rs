//! What may be typed.

use super::*;

fn parse(line: &str) -> Result<Args, clap::error::ErrorKind> {
    Args::try_parse_from(line.split(' ')).map_err(|error| error.kind())
}

#[test]
fn the_command_line_is_one_that_clap_can_make_sense_of() {
    <Args as clap::CommandFactory>::command().debug_assert();
}

#[test]
fn without_a_word_it_is_the_controller() {
    let args = parse("tarnfui-controller --config rules --lease-name leader").unwrap();
    assert!(args.command.is_none());
    assert_eq!(args.config.as_deref(), Some("rules"));
}

#[test]
fn flags_mean_the_same_before_and_after_the_word() {
    for line in [
        "tarnfui-controller release --all --config rules --namespace ours --lease-name leader",
        "tarnfui-controller --config rules --namespace ours --lease-name leader release --all",
    ] {
        let args = parse(line).unwrap();
        assert_eq!(args.config.as_deref(), Some("rules"), "{line}");
        assert_eq!(args.namespace.as_deref(), Some("ours"), "{line}");
        assert_eq!(args.lease_name, "leader", "{line}");
        let Some(Command::Release(release)) = args.command else {
            panic!("{line}")
        };
        assert_eq!(release.timeout, Duration::from_mins(4));
    }
}

#[test]
fn a_whole_cluster_is_not_released_by_a_typo() {
    use clap::error::ErrorKind;
    for (line, expect) in [
        ("release", ErrorKind::MissingRequiredArgument),
        ("release shop", ErrorKind::UnknownArgument),
        ("relase --all", ErrorKind::InvalidSubcommand),
        ("--all", ErrorKind::UnknownArgument),
        ("release --all --timeout soon", ErrorKind::ValueValidation),
        (
            "release --all --config a --config-file b",
            ErrorKind::ArgumentConflict,
        ),
    ] {
        let found = parse(&format!("tarnfui-controller {line}"));
        assert_eq!(found.unwrap_err(), expect, "{line}");
    }
}
