//! Waiting for what comes of an order.

use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

/// The longest wait: who is not back by the next day is not waiting any more.
const MAX_HOURS: i64 = 24;

/// Whether, and for how long, to wait.
#[derive(Debug, Clone, Copy, Args)]
pub struct WaitArgs {
    /// Wait until all pods are ready, or gone; 3 where that takes too long.
    #[arg(long, conflicts_with = "dry_run")]
    pub wait: bool,
    /// How long to wait, as in 30s or 5m.
    #[arg(
        long,
        requires = "wait",
        default_value = "5m",
        value_name = "DURATION",
        value_parser = timeout
    )]
    pub timeout: Duration,
}

/// Reads a number of seconds, or a duration such as `1m30s`.
fn timeout(value: &str) -> Result<Duration, String> {
    let seconds = value.parse().ok().map(SignedDuration::from_secs);
    let length = seconds.or_else(|| value.parse::<SignedDuration>().ok());
    let longest = SignedDuration::from_hours(MAX_HOURS);
    let length = length.filter(|it| it.is_positive() && *it <= longest);
    length
        .and_then(|it| Duration::try_from(it).ok())
        .ok_or_else(|| format!("expected a duration such as 30s or 5m, up to {MAX_HOURS}h"))
}
