//! The demo from its first to its last line: make it, play it, judge it.

use std::cell::Cell;
use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1;
use kube::Client;
use kube::api::{Api, Patch, PatchParams};
use serde_json::Value as Json;

use super::book::Book;
use super::cast::{self, Namespace};
use super::ground::{self, Ground};
use super::hold;
use super::pilot::Pilot;
use super::proof::{self, Picture};
use super::replicas::Replicas;
use super::screen::{Colour, Screen};
use super::sight::Eyes;
use super::strip::Stretch;
use super::summary::{self, Count, Evidence};
use super::tally::Tally;
use super::week::{Act, Week};

/// How far the clock runs before the play, so that all workloads are older than their grace.
const PRELUDE: SignedDuration = SignedDuration::from_mins(5);

/// The play begins and ends this far from any boundary, so that it is clear what is owed.
const CLEAR: SignedDuration = SignedDuration::from_mins(10);

/// Between two looks at a clock that is about to stop.
const LOOK: Duration = Duration::from_millis(10);

/// What is played.
#[derive(Debug)]
pub(super) struct Play<'a> {
    /// In which namespaces.
    pub(super) namespaces: &'a [Namespace],
    /// How many days.
    pub(super) days: u32,
    /// How many seconds of the clock to a real one.
    pub(super) speed: f64,
    /// Set where the cluster stays up afterwards.
    pub(super) stay: Option<&'a Stay>,
}

/// Whether the play is over and the cluster stays up: then to be stopped is what is expected.
#[derive(Debug, Default)]
pub(super) struct Stay(Cell<bool>);

impl Stay {
    /// Whether the play is over.
    pub(super) fn has_begun(&self) -> bool {
        self.0.get()
    }
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What went wrong, in sentences; nothing if all is well.
    pub(super) faults: Vec<String>,
    /// What the controllers said last.
    pub(super) logs: String,
}

/// Plays it. Every process that was started ends with the future.
pub(super) async fn run(
    play: &Play<'_>,
    ground: &Ground,
    screen: &mut Screen,
) -> anyhow::Result<Outcome> {
    let client = &ground.client;
    let before = make(ground, play.namespaces, screen).await?;

    let mut week = open(ground, play)?;
    week.until_led(screen).await?;
    begin(&mut week, client).await?;
    week.play(Act::Settling, screen).await?;
    let half = week.stretch.to.duration_since(week.stretch.from) / 2;
    let kill_at = week.kill_after(week.stretch.from.saturating_add(half)?);
    week.play(Act::ToTheKill(kill_at), screen).await?;
    finish(&mut week, client, screen).await?;

    let logs = week.replicas.logs();
    week.replicas.end();
    let faults = judge(&week, ground, &before, screen).await?;
    if let Some(stay) = play.stay.filter(|_| faults.is_empty()) {
        let access = ground.access()?;
        remain(&mut week, client).await?;
        hold::invite(&access, &week.books[0].namespace.place, screen);
        stay.0.set(true);
        std::future::pending::<()>().await;
    }
    Ok(Outcome { faults, logs })
}

/// Makes everything in the namespaces, without any rule yet, and looks at it.
async fn make(
    ground: &Ground,
    namespaces: &[Namespace],
    screen: &mut Screen,
) -> anyhow::Result<Picture> {
    let manifests = cast::manifests(namespaces, ground.tenancy);
    ground::create(&ground.client, &manifests).await?;
    let paint = screen.paint();
    for namespace in namespaces {
        let names: Vec<String> = namespace
            .workloads
            .iter()
            .map(cast::Workload::reference)
            .collect();
        let (_, schedule) = &namespace.annotations[0];
        let zone = namespace.zone.name();
        let name = paint.paint(Colour::Bold, &format!("{:<6}", namespace.name));
        screen.say(&format!("  {name} {schedule} {zone}"));
        screen.say(&paint.paint(Colour::Dim, &format!("         {}", names.join(", "))));
    }
    proof::settled(&ground.client, namespaces).await
}

/// Opens the books and the eyes, and starts two controllers.
fn open<'ground>(ground: &'ground Ground, play: &Play<'_>) -> anyhow::Result<Week<'ground>> {
    let namespaces = play.namespaces.iter().cloned();
    let books: anyhow::Result<Vec<Book>> = namespaces.map(Book::new).collect();
    let books = books?;
    let pilot = Pilot::new(play.speed);
    let mut replicas = Replicas::new(ground);
    replicas.start(pilot.course())?;
    replicas.start(pilot.course())?;
    let from = clear_after(&books, pilot.now().saturating_add(PRELUDE)?)?;
    let days = SignedDuration::from_hours(24 * i64::from(play.days));
    let to = clear_after(&books, from.saturating_add(days)?)?;
    Ok(Week {
        books,
        pilot,
        replicas,
        eyes: Eyes::open(&ground.client, play.namespaces, ground.tenancy),
        tally: Tally::default(),
        stretch: Stretch { from, to },
        failover: None,
        holder: None,
        notes: Vec::new(),
        held: Duration::ZERO,
    })
}

/// The first instant from `at` on that is far from any boundary.
fn clear_after(books: &[Book], mut at: Timestamp) -> anyhow::Result<Timestamp> {
    loop {
        let before = at.saturating_sub(CLEAR)?;
        let after = at.saturating_add(CLEAR)?;
        let boundaries = books.iter().filter_map(|book| book.boundary_after(before));
        match boundaries
            .map(|boundary| boundary.at)
            .filter(|boundary| *boundary <= after)
            .min()
        {
            Some(boundary) => at = boundary.saturating_add(CLEAR)?,
            None => return Ok(at),
        }
    }
}

/// Lets the clock run to where the play begins, and sets the rules.
async fn begin(week: &mut Week<'_>, client: &Client) -> anyhow::Result<()> {
    let from = week.stretch.from;
    while week.pilot.now() < from {
        if let Some(course) = week.pilot.run_until(from) {
            week.replicas.steer(&course)?;
        }
        tokio::time::sleep(LOOK).await;
    }
    let now = week.pilot.now();
    for book in &mut week.books {
        book.start(now);
        annotate(client, &book.namespace.place, &book.namespace.with_rule()).await?;
    }
    Ok(())
}

/// Takes the rules away, and waits until all came back.
async fn finish(week: &mut Week<'_>, client: &Client, screen: &mut Screen) -> anyhow::Result<()> {
    let now = week.pilot.now();
    for book in &mut week.books {
        book.end(now);
        annotate(client, &book.namespace.place, &Namespace::without_rule()).await?;
    }
    week.play(Act::Settling, screen).await?;
    let now = week.pilot.now();
    week.books.iter_mut().for_each(|book| book.close(now));
    Ok(())
}

/// Looks at what is there, and at every write that was made.
async fn judge(
    week: &Week<'_>,
    ground: &Ground,
    before: &Picture,
    screen: &mut Screen,
) -> anyhow::Result<Vec<String>> {
    let namespaces: Vec<Namespace> = week
        .books
        .iter()
        .map(|book| book.namespace.clone())
        .collect();
    let after = proof::picture(&ground.client, &namespaces).await?;
    let (writes, count) = match ground.requests()? {
        Some(requests) => (proof::writes(&requests), Count::Log),
        None => (week.tally.writes().clone(), Count::Watch),
    };
    let evidence = Evidence {
        books: &week.books,
        before,
        after: &after,
        writes: &writes,
        count,
        failover: week.failover.as_ref(),
        held: week.held,
    };
    let table = summary::table(&evidence);
    let (heading, rows) = table.split_once('\n').unwrap_or((&table, ""));
    screen.say("");
    screen.say(&screen.paint().paint(Colour::Bold, heading));
    screen.say(&format!("{rows}\n"));
    for line in summary::sentences(&evidence) {
        screen.say(&line);
    }
    let faults = summary::faults(&evidence);
    if faults.is_empty() {
        let well = "Nothing was missed, nothing was written twice, and everything came back.";
        screen.say(&screen.paint().paint(Colour::Green, well));
    }
    Ok(faults)
}

/// The same rules on the machine's clock.
async fn remain(week: &mut Week<'_>, client: &Client) -> anyhow::Result<()> {
    week.replicas.start_on_real_time()?;
    week.replicas.start_on_real_time()?;
    for book in &week.books {
        annotate(client, &book.namespace.place, &book.namespace.with_rule()).await?;
    }
    Ok(())
}

async fn annotate(client: &Client, namespace: &str, patch: &Json) -> anyhow::Result<()> {
    let api: Api<v1::Namespace> = Api::all(client.clone());
    let patched = api
        .patch(namespace, &PatchParams::default(), &Patch::Merge(patch))
        .await;
    patched.with_context(|| format!("annotate {namespace}"))?;
    Ok(())
}
