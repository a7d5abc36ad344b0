//! Why somebody's cluster is not played on, and what to do about it.
//!
//! Controllers act on a whole cluster: one that does not manage a namespace wakes what sleeps there.
//! So a second Tarnfui would undo what the first one did. Pure: what there is comes as an argument.

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::Lease;
use tarnfui_shared::workload::SAVED_LABEL;

use crate::demo::replicas::LEASE;

/// A Lease renewed within this time is held: four times as long as one of ours is good for, since
/// the clocks of two machines differ.
const LIVING: SignedDuration = SignedDuration::from_mins(1);

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Nobody said yes.
    #[error("nothing was touched; hint: `yes`, as a whole word, goes on")]
    Declined,
    /// There is nobody to say it.
    #[error("there is no terminal to ask on; hint: --yes agrees without being asked")]
    NobodyToAsk,
    /// Controllers are at work.
    #[error(
        "this cluster has a Tarnfui already: {holder} holds the Lease {LEASE} in {namespace}; \
         hint: choose a cluster without one by --context, or take the sandbox by --cluster sandbox"
    )]
    Living {
        /// The leader.
        holder: String,
        /// Where its Lease lies.
        namespace: String,
    },
    /// A Tarnfui was here, and would not be told apart from ours.
    #[error(
        "a Tarnfui was here: {workload} in {namespace} sleeps, and would be woken; \
         hint: kubectl get deploy,sts,cj -A -l {SAVED_LABEL} -L {SAVED_LABEL}"
    )]
    Asleep {
        /// `deployment/web`.
        workload: String,
        /// Where it lies.
        namespace: String,
    },
    /// The names are taken.
    #[error(
        "{} there already; hint: if a demo that was killed left {}, kubectl delete namespace {}",
        are(.0), it_or_them(.0), .0.join(" ")
    )]
    Taken(Vec<String>),
}

fn are(places: &[String]) -> String {
    let verb = if places.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", places.join(", "))
}

fn it_or_them(places: &[String]) -> &'static str {
    if places.len() == 1 { "it" } else { "them" }
}

/// What was found on a cluster.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Every Lease of that name.
    pub(super) leases: Vec<Lease>,
    /// A workload with the mark, of each kind that has one: `deployment/web`, and its namespace.
    pub(super) marked: Vec<(String, String)>,
    /// Which of the namespaces to be made are there.
    pub(super) taken: Vec<String>,
}

/// Whether that is a reason not to play.
pub(super) fn refuse(now: Timestamp, findings: Findings) -> Result<(), Refusal> {
    let mut leases = findings.leases.into_iter();
    if let Some((holder, namespace)) = leases.find_map(|lease| living(now, lease)) {
        return Err(Refusal::Living { holder, namespace });
    }
    if let Some((workload, namespace)) = findings.marked.into_iter().next() {
        return Err(Refusal::Asleep {
            workload,
            namespace,
        });
    }
    if !findings.taken.is_empty() {
        return Err(Refusal::Taken(findings.taken));
    }
    Ok(())
}

/// Who holds a Lease, and where, if anybody does. One without a time is taken to be held.
fn living(now: Timestamp, lease: Lease) -> Option<(String, String)> {
    let spec = lease.spec?;
    let holder = spec.holder_identity.filter(|name| !name.is_empty())?;
    let renewed = spec.renew_time.map_or(now, |time| time.0);
    let is_held = now.duration_since(renewed) < LIVING;
    is_held.then(|| (holder, lease.metadata.namespace.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: &str = "2026-11-22T12:00:00Z";

    fn lease(holder: Option<&str>, renewed: Option<&str>) -> Findings {
        let lease = json!({
            "metadata": { "namespace": "ops", "name": LEASE },
            "spec": { "holderIdentity": holder, "renewTime": renewed },
        });
        Findings {
            leases: vec![serde_json::from_value(lease).unwrap()],
            ..Findings::default()
        }
    }

    fn check(findings: Findings, expect: Result<(), &str>) {
        let refused = refuse(NOW.parse().unwrap(), findings);
        let told = refused.map_err(|refusal| refusal.to_string());
        match (&told, expect) {
            (Ok(()), Ok(())) => {}
            (Err(told), Err(expect)) => assert!(told.starts_with(expect), "{told}"),
            (Ok(()), Err(_)) | (Err(_), Ok(())) => panic!("{told:?}"),
        }
    }

    #[test]
    fn an_empty_cluster_is_played_on() {
        check(Findings::default(), Ok(()));
    }

    #[test]
    fn a_tarnfui_that_leads_is_a_reason_and_one_that_ended_is_none() {
        let living = Err("this cluster has a Tarnfui already: a_1 holds the Lease");
        check(
            lease(Some("a_1"), Some("2026-11-22T11:59:50.000000Z")),
            living,
        );
        check(
            lease(Some("a_1"), Some("2026-11-22T12:03:00.000000Z")),
            living,
        );
        check(lease(Some("a_1"), None), living);
        check(
            lease(Some("a_1"), Some("2026-11-22T11:00:00.000000Z")),
            Ok(()),
        );
        check(lease(Some(""), Some("2026-11-22T11:59:50.000000Z")), Ok(()));
        check(lease(None, Some("2026-11-22T11:59:50.000000Z")), Ok(()));
    }

    #[test]
    fn what_sleeps_is_a_reason_even_if_nobody_leads() {
        let marked = Findings {
            marked: vec![("deployment/web".to_owned(), "shop".to_owned())],
            ..Findings::default()
        };
        check(
            marked,
            Err("a Tarnfui was here: deployment/web in shop sleeps"),
        );
    }

    #[test]
    fn names_that_are_taken_are_a_reason_and_told_all() {
        let taken = |names: &[&str]| Findings {
            taken: names.iter().map(|&name| name.to_owned()).collect(),
            ..Findings::default()
        };
        check(
            taken(&["a"]),
            Err("a is there already; hint: if a demo that was killed left it, "),
        );
        check(taken(&["a", "b"]), Err("a, b are there already; hint: "));
    }

    #[test]
    fn every_refusal_is_one_line_with_a_hint() {
        let refusals = [
            Refusal::Declined,
            Refusal::NobodyToAsk,
            Refusal::Living {
                holder: "a_1".to_owned(),
                namespace: "ops".to_owned(),
            },
            Refusal::Asleep {
                workload: "deployment/web".to_owned(),
                namespace: "shop".to_owned(),
            },
            Refusal::Taken(vec!["a".to_owned(), "b".to_owned()]),
        ];
        for refusal in refusals {
            let text = refusal.to_string();
            assert!(text.contains("; hint: ") && !text.contains('\n'), "{text}");
        }
    }
}
