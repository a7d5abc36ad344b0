//! Checks of the cluster, and of what the caller may do in it.

use jiff::SignedDuration;
use tarnfui_shared::config::CONTROLLER_VERSION;

use super::controller;
use super::{Check, Findings, MAX_APART, NEIGHBOURS, Name, Obstacle, OwnRights, rough, some};
use crate::view::Versions;
use crate::words::counted;

pub(super) fn server(findings: &Findings<'_>) -> Check {
    let Findings {
        version, address, ..
    } = findings;
    Check::ok(Name::Server, format!("{version} at {address}"))
}

pub(super) fn own_rights(findings: &Findings<'_>) -> Check {
    let OwnRights {
        here,
        lists_all,
        missing,
    } = match &findings.own {
        Ok(own) => own,
        Err(obstacle) => return Check::unknown(Name::OwnRights, obstacle),
    };
    let Some(first) = missing.first() else {
        let enough = if *lists_all {
            format!("enough to see all namespaces, and to give orders in {here}")
        } else {
            format!(
                "enough to see {here} and to give orders there; other namespaces are to be named"
            )
        };
        return Check::ok(Name::OwnRights, enough);
    };
    let may_not = format!("you may not {}", some(missing));
    Check::problem(Name::OwnRights, may_not, first.can_i())
}

pub(super) fn versions(findings: &Findings<'_>) -> Check {
    let client = Versions::of_client().client;
    let here = format!(
        "plugin {} with zone data {}, server {}",
        client.version, client.zone_data, findings.version
    );
    let told = controller::alive(findings).and_then(|lease| {
        let told = lease.metadata.annotations.get(CONTROLLER_VERSION)?;
        told.split_once(' ')
    });
    let Some((version, zones)) = told else {
        let message = format!("{here}; the controller does not tell its own");
        return Check::ok(Name::Versions, message);
    };
    let message = format!("{here}; controller {version} with zone data {zones}");
    if zones == client.zone_data {
        return Check::ok(Name::Versions, message);
    }
    // Each would show, or keep, other hours than the other.
    let hint = format!("use the plugin of {version}, or update the controller");
    Check::problem(Name::Versions, message, hint)
}

pub(super) fn namespaces(findings: &Findings<'_>) -> Check {
    let seen = match &findings.namespaces {
        Ok(seen) => seen,
        Err(obstacle) => return Check::unknown(Name::Namespaces, obstacle),
    };
    if let Some(first) = seen.faulty.first() {
        let verb = if seen.faulty.len() == 1 {
            "has"
        } else {
            "have"
        };
        let message = format!(
            "{} of {} {verb} problems: {}",
            seen.faulty.len(),
            counted(seen.all, "namespace"),
            some(&seen.faulty)
        );
        return Check::problem(
            Name::Namespaces,
            message,
            format!("kubectl tarnfui status {first}"),
        );
    }
    if let Some(gap) = seen.gaps.first() {
        return Check::unknown(Name::Namespaces, gap);
    }
    let all = counted(seen.all, "namespace");
    Check::ok(
        Name::Namespaces,
        format!("{all} with rules, none with problems"),
    )
}

pub(super) fn autoscalers(findings: &Findings<'_>) -> Check {
    let seen = match &findings.namespaces {
        Ok(seen) => seen,
        Err(obstacle) => return Check::unknown(Name::Autoscalers, obstacle),
    };
    if !seen.floors.is_empty() {
        let message = format!(
            "{} a floor other than 0 under a HorizontalPodAutoscaler, which raises it at once: {}",
            match seen.floors.len() {
                1 => "1 workload keeps".to_owned(),
                count => format!("{count} workloads keep"),
            },
            some(&seen.floors)
        );
        let hint = "take the annotation tarnfui.io/sleep-replicas away; at 0 an autoscaler rests";
        return Check::problem(Name::Autoscalers, message, hint);
    }
    match &seen.floor_gap {
        Some(gap) => Check::unknown(Name::Autoscalers, gap),
        None => Check::ok(Name::Autoscalers, "no workload keeps a floor under one"),
    }
}

/// Says who is there, and no more: whether they are in the way depends on what they are told.
pub(super) fn other_controllers(findings: &Findings<'_>) -> Check {
    let known = match &findings.neighbours {
        Ok(known) => known,
        Err(obstacle) => return Check::unknown(Name::OtherControllers, obstacle),
    };
    let installed = NEIGHBOURS
        .iter()
        .zip(known)
        .filter(|(_, is_known)| **is_known);
    let installed = installed.map(|(it, _)| format!("{} is installed ({})", it.name, it.plural));
    let seen = findings.namespaces.as_ref();
    let appliers = seen
        .map(|seen| seen.appliers.as_slice())
        .unwrap_or_default();
    let appliers = appliers
        .iter()
        .map(|(manager, count)| format!("{manager} applies {}", counted(*count, "workload")));
    let found: Vec<String> = installed.chain(appliers).collect();
    if found.is_empty() {
        return Check::ok(
            Name::OtherControllers,
            "neither KEDA nor Argo CD nor another applier",
        );
    }
    Check::ok(Name::OtherControllers, some(&found))
}

pub(super) fn clocks(findings: &Findings<'_>) -> Check {
    let check = Name::Clocks;
    let hint = "set it by NTP: what is shown of states, and --for, go by it";
    if let Some(server) = findings.server_now {
        let ahead = findings.now.duration_since(server);
        // The server says whole seconds.
        if ahead.abs() <= MAX_APART {
            return Check::ok(
                check,
                format!("within {} of the server's", rough(MAX_APART)),
            );
        }
        let side = if ahead.is_negative() {
            "behind"
        } else {
            "ahead of"
        };
        let apart = rough(ahead);
        let message = format!("this machine's clock is {apart} {side} the server's");
        return Check::problem(check, message, hint);
    }
    let lease = findings.lease.as_ref().ok().and_then(Option::as_ref);
    let renewed = lease.and_then(|lease| lease.spec.renew_time);
    let ahead = renewed.map(|at| at.duration_since(findings.now));
    match ahead {
        Some(ahead) if ahead > MAX_APART => {
            let apart = rough(ahead);
            let message = format!("the lease was renewed {apart} from now by this machine's clock");
            Check::problem(check, message, hint)
        }
        Some(ahead) if ahead > -SignedDuration::from_secs(15) => {
            let message =
                "the server does not say; the lease's last renewal is plausible by this machine's";
            Check::ok(check, message)
        }
        Some(_) | None => Check::unknown(
            check,
            &Obstacle {
                message: "the server does not say what time it has".to_owned(),
                hint: Some("kubectl get --raw /version -v 8".to_owned()),
            },
        ),
    }
}
