//! What can't be understood or reached: one line that names place and cause, a hint, the right exit
//! code, nothing written and nothing printed.
//!
//! | bad input | test |
//! |---|---|
//! | a verb, flag, value or zone that does not exist | [`what_does_not_exist_is_guessed_at`] |
//! | a kind that does not exist | [`names_are_checked_before_anything_is_asked`] |
//! | a word too many, a flag twice, nothing where something is needed | [`what_is_missing_or_too_much_is_named`] |
//! | `--for` and `--until`, and what else does not go together | [`ends_do_not_go_together`] |
//! | `--for` beyond 30 days | [`a_duration_is_from_a_minute_to_thirty_days`] |
//! | a time that can't be read | [`a_time_that_can_not_be_read_says_what_was_expected`] |
//! | a time in the past | [`a_time_in_the_past_is_refused`] |
//! | a namespace that does not exist | [`a_namespace_that_does_not_exist_is_guessed_at`] |
//! | a namespace without a schedule told to snooze | `orders::snooze_needs_a_transition_to_put_off` |
//! | no permission | [`what_is_forbidden_is_told_once`], `orders` |
//! | some of many namespaces fail | `bulk::a_failure_among_many_is_named_and_the_others_go_on` |
//! | a context, cluster or user that does not exist | [`connection`] |
//! | a kubeconfig that is none, a login program that fails | [`connection`] |
//! | no cluster: refused, no such name, no trust, no answer | [`connection`] |
//! | a server that is no API server | [`connection`] |
//! | several kubeconfigs merged | [`process`] |
//! | ctrl-C in `--wait` and `-w` | [`process`], `wait`, `watch` |

use kubectl_tarnfui::Exit;

use crate::world::{MONDAY, SUNDAY, World, shop};

mod connection;
#[cfg(unix)]
mod process;

/// Refused before a cluster is even looked for, in two lines: what is wrong, and the hint.
#[track_caller]
fn usage(command: &str, error: &str, hint: &str) {
    let ran = shop().run(SUNDAY, command);
    assert_eq!(
        ran.err,
        format!("error: {error}\nhint: {hint}\n"),
        "{command}"
    );
    assert_eq!((ran.out.as_str(), ran.exit), ("", Exit::Usage), "{command}");
    assert_eq!((ran.reads, ran.connections), (0, 0), "{command}");
    ran.wrote_nothing();
}

/// The same, by a part of what is said.
#[track_caller]
fn checked(command: &str, part: &str) {
    let ran = shop().run(SUNDAY, command);
    assert!(ran.err.contains(part), "{command}: {}", ran.err);
    assert_eq!(ran.err.lines().count(), 2, "{command}: {}", ran.err);
    assert_eq!((ran.out.as_str(), ran.exit), ("", Exit::Usage), "{command}");
    assert_eq!((ran.reads, ran.connections), (0, 0), "{command}");
    ran.wrote_nothing();
}

#[test]
fn what_does_not_exist_is_guessed_at() {
    usage(
        "statsu",
        "verb \"statsu\" does not exist",
        "did you mean status?",
    );
    usage(
        "frobnicate shop",
        "verb \"frobnicate\" does not exist",
        "kubectl tarnfui --help lists the verbs",
    );
    usage(
        "snooze shop --untill 22:00",
        "flag \"--untill\" does not exist for snooze",
        "did you mean --until?",
    );
    usage(
        "status -x",
        "flag \"-x\" does not exist for status",
        "kubectl tarnfui status --help",
    );
    usage(
        "--until 22:00 snooze shop",
        "flag \"--until\" does not exist before the verb",
        "did you mean snooze --until?",
    );
    for typed in ["--version", "--versoin"] {
        usage(
            typed,
            &format!("flag {typed:?} does not exist"),
            "did you mean kubectl tarnfui version?",
        );
    }
    usage(
        "status -o jsno",
        "\"jsno\" is no value of --output: expected one of table, wide, json, yaml, name",
        "did you mean json?",
    );
    usage(
        "completion fihs",
        "\"fihs\" is no value of WHAT: expected one of install, bash, zsh, fish, powershell",
        "did you mean fish?",
    );
    usage(
        "wake shop --dry-run=clientt",
        "\"clientt\" is no value of --dry-run: expected one of none, client, server",
        "did you mean client?",
    );
    usage(
        "wake shop --until '8:00 Europe/Pariss'",
        "--until \"8:00 Europe/Pariss\": zone \"Europe/Pariss\": expected an IANA zone name such as \
         Europe/Paris or UTC",
        "did you mean Europe/Paris?",
    );
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    usage(
        "-n shop",
        "a verb is missing",
        "kubectl tarnfui --help lists the verbs",
    );
    usage(
        "lint",
        "--filename <FILE|DIR> is missing",
        "kubectl tarnfui lint --help",
    );
    usage(
        "wake shop --timeout 5m",
        "--wait is missing",
        "kubectl tarnfui wake --help",
    );
    usage(
        "wake shop --reason",
        "--reason needs a value",
        "kubectl tarnfui wake --help",
    );
    usage(
        "version extra",
        "\"extra\" is one word too many",
        "kubectl tarnfui version --help",
    );
    usage(
        "wake shop --for 1h --for 2h",
        "--for is said more than once",
        "say it once",
    );
    usage(
        "explain --config-file x shop",
        "--config-file goes with -f: a cluster has a configuration of its own",
        "leave out --config-file, or name a file with -f",
    );
}

#[test]
fn ends_do_not_go_together() {
    usage(
        "snooze shop --for 2h --until 22:00",
        "--for does not go with --until",
        "leave out --for or --until",
    );
    usage(
        "wake shop --for 2h --forever",
        "--for does not go with --forever",
        "leave out --for or --forever",
    );
    usage(
        "sleep shop --until 22:00 --forever",
        "--until does not go with --forever",
        "leave out --until or --forever",
    );
    usage(
        "snooze shop --forever",
        "flag \"--forever\" does not exist for snooze",
        "did you mean --for?",
    );
    usage(
        "resume shop --for 2h",
        "flag \"--for\" does not exist for resume",
        "kubectl tarnfui resume --help",
    );
}

#[test]
fn a_duration_is_from_a_minute_to_thirty_days() {
    for wrong in ["0m", "31d", "721h"] {
        usage(
            &format!("snooze shop --for={wrong}"),
            &format!("--for: duration {wrong:?}: expected from 1m to 30d"),
            "for more than 30 days name the end, as in --until 2027-03-01T08:00:00Z",
        );
    }
    for wrong in ["2", "-2h", "1.5h", "30s"] {
        checked(&format!("snooze shop --for={wrong}"), "error: --for");
    }
}

#[test]
fn a_time_that_can_not_be_read_says_what_was_expected() {
    for wrong in ["later", "25:00"] {
        usage(
            &format!("wake shop --until {wrong}"),
            &format!(
                "--until: {wrong:?} is no time: expected a time such as 22:00, \"tomorrow 9:00\", \
                 \"Mon 8:00\" or 2026-12-24T22:00:00+01:00"
            ),
            "kubectl tarnfui wake --help",
        );
    }
    for (wrong, near) in [("Mom", "Mon"), ("tomorow", "tomorrow")] {
        usage(
            &format!("wake shop --until '{wrong} 8:00'"),
            &format!(
                "--until \"{wrong} 8:00\": {wrong:?} is no day: expected today, tomorrow, a weekday or \
                 a date"
            ),
            &format!("did you mean {near}?"),
        );
    }
    for (command, part) in [
        (
            "wake shop --until 2026-11-23T08:00:00",
            "it ends with Z or an offset",
        ),
        ("explain shop --at 2026-11-23", "RFC 3339"),
    ] {
        checked(command, part);
    }
}

#[test]
fn a_time_in_the_past_is_refused() {
    for (time, at) in [
        ("'today 9:00'", "Sun 2026-11-22 09:00 CET"),
        ("2026-11-22T11:59:59Z", "Sun 2026-11-22 12:59 CET"),
        ("'2026-11-21 22:00'", "Sat 2026-11-21 22:00 CET"),
    ] {
        let ran = shop().run(SUNDAY, &format!("wake shop --until {time}"));
        let typed = time.trim_matches('\'');
        let expect = format!(
            "error: {typed:?} is in the past: that was {at}, and now it is Sun 2026-11-22 13:00 CET\n\
             hint: name a time to come, as in --until \"tomorrow 9:00\"\n"
        );
        ran.shows(Exit::Failed, "", &expect).wrote_nothing();
    }
}

#[test]
fn names_are_checked_before_anything_is_asked() {
    usage(
        "explain shop/deploymnet/web",
        "kind \"deploymnet\" in \"shop/deploymnet/web\" is not known",
        "did you mean deployment?",
    );
    usage(
        "saved shop --forget deploymnet/web --yes",
        "kind \"deploymnet\" in \"shop/deploymnet/web\" is not known",
        "did you mean deployment?",
    );
    usage(
        "wake namepsace/web",
        "\"namepsace/web\" names no namespace",
        "did you mean namespace?",
    );
    usage(
        "wake shop -A",
        "NAMESPACE does not go with --all-namespaces",
        "leave out NAMESPACE or --all-namespaces",
    );
    for (command, part) in [
        ("wake Shop", "\"Shop\" is no name of a namespace"),
        ("status Shop", "\"Shop\" is no name of a namespace"),
        ("pending Shop", "\"Shop\" is no name of a namespace"),
        ("saved Shop", "\"Shop\" is no name of a namespace"),
        ("explain Shop", "\"Shop\" is no name of a namespace"),
        ("wake ../shop", "names no namespace"),
        (
            "wake deployment/web",
            "is a workload; orders are for namespaces",
        ),
        ("wake ns", "\"ns\" needs the name of a namespace"),
        ("wake shop -n blog", "-n does not go with"),
        ("explain shop -n blog", "-n does not go with"),
        ("status -n Shop", "1 to 63 of a-z"),
        ("explain shop/deployment/We_b", "is no name of a workload"),
        ("wake shop --reason ''", "it is empty"),
    ] {
        checked(command, part);
    }
    checked(
        &format!("wake shop --reason {}", "x".repeat(257)),
        "257 bytes; at most 256",
    );
}

#[test]
fn a_context_without_a_namespace_orders_the_default_one() {
    let ran = shop().run(MONDAY, "snooze --for 2h");
    let expect = "error: namespace \"default\" does not exist\nhint: kubectl get namespaces\n";
    ran.shows(Exit::Failed, "", expect).wrote_nothing();
}

#[test]
fn a_namespace_that_does_not_exist_is_guessed_at() {
    let expect = "error: namespace \"shopp\" does not exist; did you mean \"shop\"?\n\
                  hint: kubectl get namespaces\n";
    for command in [
        "status shopp",
        "explain shopp",
        "pending shopp",
        "saved shopp",
        "wake shopp",
        "snooze -n shopp",
    ] {
        let ran = shop().run(SUNDAY, command);
        assert_eq!(
            (ran.exit, ran.err.as_str()),
            (Exit::Failed, expect),
            "{command}"
        );
        ran.wrote_nothing();
    }
    // Where they may not be listed there is nothing to guess from.
    let blind = shop().forbid("list namespaces").run(SUNDAY, "wake shopp");
    blind.shows(
        Exit::Failed,
        "",
        "error: namespace \"shopp\" does not exist\nhint: kubectl get namespaces\n",
    );
}

#[test]
fn what_is_forbidden_is_told_once() {
    let expect = "error: may not get namespace \"shop\"\n\
                  hint: kubectl auth can-i get namespaces/shop -n shop\n";
    for command in [
        "status shop",
        "explain shop",
        "pending shop",
        "saved shop",
        "wake shop",
    ] {
        // What else can't be read is beside the point then.
        let blind = ["get namespaces", "get configmaps", "list deployments"];
        let world = blind.into_iter().fold(shop(), World::forbid);
        let ran = world.run(SUNDAY, command);
        assert_eq!(
            (ran.exit, ran.err.as_str()),
            (Exit::Failed, expect),
            "{command}"
        );
        ran.wrote_nothing();
    }
}

#[test]
fn a_selector_that_can_not_be_read_is_said_to_be_wrong() {
    let wrong = "{\"kind\":\"Status\",\"code\":400,\"message\":\"found '='\"}";
    let ran = shop()
        .with(|fake| fake.instead = Some((400, wrong)))
        .config("")
        .run(SUNDAY, "wake -l a=b=c");
    assert!(
        ran.err.ends_with(
            "error: could not list namespaces: found '='\n\
             hint: labels are written as in -l team=web,tier!=db\n"
        ),
        "{ran:?}"
    );
    assert_eq!(ran.exit, Exit::Failed);
}
