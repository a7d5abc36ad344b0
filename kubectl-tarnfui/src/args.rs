//! The command line as typed.
//!
//! Types that hold what was said and nothing that was meant: what a flag left out stands for is
//! decided in [`crate::context`] and [`crate::commands`]. What can be refused without a clock or a
//! cluster is refused here.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use crate::error::Failure;
use crate::io::Terminal;
use crate::order::until::UntilText;

mod check;
mod completion;
mod connection;
mod doctor;
mod fault;
mod help;
mod lint;
mod pending;
mod read;
mod restore;
mod saved;
mod simulate;
mod status;
mod targets;
mod wait;

pub use completion::{Completion, CompletionArgs};
pub use connection::ConnectionArgs;
pub(crate) use connection::HEADING as CONNECTION;
pub use doctor::DoctorArgs;
pub use lint::{LintArgs, LintOutput};
pub use pending::PendingArgs;
pub use restore::{RestoreArgs, Restored};
pub use saved::SavedArgs;
pub use simulate::{SimulateArgs, SimulateOutput};
pub use status::StatusArgs;
pub use targets::{Object, Target};
pub use wait::WaitArgs;

/// Puts namespaces to sleep outside their hours; shows what sleeps, when and why.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-tarnfui",
    bin_name = "kubectl tarnfui",
    disable_help_subcommand = true,
    arg_required_else_help = true,
    subcommand_value_name = "VERB",
    subcommand_help_heading = "Verbs",
    after_help = help::TOP
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Namespace of the controller and its configuration.
    #[arg(
        long,
        global = true,
        env = "TARNFUI_CONTROLLER_NAMESPACE",
        hide_env_values = true,
        hide_short_help = true,
        display_order = 1000,
        default_value = "tarnfui-system",
        value_name = "NAMESPACE",
        value_parser = targets::namespace_name
    )]
    pub controller_namespace: String,
    /// Colour in tables: on a terminal, unless NO_COLOR is set or TERM is dumb; always, or never.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        hide_short_help = true,
        display_order = 1001,
        value_name = "WHEN"
    )]
    pub color: Color,
    /// Where to do it.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show which namespaces are awake or asleep, why, and what comes next.
    #[command(after_help = help::STATUS)]
    Status(StatusArgs),
    /// Show why a namespace or workload is awake or asleep; also for files.
    #[command(after_help = help::EXPLAIN)]
    Explain(ExplainArgs),
    /// Show every transition to come, in order of time.
    #[command(after_help = help::PENDING)]
    Pending(PendingArgs),
    /// Show what sleeps and what comes back when it wakes; drop a mark for good.
    #[command(after_help = help::SAVED)]
    Saved(SavedArgs),
    /// Give back what sleeps, by hand: for when no controller does.
    #[command(after_help = help::RESTORE)]
    Restore(RestoreArgs),
    /// Wake, or keep awake: for two hours unless told otherwise.
    #[command(after_help = help::WAKE)]
    Wake(EndedOrder),
    /// Put to sleep: until the hours next start unless told otherwise.
    #[command(after_help = help::SLEEP)]
    Sleep(EndedOrder),
    /// Put off the next transition: by an hour unless told otherwise.
    #[command(after_help = help::SNOOZE)]
    Snooze(SnoozeArgs),
    /// Take an order back: the hours decide again.
    #[command(after_help = help::RESUME)]
    Resume(OrderArgs),
    /// Find out what is wrong: with the cluster, the controller, and what you may do.
    #[command(after_help = help::DOCTOR)]
    Doctor(DoctorArgs),
    /// Complete names and flags when tab is pressed: for kubectl, or for a shell.
    #[command(after_help = help::COMPLETION)]
    Completion(CompletionArgs),
    /// Show what manifests would do over a span of time, with no cluster.
    #[command(after_help = help::SIMULATE)]
    Simulate(SimulateArgs),
    /// Show what is wrong with manifests, with no cluster.
    #[command(after_help = help::LINT)]
    Lint(LintArgs),
    /// Show the versions of plugin, time zone data, server and controller.
    #[command(after_help = help::VERSION)]
    Version(VersionArgs),
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Columns for people.
    Table,
    /// More columns.
    Wide,
    /// A versioned document.
    Json,
    /// The same document as YAML; of an order, the namespaces themselves.
    Yaml,
    /// Only names, one `namespace/NAME` a line.
    Name,
}

/// When to print in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that takes it and does not say otherwise.
    Auto,
    /// In a pipe as well.
    Always,
    /// Not at all.
    Never,
}

impl Color {
    /// Whether to, on a terminal of which is known whether colour is welcome there.
    pub fn is_on(self, terminal: Terminal) -> bool {
        match self {
            Self::Auto => terminal.has_color,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// How to print what is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// A versioned document.
    Json,
    /// The same as YAML.
    Yaml,
}

/// Which namespaces: named, selected or all.
#[derive(Debug, Args)]
pub struct Selection {
    /// Namespaces: `shop`, `ns/shop`, or `namespace shop`.
    #[arg(value_name = "NAMESPACE", conflicts_with_all = ["all_namespaces", "selector"])]
    pub names: Vec<String>,
    /// All namespaces.
    #[arg(short = 'A', long, conflicts_with = "selector")]
    pub all_namespaces: bool,
    /// The namespaces with these labels, as in `team=web,tier!=db`.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
}

/// How to print a list.
#[derive(Debug, Clone, Copy, Args)]
pub struct Listing {
    /// How to print.
    #[arg(
        short = 'o',
        long,
        value_enum,
        default_value = "table",
        value_name = "FORMAT"
    )]
    pub output: Output,
    /// Print no column headings.
    #[arg(long)]
    pub no_headers: bool,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// What to explain: `shop`, `ns/shop`, or a workload as `shop/deployment/web`.
    #[arg(value_name = "NAMESPACE[/KIND/NAME]", conflicts_with = "filename")]
    pub objects: Vec<String>,
    /// Explain the namespaces in this file, with no cluster; `-` is standard input.
    #[arg(short = 'f', long, value_name = "FILE")]
    pub filename: Vec<PathBuf>,
    /// The configuration that holds for them; the built-in one where nothing is said.
    #[arg(long, value_name = "FILE", requires = "filename")]
    pub config_file: Option<PathBuf>,
    /// The instant to explain, in RFC 3339; now where nothing is said.
    #[arg(long, value_name = "INSTANT", value_parser = read::instant)]
    pub at: Option<Timestamp>,
    /// How to print.
    #[command(flatten)]
    pub listing: Listing,
}

/// What all orders have.
#[derive(Debug, Args)]
pub struct OrderArgs {
    /// Which namespaces; the context's where nothing is said.
    #[command(flatten)]
    pub selection: Selection,
    /// Do not ask before changing all namespaces.
    #[arg(short = 'y', long)]
    pub yes: bool,
    /// Only say what would be done: `client` asks the server nothing but what is, `server` lets it check.
    #[arg(long, value_enum, value_name = "WHERE", default_value = "none", num_args = 0..=1,
        require_equals = true, default_missing_value = "client")]
    pub dry_run: DryRun,
    /// Whether to wait for what comes of it.
    #[command(flatten)]
    pub wait: WaitArgs,
    /// How to print: `yaml` gives the namespaces as they will be, to commit.
    #[arg(
        short = 'o',
        long,
        value_enum,
        default_value = "table",
        value_name = "FORMAT"
    )]
    pub output: Output,
}

/// What orders have that are noted on the namespace.
#[derive(Debug, Args)]
pub struct NotedArgs {
    /// Why; shown to everybody who looks.
    #[arg(long, value_name = "TEXT", value_parser = read::reason)]
    pub reason: Option<String>,
}

/// `wake` and `sleep`
#[derive(Debug, Args)]
pub struct EndedOrder {
    /// What all orders have.
    #[command(flatten)]
    pub order: OrderArgs,
    /// Why.
    #[command(flatten)]
    pub noted: NotedArgs,
    /// How long from now: from 1m to 30d, as in 90m, 1h30m or 2d.
    #[arg(long = "for", value_name = "DURATION", value_parser = read::duration,
        conflicts_with_all = ["until", "forever"])]
    pub duration: Option<SignedDuration>,
    /// Until when: 22:00, "tomorrow 9:00", "Mon 8:00", or an RFC 3339 instant.
    #[arg(long, value_name = "TIME", value_parser = UntilText::parse, conflicts_with = "forever")]
    pub until: Option<UntilText>,
    /// Until somebody resumes it.
    #[arg(long)]
    pub forever: bool,
}

/// `snooze`
#[derive(Debug, Args)]
pub struct SnoozeArgs {
    /// What all orders have.
    #[command(flatten)]
    pub order: OrderArgs,
    /// Why.
    #[command(flatten)]
    pub noted: NotedArgs,
    /// By how long: from 1m to 30d, as in 90m, 1h30m or 2d.
    #[arg(long = "for", value_name = "DURATION", value_parser = read::duration,
        conflicts_with = "until")]
    pub duration: Option<SignedDuration>,
    /// Until when: 22:00, "tomorrow 9:00", "Mon 8:00", or an RFC 3339 instant.
    #[arg(long, value_name = "TIME", value_parser = UntilText::parse)]
    pub until: Option<UntilText>,
}

/// `version`
#[derive(Debug, Args)]
pub struct VersionArgs {
    /// Only the plugin's own; asks no server.
    #[arg(long)]
    pub client: bool,
    /// How to print.
    #[arg(short = 'o', long, value_enum, value_name = "FORMAT")]
    pub output: Option<Document>,
}

/// Whether, and where, an order is only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DryRun {
    /// It is given.
    None,
    /// It is worked out here and not sent.
    Client,
    /// It is sent, checked by the server, and not stored.
    Server,
}

/// What reading the arguments has to say instead of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Help that was asked for.
    Help(String),
    /// Help for who said nothing at all.
    Beginning(String),
    /// What is wrong.
    Fault(Failure),
}

/// Reads the arguments of a process, the program's name first.
pub fn parse(args: Vec<OsString>, terminal: Terminal) -> Result<Cli, Said> {
    let verb = verb_in(&args);
    Cli::try_parse_from(args).map_err(|error| {
        let kind = error.kind();
        let styled = error.render();
        if kind == ErrorKind::DisplayHelp && terminal.has_color {
            Said::Help(styled.ansi().to_string())
        } else if kind == ErrorKind::DisplayHelp {
            Said::Help(styled.to_string())
        } else if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            Said::Beginning(styled.to_string())
        } else {
            Said::Fault(fault::fault(&error, verb.as_deref()))
        }
    })
}

/// The first word that is a verb: a guess, for a hint.
fn verb_in(args: &[OsString]) -> Option<String> {
    let command = Cli::command();
    let words = args.iter().skip(1).filter_map(|it| it.to_str());
    let mut verbs = words.filter(|word| command.find_subcommand(word).is_some());
    verbs.next().map(str::to_owned)
}

#[cfg(test)]
mod tests;
