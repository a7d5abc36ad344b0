//! A server that is busy, broken, silent, or does not let us.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_server_that_is_busy_or_broken_is_asked_again_and_everything_comes_back_once() {
    let cluster = cluster("{}");
    shop(&cluster, 4);
    for code in [429, 500, 503] {
        for line in [
            "GET configmaps",
            "PATCH configmaps",
            "GET leases",
            "GET deployments",
            "PATCH deployments",
        ] {
            cluster.fail_next(line, Fault::Status(code));
        }
    }
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all", "{said:?}");
    assert!(is_shop_back(&cluster, 4));
    assert!(said.contains(&"shop: 4 given back".to_owned()), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_is_looked_up_and_counted() {
    let cluster = cluster("{}");
    shop(&cluster, 2);
    let line = "PATCH deployments shop/web-001";
    for line in ["PATCH configmaps", line] {
        cluster.fail_next(line, Fault::LoseAnswer);
    }
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all", "{said:?}");
    assert!(is_shop_back(&cluster, 2));
    assert!(said.contains(&"shop: 2 given back".to_owned()), "{said:?}");
    // The write, the same again which is a conflict, and the look that says why.
    assert_eq!(cluster.lines(line).len(), 2);
    assert_eq!(cluster.lines("GET deployments shop/web-001").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_refused_is_tried_a_few_times_and_then_named() {
    let cluster = cluster("{}");
    shop(&cluster, 2);
    let line = "PATCH deployments shop/web-000";
    cluster.refuse(line, 403);
    let begun = Instant::now();
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "not all");
    assert_eq!(cluster.get(&web(1))["spec"]["replicas"], 2);
    assert_eq!(
        said[1..],
        [
            "shop: 1 given back",
            "left, in shop: deployment/web-000: the test's 403; \
             hint: see that it may be patched, and run this again",
            "released 1 workload in 1 namespace; 1 is left",
        ]
    );
    let tries = usize::try_from(wake::MAX_REFUSALS).unwrap();
    assert_eq!(cluster.lines(line).len(), tries);
    // Not everything is listed again for it: marks twice, and everything once.
    assert_eq!(cluster.lines("GET statefulsets").len(), 3);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_may_not_be_listed_is_named_and_the_others_are_given_back() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    cluster.refuse("GET statefulsets", 403);
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "not all");
    assert!(is_shop_back(&cluster, 1));
    let expect = "left, all of kind StatefulSet: the account may not list statefulsets; \
                  hint: deploy/release-rbac.yaml grants what a release needs: ";
    assert!(said.iter().any(|line| line.starts_with(expect)), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_can_be_listed_at_last_is_given_back_as_well() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    // Longer than one kind may hold up the others.
    for _ in 0..6 {
        cluster.fail_next("GET deployments", Fault::Status(503));
    }
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all", "{said:?}");
    assert!(is_shop_back(&cluster, 1));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_the_server_does_not_have_is_none() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    cluster.refuse("GET cronjobs", 404);
    assert_eq!(release(&cluster).await.1, "all");
    assert!(is_shop_back(&cluster, 1));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_cannot_be_listed_holds_up_no_other_and_is_waited_for() {
    let cluster = cluster("{}");
    let path = "/apis/apps/v1/namespaces/shop/statefulsets/db";
    asleep(&cluster, path, "1");
    cluster.refuse("GET deployments", 503);
    let begun = Instant::now();
    let (said, ended) = release(&cluster).await;
    assert!(
        ended.starts_with("1: there was no time for all of it; hint: "),
        "{ended}"
    );
    assert!(begun.elapsed() > Duration::from_mins(3), "while there was");
    assert_eq!(cluster.get(path)["spec"]["replicas"], 1);
    let expect = "left, all of kind Deployment: could not list deployments in time; hint: ";
    assert!(said.iter().any(|line| line.starts_with(expect)), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn what_there_was_no_time_for_is_named() {
    let cluster = cluster("{}");
    shop(&cluster, 2);
    cluster.refuse("PATCH deployments shop/web-000", 500);
    let (said, ended) = release(&cluster).await;
    assert!(
        ended.starts_with("1: there was no time for all of it"),
        "{ended}"
    );
    let expect = "left, in shop: deployment/web-000: there was no time; \
                  hint: run this again, it goes on from here";
    assert!(said.contains(&expect.to_owned()), "{said:?}");
    let sum = "released 1 workload in 1 namespace; not all was looked at";
    assert_eq!(said.last().unwrap(), sum);
}

#[tokio::test(start_paused = true)]
async fn missing_rights_and_a_silent_server_are_said_with_what_to_do() {
    for (line, code, expect) in [
        (
            "GET configmaps",
            403,
            "1: the account may not get configmap/tarnfui-config in namespace tarnfui; \
             hint: deploy/release-rbac.yaml grants what a release needs",
        ),
        (
            "PATCH configmaps",
            403,
            "1: the account may not patch configmap/tarnfui-config",
        ),
        (
            "PATCH configmaps",
            422,
            "1: the API server refuses to patch configmap/tarnfui-config",
        ),
        (
            "GET leases",
            401,
            "1: the account may not get lease/controller",
        ),
        (
            "GET leases",
            500,
            "1: could not get lease/controller in namespace tarnfui in time",
        ),
        (
            "DELETE leases",
            403,
            "1: the account may not delete lease/controller",
        ),
    ] {
        let cluster = cluster("{}");
        cluster.put(LEASE, json!({ "spec": { "holderIdentity": "" } }));
        cluster.refuse(line, code);
        let (_, ended) = release(&cluster).await;
        assert!(ended.starts_with(expect), "{line}: {ended}");
    }
    let cluster = cluster("{}");
    cluster.set_latency(Duration::from_hours(1));
    let ended = timeout(Duration::from_mins(5), release(&cluster)).await;
    let ended = ended.unwrap().1;
    assert!(
        ended.starts_with("1: could not get configmap/tarnfui-config"),
        "{ended}"
    );
}
