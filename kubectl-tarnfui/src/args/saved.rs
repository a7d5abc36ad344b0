//! `saved`: which marks to show, and which one to drop.

use clap::Args;

use super::{DryRun, Listing, Object, Output, Selection, Target};
use crate::error::Failure;
use crate::io::Terminal;

/// `saved`
#[derive(Debug, Args)]
pub struct SavedArgs {
    /// Which namespaces; all where nothing is said.
    #[command(flatten)]
    pub selection: Selection,
    /// Drop this one's mark for good: nothing starts it again when the namespace wakes.
    #[arg(
        long,
        value_name = "KIND/NAME",
        conflicts_with_all = ["all_namespaces", "selector", "output", "no_headers"]
    )]
    pub forget: Option<String>,
    /// Do not ask before the mark is dropped.
    #[arg(short = 'y', long, requires = "forget")]
    pub yes: bool,
    /// Only say what would be dropped: `client` asks the server nothing but what is, `server` lets it check.
    #[arg(long, value_enum, value_name = "WHERE", default_value = "none", num_args = 0..=1,
        require_equals = true, default_missing_value = "client", requires = "forget")]
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
    /// Print no column headings.
    #[arg(long)]
    pub no_headers: bool,
}

impl SavedArgs {
    /// How to print what is shown.
    pub fn listing(&self) -> Listing {
        Listing {
            output: self.output,
            no_headers: self.no_headers,
        }
    }

    /// The workload whose mark is to be dropped; none where marks are to be shown. `flag` is the
    /// value of `-n`. Refused is what needs no cluster to be refused.
    pub fn forgotten(
        &self,
        flag: Option<&str>,
        terminal: Terminal,
    ) -> Result<Option<Object>, Failure> {
        let Some(workload) = &self.forget else {
            return Ok(None);
        };
        let namespace = match self.selection.target(flag)? {
            Some(Target::Named(names)) if names.len() == 1 => names.concat(),
            Some(Target::Named(_) | Target::Selected(_) | Target::All) | None => {
                return Err(Failure::usage(
                    "--forget is for one workload, so it needs exactly one namespace",
                    format!("kubectl tarnfui saved NAMESPACE --forget {workload}"),
                ));
            }
        };
        if workload.split('/').count() != 2 {
            return Err(Failure::usage(
                format!("{workload:?} names no workload: expected KIND/NAME"),
                format!("kubectl tarnfui saved {namespace} shows them, as in deployment/web"),
            ));
        }
        let object = Object::parse_all(&[format!("{namespace}/{workload}")])?.pop();
        if self.must_ask() && !terminal.can_ask {
            return Err(Failure::usage(
                "dropping a saved value needs a yes, and there is no terminal to ask on",
                format!("kubectl tarnfui saved {namespace} --forget {workload} --yes"),
            ));
        }
        Ok(object)
    }

    /// Whether a person has to say yes.
    pub fn must_ask(&self) -> bool {
        !self.yes && self.dry_run == DryRun::None
    }
}
