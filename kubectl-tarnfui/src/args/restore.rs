//! `restore` as typed.

use clap::Args;

use super::{DryRun, Object, Output, Selection, Target};
use crate::error::Failure;
use crate::io::Terminal;

/// `restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// What to restore: `shop`, `ns/shop`, or a workload as `shop/deployment/web`.
    #[arg(value_name = "NAMESPACE[/KIND/NAME]", conflicts_with_all = ["all_namespaces", "selector"])]
    pub objects: Vec<String>,
    /// All namespaces.
    #[arg(short = 'A', long, conflicts_with = "selector")]
    pub all_namespaces: bool,
    /// The namespaces with these labels, as in `team=web,tier!=db`.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
    /// How many replicas to give to what has a mark that can't be read: one workload, or all such of one namespace.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..),
        conflicts_with_all = ["all_namespaces", "selector"])]
    pub replicas: Option<i32>,
    /// Do not ask.
    #[arg(short = 'y', long)]
    pub yes: bool,
    /// Only say what would be done: `client` asks the server nothing but what is, `server` lets it check.
    #[arg(long, value_enum, value_name = "WHERE", default_value = "none", num_args = 0..=1,
        require_equals = true, default_missing_value = "client")]
    pub dry_run: DryRun,
    /// How to print: `name` gives one `shop/deployment/web` a line, as `explain` takes it.
    #[arg(
        short = 'o',
        long,
        value_enum,
        default_value = "table",
        value_name = "FORMAT"
    )]
    pub output: Output,
}

/// What is to be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The namespaces in which to look; none where nothing was said.
    pub target: Option<Target>,
    /// Of these, the workloads that were named, none twice; all where none was.
    pub workloads: Vec<Object>,
}

impl RestoreArgs {
    /// What was said. `flag` is the value of `-n`. Refused is what needs no cluster to be refused.
    pub fn restored(&self, flag: Option<&str>, terminal: Terminal) -> Result<Restored, Failure> {
        let objects = Object::parse_all(&self.objects)?;
        let (single, whole): (Vec<Object>, Vec<Object>) =
            objects.into_iter().partition(|it| it.workload.is_some());
        let mut workloads: Vec<Object> = Vec::new();
        for object in single {
            if !workloads.contains(&object) {
                workloads.push(object);
            }
        }
        if !workloads.is_empty() && (!whole.is_empty() || flag.is_some()) {
            return Err(Failure::usage(
                "workloads do not go with namespaces that are named as well",
                "name workloads alone, as in kubectl tarnfui restore shop/deployment/web",
            ));
        }
        let selection = Selection {
            names: if workloads.is_empty() {
                self.objects.clone()
            } else {
                workloads.iter().map(|it| it.namespace.clone()).collect()
            },
            all_namespaces: self.all_namespaces,
            selector: self.selector.clone(),
        };
        let target = selection.target(flag)?;
        let is_one = match (&target, workloads.len()) {
            (Some(Target::Named(names)), 0) => names.len() == 1,
            (_, count) => count == 1,
        };
        if self.replicas.is_some() && !is_one {
            return Err(Failure::usage(
                "--replicas needs exactly one workload or one namespace",
                "kubectl tarnfui restore NAMESPACE/KIND/NAME --replicas N",
            ));
        }
        if self.must_ask() && !terminal.can_ask {
            return Err(Failure::usage(
                "restoring needs a yes, and there is no terminal to ask on",
                "give --yes, or see what would be done with --dry-run",
            ));
        }
        Ok(Restored { target, workloads })
    }

    /// Whether a person has to say yes.
    pub fn must_ask(&self) -> bool {
        !self.yes && self.dry_run == DryRun::None
    }
}
