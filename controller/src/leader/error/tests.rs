//! What each failure of the crate becomes: its text, its code, and when to try again.

use std::error::Error as _;

use super::*;

fn lease() -> LeaseKey {
    LeaseKey::new("tarnfui", "controller")
}

fn answered(code: u16) -> kube::Error {
    let status = Status::failure("leases is FOREIGN TEXT", "Tested").with_code(code);
    kube::Error::Api(status.boxed())
}

/// Every way in which the crate fails, as the error that it becomes.
fn all() -> Vec<LeaderError> {
    use crate_lock::Error as Lock;
    let broken = || kube::Error::Service("FOREIGN TEXT".into());
    let not_json = serde_json::from_str::<()>("FOREIGN TEXT").unwrap_err();
    [
        Lock::RenewLease(answered(403)),
        Lock::Kube(answered(401)),
        Lock::CreateLease(answered(404)),
        Lock::CreateLease(answered(409)),
        Lock::AcquireLease(answered(404)),
        Lock::ReleaseLease(answered(500)),
        Lock::GetLease(broken()),
        Lock::TraverseLease {
            key: "FOREIGN TEXT".into(),
        },
        Lock::SerdeError(not_json),
    ]
    .map(|error| LeaderError::new(&lease(), error))
    .into()
}

#[test]
fn each_failure_has_its_code_and_its_pace() {
    let found: Vec<_> = all()
        .iter()
        .map(|error| (error.code(), error.retry()))
        .collect();
    assert_eq!(
        found,
        [
            ("forbidden", Retry::Seldom),
            ("unauthorized", Retry::Usual),
            ("namespace_missing", Retry::Seldom),
            ("overtaken", Retry::Usual),
            ("overtaken", Retry::Usual),
            ("answered", Retry::Usual),
            ("no_answer", Retry::Usual),
            ("unreadable", Retry::Seldom),
            ("unreadable", Retry::Seldom),
        ]
    );
}

#[test]
fn each_failure_names_the_lease_and_leaves_its_cause_to_the_chain() {
    for error in all() {
        let text = error.to_string();
        assert!(text.contains("tarnfui/controller"), "{text}");
        assert!(text.contains(':'), "a next step: {text}");
        assert!(!text.contains("FOREIGN TEXT"), "{text}");
        assert!(error.source().is_some(), "{text}");
    }
}

#[test]
fn a_missing_right_is_named() {
    let error = LeaderError::new(&lease(), crate_lock::Error::RenewLease(answered(403)));
    assert_eq!(
        error.to_string(),
        "the account may not patch the lease tarnfui/controller; hint: grant it `create` on leases in \
         that namespace, and `get` and `patch` on this one by its name"
    );
}
