//! What is typed after `cargo demo --`.

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};

use super::ground::{Choice, Site};

/// A week, and the two days after which a person who wants to try things has waited enough.
const DAYS: u32 = 7;
const DAYS_BEFORE_HOLD: u32 = 2;

/// Shows a week of three namespaces that sleep and wake, in about a minute.
///
/// A cluster, two controllers on a fast clock, the leader killed half way. Ends with 0 if nothing
/// was missed, nothing was written twice and everything came back.
#[derive(Debug, Parser)]
#[command(name = "cargo demo", bin_name = "cargo demo --", version)]
pub(super) struct Args {
    /// Where to play it
    #[arg(long, value_enum, value_name = "KIND", default_value = "sandbox")]
    cluster: Choice,

    /// With --cluster current: the context to take, not the current one
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    /// With --cluster current: go on without being asked
    #[arg(long)]
    yes: bool,

    /// Keep the cluster afterwards, on the machine's clock, until ctrl-C
    #[arg(long)]
    pub(super) hold: bool,

    /// How many days to play, 1 to 14 [default: 7, or 2 with --hold]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=14))]
    days: Option<u32>,

    /// How many seconds pass in one, 60 to 40000
    #[arg(long, value_name = "N", default_value_t = 10_080, value_parser = clap::value_parser!(u32).range(60..=40_000))]
    pub(super) speed: u32,
}

impl Args {
    /// Reads what was typed, its first word included.
    pub(super) fn read(typed: Vec<std::ffi::OsString>) -> Result<Self, clap::Error> {
        let args = Self::try_parse_from(typed)?;
        let is_for_another = args.context.is_some() || args.yes;
        if args.cluster != Choice::Current && is_for_another {
            let text = "--context and --yes are for --cluster current alone";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, text));
        }
        Ok(args)
    }

    /// How many days are played.
    pub(super) fn days(&self) -> u32 {
        let default = if self.hold { DAYS_BEFORE_HOLD } else { DAYS };
        self.days.unwrap_or(default)
    }

    /// Where.
    pub(super) fn site(&self) -> Site {
        Site {
            choice: self.cluster,
            context: self.context.clone(),
            is_agreed: self.yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Args, clap::Error> {
        let words = std::iter::once("demo").chain(line.split_whitespace());
        Args::read(words.map(Into::into).collect())
    }

    #[test]
    fn without_a_word_it_is_a_week_in_the_sandbox() {
        let args = read("").unwrap();
        assert_eq!((args.days(), args.speed, args.hold), (7, 10_080, false));
        assert_eq!(args.site().choice, Choice::Sandbox);
        assert_eq!(read("--hold").unwrap().days(), 2);
        assert_eq!(read("--hold --days 3").unwrap().days(), 3);
    }

    #[test]
    fn each_ground_has_its_name() {
        let choice = |line| read(line).unwrap().site().choice;
        assert_eq!(choice("--cluster sandbox"), Choice::Sandbox);
        assert_eq!(choice("--cluster testbed"), Choice::Testbed);
        assert_eq!(choice("--cluster current"), Choice::Current);
        let site = read("--cluster current --context dev --yes")
            .unwrap()
            .site();
        assert_eq!(
            (site.context.as_deref(), site.is_agreed),
            (Some("dev"), true)
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "--cluster kind",
            "--context dev",
            "--cluster testbed --yes",
            "--days 0",
            "--speed 1",
            "now",
        ] {
            let error = read(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
