//! The command line itself, and kubectl's flags in every place.

use clap::CommandFactory;

use super::*;

fn parsed(command: &str) -> Cli {
    let args = format!("kubectl-tarnfui {command}");
    let args = args.split(' ').map(OsString::from).collect();
    parse(args, Terminal::default()).unwrap_or_else(|said| panic!("{command}: {said:?}"))
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn connection_flags_stand_before_and_after_the_verb() {
    let flags = "--kubeconfig /k --context c --cluster cl --user u -n ns -s https://s --token t --as a \
                 --as-group g1 --as-group g2 --as-uid 7 --as-user-extra k=v \
                 --certificate-authority /ca --client-certificate /cc --client-key /ck \
                 --insecure-skip-tls-verify --tls-server-name tn --request-timeout 1m30s \
                 --username un --password pw --cache-dir /d --disable-compression=false";
    for command in [format!("{flags} status"), format!("status {flags}")] {
        let connection = parsed(&command).connection;
        let ConnectionArgs {
            namespace,
            context,
            kubeconfig,
            cluster,
            user,
            server,
            token,
            as_user,
            as_group,
            as_uid,
            as_user_extra,
            certificate_authority,
            client_certificate,
            client_key,
            insecure_skip_tls_verify,
            tls_server_name,
            request_timeout,
            username,
            password,
            disable_compression,
            cache_dir,
        } = connection;
        let texts = [
            namespace, context, cluster, user, server, token, as_user, as_uid,
        ];
        assert_eq!(
            texts.map(Option::unwrap),
            ["ns", "c", "cl", "u", "https://s", "t", "a", "7"]
        );
        let more = [tls_server_name, username, password].map(Option::unwrap);
        assert_eq!(more, ["tn", "un", "pw"]);
        let files = [
            kubeconfig,
            certificate_authority,
            client_certificate,
            client_key,
            cache_dir,
        ];
        let files = files.map(|path| path.unwrap().display().to_string());
        assert_eq!(files, ["/k", "/ca", "/cc", "/ck", "/d"]);
        assert_eq!(as_group, ["g1", "g2"]);
        assert_eq!(as_user_extra, [("k".to_owned(), "v".to_owned())]);
        assert_eq!(
            (insecure_skip_tls_verify, disable_compression),
            (Some(true), Some(false))
        );
        let limit = request_timeout.unwrap().limit();
        assert_eq!(limit, Some(std::time::Duration::from_secs(90)));
    }
}

#[test]
fn a_request_timeout_is_read_as_kubectl_reads_it() {
    let limit = |text: &str| {
        let connection = parsed(&format!("status --request-timeout {text}")).connection;
        connection
            .request_timeout
            .unwrap()
            .limit()
            .map(|limit| limit.as_secs())
    };
    assert_eq!(limit("0"), None);
    assert_eq!(limit("0s"), None);
    assert_eq!(limit("5"), Some(5));
    assert_eq!(limit("2m"), Some(120));
    for wrong in ["x", "-5s", ""] {
        let args = ["kubectl-tarnfui", "status", "--request-timeout", wrong];
        assert!(
            parse(args.map(OsString::from).to_vec(), Terminal::default()).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn a_terminal_gets_help_in_colour_and_a_pipe_does_not() {
    let help = |terminal| {
        let args = ["kubectl-tarnfui", "--help"].map(OsString::from).to_vec();
        match parse(args, terminal) {
            Err(Said::Help(text)) => text,
            other => panic!("{other:?}"),
        }
    };
    let plain = Terminal {
        columns: Some(80),
        can_ask: true,
        ..Terminal::default()
    };
    let terminal = Terminal {
        has_color: true,
        ..plain
    };
    assert!(help(terminal).contains("\u{1b}["));
    assert!(!help(plain).contains('\u{1b}'));
    assert!(!help(Terminal::default()).contains('\u{1b}'));
}
