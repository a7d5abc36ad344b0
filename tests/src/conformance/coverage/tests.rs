use anyhow::anyhow;

use super::*;

fn request(user: &str, user_agent: &str, verb: &str, uri: &str) -> Request {
    Request {
        received_at: jiff::Timestamp::UNIX_EPOCH,
        user: user.to_owned(),
        user_agent: user_agent.to_owned(),
        verb: verb.to_owned(),
        uri: uri.to_owned(),
        resource: String::new(),
        namespace: None,
        name: None,
        code: 200,
    }
}

/// A ledger over one file that lists ConfigMaps, after a cluster with these requests.
fn ledger(requests: Vec<Request>) -> Arc<Ledger> {
    let covered = Kind::asked("GET", "/api/v1/namespaces/{ns}/configmaps?limit=1");
    let ledger = Ledger::new(Coverage([covered].into()));
    let close = ledger.open();
    close(Ok(requests));
    ledger
}

const COVERED: &str = "/api/v1/namespaces/shop/configmaps?limit=500";
const PLANTED: &str = "/api/v1/namespaces/shop/configmaps?limit=500&continue=abc";

#[test]
fn what_is_in_a_file_is_covered_whoever_asks() {
    for user in [ACCOUNT, "dev"] {
        let ledger = ledger(vec![request(user, "", "list", COVERED)]);
        assert_eq!((ledger.verdict(), ledger.courtesy()), (Ok(()), None));
    }
}

#[test]
fn what_is_in_no_file_is_a_fault_and_told_with_what_to_do() {
    for (user, agent, who) in [
        (ACCOUNT, "", "the controller"),
        (release::ACCOUNT, "", "a release"),
        ("dev", "", "the plugin"),
        ("dev", "kubectl-tarnfui/1.0", "the plugin"),
    ] {
        let planted = request(user, agent, "list", PLANTED);
        let told = ledger(vec![request("dev", "", "list", COVERED), planted]).verdict();
        let told = told.unwrap_err();
        let start = format!("{who} asks what is in no file of tests/conformance:");
        assert!(told.starts_with(&start), "{told}");
        for part in [
            "list configmaps ?continue&limit",
            PLANTED,
            "hint: ",
            "TARNFUI_BLESS=1",
        ] {
            assert!(told.contains(part), "{told}");
        }
    }
}

#[test]
fn kubectl_is_told_of_and_no_fault_and_the_tests_themselves_are_neither() {
    let mut unknown = request("", "", "list", PLANTED);
    unknown.code = 401;
    let requests = vec![
        request("admin", "kubectl/v1.36.3 (linux/amd64)", "list", PLANTED),
        request(ACCOUNT, USER_AGENT, "list", PLANTED),
        unknown,
    ];
    let ledger = ledger(requests);
    assert_eq!(ledger.verdict(), Ok(()));
    let told = ledger.courtesy().unwrap();
    assert!(
        told.ends_with("does not: list configmaps ?continue&limit"),
        "{told}"
    );
}

#[test]
fn what_can_not_be_known_is_a_fault() {
    let unread = ledger(Vec::new());
    let close = unread.open();
    close(Err(anyhow!("no log")));
    assert!(unread.verdict().unwrap_err().starts_with("no log"));

    let running = ledger(Vec::new());
    drop(running.open());
    let told = running.verdict().unwrap_err();
    assert!(
        told.starts_with("what 1 clusters were asked is not known"),
        "{told}"
    );
}

#[test]
fn the_files_cover_what_they_ask() {
    let Coverage(kinds) = Coverage::read().unwrap();
    assert!(kinds.contains(&Kind::of("get", "/api/v1/namespaces/x/configmaps/a")));
    assert!(!kinds.contains(&Kind::of("get", "/apis/apps/v1/controllerrevisions/a")));
}
