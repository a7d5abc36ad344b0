//! The plugin as people meet it: found by kubectl, and what it orders changes what the controller does.

use std::process::{ExitCode, Output};

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tarnfui_tests::controllers::{Launch, with_account};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::place::{BOUND, Place};
use tarnfui_tests::roles;
use tarnfui_tests::scene::{create, merge, ns};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Cluster, Options};
use tarnfui_tests::wait;

mod restore;

const ROLES: &[Role] = &[roles::CONTROLLER, roles::PLUGIN];

/// What people need to give orders, as it is handed out.
const ORDERS: &str = include_str!("../../../deploy/orders.yaml");

const WEB: &str = "deployment/web";
const PATCH_WEB: &str = "patch deployments/web";

fn main() -> ExitCode {
    let suite = Suite::new(with_account(Options::api_server_only()))
        .roles(ROLES)
        .controller(Launch::new("controller"))
        .at_once(4)
        .blocking("kubectl finds the plugin, and it knows the server", found)
        .trial("sleep, wake and resume are carried out, and shown", orders)
        .trial(
            "snooze puts off the next transition of the controller",
            snooze,
        )
        .trial("plugin and controller decide the same", agree)
        .trial(
            "an order that is refused names the permission, and who has it may",
            permission,
        )
        .trial(
            "who may give orders may change nothing else of a Namespace",
            orders_only,
        );
    restore::trials(suite).run()
}

/// Runs `kubectl tarnfui` as a user, on the cluster of all trials.
fn tarnfui(testbed: &Testbed, user: &str, arguments: &[&str]) -> anyhow::Result<Output> {
    tarnfui_on(testbed.cluster()?, user, arguments)
}

/// The same on another cluster.
fn tarnfui_on(cluster: &Cluster, user: &str, arguments: &[&str]) -> anyhow::Result<Output> {
    let mut kubectl = cluster.kubectl_command(user);
    Ok(kubectl.arg("tarnfui").args(arguments).output()?)
}

/// The same as `admin`, which has to work; what it wrote to stdout.
fn ask(testbed: &Testbed, arguments: &[&str]) -> anyhow::Result<String> {
    let output = tarnfui(testbed, "admin", arguments)?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "kubectl tarnfui {}: {said}",
        arguments.join(" ")
    );
    Ok(String::from_utf8(output.stdout)?)
}

fn explained(testbed: &Testbed, namespace: &str) -> anyhow::Result<Value> {
    let text = ask(testbed, &["explain", namespace, "-o", "json"])?;
    let mut document: Value = serde_json::from_str(&text)?;
    Ok(document["items"][0].take())
}

fn found(testbed: &Testbed) -> anyhow::Result<()> {
    let listed = testbed.cluster()?.kubectl(&["plugin", "list"])?;
    let listed = String::from_utf8(listed.stdout)?;
    ensure!(listed.contains("kubectl-tarnfui"), "{listed}");
    let version = ask(testbed, &["version"])?;
    ensure!(
        version.contains("v1.36.3") && version.contains(env!("CARGO_PKG_VERSION")),
        "{version}"
    );
    let wrong = tarnfui(testbed, "admin", &["snoze", "shop"])?;
    assert_eq!(wrong.status.code(), Some(2));
    Ok(())
}

async fn orders(testbed: &Testbed) -> anyhow::Result<()> {
    let scene = ns("plugin-orders").schedule("always").deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    let said = ask(
        testbed,
        &[
            "sleep",
            "namespace",
            "plugin-orders",
            "--for",
            "30m",
            "--reason",
            "a fire drill",
        ],
    )?;
    ensure!(
        said.starts_with("namespace/plugin-orders goes to sleep until "),
        "{said}"
    );
    place.until(WEB, "0 saved=2").await?;
    let status = ask(testbed, &["status", "plugin-orders"])?;
    for word in ["Asleep", "Override", "by admin", "deployment/web"] {
        ensure!(status.contains(word), "no {word:?} in {status}");
    }
    let explained_in_words = ask(testbed, &["explain", "plugin-orders"])?;
    ensure!(
        explained_in_words.contains("a fire drill"),
        "{explained_in_words}"
    );
    let it = explained(testbed, "plugin-orders")?;
    assert_eq!(
        (&it["state"], &it["reason"]),
        (&json!("Asleep"), &json!("Override"))
    );

    ask(testbed, &["wake", "plugin-orders", "--for", "1h"])?;
    place.until(WEB, "2").await?;
    ask(testbed, &["sleep", "-n", "plugin-orders", "--for", "30m"])?;
    place.until(WEB, "0 saved=2").await?;
    ask(testbed, &["resume", "ns/plugin-orders"])?;
    place.until(WEB, "2").await?;
    place.expect_writes(&[PATCH_WEB; 4]).await?;

    // Tried only: nothing comes of it.
    ask(
        testbed,
        &["sleep", "plugin-orders", "--for", "30m", "--dry-run=client"],
    )?;
    ask(
        testbed,
        &["sleep", "plugin-orders", "--for", "30m", "--dry-run=server"],
    )?;
    place.expect_writes(&[PATCH_WEB; 4]).await
}

async fn snooze(testbed: &Testbed) -> anyhow::Result<()> {
    let end = Timestamp::from_second(Timestamp::now().as_second() + 3600)?;
    let start = end - SignedDuration::from_hours(2);
    let scene = ns("plugin-snooze")
        .schedule(&format!("{start} - {end}"))
        .deploy("web", 2);
    let place = Place::make(testbed.cluster()?, &scene).await?;
    place.settle().await?;
    let until = || -> anyhow::Result<Value> {
        Ok(testbed.controller()?.decision("plugin-snooze")?["decision"].clone())
    };
    assert_eq!(
        until()?,
        json!({ "state": "Awake", "reason": "WorkingHours", "until": end })
    );

    let said = ask(
        testbed,
        &["snooze", "namespace", "plugin-snooze", "--for", "2h"],
    )?;
    ensure!(said.contains("stays awake until"), "{said}");
    let put_off = end + SignedDuration::from_hours(2);
    let expected = json!({ "state": "Awake", "reason": "Override", "until": put_off });
    wait::until("the controller knows", BOUND, || Ok(until()? == expected))?;
    ask(testbed, &["resume", "plugin-snooze"])?;
    wait::until("the controller knows", BOUND, || {
        Ok(until()?["until"] == json!(end))
    })?;
    place.expect_writes(&[]).await
}

async fn agree(testbed: &Testbed) -> anyhow::Result<()> {
    let soon = Timestamp::from_second(Timestamp::now().as_second() + 7200)?;
    let scenes = [
        ns("plugin-agree-1")
            .schedule("Mon-Fri 08:00-20:00")
            .says("timezone", "Europe/Paris"),
        ns("plugin-agree-2")
            .schedule("never")
            .says("awake-until", &soon.to_string()),
        ns("plugin-agree-3").schedule("Mo-Fri 08:00-20:00"),
        ns("plugin-agree-4")
            .schedule("never")
            .says("exclude", "true"),
        ns("plugin-agree-5"),
        ns("plugin-agree-6").schedule("@office"),
    ];
    let mut last = None;
    for scene in &scenes {
        last = Some(Place::make(testbed.cluster()?, &scene.clone().deploy("web", 1)).await?);
    }
    if let Some(place) = last {
        place.settle().await?;
    }
    for scene in &scenes {
        let theirs = explained(testbed, scene.name())?;
        let ours = testbed.controller()?.decision(scene.name())?;
        for field in ["state", "reason", "until"] {
            let (left, right) = (&theirs[field], &ours["decision"][field]);
            ensure!(
                left == right,
                "{}: {field}: {left} by the plugin, {right}",
                scene.name()
            );
        }
    }
    Ok(())
}

async fn permission(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let mine = ns("plugin-mine").schedule("always").deploy("web", 2);
    let mine = Place::make(cluster, &mine).await?;
    let yours = ns("plugin-yours").schedule("always").deploy("web", 2);
    let yours = Place::make(cluster, &yours).await?;
    for object in rights_of_dev("plugin-mine") {
        create(mine.client(), &object).await?;
    }
    wait::until("dev may give orders", BOUND, || {
        let may = [
            "auth",
            "can-i",
            "patch",
            "namespaces/plugin-mine",
            "-n",
            "plugin-mine",
        ];
        Ok(cluster
            .kubectl_command("dev")
            .args(may)
            .output()?
            .status
            .success())
    })?;

    let output = tarnfui(testbed, "dev", &["sleep", "plugin-yours", "--for", "30m"])?;
    let said = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in [
        "patch namespace \"plugin-yours\"",
        "hint: ",
        "kubectl auth can-i patch namespaces/plugin-yours",
    ] {
        ensure!(said.contains(words), "no {words:?} in {said}");
    }
    let output = tarnfui(testbed, "dev", &["sleep", "plugin-mine", "--for", "30m"])?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    mine.until(WEB, "0 saved=2").await?;
    let by = mine.namespace().await?["metadata"]["annotations"]["tarnfui.io/override-by"].take();
    assert_eq!(by, "dev");
    yours.expect_writes(&[]).await
}

/// What `deploy/orders.yaml` lets somebody do, and what it does not.
async fn orders_only(testbed: &Testbed) -> anyhow::Result<()> {
    let cluster = testbed.cluster()?;
    let name = "plugin-orders-only";
    let scene = ns(name).schedule("always").deploy("web", 2);
    let place = Place::make(cluster, &scene).await?;
    cluster.apply(ORDERS)?;
    let role = "--clusterrole=tarnfui-orders";
    cluster.kubectl(&[
        "create",
        "rolebinding",
        "orders",
        "-n",
        name,
        role,
        "--user=dev",
    ])?;
    let dev = |arguments: &[&str]| -> anyhow::Result<(bool, String)> {
        let output = cluster.kubectl_command("dev").args(arguments).output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((output.status.success(), said))
    };
    let pod_security = "pod-security.kubernetes.io/enforce=privileged";
    wait::until("the policy is in force", BOUND, || {
        let (_, said) = dev(&["label", "namespace", name, pod_security, "--dry-run=server"])?;
        Ok(said.contains("only annotations that begin with tarnfui.io/ may change"))
    })?;
    for refused in [
        ["annotate", "other.io/key=x"],
        ["annotate", "nottarnfui.io/x=y"],
        ["label", "a=b"],
    ] {
        let (done, said) = dev(&[refused[0], "namespace", name, refused[1]])?;
        ensure!(
            !done && said.contains("only annotations"),
            "{refused:?}: {said}"
        );
    }
    let (done, said) = dev(&[
        "annotate",
        "namespace",
        name,
        "tarnfui.io/asleep-until=forever",
    ])?;
    ensure!(done, "an order is refused: {said}");
    place.until(WEB, "0 saved=2").await?;
    let (done, said) = dev(&["annotate", "namespace", name, "tarnfui.io/asleep-until-"])?;
    ensure!(done, "an order can't be taken back: {said}");
    // Who may update Namespaces is not held back.
    let labelled = cluster.kubectl(&["label", "namespace", name, "a=b"])?;
    ensure!(
        labelled.status.success(),
        "{}",
        String::from_utf8_lossy(&labelled.stderr)
    );
    place.until(WEB, "2").await
}

/// `dev` may look at everything that the plugin looks at, and give orders to one namespace.
fn rights_of_dev(namespace: &str) -> [Value; 4] {
    let group = "rbac.authorization.k8s.io";
    let object = |kind: &str, name: &str, rest: &Value| {
        let mut object = json!({
            "apiVersion": format!("{group}/v1"), "kind": kind, "metadata": { "name": name },
        });
        merge(&mut object, rest);
        object
    };
    let rule = |verbs: &[&str], resources: &[&str]| {
        let groups = ["", "apps", "batch", "autoscaling"];
        json!({ "rules": [{ "apiGroups": groups, "resources": resources, "verbs": verbs }] })
    };
    let looked_at = [
        "namespaces",
        "deployments",
        "statefulsets",
        "cronjobs",
        "horizontalpodautoscalers",
    ];
    let bind = |role: &str| {
        json!({
            "roleRef": { "apiGroup": group, "kind": "ClusterRole", "name": role },
            "subjects": [{ "apiGroup": group, "kind": "User", "name": "dev" }],
        })
    };
    let mut in_namespace = bind("orders");
    in_namespace["metadata"] = json!({ "namespace": namespace });
    [
        object(
            "ClusterRole",
            "readers",
            &rule(&["get", "list"], &looked_at),
        ),
        object("ClusterRole", "orders", &rule(&["patch"], &["namespaces"])),
        object("ClusterRoleBinding", "readers", &bind("readers")),
        object("RoleBinding", "orders", &in_namespace),
    ]
}
