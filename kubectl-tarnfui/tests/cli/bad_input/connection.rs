//! What can't be connected to: the kubeconfig, the way to the server, and what answers there.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use kubectl_tarnfui::{Exit, Io, Outside, Terminal, context, run};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use crate::world::{SUNDAY, world};

/// Runs with the real way to a cluster, and a kubeconfig of this text.
fn connecting(kubeconfig: &str, command: &str) -> (Exit, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config");
    std::fs::write(&path, kubeconfig).unwrap();
    connecting_by(&path, command)
}

fn connecting_by(path: &Path, command: &str) -> (Exit, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let input = &mut std::io::empty();
    let mut io = Io {
        out: &mut out,
        err: &mut err,
        input,
        terminal: Terminal::default(),
    };
    let outside = Outside {
        now: &|| SUNDAY.parse().unwrap(),
        connect: &context::connect,
        ..Outside::default()
    };
    let words = command.split(' ').map(str::to_owned);
    let path = path.display().to_string();
    let args = ["kubectl-tarnfui", "--kubeconfig", &path]
        .map(str::to_owned)
        .into_iter();
    let exit = run(
        args.chain(words).map(Into::into).collect(),
        &mut io,
        &outside,
    );
    assert!(out.is_empty());
    (exit, String::from_utf8(err).unwrap().replace(&path, "FILE"))
}

/// A kubeconfig with the context `dev` and a server at `url`.
fn config(url: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: dev\n\
         contexts: [{{name: dev, context: {{cluster: one, user: dana}}}}]\n\
         clusters: [{{name: one, cluster: {{server: '{url}'}}}}]\n\
         users: [{{name: dana, user: {{token: secret}}}}]\n"
    )
}

#[track_caller]
fn unreachable(kubeconfig: &str, command: &str, expect: &str) {
    let (exit, err) = connecting(kubeconfig, command);
    assert_eq!((exit, err.as_str()), (Exit::Failed, expect), "{command}");
}

#[test]
fn a_kubeconfig_that_is_not_there_is_named() {
    let (exit, err) = connecting_by(Path::new("/does/not/exist"), "status");
    assert_eq!(
        (exit, err.as_str()),
        (
            Exit::Failed,
            "error: kubeconfig \"FILE\" does not exist\n\
             hint: leave --kubeconfig out, or name a file that exists\n"
        )
    );
}

#[test]
fn a_kubeconfig_that_is_none_is_named_and_not_shown() {
    let (exit, err) = connecting("users: [{name: a, user: {token: secret}}", "status");
    assert_eq!(exit, Exit::Failed);
    assert!(
        err.starts_with("error: kubeconfig \"FILE\" can't be read: "),
        "{err}"
    );
    assert!(!err.contains("secret") && err.lines().count() == 2, "{err}");
}

#[test]
fn a_context_that_does_not_exist_is_guessed_at() {
    unreachable(
        &config("https://127.0.0.1:1"),
        "status --context dve",
        "error: context \"dve\" does not exist; did you mean \"dev\"?\n\
         hint: kubectl config get-contexts\n",
    );
    unreachable(
        &config("https://127.0.0.1:1"),
        "--cluster two --user kim status",
        "error: cluster \"two\" does not exist in the kubeconfig\nhint: kubectl config get-clusters\n",
    );
    unreachable(
        &config("https://127.0.0.1:1"),
        "status --user danna",
        "error: user \"danna\" does not exist in the kubeconfig; did you mean \"dana\"?\n\
         hint: kubectl config get-users\n",
    );
    unreachable(
        "kind: Config\n",
        "status",
        "error: no context is selected\nhint: kubectl config get-contexts, then --context NAME\n",
    );
}

#[test]
fn a_server_that_is_away_is_said_in_a_sentence() {
    for command in ["status", "explain shop", "wake shop", "version"] {
        unreachable(
            &config("https://127.0.0.1:1"),
            command,
            "error: the server at https://127.0.0.1:1/ can't be reached: Connection refused (os error 111)\n\
             hint: kubectl cluster-info\n",
        );
    }
}

#[test]
fn a_name_that_nobody_knows_is_said() {
    let (exit, err) = connecting(&config("https://nowhere.invalid:6443"), "wake shop");
    let start =
        "error: the server at https://nowhere.invalid:6443/ can't be reached: failed to lookup";
    assert!(err.starts_with(start), "{err}");
    assert_eq!((exit, err.lines().count()), (Exit::Failed, 2), "{err}");
}

#[test]
fn an_address_that_is_none_is_said_to_be_none() {
    // The client itself would die of this one.
    unreachable(
        &config("https://127.0.0.1:1"),
        "-s 127.0.0.1:6443 status",
        "error: \"127.0.0.1:6443\" is no address of a server: expected https://HOST:PORT\n\
         hint: did you mean https://127.0.0.1:6443?\n",
    );
    unreachable(
        &config("htps://kube"),
        "status",
        "error: \"htps://kube\" is no address of a server: expected https://HOST:PORT\n\
         hint: kubectl config view --minify\n",
    );
}

#[test]
fn credentials_that_are_not_there_are_named() {
    let away = config("https://127.0.0.1:1");
    unreachable(
        &away.replace("user: dana", "user: kim"),
        "status",
        "error: user \"kim\" does not exist in the kubeconfig\nhint: kubectl config get-users\n",
    );
    let start = "error: the connection to https://127.0.0.1:1/ can't be set up: ";
    let check = |kubeconfig: &str, command: &str, cause: &str| {
        let (exit, err) = connecting(kubeconfig, command);
        let expect = format!("{start}{cause}\nhint: kubectl config view --minify\n");
        assert_eq!((exit, err), (Exit::Failed, expect));
    };
    check(
        &away,
        "status --client-certificate /does/not/exist --client-key /nor/this",
        "failed to read file '\"/does/not/exist\"': No such file or directory (os error 2)",
    );
    let login = |command: &str| {
        let exec = format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, \
             command: {command}}}}}"
        );
        away.replace("{token: secret}", &exec)
    };
    check(
        &login("tarnfui-no-such-login"),
        "status",
        "login program \"tarnfui-no-such-login\": unable to run auth exec: No such file or directory \
         (os error 2)",
    );
    // What it printed may be a token.
    check(
        &login("sh, args: [-c, 'echo secret; exit 7']"),
        "status",
        "login program \"sh\" failed: exit status: 7",
    );
}

#[test]
fn a_certificate_that_nobody_trusts_is_said() {
    let url = encrypted();
    unreachable(
        &config(&url),
        "status",
        &format!(
            "error: the server at {url}/ can't be trusted: its certificate is signed by nobody whom the \
             kubeconfig trusts\n\
             hint: kubectl config view --minify shows certificate-authority and tls-server-name\n"
        ),
    );
    let plain = answering("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    let url = plain.replace("http:", "https:");
    unreachable(
        &config(&url),
        "status",
        &format!(
            "error: the server at {url}/ can't be reached: it answers, but speaks no TLS\n\
             hint: kubectl cluster-info\n"
        ),
    );
}

/// A server with a certificate of nobody's, and its address.
fn encrypted() -> String {
    let pem = include_bytes!("nobody.pem");
    let certificate = CertificateDer::from_pem_slice(pem).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem).unwrap();
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key);
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            // The client turns away in the middle of it.
            drop(connection.complete_io(&mut stream.unwrap()));
        }
    });
    url
}

#[test]
fn a_proxy_is_said_not_to_be_supported() {
    let config = config("https://127.0.0.1:1").replace(
        "server: ",
        "proxy-url: 'http://proxy.example:3128', server: ",
    );
    unreachable(
        &config,
        "status",
        "error: the server at https://127.0.0.1:1/ is behind a proxy, and proxies are not supported: \
         http://proxy.example:3128/\n\
         hint: if it can be reached without, add its host to $NO_PROXY\n",
    );
}

/// A server that answers everything with this, and its address.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

#[test]
fn a_server_that_is_no_api_server_is_said_to_be_none() {
    let html = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<html></html>";
    let missing =
        "HTTP/1.1 404 Not Found\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<html></html>";
    for answer in [html, missing] {
        let url = answering(answer);
        unreachable(
            &config(&url),
            "wake shop --for 1h",
            &format!(
                "error: the server at {url}/ answers, but is no Kubernetes API server\n\
                 hint: kubectl config view --minify\n"
            ),
        );
    }
    // The address of a flag goes before that of the file.
    let url = answering("SSH-2.0-OpenSSH_9.9\r\n");
    let (exit, err) = connecting(&config("https://127.0.0.1:1"), &format!("-s {url} status"));
    assert!(
        err.starts_with(&format!("error: the server at {url}/ can't be reached: ")),
        "{err}"
    );
    assert_eq!((exit, err.lines().count()), (Exit::Failed, 2), "{err}");
}

#[test]
fn a_refused_token_is_said_in_a_sentence() {
    let unauthorized = "{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":401}";
    let world = world().with(|fake| fake.instead = Some((401, unauthorized)));
    for command in ["status", "explain shop", "wake shop", "version"] {
        world.run(SUNDAY, command).shows(
            Exit::Failed,
            "",
            "error: the server at https://fake does not accept the credentials\n\
             hint: kubectl auth whoami\n",
        );
    }
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (exit, err) = connecting(&config(&url), "status --request-timeout 1s");
    assert_eq!(
        (exit, err.as_str()),
        (
            Exit::Failed,
            format!(
                "error: the server at {url}/ did not answer within 1 s\n\
                 hint: give it longer with --request-timeout 2m\n"
            )
            .as_str()
        )
    );
}
