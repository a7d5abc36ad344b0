//! Checks of the controller: its rights, who leads, and by which configuration.

use jiff::{SignedDuration, Unit};
use tarnfui_shared::config::{CONFIG_NAME, CONFIG_VERSION};

use super::{Check, Findings, Name, Obstacle, rough, some};
use crate::cluster::Lease;

/// How long a lease lives that does not say so.
const USUAL_LEASE_SECONDS: u32 = 15;

pub(super) fn rights(findings: &Findings<'_>) -> Check {
    let check = Name::ControllerRights;
    let account = &findings.account_name;
    let missing = match &findings.account {
        Ok(missing) => missing,
        Err(obstacle) => return Check::unknown(check, obstacle),
    };
    if missing.is_empty() {
        return Check::ok(
            check,
            format!("serviceaccount {account} has all the rights of deploy/rbac.yaml"),
        );
    }
    let hint =
        "kubectl apply -f deploy/rbac.yaml; --controller-namespace says where the controller is";
    let message = if missing.len() == findings.asked_of_account {
        format!("serviceaccount {account} has no right at all: it is another one, or not bound")
    } else {
        format!("serviceaccount {account} may not {}", some(missing))
    };
    Check::problem(check, message, hint)
}

pub(super) fn leader(findings: &Findings<'_>) -> Check {
    let (check, home) = (Name::Leader, findings.home);
    let look =
        format!("kubectl get pods -n {home}; --controller-namespace says where the controller is");
    let lease = match &findings.lease {
        Ok(lease) => lease,
        Err(obstacle) => return Check::unknown(check, obstacle),
    };
    let Some(lease) = lease else {
        let message = format!("nobody leads in namespace {home}: there is no lease");
        return Check::problem(check, message, look);
    };
    let Some(holder) = lease.holder() else {
        let message = format!("nobody leads in namespace {home}: the lease was given back");
        return Check::problem(check, message, look);
    };
    let since = lease.spec.acquire_time.map(|at| {
        let at = at.round(Unit::Second).unwrap_or(at);
        format!(" since {at}")
    });
    let renewed = age(findings, lease).map_or_else(
        || "without a renewal".to_owned(),
        |age| format!("renewed {} ago", rough(age.max(SignedDuration::ZERO))),
    );
    if !is_alive(findings, lease) {
        let seconds = life(lease).as_secs();
        let message =
            format!("nobody leads: {holder} did, lease {renewed}, and it lives for {seconds} s");
        return Check::problem(check, message, look);
    }
    let changes = match lease.spec.lease_transitions.unwrap_or(0) {
        0 => "it never changed hands".to_owned(),
        1 => "it changed hands once".to_owned(),
        count => format!("it changed hands {count} times"),
    };
    let message = format!(
        "{holder} leads{}, lease {renewed}; {changes}, and does not tell of standbys",
        since.unwrap_or_default()
    );
    Check::ok(check, message)
}

/// How long ago the lease was renewed, by the server's clock where it is known: it is the one that
/// is the same for everybody.
fn age(findings: &Findings<'_>, lease: &Lease) -> Option<SignedDuration> {
    let renewed = lease.spec.renew_time?;
    Some(findings.server_time().duration_since(renewed))
}

fn life(lease: &Lease) -> SignedDuration {
    let seconds = lease
        .spec
        .lease_duration_seconds
        .unwrap_or(USUAL_LEASE_SECONDS);
    SignedDuration::from_secs(seconds.into())
}

fn is_alive(findings: &Findings<'_>, lease: &Lease) -> bool {
    lease.holder().is_some() && age(findings, lease).is_some_and(|age| age <= life(lease))
}

/// The lease of whoever leads, if anybody is known to.
pub(super) fn alive<'f>(findings: &'f Findings<'_>) -> Option<&'f Lease> {
    let lease = findings.lease.as_ref().ok()?.as_ref()?;
    is_alive(findings, lease).then_some(lease)
}

pub(super) fn configuration(findings: &Findings<'_>) -> Check {
    let (check, home) = (Name::Configuration, findings.home);
    let there = match &findings.configuration {
        Ok(there) => there,
        Err(obstacle) => return Check::unknown(check, obstacle),
    };
    if let Some(Obstacle { message, hint }) = &findings.configuration_fault {
        let look = format!("kubectl get configmap {CONFIG_NAME} -n {home} -o yaml");
        return Check::problem(check, message.clone(), hint.clone().unwrap_or(look));
    }
    if findings.is_paused {
        let hint =
            format!("take `paused` out of it: kubectl edit configmap {CONFIG_NAME} -n {home}");
        return Check::problem(
            check,
            "it says paused: nothing is decided, nothing written",
            hint,
        );
    }
    let what = match there {
        Some(version) => format!("configmap {home}/{CONFIG_NAME} at version {version}"),
        None => format!("there is no configmap {home}/{CONFIG_NAME}, so the built-in one"),
    };
    let lease = match &findings.lease {
        Ok(lease) => lease.as_ref().filter(|lease| is_alive(findings, lease)),
        Err(obstacle) => return Check::unknown(check, obstacle),
    };
    let Some(lease) = lease else {
        let message = format!("{what}; nobody leads who could act by it");
        let hint = Some(format!("kubectl get pods -n {home}"));
        return Check::unknown(check, &Obstacle { message, hint });
    };
    let noted = lease.metadata.annotations.get(CONFIG_VERSION);
    match (there, noted.map(String::as_str)) {
        (Some(there), Some(noted)) if there == noted => {
            Check::ok(check, format!("{what}; the leader acts by it"))
        }
        (None, Some("")) => Check::ok(check, format!("{what} is in force, or a file")),
        (Some(_), Some("")) => Check::problem(
            check,
            format!("{what}; the leader does not read it"),
            format!("start the controllers with --config {CONFIG_NAME}"),
        ),
        (_, Some(noted)) => Check::problem(
            check,
            format!("{what}; the leader still acts by version {noted}"),
            format!(
                "kubectl get lease -n {home} -w says when that changes; else see the controller's log"
            ),
        ),
        (_, None) => {
            let message = format!("{what}; the leader does not say by which it acts");
            let hint = Some("ask again in some seconds".to_owned());
            Check::unknown(check, &Obstacle { message, hint })
        }
    }
}
