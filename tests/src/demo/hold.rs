//! Afterwards: the same cluster on real time, for a person to try things on.

use std::os::unix::fs::symlink;

use anyhow::Context as _;

use crate::testbed::{Cluster, Tool, Tools};

use super::cast::HOME;
use super::screen::{Colour, Screen};

/// Puts kubectl where the plugin is.
pub(super) fn link_kubectl(cluster: &Cluster, tools: &Tools) -> anyhow::Result<()> {
    let link = cluster.bin().join("kubectl");
    symlink(tools.path(Tool::Kubectl), link).context("link kubectl")
}

/// Says how to get there, and three things to try.
pub(super) fn invite(cluster: &Cluster, screen: &mut Screen) {
    let paint = screen.paint();
    let kubeconfig = cluster.kubeconfig("admin").display();
    let bin = cluster.bin();
    let tries = [
        (
            "what sleeps, and what it was",
            "kubectl get deploy,sts,cj -A -L tarnfui.io/saved".to_owned(),
        ),
        (
            "what is, why, and what comes next",
            "kubectl tarnfui status -A".to_owned(),
        ),
        (
            "not tonight",
            "kubectl tarnfui snooze namespace shop --for 2h".to_owned(),
        ),
    ];
    screen.say("");
    screen.say(&paint.paint(
        Colour::Bold,
        "The clock is the machine's again, and the cluster stays up. In another terminal:",
    ));
    screen.say(&format!("\n  export KUBECONFIG={kubeconfig}"));
    screen.say(&format!("  export PATH={}:$PATH\n", bin.display()));
    for (what, command) in tries {
        screen.say(&format!(
            "  {command:<50}{}",
            paint.paint(Colour::Dim, &format!("# {what}"))
        ));
    }
    let logs = format!(
        "\nThe controllers are in namespace {HOME}; their logs in {}.",
        cluster.directory().display()
    );
    screen.say(&logs);
    screen.say("Ctrl-C stops everything.");
}
