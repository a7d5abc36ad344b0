//! What is not there as a sleeping workload should be, and what changes in between.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_mark_that_cannot_be_read_is_left_and_named_and_the_others_are_given_back() {
    let cluster = cluster("{}");
    shop(&cluster, 2);
    let path = "/apis/apps/v1/namespaces/lab/deployments/odd";
    asleep(&cluster, path, "tree");
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "not all");
    assert!(is_shop_back(&cluster, 2));
    let odd = cluster.get(path);
    assert_eq!(odd["spec"]["replicas"], 0);
    assert_eq!(odd["metadata"]["labels"]["tarnfui.io/saved"], "tree");
    assert_eq!(
        said[1..],
        [
            "shop: 2 given back",
            "left, in lab: deployment/odd: tarnfui.io/saved: \"tree\": expected a whole number \
             above what it sleeps at; nothing is written; \
             hint: set spec.replicas and take the label away",
            "released 2 workloads in 1 namespace; 1 is left",
        ]
    );
    assert!(cluster.lines("PATCH deployments lab/odd").is_empty());
    assert!(cluster.lines("DELETE").is_empty());
}

#[tokio::test(start_paused = true)]
async fn annotations_and_owners_make_no_difference() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    let mut object = cluster.get(&web(0));
    object["metadata"]["annotations"] = json!({
        "tarnfui.io/schedule": "never", "tarnfui.io/wave": "3", "tarnfui.io/exclude": "maybe",
    });
    object["metadata"]["ownerReferences"] =
        json!([{ "kind": "Rollout", "name": "web", "controller": true }]);
    cluster.put(&web(0), object);
    assert_eq!(release(&cluster).await.1, "all");
    assert!(is_shop_back(&cluster, 1));
}

#[tokio::test(start_paused = true)]
async fn many_are_listed_in_pages() {
    let cluster = cluster("{}");
    shop(&cluster, 130);
    assert_eq!(release(&cluster).await.1, "all");
    assert!(is_shop_back(&cluster, 130));
    assert_eq!(cluster.lines("PATCH deployments").len(), 130);
    // Three pages of marks, an empty one the second time, and three of everything.
    assert_eq!(cluster.lines("GET deployments /").len(), 3 + 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_too_old_begins_the_list_anew() {
    let cluster = cluster("{}");
    shop(&cluster, 60);
    let there = cluster.clone();
    let meanwhile = move || there.fail_next("GET deployments", Fault::Status(410));
    cluster.fail_next("GET deployments", Fault::After(Box::new(meanwhile)));
    assert_eq!(release(&cluster).await.1, "all");
    assert!(is_shop_back(&cluster, 60));
}

/// What an applied workload looks like whose restore was written, and nothing after it.
fn handed_over(cluster: &Cluster, path: &str, labels: &Value) {
    let spec = json!({ "f:spec": { "f:replicas": {} } });
    let metadata = json!({ "labels": labels, "managedFields": [
        { "manager": "helm", "operation": "Apply", "fieldsV1": spec },
        { "manager": "tarnfui-handover", "operation": "Update", "fieldsV1": spec },
    ]});
    let object = json!({ "metadata": metadata, "spec": { "replicas": 3 } });
    cluster.put(path, object);
}

#[tokio::test(start_paused = true)]
async fn an_entry_of_ours_goes_from_the_managed_fields_with_and_without_a_mark() {
    let cluster = cluster("{}");
    handed_over(&cluster, &web(0), &json!({}));
    handed_over(&cluster, &web(1), &json!({ "tarnfui.io/saved": "3" }));
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all", "{said:?}");
    for number in 0..2 {
        let entries = cluster.get(&web(number))["metadata"]["managedFields"].clone();
        assert_eq!(entries.as_array().unwrap().len(), 1, "{number}");
        assert_eq!(entries[0]["manager"], "helm");
    }
    assert_eq!(cluster.lines("PATCH deployments").len(), 3);
    assert!(cluster.marks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_workload_at_rest_by_our_hand_without_a_mark_is_named_and_not_touched() {
    let cluster = cluster("{}");
    let spec = json!({ "f:spec": { "f:replicas": {} } });
    let entry = json!({ "manager": "tarnfui", "operation": "Update", "fieldsV1": spec });
    let object = json!({ "metadata": { "managedFields": [entry] }, "spec": { "replicas": 0 } });
    cluster.put(&web(0), object);
    let (said, ended) = release(&cluster).await;
    // Nothing of ours is on it, so there is nothing left to release.
    assert_eq!(ended, "all");
    assert_eq!(
        said[1],
        "note, in shop: deployment/web-000: tarnfui.io/saved: was put to sleep, and its mark is \
         gone; nothing is written; hint: set spec.replicas to what it was"
    );
    assert!(cluster.lines("PATCH deployments").is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_changes_in_between_is_looked_at_again_and_planned_anew() {
    let cluster = cluster("{}");
    shop(&cluster, 2);
    let there = cluster.clone();
    // Somebody starts it with 9 while our restore to 1 is on its way: theirs counts.
    let start = move || {
        let mut object = there.get(&web(0));
        object["spec"]["replicas"] = json!(9);
        there.put(&web(0), object);
    };
    let line = "PATCH deployments shop/web-000";
    cluster.fail_next(line, Fault::After(Box::new(start)));
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all");
    assert_eq!(cluster.get(&web(0))["spec"]["replicas"], 9);
    assert!(cluster.marks().is_empty());
    assert_eq!(
        said[1],
        "shop: 1 given back, 1 already started, mark dropped"
    );
    assert_eq!(cluster.lines(line).len(), 2);
    assert_eq!(cluster.lines("GET deployments shop/web-000").len(), 1);
    // That one object is looked at, and not everything: marks twice, and everything once.
    assert_eq!(cluster.lines("GET deployments /").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_deleted_in_between_is_nobodys_business_any_more() {
    let cluster = cluster("{}");
    shop(&cluster, 2);
    let there = cluster.clone();
    let delete = move || there.delete(&web(0));
    let line = "PATCH deployments shop/web-000";
    cluster.fail_next(line, Fault::After(Box::new(delete)));
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all", "{said:?}");
    assert_eq!(said[1], "shop: 1 given back");
    assert_eq!(cluster.lines(line).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_being_deleted_is_not_touched_and_not_left() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    let mut object = cluster.get(&web(0));
    object["metadata"]["deletionTimestamp"] = json!("2026-11-24T11:59:00Z");
    cluster.put(&web(0), object);
    assert_eq!(release(&cluster).await.1, "all");
    assert!(cluster.lines("PATCH deployments").is_empty());
}
