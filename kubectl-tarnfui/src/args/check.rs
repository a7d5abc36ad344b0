//! What a command line says that makes no sense, and that needs no cluster to be refused.

use super::{ExplainArgs, Object, Verb};
use crate::error::Failure;
use crate::io::Terminal;

impl Verb {
    /// Refuses what can be refused before a cluster is looked for. `flag` is the value of `-n`.
    pub fn check(&self, flag: Option<&str>, terminal: Terminal) -> Result<(), Failure> {
        match self {
            Self::Status(args) => {
                args.selection.target(flag)?;
                args.check()
            }
            Self::Explain(args) => args.named(flag).map(drop),
            Self::Pending(args) => args.selection.target(flag).map(drop),
            Self::Saved(args) => {
                args.selection.target(flag)?;
                args.forgotten(flag, terminal).map(drop)
            }
            Self::Restore(args) => args.restored(flag, terminal).map(drop),
            // Orders are refused where they are read; of the others nothing can be wrong by then.
            Self::Wake(_)
            | Self::Sleep(_)
            | Self::Snooze(_)
            | Self::Resume(_)
            | Self::Doctor(_)
            | Self::Completion(_)
            | Self::Simulate(_)
            | Self::Lint(_)
            | Self::Version(_) => Ok(()),
        }
    }
}

impl ExplainArgs {
    /// What in a cluster is named; nothing stands for the namespace of the flag or the context.
    pub fn named(&self, flag: Option<&str>) -> Result<Vec<Object>, Failure> {
        // The parser lets it pass where names are given, because `-f` does not go with those.
        if self.config_file.is_some() && self.filename.is_empty() {
            return Err(Failure::usage(
                "--config-file goes with -f: a cluster has a configuration of its own",
                "leave out --config-file, or name a file with -f",
            ));
        }
        let named = Object::parse_all(&self.objects)?;
        if flag.is_some() && !named.is_empty() {
            return Err(Failure::usage(
                "-n does not go with a namespace that is named as well",
                "name it once: kubectl tarnfui explain NAMESPACE",
            ));
        }
        Ok(named)
    }
}
