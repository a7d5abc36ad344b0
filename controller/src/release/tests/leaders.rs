//! Who leads, what they have heard, and what is waited for.

use super::*;
use crate::leader::CONFIG_VERSION;

/// The lease as `holder` renewed it for the `renewal`th time.
fn renew(cluster: &Cluster, holder: &str, renewal: u32, acts_by: Option<&str>) {
    let lease = json!({
        "metadata": { "annotations": { CONFIG_VERSION: acts_by.unwrap_or_default() } },
        "spec": {
            "holderIdentity": holder, "leaseDurationSeconds": 15,
            "renewTime": format!("2026-11-21T12:{:02}:{:02}.000000Z", renewal / 60, renewal % 60),
        },
    });
    cluster.put(LEASE, lease);
}

/// Renews every 2 s and acts by this version, until dropped.
async fn lead(cluster: &Cluster, holder: &str, acts_by: impl Fn(u32) -> Option<String>) {
    for renewal in 0.. {
        renew(cluster, holder, renewal, acts_by(renewal).as_deref());
        sleep(Duration::from_secs(2)).await;
    }
}

/// A release beside `leading`, which goes on for ever.
async fn beside(
    cluster: &Cluster,
    order: Order,
    leading: impl Future<Output = ()>,
) -> (Vec<String>, String) {
    tokio::select! {
        biased;
        () = leading => panic!("it goes on"),
        ended = told(cluster, order) => ended,
    }
}

fn named() -> Order {
    order(Some("tarnfui-config"))
}

fn version(cluster: &Cluster) -> String {
    let version = cluster.get(CONFIG)["metadata"]["resourceVersion"].clone();
    version.as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn nothing_is_woken_before_the_leader_says_that_it_heard() {
    let cluster = cluster("{}");
    shop(&cluster, 3);
    let before = version(&cluster);
    let begun = Instant::now();
    let acts_by = |renewal| {
        let has_heard = renewal >= 10;
        Some(if has_heard {
            version(&cluster)
        } else {
            before.clone()
        })
    };
    let (said, ended) = beside(&cluster, named(), lead(&cluster, "a", acts_by)).await;
    assert_eq!(ended, "all", "{said:?}");
    assert_eq!(said[1], "waiting for a to say that it heard");
    let log = cluster.log();
    let mut writes = log
        .iter()
        .filter(|(_, line)| line.starts_with("PATCH deployments"));
    assert!(writes.next().unwrap().0 - begun >= Duration::from_secs(20));
    assert!(is_shop_back(&cluster, 3));
    assert!(
        said.contains(&"lease/controller stays: a holds it".to_owned()),
        "{said:?}"
    );
    assert!(cluster.lines("DELETE").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_never_says_is_given_up_and_nothing_is_woken() {
    let cluster = cluster("{}");
    shop(&cluster, 3);
    let begun = Instant::now();
    let before = version(&cluster);
    let leading = lead(&cluster, "a", |_| Some(before.clone()));
    let (said, ended) = beside(&cluster, named(), leading).await;
    assert_eq!(said.len(), 2, "nothing of what was not looked at: {said:?}");
    assert_eq!(
        ended,
        "1: a holds the lease, and has not said within 90 s that it heard the pause; \
         hint: see what it logs, or scale the controllers to 0, and run this again"
    );
    assert_eq!(begun.elapsed().as_secs(), 90);
    assert_eq!(
        writes(&cluster),
        ["PATCH configmaps tarnfui/tarnfui-config"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_dies_is_waited_out_and_its_successor_has_to_say_so_too() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    let leading = async {
        renew(&cluster, "a", 0, None);
        // Dead at once. Another takes over, which has not read the pause yet.
        sleep(Duration::from_secs(14)).await;
        let acts_by = |renewal| (renewal >= 20).then(|| version(&cluster));
        lead(&cluster, "b", acts_by).await;
    };
    let begun = Instant::now();
    let (said, ended) = beside(&cluster, named(), leading).await;
    assert_eq!(ended, "all", "{said:?}");
    assert!(begun.elapsed() >= Duration::from_secs(14 + 40));
    assert!(
        said.contains(&"lease/controller stays: b holds it".to_owned()),
        "{said:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dead_leader_holds_nothing_up_for_longer_than_its_lease() {
    for config in [Some("tarnfui-config"), None] {
        let cluster = cluster("{}");
        shop(&cluster, 1);
        renew(&cluster, "a", 0, None);
        let begun = Instant::now();
        let (said, ended) = told(&cluster, order(config)).await;
        assert_eq!(ended, "all", "{said:?}");
        assert_eq!(begun.elapsed().as_secs(), 15, "{config:?}");
        assert!(
            said.contains(&"lease/controller is deleted".to_owned()),
            "{said:?}"
        );
        assert!(cluster.get(LEASE).is_null());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_without_a_holder_and_none_at_all_hold_nothing_up() {
    for lease in [None, Some(json!({ "holderIdentity": "" })), Some(json!({}))] {
        for config in [Some("tarnfui-config"), None] {
            let cluster = cluster("{}");
            shop(&cluster, 1);
            if let Some(spec) = &lease {
                cluster.put(LEASE, json!({ "spec": spec }));
            }
            let begun = Instant::now();
            assert_eq!(told(&cluster, order(config)).await.1, "all");
            assert!(begun.elapsed() < Duration::from_secs(1), "{lease:?}");
            assert!(cluster.get(LEASE).is_null());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn with_no_configmap_a_living_leader_is_not_worked_against() {
    for (config, way) in [
        (None, "name it with --config"),
        (Some("other"), "create it with `paused: true`"),
    ] {
        let cluster = cluster("{}");
        shop(&cluster, 1);
        let leading = lead(&cluster, "a", |_| Some(version(&cluster)));
        let begun = Instant::now();
        let (_, ended) = beside(&cluster, order(config), leading).await;
        assert!(ended.starts_with("1: a leads, and "), "{ended}");
        let hint = format!("hint: scale the controllers to 0, or {way}, and run this again");
        assert!(ended.ends_with(&hint), "{ended}");
        assert!(
            begun.elapsed() < Duration::from_secs(4),
            "as soon as it renews"
        );
        assert!(writes(&cluster).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn who_takes_over_in_the_middle_and_acts_by_the_old_configuration_is_caught_up_with() {
    let cluster = cluster("{}");
    shop(&cluster, 2);
    let before = version(&cluster);
    let leading = async {
        // Nobody at first. Then a standby whose watch is behind leads, and puts one to sleep again.
        while cluster.lines("PATCH deployments").len() < 2 {
            sleep(Duration::from_millis(1)).await;
        }
        asleep(&cluster, &web(1), "2");
        let acts_by = |renewal| {
            let has_heard = renewal >= 5;
            Some(if has_heard {
                version(&cluster)
            } else {
                before.clone()
            })
        };
        lead(&cluster, "late", acts_by).await;
    };
    let (said, ended) = beside(&cluster, named(), leading).await;
    assert_eq!(ended, "all", "{said:?}");
    assert!(is_shop_back(&cluster, 2));
    assert!(
        said.contains(&"waiting for late to say that it heard".to_owned()),
        "{said:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_newer_version_that_is_paused_too_is_heard_as_well() {
    let cluster = cluster("{}");
    shop(&cluster, 1);
    let touched = async {
        while cluster.lines("PATCH configmaps").is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
        sleep(Duration::from_secs(3)).await;
        let mut config = cluster.get(CONFIG);
        config["metadata"]["labels"] = json!({ "touched": "yes" });
        cluster.put(CONFIG, config);
        std::future::pending::<()>().await;
    };
    let leading = async {
        let acts_by = |renewal| (renewal > 4).then(|| version(&cluster));
        tokio::select! {
            biased;
            () = touched => {}
            () = lead(&cluster, "a", acts_by) => {}
        }
    };
    assert_eq!(beside(&cluster, named(), leading).await.1, "all");
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_taken_at_the_last_moment_is_not_deleted() {
    let cluster = cluster("{}");
    cluster.put(LEASE, json!({ "spec": { "holderIdentity": "" } }));
    let there = cluster.clone();
    let takes = move || renew(&there, "a", 1, None);
    cluster.fail_next("DELETE leases", Fault::After(Box::new(takes)));
    let (said, ended) = release(&cluster).await;
    assert_eq!(ended, "all", "{said:?}");
    assert!(
        said.contains(&"lease/controller stays: a holds it".to_owned()),
        "{said:?}"
    );
    assert_eq!(cluster.lines("DELETE leases").len(), 1);
    assert_eq!(cluster.get(LEASE)["spec"]["holderIdentity"], "a");
}

/// The namespace `shop`, never awake, and as many Deployments.
fn never(cluster: &Cluster, count: usize) {
    let annotations = json!({ "tarnfui.io/schedule": "never" });
    let namespace = json!({ "metadata": { "annotations": annotations } });
    cluster.put("/api/v1/namespaces/shop", namespace);
    for number in 0..count {
        let metadata = json!({ "labels": { "app": "ours" } });
        let object = json!({ "metadata": metadata, "spec": { "replicas": number + 1 } });
        cluster.put(&web(number), object);
    }
}

#[tokio::test(start_paused = true)]
async fn beside_controllers_at_work_everything_is_given_back_and_stays_so() {
    let cluster = cluster("{}");
    never(&cluster, 40);
    let (a, b) = (
        cluster.replica("a", Arc::new(Noon)),
        cluster.replica("b", Arc::new(Noon)),
    );
    sleep(Duration::from_secs(30)).await;
    assert_eq!(cluster.marks().len(), 40);

    let (said, ended) = release(&cluster).await;

    assert_eq!(ended, "all", "{said:?}");
    assert!(is_shop_back(&cluster, 40));
    let made = writes(&cluster).len();
    drop(a);
    sleep(Duration::from_mins(5)).await;
    assert!(is_shop_back(&cluster, 40), "by the next leader too");
    assert_eq!(writes(&cluster).len(), made, "nothing more is written");
    drop(b);
}

/// In the middle of a leader's forty writes, and whenever it dies.
#[tokio::test(start_paused = true)]
async fn in_a_storm_and_with_leaders_that_die_it_comes_to_the_same() {
    for killed_after in [0, 3, 8, 14, 40, 2_000, 20_000] {
        let cluster = cluster("pace: {writesInFlight: 2}\n");
        never(&cluster, 40);
        let (a, b) = (
            cluster.replica("a", Arc::new(Noon)),
            cluster.replica("b", Arc::new(Noon)),
        );
        while cluster.lines("PATCH deployments").len() < 7 {
            sleep(Duration::from_millis(1)).await;
        }
        let killing = async {
            sleep(Duration::from_millis(killed_after)).await;
            drop(a);
            std::future::pending::<()>().await;
        };
        let (said, ended) = beside(&cluster, named(), killing).await;
        assert_eq!(ended, "all", "{killed_after} ms: {said:?}");
        sleep(Duration::from_mins(2)).await;
        assert!(is_shop_back(&cluster, 40), "{killed_after} ms");
        drop(b);
    }
}
