//! Objects that can't be read: named, and never taken for nothing.

use super::*;

const LAB: &str = "/apis/apps/v1/namespaces/lab/deployments";

const HINT: &str = "nothing is written; hint: see by kubectl whether it has the label \
                    tarnfui.io/saved; if so, set spec.replicas and take the label away";

/// A Deployment as no API server would have one; `labels` are its labels.
fn broken(cluster: &Cluster, path: &str, labels: &Value) {
    let metadata = json!({ "labels": labels });
    let object = json!({ "metadata": metadata, "spec": { "replicas": "three" } });
    cluster.put(path, object);
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_be_read_is_named_and_holds_up_no_other() {
    for labels in [json!({ "tarnfui.io/saved": "3" }), json!({})] {
        let cluster = cluster("{}");
        shop(&cluster, 60);
        broken(&cluster, &format!("{LAB}/odd"), &labels);
        let begun = Instant::now();
        let (said, ended) = release(&cluster).await;
        assert_eq!(ended, "not all", "{said:?}");
        assert!(is_shop_back(&cluster, 60));
        assert_eq!(
            said[1..],
            [
                "shop: 60 given back".to_owned(),
                format!(
                    "left, in lab: deployment/odd: can't be read: \
                     invalid type: string \"three\", expected i32; {HINT}"
                ),
                "released 60 workloads in 1 namespace; 1 is left".to_owned(),
            ]
        );
        assert!(cluster.lines("PATCH deployments lab/odd").is_empty());
        assert!(cluster.lines("DELETE").is_empty());
        // It is not looked at again: marks twice, and everything once, in pages.
        assert!(cluster.lines("GET deployments").len() <= 2 + 2 + 2);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test(start_paused = true)]
async fn one_without_a_namespace_is_named_as_far_as_it_is_known() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    cluster.put("/apis/apps/v1/deployments/nowhere", json!({ "spec": {} }));
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "not all", "{said:?}");
    assert!(is_shop_back(&cluster, 1));
    let expect = format!(
        "left, in no namespace that is known: deployment/nowhere: can't be read: \
         it has no metadata.namespace; {HINT}"
    );
    assert!(said.contains(&expect), "{said:?}");
    assert_eq!(
        said.last().unwrap(),
        "released 1 workload in 1 namespace; 1 is left"
    );
}

#[tokio::test(start_paused = true)]
async fn of_many_a_few_are_named_and_all_are_counted() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    for number in 0..120 {
        broken(&cluster, &format!("{LAB}/odd-{number:03}"), &json!({}));
    }
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "not all", "{said:?}");
    assert!(is_shop_back(&cluster, 1));
    let named = said
        .iter()
        .filter(|line| line.starts_with("left, in lab: deployment/odd-"));
    assert_eq!(named.count(), 10);
    let expect = "left, 110 more of kind Deployment: can't be read; nothing is written; \
                  hint: see by kubectl whether any has the label tarnfui.io/saved; \
                  if so, set spec.replicas and take the label away";
    assert!(said.contains(&expect.to_owned()), "{said:?}");
    assert_eq!(
        said.last().unwrap(),
        "released 1 workload in 1 namespace; 120 are left"
    );
}

#[tokio::test(start_paused = true)]
async fn a_list_that_begins_anew_counts_nothing_twice() {
    let cluster = cluster("{}");
    broken(&cluster, &format!("{LAB}/odd"), &json!({}));
    for number in 0..60 {
        cluster.put(&web(number), json!({ "spec": { "replicas": 1 } }));
    }
    // After the one page of marks comes the first of everything, and the second is too old.
    let there = cluster.clone();
    let second = move || there.fail_next("GET deployments", Fault::Status(410));
    let there = cluster.clone();
    let first = move || there.fail_next("GET deployments", Fault::After(Box::new(second)));
    cluster.fail_next("GET deployments", Fault::After(Box::new(first)));
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "not all", "{said:?}");
    assert_eq!(cluster.lines("GET deployments").len(), 1 + 2 + 2);
    assert_eq!(
        said.last().unwrap(),
        "released 0 workloads in 0 namespaces; 1 is left"
    );
}
