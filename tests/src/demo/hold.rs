//! Afterwards: the same cluster on real time, for a person to try things on.

use std::os::unix::fs::symlink;

use anyhow::Context as _;

use crate::testbed::{Cluster, Tool, Tools};

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
    let bin = bin.display();
    let tries = [
        (
            "What sleeps, and what it was:",
            "kubectl get deploy,sts,cj -A -L tarnfui.io/saved",
        ),
        (
            "What is, why, and what comes next:",
            "kubectl tarnfui status -A",
        ),
        (
            "Not tonight:",
            "kubectl tarnfui snooze namespace shop --for 2h",
        ),
    ];
    let heading = "The clock is the machine's again. In another terminal:";
    screen.say(&format!("\n{}\n", paint.paint(Colour::Bold, heading)));
    screen.say(&format!("  export KUBECONFIG={kubeconfig}"));
    screen.say(&format!("  export PATH={bin}:$PATH\n"));
    for (what, command) in tries {
        let what = paint.paint(Colour::Dim, &format!("# {what}"));
        screen.say(&format!("  {what}\n  {command}"));
    }
    screen.say("\nThe cluster stays up until ctrl-C, which stops everything.");
}
