//! `wake`, `sleep`, `snooze` and `resume`: annotations of namespaces, written with care.
//!
//! One patch per namespace, of annotations only, with the version that was seen as its precondition:
//! it happens whole or not at all, and never on something else than what the sentence was made from.

use futures::{StreamExt, stream};
use serde_json::{Value as Json, json};
use tarnfui_shared::annotations::Key;
use tarnfui_shared::decide::State;

use super::status::Looker;
use super::{Configuration, is_for_people, tell_gaps};
use crate::args::{Cli, DryRun, OrderArgs, Output, Target};
use crate::args::{EndedOrder, SnoozeArgs};
use crate::cluster::{Cluster, ClusterError, Metadata};
use crate::error::{Exit, Failure};
use crate::io::{Io, Outside};
use crate::order::{End, Order, Refusal, Settled, Verb, settle};
use crate::reading::{Known, Reading};
use crate::render::{self, json, table, yaml};
use crate::view::{DocumentKind, List, NamespaceManifest, OrderOutcome};
use crate::words::counted;

mod wait;

use wait::Waiter;

/// How often a namespace is looked at anew because somebody else changed it in between.
const MAX_ATTEMPTS: usize = 4;

/// Orders in flight: enough to hide the way to the server, too few to trouble it.
const IN_FLIGHT: usize = 8;

/// An order with what else was said about it.
pub(super) struct Request<'a> {
    pub(super) args: &'a OrderArgs,
    pub(super) order: Order,
}

/// What one namespace came to.
enum Outcome {
    Given(Box<OrderOutcome>),
    /// Selected among others, and the order has no meaning for it.
    PassedOver(String),
    /// The namespace was read, and the order is refused.
    Refused(String, Failure),
    Failed(String, Failure),
}

impl Outcome {
    /// The namespace that got the order, or had it already.
    fn given(&self) -> Option<String> {
        match self {
            Self::Given(outcome) => Some(outcome.namespace.clone()),
            Self::PassedOver(_) | Self::Refused(..) | Self::Failed(..) => None,
        }
    }

    fn was_read(&self) -> bool {
        !matches!(self, Self::Failed(..))
    }
}

impl EndedOrder {
    pub(super) fn end(&self) -> End {
        match (&self.duration, &self.until, self.forever) {
            (Some(length), _, _) => End::For(*length),
            (None, Some(text), _) => End::Until(text.clone()),
            (None, None, true) => End::Forever,
            (None, None, false) => End::Usual,
        }
    }
}

impl SnoozeArgs {
    pub(super) fn end(&self) -> End {
        match (&self.duration, &self.until) {
            (Some(length), _) => End::For(*length),
            (None, Some(text)) => End::Until(text.clone()),
            (None, None) => End::Usual,
        }
    }
}

impl Request<'_> {
    /// Refuses what needs no cluster to be refused.
    pub(super) fn check(&self, cli: &Cli, io: &Io<'_>) -> Result<(), Failure> {
        let target = self
            .args
            .selection
            .target(cli.connection.namespace.as_deref())?;
        if target == Some(Target::All) && self.must_ask() && !io.terminal.can_ask {
            return Err(Failure::usage(
                "an order for all namespaces needs a yes, and there is no terminal to ask on",
                // No command to copy: one without the other flags would be another order.
                "give --yes, or see what would be done with --dry-run",
            ));
        }
        Ok(())
    }

    fn must_ask(&self) -> bool {
        !self.args.yes && self.args.dry_run == DryRun::None
    }
}

pub(super) async fn run(
    cli: &Cli,
    request: &Request<'_>,
    cluster: &Cluster,
    io: &mut Io<'_>,
    outside: &Outside<'_>,
) -> Result<Exit, Failure> {
    let target = request
        .args
        .selection
        .target(cli.connection.namespace.as_deref())?;
    let target = target.unwrap_or_else(|| Target::Named(vec![cluster.namespace.clone()]));
    let configuration = Configuration::load(cluster, &cli.controller_namespace).await?;
    if configuration.config().is_paused {
        io.tell("note: the configuration says paused: nothing happens until that is over");
    }
    let mut gap = configuration.gap().cloned();
    let is_selected = !matches!(target, Target::Named(_));
    let homes = homes(
        cluster,
        &target,
        &request.order,
        configuration.known(),
        outside,
    )
    .await?;
    if homes.is_empty() {
        tell_gaps(io, gap.as_slice(), false);
        io.tell("no namespace that the order would mean anything for");
        return Ok(Exit::Done);
    }
    if target == Target::All && request.must_ask() {
        // Whoever says yes has to know what the order is worked out without.
        tell_gaps(io, gap.take().as_slice(), false);
        let question = format!(
            "{} {}?",
            request.order.verb.as_str(),
            counted(homes.len(), "namespace")
        );
        if !io.ask(&question) {
            io.tell("nothing was written");
            return Ok(Exit::Failed);
        }
    }
    let mut order = request.order.clone();
    if order.verb != Verb::Resume {
        order.by = cluster.caller().await;
    }
    let giver = Giver {
        cluster,
        order,
        configuration: &configuration,
        outside,
        request,
    };
    let outcomes = stream::iter(homes).map(|home| giver.give(home, is_selected));
    let outcomes: Vec<Outcome> = outcomes.buffered(IN_FLIGHT).collect().await;
    // Where no namespace could even be read, what else could not be is beside the point.
    if outcomes.iter().any(Outcome::was_read) {
        tell_gaps(io, gap.as_slice(), false);
    }
    let names: Vec<String> = outcomes.iter().filter_map(Outcome::given).collect();
    let exit = print(request.args, io, outcomes)?;
    if !request.args.wait.wait || names.is_empty() {
        return Ok(exit);
    }
    let looker = Looker::at(&cli.controller_namespace, cluster, Target::Named(names));
    let waited = Waiter::new(looker, request.args.wait, outside)
        .wait(io)
        .await;
    Ok(exit.max(waited?))
}

/// A namespace by name, with what a list already said of it.
struct Home {
    name: String,
    seen: Option<Metadata>,
}

/// The namespaces to give the order to; of those that were only selected, those it could mean
/// anything for.
async fn homes(
    cluster: &Cluster,
    target: &Target,
    order: &Order,
    known: Known<'_>,
    outside: &Outside<'_>,
) -> Result<Vec<Home>, Failure> {
    let labels = match target {
        Target::Named(names) => {
            let homes = names.iter().map(|name| Home {
                name: name.clone(),
                seen: None,
            });
            return Ok(homes.collect());
        }
        Target::Selected(labels) => Some(labels.as_str()),
        Target::All => None,
    };
    let now = (outside.now)();
    let concerns = |metadata: &Metadata| {
        let reading = Reading::of(&metadata.name, &metadata.annotations, known.config());
        let ordered = [Key::AwakeUntil, Key::AsleepUntil];
        match order.verb {
            Verb::Resume => ordered
                .iter()
                .any(|key| metadata.annotations.contains_key(key.full())),
            Verb::Wake | Verb::Sleep | Verb::Snooze => {
                reading.decide(now).state != State::Unmanaged
            }
        }
    };
    let all = cluster
        .namespaces(labels)
        .await?
        .into_iter()
        .map(|it| it.metadata);
    let all = all.filter(|metadata| !metadata.is_terminating() && concerns(metadata));
    Ok(all
        .map(|seen| Home {
            name: seen.name.clone(),
            seen: Some(seen),
        })
        .collect())
}

/// Everything that giving an order to one namespace needs.
struct Giver<'a> {
    cluster: &'a Cluster,
    order: Order,
    configuration: &'a Configuration,
    outside: &'a Outside<'a>,
    request: &'a Request<'a>,
}

impl Giver<'_> {
    async fn give(&self, home: Home, is_selected: bool) -> Outcome {
        let name = home.name.clone();
        match self.attempts(home).await {
            Ok(given) => Outcome::Given(Box::new(given)),
            Err(Fault::Refused(refusal)) if is_selected && refusal.is_beside_the_point() => {
                Outcome::PassedOver(refusal.to_string())
            }
            Err(Fault::Refused(refusal)) => Outcome::Refused(name, refusal.into()),
            Err(Fault::Cluster(error)) => Outcome::Failed(name, error.into()),
        }
    }

    /// Works the order out and writes it; anew where somebody else was faster.
    async fn attempts(&self, home: Home) -> Result<OrderOutcome, Fault> {
        let Home { name, mut seen } = home;
        for attempt in 1.. {
            let metadata = match seen.take() {
                Some(metadata) => metadata,
                None => self.cluster.namespace_named(&name).await?.metadata,
            };
            let settled = self.settle(&metadata)?;
            match self.write(&metadata, &settled).await {
                Ok(after) => return Ok(self.outcome(&settled, &after)),
                Err(ClusterError::Conflict { .. }) if attempt < MAX_ATTEMPTS => {}
                Err(error) => return Err(error.into()),
            }
        }
        unreachable!("the last attempt returns what it came to")
    }

    fn settle(&self, metadata: &Metadata) -> Result<Settled, Refusal> {
        let namespace = metadata.name.clone();
        if metadata.is_terminating() {
            return Err(Refusal::Terminating { namespace });
        }
        let now = (self.outside.now)();
        // Parts of a second would only make the annotation harder to read.
        let now = now.round(jiff::Unit::Second).unwrap_or(now);
        settle(
            now,
            &self.order,
            &namespace,
            &metadata.annotations,
            self.configuration.known(),
        )
    }

    /// Writes what was settled, and returns the metadata as it is then.
    async fn write(&self, before: &Metadata, settled: &Settled) -> Result<Metadata, ClusterError> {
        let dry_run = self.request.args.dry_run;
        if settled.is_so_already() || dry_run == DryRun::Client {
            let mut after = before.clone();
            after.annotations = settled.apply(&before.annotations);
            return Ok(after);
        }
        let changes = settled.changes.iter();
        let annotations: serde_json::Map<String, Json> = changes
            .map(|(key, value)| (key.full().to_owned(), json!(value)))
            .collect();
        let tried = dry_run == DryRun::Server;
        let version = &before.resource_version;
        let after = self
            .cluster
            .annotate(&before.name, version, annotations.into(), tried)
            .await?;
        Ok(after.metadata)
    }

    fn outcome(&self, settled: &Settled, after: &Metadata) -> OrderOutcome {
        OrderOutcome {
            namespace: after.name.clone(),
            order: self.order.verb.as_str(),
            written: !settled.is_so_already() && self.request.args.dry_run == DryRun::None,
            message: settled.sentence.clone(),
            state: settled.state,
            until: settled.until,
            metadata: after.into(),
        }
    }
}

/// Why one namespace did not get the order.
enum Fault {
    Refused(Refusal),
    Cluster(ClusterError),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ClusterError> for Fault {
    fn from(error: ClusterError) -> Self {
        Self::Cluster(error)
    }
}

fn print(args: &OrderArgs, io: &mut Io<'_>, outcomes: Vec<Outcome>) -> Result<Exit, Failure> {
    let is_one = outcomes.len() == 1;
    let (mut given, mut exit) = (Vec::new(), Exit::Done);
    let mut failures = Vec::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Given(outcome) => given.push(*outcome),
            Outcome::PassedOver(why) => io.tell(&format!("note: passed over: {why}")),
            Outcome::Refused(namespace, failure) | Outcome::Failed(namespace, failure) => {
                failures.push((namespace, failure));
            }
        }
    }
    let manifests = given.iter().map(|it| NamespaceManifest::new(&it.metadata));
    let list = List::new(DocumentKind::OrderList, &given);
    let text = match args.output {
        Output::Table | Output::Wide => table::orders(&given, args.dry_run),
        Output::Json => json::document(&list)?,
        Output::Yaml => yaml::documents(&manifests.collect::<Vec<_>>())?,
        Output::Name => render::names(given.iter().map(|outcome| outcome.namespace.as_str())),
    };
    io.data(&text)?;
    if !is_for_people(args.output) {
        // The sentence is what an order is checked by; a script's log is the place for it.
        for outcome in &given {
            io.tell(&outcome.message);
        }
    }
    for (namespace, mut failure) in failures {
        // Some failures name it themselves.
        if !is_one && !failure.message.contains(&format!("{namespace:?}")) {
            failure.message = format!("namespace/{namespace}: {}", failure.message);
        }
        exit = exit.max(io.report(&failure));
    }
    Ok(exit)
}
