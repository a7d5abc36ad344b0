//! What is typed wrong, or missing, when a controller starts.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use anyhow::ensure;
use serde_json::json;
use tarnfui_tests::controllers::Launch;
use tarnfui_tests::multicall;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::free_port;

use super::ROLES;

pub(super) fn trials(suite: Suite) -> Suite {
    suite
        .blocking(
            "what is typed wrong ends it with 2, the place and a suggestion",
            typed_wrong,
        )
        .blocking(
            "what is not to be had at the start ends it with 1 and a hint",
            not_there,
        )
        .trial("a server that is away is waited for, and said", away)
}

/// Runs a controller to its end: its exit code and what it wrote to stderr.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<(Option<i32>, String)> {
    let directory = tempfile::tempdir()?;
    multicall::link(directory.path(), ROLES)?;
    let output = Command::new(directory.path().join(ROLES[0].0))
        .args(arguments)
        .env_clear()
        .env("HOME", directory.path())
        .envs(variables.iter().copied())
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .output()?;
    Ok((output.status.code(), String::from_utf8(output.stderr)?))
}

fn typed_wrong(_: &Testbed) -> anyhow::Result<()> {
    let check = |arguments: &[&str], variables: &[(&str, &str)], expected: &[&str]| {
        let (code, said) = run(arguments, variables)?;
        ensure!(
            code == Some(2),
            "{arguments:?} {variables:?}: {code:?}: {said}"
        );
        let missing = expected.iter().find(|text| !said.contains(**text));
        ensure!(
            missing.is_none(),
            "{arguments:?} {variables:?}: no {missing:?} in {said}"
        );
        Ok(())
    };
    check(&["--lease-nam=x"], &[], &["--lease-nam", "--lease-name"])?;
    check(&["--admin-address=here"], &[], &["--admin-address", "here"])?;
    check(
        &["--log-format=xml"],
        &[],
        &["--log-format", "compact", "json"],
    )?;
    check(&["--log=loud=very"], &[], &["--log", "hint: "])?;
    check(
        &["--config=a", "--config-file=b"],
        &[],
        &["--config", "--config-file"],
    )?;
    check(
        &[],
        &[("TARNFUI_STARTUP_TIME", "25:00")],
        &["TARNFUI_STARTUP_TIME", "25:00"],
    )?;
    check(
        &[],
        &[("TARNFUI_TIMEZONE", "Europe/Pariss")],
        &["TARNFUI_TIMEZONE", "Europe/Paris?"],
    )?;
    check(
        &[],
        &[("TARNFUI_ACTIVE_DAYS", "mon,tu")],
        &["TARNFUI_ACTIVE_DAYS", "did you mean Tue?"],
    )?;
    check(
        &[],
        &[("TARNFUI_RESOURCE_TYPES", "deploymets")],
        &["did you mean deployments?"],
    )
}

fn not_there(_: &Testbed) -> anyhow::Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let taken = format!("--admin-address={}", taken.local_addr()?);
    let directory = tempfile::tempdir()?;
    let kubeconfig = directory.path().join("kubeconfig");
    std::fs::write(&kubeconfig, kubeconfig_of(1).to_string())?;
    let broken = directory.path().join("broken");
    std::fs::write(&broken, "clusters: [")?;
    let flag = |path: &OsStr| format!("--kubeconfig={}", path.to_string_lossy());
    let cases: [(&[&str], &str); 5] = [
        (&["--kubeconfig=nowhere"], "nowhere"),
        (&[&flag(broken.as_os_str())], "hint: "),
        (&[&flag(kubeconfig.as_os_str()), "--context=other"], "other"),
        (&[], "hint: "),
        (
            &[&flag(kubeconfig.as_os_str()), &taken],
            "choose another --admin-address",
        ),
    ];
    for (arguments, expected) in cases {
        let (code, said) = run(arguments, &[])?;
        let faults: Vec<_> = said
            .lines()
            .filter(|line| line.starts_with("error: "))
            .collect();
        ensure!(code == Some(1), "{arguments:?}: {code:?}: {said}");
        ensure!(
            faults.len() == 1 && faults[0].contains("hint: "),
            "{arguments:?}: {said}"
        );
        ensure!(
            faults[0].contains(expected),
            "{arguments:?}: no {expected:?} in {said}"
        );
    }
    Ok(())
}

fn kubeconfig_of(port: u16) -> serde_json::Value {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "away",
        "clusters": [{ "name": "away", "cluster": { "server": format!("https://127.0.0.1:{port}") } }],
        "users": [{ "name": "away", "user": { "token": "t" } }],
        "contexts": [{ "name": "away", "context": { "cluster": "away", "user": "away" } }],
    })
}

async fn away(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let path = cluster.directory().join("away.kubeconfig");
    std::fs::write(&path, kubeconfig_of(free_port()?).to_string())?;
    let launch = Launch::new("away").argument(&format!("--kubeconfig={}", path.display()));
    let mut controller = launch.start(cluster)?;
    controller.until("saying so", |it| {
        it.readiness().is_ok_and(|(code, text)| {
            code == 503
                && text.contains("cannot watch namespaces: ")
                && text.contains("check that the API server can be reached")
        })
    })?;
    assert_eq!(controller.get("/livez")?.0, 200);
    controller.process().check()
}
