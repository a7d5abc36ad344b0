//! Bad luck of every kind, by seeds: whatever happens, no write leaves at or after the end of the
//! leadership that it was promised, nothing is lost, and soon after the bad luck ends all is well.

use fastrand::Rng;

use super::cluster::{Cluster, Fault, LONG};
use super::*;

/// Each takes some 30 ms; 3,000 of them held when the rules were last changed.
const SEEDS: u64 = 50;

/// Changes of luck per seed.
const BLOWS: u32 = 60;

#[test]
fn no_write_leaves_after_the_end_of_the_leadership_whatever_happens() {
    let mut writes = 0;
    for seed in 0..SEEDS {
        eprintln!("seed {seed}");
        let ran = run(seed, Duration::ZERO);
        assert_eq!(ran.late, [""; 0]);
        writes += ran.writes;
    }
    // What never writes would pass as well.
    assert!(writes > SEEDS * 10, "only {writes} writes");
}

/// The same runs, held to an end a tenth of a second before the one that was promised.
#[test]
fn a_write_after_the_end_would_be_seen() {
    let tenth = Duration::from_millis(100);
    assert!((0..SEEDS).any(|seed| !run(seed, tenth).late.is_empty()));
}

/// What a run came to.
struct Ran {
    /// How often the server was asked.
    writes: u64,
    /// What left at or after the end that it is held to.
    late: Vec<String>,
}

/// One run, held to `early` before each end that is promised.
fn run(seed: u64, early: Duration) -> Ran {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(suffer(Rng::with_seed(seed), early))
}

/// As good as always, and quicker to work out.
const AWAKE: &str = "2026-01-01T00:00:00Z-2028-01-01T00:00:00Z";

/// Until when writes may leave, as it was last said to anybody.
type Promise = Arc<Mutex<Instant>>;

type Late = Arc<Mutex<Vec<String>>>;

async fn suffer(mut luck: Rng, early: Duration) -> Ran {
    let cluster = Cluster::of(5);
    let promise: Promise = Arc::new(Mutex::new(Instant::now()));
    let late = Late::default();
    let mut scene = Scene::listing(&cluster, AWAKE, &cluster.list()).await;
    let mut schedule = AWAKE;
    for _ in 0..BLOWS {
        meet(&mut luck, &cluster, &promise, (&late, early));
        strike(&mut luck, &cluster, &promise, &mut scene, &mut schedule).await;
    }
    let late = std::mem::take(&mut *late.lock().unwrap());
    let writes = cluster.take_log().len() as u64;

    cluster.mend();
    if luck.bool() {
        scene = restart(&cluster, &scene, schedule).await;
    }
    scene.catches_up_with(&cluster).await;
    scene.leads_for(LONG);
    settle().await;
    let expect = if schedule == "never" {
        "0 saved=3"
    } else {
        "3"
    };
    assert_eq!(cluster.see(), [expect; 5]);
    cluster.take_log();
    settle().await;
    assert_eq!(cluster.take_log(), [""; 0], "it was steady");
    Ran { writes, late }
}

/// What requests meet from now on; and whoever leaves too late is noted.
fn meet(luck: &mut Rng, cluster: &Cluster, promise: &Promise, (late, early): (&Late, Duration)) {
    let (mut luck, promise, late) = (luck.fork(), promise.clone(), late.clone());
    let share = luck.u32(0..4);
    cluster.meets(move |asked| {
        let (now, end) = (Instant::now(), *promise.lock().unwrap());
        if now + early >= end {
            late.lock()
                .unwrap()
                .push(format!("{} at {now:?}, not before {end:?}", asked.name));
        }
        let faults = [
            Fault::Status(409),
            Fault::Status(429),
            Fault::Status(500),
            Fault::Status(403),
            Fault::Hang,
            Fault::LoseAnswer,
        ];
        (luck.u32(0..8) < share).then(|| faults[luck.usize(0..faults.len())])
    });
}

async fn strike(
    luck: &mut Rng,
    cluster: &Cluster,
    promise: &Promise,
    scene: &mut Scene,
    schedule: &mut &'static str,
) {
    let time = Duration::from_millis(luck.u64(0..3_000));
    match luck.u32(0..12) {
        0..3 => {
            scene.leads_for(time);
            let end = Instant::now() + time;
            let mut promise = promise.lock().unwrap();
            *promise = end.max(*promise);
        }
        3 => drop(scene.leadership.send_replace(standby())),
        4..7 => {
            *schedule = if *schedule == "never" { AWAKE } else { "never" };
            scene.namespace("shop", schedule).await;
        }
        7 => sleep(time).await,
        // A process that stands still, with whatever it was about to do.
        8 => tokio::time::advance(time * 4).await,
        9 => cluster.falls_behind(),
        10 => scene.catches_up_with(cluster).await,
        _ => *scene = restart(cluster, scene, schedule).await,
    }
    sleep(Duration::from_millis(luck.u64(0..30))).await;
}

/// Another process takes over, and lists what there is.
async fn restart(cluster: &Cluster, scene: &Scene, schedule: &str) -> Scene {
    scene.task.abort();
    sleep(Duration::ZERO).await;
    Scene::listing(cluster, schedule, &cluster.list()).await
}
