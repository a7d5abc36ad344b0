//! What flags and files make together, before any server is asked.

use std::path::PathBuf;

use kube::config::Cluster as Server;

use super::*;
use crate::error::Hinted;

/// A kubeconfig with one context, of the same name as its cluster and user.
fn kubeconfig(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: {name}\n\
         contexts: [{{name: {name}, context: {{cluster: {name}, user: {name}, namespace: {name}-ns}}}}]\n\
         clusters: [{{name: {name}, cluster: {{server: 'https://{name}', certificate-authority-data: Zg==}}}}]\n\
         users: [{{name: {name}, user: {{exec: {{command: login}}}}}}]\n"
    )
}

fn write(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn files_of_a_list_are_merged_and_missing_ones_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let paths = [
        directory.path().join("missing"),
        write(directory.path(), "one", &kubeconfig("one")),
        write(directory.path(), "two", &kubeconfig("two")),
    ];
    let merged = files::read_all(&paths).unwrap().unwrap();
    assert_eq!(merged.current_context.as_deref(), Some("one"));
    let args = ConnectionArgs {
        context: Some("two".to_owned()),
        ..ConnectionArgs::default()
    };
    let selected = Selected::of(&merged, &args).unwrap();
    assert_eq!(selected.cluster.server.as_deref(), Some("https://two"));
    assert_eq!(
        (selected.namespace.as_str(), selected.user.as_deref()),
        ("two-ns", Some("two"))
    );
    assert!(files::read_all(&paths[..1]).unwrap().is_none());
}

fn selected(args: &ConnectionArgs) -> Selected {
    let files = Kubeconfig::from_yaml(&kubeconfig("one")).unwrap();
    let mut selected = Selected::of(&files, args).unwrap();
    selected.overrule(args);
    selected
}

#[test]
fn flags_go_before_the_file() {
    let text = |text: &str| Some(text.to_owned());
    let selected = selected(&ConnectionArgs {
        server: text("https://flag"),
        certificate_authority: Some("/ca".into()),
        client_certificate: Some("/cert".into()),
        client_key: Some("/key".into()),
        insecure_skip_tls_verify: Some(true),
        tls_server_name: text("name"),
        as_user: text("kim"),
        as_group: vec!["ops".to_owned()],
        ..ConnectionArgs::default()
    });
    let Server {
        server,
        certificate_authority,
        certificate_authority_data,
        ..
    } = &selected.cluster;
    assert_eq!(
        (server, certificate_authority),
        (&text("https://flag"), &text("/ca"))
    );
    assert_eq!(certificate_authority_data, &None);
    assert_eq!(selected.cluster.tls_server_name, text("name"));
    assert_eq!(selected.cluster.insecure_skip_tls_verify, Some(true));
    let auth = &selected.auth;
    assert_eq!(
        (&auth.client_certificate, &auth.client_key),
        (&text("/cert"), &text("/key"))
    );
    assert_eq!(
        (&auth.impersonate, auth.impersonate_groups.as_deref()),
        (&text("kim"), Some(&["ops".to_owned()][..]))
    );
    assert!(
        auth.exec.is_some(),
        "a client certificate does not keep a login program from running"
    );
}

#[test]
fn a_token_takes_the_place_of_a_login_program() {
    let token = Some("secret".to_owned());
    let auth = selected(&ConnectionArgs {
        token,
        ..ConnectionArgs::default()
    })
    .auth;
    assert!(auth.token.is_some());
    assert!(auth.exec.is_none());
    let username = Some("kim".to_owned());
    let auth = selected(&ConnectionArgs {
        username,
        ..ConnectionArgs::default()
    })
    .auth;
    assert!(auth.password.is_some() && auth.exec.is_none());
}

#[test]
fn a_server_needs_no_file() {
    let server = Some("https://flag".to_owned());
    let args = ConnectionArgs {
        server,
        ..ConnectionArgs::default()
    };
    let selected = Selected::of(&Kubeconfig::default(), &args).unwrap();
    assert_eq!(
        (selected.namespace.as_str(), &selected.user),
        ("default", &None)
    );
}

#[test]
fn acting_as_somebody_with_a_uid_and_more_is_sent() {
    let args = ConnectionArgs {
        as_uid: Some("7".to_owned()),
        as_user_extra: vec![("scopes".to_owned(), "view".to_owned())],
        ..ConnectionArgs::default()
    };
    let headers = args.impersonation_headers().unwrap();
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    assert_eq!(
        headers,
        [
            ("impersonate-uid", "7"),
            ("impersonate-extra-scopes", "view")
        ]
    );
    let broken = ConnectionArgs {
        as_uid: Some("7\n".to_owned()),
        ..ConnectionArgs::default()
    };
    let error = broken.impersonation_headers().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the connection can't be set up: impersonate-uid: \"7\\n\" can't be sent"
    );
    assert!(error.hint().is_some());
}
