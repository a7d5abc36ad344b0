//! Afterwards: the same cluster on real time, for a person to try things on.

use super::ground::Access;
use super::screen::{Colour, Paint, Screen};
use super::tenancy::Tenancy;

/// Says how to get there, and three things to try.
pub(super) fn invite(access: &Access, place: &str, screen: &mut Screen) {
    screen.say(&invitation(access, place, screen.paint()));
}

fn invitation(access: &Access, place: &str, paint: Paint) -> String {
    let Access {
        bin,
        flags,
        plugin_flags,
        ..
    } = access;
    let heading = "The clock is the machine's again. In another terminal:";
    let mut lines = vec![
        String::new(),
        paint.paint(Colour::Bold, heading),
        String::new(),
    ];
    if let Some(kubeconfig) = &access.kubeconfig {
        lines.push(format!("  export KUBECONFIG={}", kubeconfig.display()));
    }
    lines.push(format!("  export PATH={}:$PATH", bin.display()));
    lines.push(String::new());
    // The plugin is a program of its own, and needs no kubectl.
    let plugin = if access.has_kubectl {
        "kubectl tarnfui"
    } else {
        "kubectl-tarnfui"
    };
    let plugin_flags = format!("{flags}{plugin_flags}");
    // In somebody's cluster there may be thousands.
    let (whose, end) = match access.tenancy {
        Tenancy::Owner => (
            "-A".to_owned(),
            "The cluster stays up until ctrl-C, which stops everything.",
        ),
        Tenancy::Guest => (
            format!("-n {place}"),
            "The namespaces of the demo stay until ctrl-C, which removes them.",
        ),
    };
    let tries = [
        (
            "What sleeps, and what it was",
            format!("kubectl get deploy,sts,cj {whose} -L tarnfui.io/saved{flags}"),
        ),
        (
            "What is, why, and what comes next",
            format!("{plugin} status -A{plugin_flags}"),
        ),
        (
            "Not tonight",
            format!("{plugin} snooze namespace {place} --for 2h{plugin_flags}"),
        ),
    ];
    for (what, command) in tries {
        let what = if !access.has_kubectl && command.starts_with("kubectl get") {
            format!("{what} (with any kubectl; there is none here)")
        } else {
            what.to_owned()
        };
        lines.push(format!(
            "  {}",
            paint.paint(Colour::Dim, &format!("# {what}:"))
        ));
        lines.push(format!("  {command}"));
    }
    lines.push(String::new());
    lines.push(end.to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        Access {
            tenancy: Tenancy::Owner,
            kubeconfig: Some("/tmp/demo/admin.kubeconfig".into()),
            bin: "/tmp/demo/bin".into(),
            has_kubectl: true,
            flags: String::new(),
            plugin_flags: String::new(),
        }
    }

    fn check(access: &Access, place: &str, expect: &[&str]) {
        let text = invitation(access, place, Paint::Plain);
        let commands: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert_eq!(commands, expect, "{text}");
    }

    #[test]
    fn on_a_cluster_of_ours() {
        check(
            &access(),
            "shop",
            &[
                "export KUBECONFIG=/tmp/demo/admin.kubeconfig",
                "export PATH=/tmp/demo/bin:$PATH",
                "kubectl get deploy,sts,cj -A -L tarnfui.io/saved",
                "kubectl tarnfui status -A",
                "kubectl tarnfui snooze namespace shop --for 2h",
            ],
        );
    }

    #[test]
    fn without_a_kubectl_the_plugin_goes_by_its_own_name() {
        let access = Access {
            has_kubectl: false,
            ..access()
        };
        let text = invitation(&access, "shop", Paint::Plain);
        assert!(text.contains("\n  kubectl-tarnfui status -A\n"), "{text}");
        assert!(text.contains("with any kubectl"), "{text}");
    }

    #[test]
    fn on_somebodys_cluster() {
        let access = Access {
            tenancy: Tenancy::Guest,
            kubeconfig: None,
            flags: " --context dev".to_owned(),
            plugin_flags: " --controller-namespace tarnfui-demo".to_owned(),
            ..access()
        };
        check(
            &access,
            "tarnfui-demo-shop",
            &[
                "export PATH=/tmp/demo/bin:$PATH",
                "kubectl get deploy,sts,cj -n tarnfui-demo-shop -L tarnfui.io/saved --context dev",
                "kubectl tarnfui status -A --context dev --controller-namespace tarnfui-demo",
                "kubectl tarnfui snooze namespace tarnfui-demo-shop --for 2h --context dev \
                 --controller-namespace tarnfui-demo",
            ],
        );
    }
}
