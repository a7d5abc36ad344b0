//! Runs trials that need the testbed, for test targets with `harness = false`.
//!
//! Where the tools cannot be had a trial is `ignored`, with the reason, never `ok`; where `CI` says
//! that they must be there, it fails. The cluster that trials share starts with the first that asks
//! for it and is stopped before the process ends, panics of trials included.
//! When the clusters have stopped, what was asked of them by the controller and the plugin is compared
//! with what the files of `conformance/` ask: a request of a kind that is in none fails the suite.
//! It must not call `exit`: that would skip the stopping.

use std::future::Future;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context as _;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::conformance::coverage::{Coverage, Ledger};
use crate::controllers::{self, Controller, Launch};
use crate::multicall::{self, Role};
use crate::testbed::{Cluster, Missing, Options, Tools, ToolsError, say};

/// How long an async trial may take before it fails: no trial waits for more than some seconds of
/// real time, and what hangs should say so before the whole run is given up.
const TRIAL_TIMEOUT: Duration = Duration::from_mins(3);

/// What trials are given: the tools, and what they share.
#[derive(Debug)]
pub struct Testbed {
    tools: Tools,
    plan: Plan,
    ledger: Arc<Ledger>,
    shared: OnceLock<Result<Shared, String>>,
}

/// What the shared things are made of.
#[derive(Debug, Clone)]
struct Plan {
    options: Options,
    roles: &'static [Role],
    controller: Option<Launch>,
}

/// What trials share. Dropped in this order: the controller goes before its cluster.
#[derive(Debug)]
struct Shared {
    controller: Option<Controller>,
    cluster: Cluster,
}

impl Testbed {
    /// The programs, for a trial that starts a cluster of its own.
    pub fn tools(&self) -> &Tools {
        &self.tools
    }

    /// The cluster all trials of this binary share. A trial works in namespaces of its own there.
    /// The suite's controller, if it has one, runs there.
    pub fn cluster(&self) -> anyhow::Result<&Cluster> {
        Ok(&self.shared()?.cluster)
    }

    /// The controller all trials of this binary share, with a cluster on which it leads.
    pub fn controller(&self) -> anyhow::Result<&Controller> {
        let controller = self.shared()?.controller.as_ref();
        controller.context("the suite has no controller: name one with Suite::controller")
    }

    fn shared(&self) -> anyhow::Result<&Shared> {
        let start = || self.start_shared().map_err(|error| format!("{error:#}"));
        let shared = self.shared.get_or_init(start);
        shared.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
    }

    fn start_shared(&self) -> anyhow::Result<Shared> {
        let cluster = self.start(&self.plan.options)?;
        let mut controller = None;
        if let Some(launch) = &self.plan.controller {
            controllers::grant(&cluster, controllers::RIGHTS)?;
            let mut started = launch.start_ready(&cluster)?;
            started.until_leading()?;
            controller = Some(started);
        }
        Ok(Shared {
            controller,
            cluster,
        })
    }

    /// Starts a cluster for one trial alone, with the suite's roles in its
    /// [`bin`](Cluster::bin).
    pub fn start(&self, options: &Options) -> anyhow::Result<Cluster> {
        let mut cluster = Cluster::start(&self.tools, options)?;
        cluster.when_stopped(self.ledger.open());
        multicall::link(&cluster.bin(), self.plan.roles).context("link the roles")?;
        Ok(cluster)
    }
}

type Body = Box<dyn FnOnce(&Testbed) -> anyhow::Result<()> + Send>;

/// What a trial does, and whether it needs the testbed for it.
enum Work {
    OnTestbed(Body),
    Anywhere(Box<dyn FnOnce() -> anyhow::Result<()> + Send>),
}

/// A set of trials and the cluster they are for.
#[must_use = "a suite does nothing until it is run"]
pub struct Suite {
    plan: Plan,
    at_once: Option<usize>,
    trials: Vec<(String, Work)>,
}

impl Suite {
    /// An empty suite, whose shared cluster will be made of `options`.
    pub fn new(options: Options) -> Self {
        Self {
            plan: Plan {
                options,
                roles: &[],
                controller: None,
            },
            at_once: None,
            trials: Vec::new(),
        }
    }

    /// Lets the test binary play these roles: each is a program in the cluster's
    /// [`bin`](Cluster::bin). [`Suite::run`] dispatches to them.
    pub fn roles(mut self, roles: &'static [Role]) -> Self {
        self.plan.roles = roles;
        self
    }

    /// Starts a controller on the shared cluster, for all trials: the options need its account.
    pub fn controller(mut self, launch: Launch) -> Self {
        self.plan.controller = Some(launch);
        self
    }

    /// Runs so many trials at once, where the command line does not say: trials that mostly wait can
    /// be more than there are cores, and trials that disturb each other have to be 1.
    pub fn at_once(mut self, trials: usize) -> Self {
        self.at_once = Some(trials);
        self
    }

    /// Adds a trial that blocks.
    pub fn blocking(
        mut self,
        name: &str,
        body: impl FnOnce(&Testbed) -> anyhow::Result<()> + Send + 'static,
    ) -> Self {
        let work = Work::OnTestbed(Box::new(body));
        self.trials.push((name.to_owned(), work));
        self
    }

    /// Adds a trial that is async; it has a runtime of its own, and a time limit.
    pub fn trial<F>(self, name: &str, body: F) -> Self
    where
        F: AsyncFnOnce(&Testbed) -> anyhow::Result<()> + Send + 'static,
    {
        self.blocking(name, |testbed| block_on(body(testbed)))
    }

    /// Adds a trial that is async and needs no testbed, so that it runs where the tools are missing.
    pub fn anywhere<F>(mut self, name: &str, body: F) -> Self
    where
        F: AsyncFnOnce() -> anyhow::Result<()> + Send + 'static,
    {
        let work = Work::Anywhere(Box::new(|| block_on(body())));
        self.trials.push((name.to_owned(), work));
        self
    }

    /// Runs the trials as the command line asks, stops the shared cluster, and returns what the
    /// process is to end with. Plays a role instead if it was started as one.
    pub fn run(self) -> ExitCode {
        if let Some(code) = multicall::dispatch(self.plan.roles) {
            return code;
        }
        let mut arguments = Arguments::from_args();
        arguments.test_threads = arguments.test_threads.or(self.at_once);
        let coverage = match Coverage::read() {
            Ok(coverage) => coverage,
            Err(error) => return failed(&format!("{error:#}")),
        };
        let ledger = Ledger::new(coverage);
        let common = Arc::new(Common {
            plan: self.plan,
            ledger: Arc::clone(&ledger),
            testbed: OnceLock::new(),
        });
        let trials = self.trials.into_iter().map(|(name, work)| match work {
            Work::OnTestbed(body) => {
                let common = Arc::clone(&common);
                Trial::ignorable_test(name, move || common.run(body))
            }
            Work::Anywhere(body) => {
                Trial::test(name, || body().map_err(|error| format!("{error:#}").into()))
            }
        });
        let conclusion = libtest_mimic::run(&arguments, trials.collect());
        // The trials are gone and this is the last owner: the cluster stops here.
        drop(common);
        if let Some(courtesy) = ledger.courtesy() {
            say(&courtesy);
        }
        match ledger.verdict() {
            Ok(()) => conclusion.exit_code(),
            Err(uncovered) => failed(&uncovered),
        }
    }
}

/// As libtest ends where a trial fails.
fn failed(reason: &str) -> ExitCode {
    say(reason);
    ExitCode::from(101)
}

/// What all trials of a run hold. The tools are looked for by the first trial that really runs, so
/// that `--list` and a filter that matches nothing build nothing.
struct Common {
    plan: Plan,
    ledger: Arc<Ledger>,
    testbed: OnceLock<Result<Testbed, ToolsError>>,
}

impl Common {
    fn run(&self, body: Body) -> Result<Completion, Failed> {
        let testbed = match self.testbed.get_or_init(|| self.obtain()) {
            Ok(testbed) => testbed,
            Err(ToolsError::Missing(missing)) => return without_tools(missing),
            Err(error) => return Err(chain(error).into()),
        };
        match body(testbed) {
            Ok(()) => Ok(Completion::Completed),
            Err(error) => Err(explain(&error, testbed).into()),
        }
    }

    fn obtain(&self) -> Result<Testbed, ToolsError> {
        let tools = Tools::obtain().inspect_err(|error| say(&chain(error)))?;
        Ok(Testbed {
            tools,
            plan: self.plan.clone(),
            ledger: Arc::clone(&self.ledger),
            shared: OnceLock::new(),
        })
    }
}

/// Ignored on a person's machine; on one that runs CI, where nobody reads what was ignored, failed.
fn without_tools(missing: &Missing) -> Result<Completion, Failed> {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    if is_ci {
        Err(missing.to_string().into())
    } else {
        Ok(Completion::ignored_with(missing))
    }
}

fn block_on(future: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let bounded = async { tokio::time::timeout(TRIAL_TIMEOUT, future).await };
    match runtime.block_on(bounded) {
        Ok(result) => result,
        Err(_) => anyhow::bail!("not done after {} s", TRIAL_TIMEOUT.as_secs()),
    }
}

/// The error with its causes, and what is wrong with what trials share, if anything is.
fn explain(error: &anyhow::Error, testbed: &Testbed) -> String {
    let mut text = format!("{error:#}");
    if let Some(Ok(shared)) = testbed.shared.get() {
        if let Some(controller) = &shared.controller {
            text = format!(
                "{text}\nand the controller says:\n{}",
                controller.log_tail()
            );
        }
        if let Err(trouble) = shared.cluster.check() {
            text = format!("{text}\nand the shared cluster is broken: {trouble:#}");
        }
    }
    text
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
