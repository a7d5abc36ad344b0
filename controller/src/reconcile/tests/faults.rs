//! What an API server, a clock and other writers do to a reconciler, one thing at a time.
//!
//! After each of them everything is as it should be, and then nothing more is asked for.

use super::cluster::{Cluster, Fault, LONG};
use super::*;

const MANY: u32 = 10;

/// Long enough for the longest pause of an object that fails.
async fn settle_at_length() {
    sleep(Duration::from_mins(30)).await;
}

/// Nothing more is asked for, and nobody has to be told of anything.
async fn expect_rest(cluster: &Cluster, scene: &Scene) {
    assert_eq!(scene.problems().await, [""; 0]);
    cluster.take_log();
    settle_at_length().await;
    assert_eq!(cluster.take_log(), [""; 0], "it was steady");
}

fn granted(log: &[String]) -> usize {
    let granted = |line: &&String| line.starts_with("PATCH") && line.ends_with("200");
    log.iter().filter(granted).count()
}

fn all(count: u32, line: &str) -> Vec<String> {
    vec![line.to_owned(); count as usize]
}

#[tokio::test(start_paused = true)]
async fn who_is_killed_after_any_number_of_writes_is_gone_on_from() {
    for killed_after in 0..=MANY as usize {
        let cluster = Cluster::of(MANY);
        for (schedule, line) in [("never", "0 saved=3"), ("always", "3")] {
            let first = Scene::leading(&cluster, schedule).await;
            let config = News::Configuration(
                Config::parse("pace: {writesInFlight: 1}").map(Arc::new),
                "2".to_owned(),
            );
            first.send(config).await;
            let mut log = Vec::new();
            while granted(&log) < killed_after {
                sleep(Duration::from_millis(1)).await;
                log.extend(cluster.take_log());
            }
            first.task.abort();
            sleep(WRITE).await;

            let second = Scene::leading(&cluster, schedule).await;
            settle().await;
            log.extend(cluster.take_log());
            assert_eq!(cluster.see(), all(MANY, line), "after {killed_after}");
            // One each, whoever made it; and what was in flight may have been asked for twice.
            assert_eq!(granted(&log), MANY as usize, "{log:?}");
            assert!(log.len() <= MANY as usize + 1, "{log:?}");
            expect_rest(&cluster, &second).await;
            second.task.abort();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_in_the_middle_stops_nothing_else_and_is_made_up_for() {
    for code in [429, 500, 503, 504, 403, 422, 404] {
        let cluster = Cluster::of(MANY);
        let mut left = 3;
        cluster.meets(move |asked| {
            let fails = asked.name == "web-4" && left > 0;
            left -= i32::from(fails);
            fails.then_some(Fault::Status(code))
        });
        let scene = Scene::leading(&cluster, "never").await;
        settle().await;

        assert_eq!(cluster.see(), all(MANY, "0 saved=3"), "{code}");
        let log = cluster.take_log();
        let failed = log
            .iter()
            .filter(|line| **line == format!("PATCH web-4 {code}"));
        assert_eq!(
            (failed.count(), log.len()),
            (3, MANY as usize + 3),
            "{log:?}"
        );
        expect_rest(&cluster, &scene).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_at_every_second_write_costs_time_and_nothing_else() {
    let cluster = Cluster::of(MANY);
    let mut writes = 0;
    cluster.meets(move |asked| {
        writes += u32::from(asked.is_write);
        (asked.is_write && writes % 2 == 0).then_some(Fault::Status(409))
    });
    let scene = Scene::leading(&cluster, "never").await;
    for (schedule, line) in [("never", "0 saved=3"), ("always", "3")] {
        scene.namespace("shop", schedule).await;
        settle().await;
        assert_eq!(cluster.see(), all(MANY, line));
        let log = cluster.take_log();
        assert_eq!(granted(&log), MANY as usize, "{log:?}");
        // Each refusal is followed by one read at most.
        assert!(log.len() <= 4 * MANY as usize, "{log:?}");
        expect_rest(&cluster, &scene).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_is_lost_is_made_once() {
    for is_watch_behind in [false, true] {
        let cluster = Cluster::of(1);
        let scene = Scene::leading(&cluster, "always").await;
        settle().await;
        for (schedule, line) in [
            ("never", "0 saved=3"),
            ("always", "3"),
            ("never", "0 saved=3"),
        ] {
            let mut is_first = true;
            cluster.meets(move |_| std::mem::take(&mut is_first).then_some(Fault::LoseAnswer));
            if is_watch_behind {
                cluster.falls_behind();
            }
            scene.namespace("shop", schedule).await;
            settle().await;

            assert_eq!(cluster.see(), [line]);
            let log = cluster.take_log();
            assert_eq!(granted(&log), 1, "{log:?}");
            // The watch says what became of it; where it does not, it is found out.
            assert!(log.len() <= if is_watch_behind { 3 } else { 1 }, "{log:?}");
            expect_rest(&cluster, &scene).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_list_of_yesterday_says_is_refused_and_then_read() {
    let cluster = Cluster::of(2);
    let yesterday = cluster.list();
    let before = Scene::leading(&cluster, "never").await;
    settle().await;
    before.task.abort();
    cluster.take_log();
    cluster.falls_behind();

    // A new leader whose lists come from a server that is behind: both seem to run.
    let scene = Scene::listing(&cluster, "never", &yesterday).await;
    scene.leads_for(LONG);
    settle().await;

    assert_eq!(cluster.see(), ["0 saved=3"; 2]);
    let mut log = cluster.take_log();
    log.sort();
    let expect = [
        "GET web-0 200",
        "GET web-1 200",
        "PATCH web-0 409",
        "PATCH web-1 409",
    ];
    assert_eq!(log, expect);
    expect_rest(&cluster, &scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_wake_that_is_refused_keeps_its_mark_and_is_not_counted_as_awake() {
    let cluster = Cluster::of(2);
    let scene = Scene::leading(&cluster, "never").await;
    settle().await;
    cluster.take_log();
    cluster.meets(|asked| (asked.name == "web-0").then_some(Fault::Status(403)));
    scene.namespace("shop", "always").await;
    sleep(Duration::from_hours(1)).await;

    assert_eq!(cluster.see(), ["0 saved=3", "3"]);
    let counts = scene.counts().await;
    assert_eq!((counts.asleep, counts.saved_replicas), (1, 3));
    // A pause that doubles from 1 s to 5 min, for an hour: 9 attempts, and then 12 to 16.
    let attempts = cluster.take_log().len() - 1;
    assert!((18..28).contains(&attempts), "{attempts} attempts");

    cluster.mend();
    sleep(Duration::from_mins(5)).await;
    assert_eq!(cluster.see(), ["3", "3"]);
    assert_eq!(cluster.take_log(), ["PATCH web-0 200"]);
    assert_eq!(scene.counts().await.asleep, 0);
    expect_rest(&cluster, &scene).await;
}

#[tokio::test(start_paused = true)]
async fn what_has_taken_the_name_of_a_sleeper_is_not_given_its_value() {
    for (replicas, mark) in [(5, "5"), (0, "0")] {
        let cluster = Cluster::of(1);
        let scene = Scene::leading(&cluster, "never").await;
        settle().await;
        cluster.falls_behind();
        cluster.delete("web-0");
        cluster.create("web-0", replicas);
        cluster.take_log();

        // What it knows is the one that is gone, at rest with its mark.
        scene.namespace("shop", "always").await;
        settle().await;

        assert_eq!(cluster.see(), [mark]);
        assert_eq!(cluster.take_log(), ["PATCH web-0 409", "GET web-0 200"]);
        expect_rest(&cluster, &scene).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_is_asked_for_ever_more_seldom_until_the_watch_says_so() {
    let cluster = Cluster::of(1);
    let scene = Scene::leading(&cluster, "always").await;
    settle().await;
    cluster.delete("web-0");
    scene.namespace("shop", "never").await;
    settle().await;
    let log = cluster.take_log();
    assert!(log.iter().all(|line| line == "PATCH web-0 404"), "{log:?}");
    assert!(log.len() <= 8, "{log:?}");

    let gone = News::WorkloadGone("shop".into(), Kind::Deployment, "web-0".into());
    scene.send(gone).await;
    expect_rest(&cluster, &scene).await;
}

#[tokio::test(start_paused = true)]
async fn two_that_both_believe_to_lead_write_each_workload_once_between_them() {
    let cluster = Cluster::of(MANY);
    let one = Scene::leading(&cluster, "always").await;
    let other = Scene::leading(&cluster, "always").await;
    settle().await;
    for (schedule, line) in [("never", "0 saved=3"), ("always", "3")] {
        one.namespace("shop", schedule).await;
        other.namespace("shop", schedule).await;
        settle().await;
        assert_eq!(cluster.see(), all(MANY, line));
        let log = cluster.take_log();
        assert_eq!(granted(&log), MANY as usize, "{log:?}");
        let refused = log.iter().filter(|line| line.ends_with("409"));
        assert!(refused.count() > 0, "they never met: {log:?}");
        expect_rest(&cluster, &one).await;
        expect_rest(&cluster, &other).await;
    }
}

/// A boundary that is missed, and how: it is made up for at the first look, and told as late.
async fn miss_a_boundary(late: Duration, miss: impl AsyncFnOnce(&Scene)) {
    let cluster = Cluster::of(2);
    let hours = "2026-11-24T11:00:00Z-2026-11-24T12:10:00Z";
    let scene = Scene::listing(&cluster, hours, &cluster.list()).await;
    miss(&scene).await;
    settle().await;

    assert_eq!(cluster.see(), ["0 saved=3"; 2], "{late:?}");
    assert_eq!(cluster.take_log().len(), 2, "{late:?}");
    let page = scene
        .metrics
        .render(&Summary::default(), &crate::watch::Staleness::default());
    let told = "tarnfui_transition_last_lateness_seconds ";
    let told = page
        .lines()
        .find_map(|line| line.strip_prefix(told))
        .unwrap();
    let told = Duration::from_secs_f64(told.parse().unwrap());
    let slack = LONGEST_SLEEP + Duration::from_secs(1);
    assert!(
        told >= late && told <= late + slack,
        "{late:?}, told as {told:?}"
    );
    expect_rest(&cluster, &scene).await;
}

const MINUTE: Duration = Duration::from_mins(1);
const WEEK: Duration = Duration::from_hours(7 * 24);

#[tokio::test(start_paused = true)]
async fn a_boundary_that_nobody_led_at_is_made_up_for_however_late() {
    for late in [MINUTE, Duration::from_hours(1), WEEK] {
        miss_a_boundary(late, async |scene| {
            sleep(Duration::from_mins(10) + late).await;
            scene.leads_for(LONG);
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_boundary_that_the_machine_slept_through_is_made_up_for_however_late() {
    for late in [MINUTE, Duration::from_hours(1), WEEK] {
        miss_a_boundary(late, async |scene| {
            scene.leads_for(LONG);
            sleep(MINUTE).await;
            let suspended = Duration::from_mins(9) + late;
            scene
                .clock
                .step(SignedDuration::try_from(suspended).unwrap());
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_and_forth_is_followed_in_both_directions() {
    let cluster = Cluster::of(1);
    let hours = "2026-11-24T11:00:00Z-2026-11-24T12:30:00Z";
    let scene = Scene::leading(&cluster, hours).await;
    settle().await;
    let hour = SignedDuration::from_hours(1);
    for (step, line) in [(hour, "0 saved=3"), (-hour, "3"), (hour, "0 saved=3")] {
        scene.clock.step(step);
        sleep(LONGEST_SLEEP + WRITE).await;
        assert_eq!(cluster.see(), [line], "{step:?}");
        assert_eq!(cluster.take_log(), ["PATCH web-0 200"]);
        settle().await;
        assert_eq!(cluster.take_log(), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_busy_is_left_alone_and_then_everything_is_written_once() {
    let cluster = Cluster::of(MANY);
    cluster.meets(|asked| (asked.number < 40).then_some(Fault::Status(429)));
    let scene = Scene::leading(&cluster, "never").await;
    sleep(Duration::from_millis(2_500)).await;
    let mut log = cluster.take_log();
    assert_eq!(log.len(), 3 * MANY as usize, "all of them once a second");
    settle().await;
    assert_eq!(cluster.see(), all(MANY, "0 saved=3"));
    log.extend(cluster.take_log());
    assert_eq!(
        (granted(&log), log.len()),
        (MANY as usize, MANY as usize + 40),
        "{log:?}"
    );
    expect_rest(&cluster, &scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_holds_nobody_for_longer_than_a_request_may_take() {
    let cluster = Cluster::of(MANY);
    cluster.meets(|asked| (asked.name == "web-0" && asked.number < 20).then_some(Fault::Hang));
    let scene = Scene::leading(&cluster, "never").await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(
        cluster.see()[1..],
        all(MANY - 1, "0 saved=3"),
        "the others do not wait"
    );
    settle_at_length().await;
    assert_eq!(cluster.see(), all(MANY, "0 saved=3"));
    assert_eq!(granted(&cluster.take_log()), MANY as usize);
    expect_rest(&cluster, &scene).await;
}

#[tokio::test(start_paused = true)]
async fn a_restore_that_only_a_late_watch_tells_of_is_nobody_elses_start() {
    // Before the request's time is up, just then, and after it.
    for millis in [1, 3_999, 4_500] {
        let cluster = Cluster::of(1);
        let scene = Scene::leading(&cluster, "never").await;
        settle().await;
        cluster.falls_behind();
        let mut is_first = true;
        cluster.meets(move |_| std::mem::take(&mut is_first).then_some(Fault::LoseAnswer));
        // Somebody changes their mind while nobody knows what came of the restore.
        scene.namespace("shop", "always").await;
        sleep(Duration::from_millis(millis)).await;
        scene.namespace("shop", "never").await;
        sleep(Duration::from_secs(10)).await;
        assert_eq!(cluster.see(), ["3"], "it landed");
        scene.catches_up_with(&cluster).await;
        settle().await;

        assert_eq!(cluster.see(), ["0 saved=3"], "{millis} ms");
        expect_rest(&cluster, &scene).await;
    }
}
