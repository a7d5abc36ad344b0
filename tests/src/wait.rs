//! Waiting for something to become so: looked at again and again, never longer than a bound.
//!
//! What can be watched should be watched; this is for the rest. It must not be used to wait for
//! *nothing* to happen: that is what the log of requests is for.

use std::thread;
use std::time::{Duration, Instant};

/// Pause between two looks: short beside what is waited for, long beside the cost of a look.
const POLL: Duration = Duration::from_millis(20);

/// Blocks until it is so. Fails when a look fails, or with `what` when the bound is reached.
///
/// ```
/// use std::time::Duration;
///
/// let mut looks = 0;
/// let third_time = || {
///     looks += 1;
///     Ok(looks == 3)
/// };
/// tarnfui_tests::wait::until("the third look", Duration::from_secs(5), third_time).unwrap();
///
/// let never = tarnfui_tests::wait::until("a miracle", Duration::ZERO, || Ok(false));
/// assert_eq!(never.unwrap_err().to_string(), "a miracle: not so after 0 s");
/// ```
pub fn until(
    what: &str,
    bound: Duration,
    mut is_so: impl FnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let since = Instant::now();
    while !is_so()? {
        check_bound(what, bound, since)?;
        thread::sleep(POLL);
    }
    Ok(())
}

/// The same, for looks that are async.
pub async fn until_async(
    what: &str,
    bound: Duration,
    mut is_so: impl AsyncFnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let since = Instant::now();
    while !is_so().await? {
        check_bound(what, bound, since)?;
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

fn check_bound(what: &str, bound: Duration, since: Instant) -> anyhow::Result<()> {
    anyhow::ensure!(
        since.elapsed() < bound,
        "{what}: not so after {} s",
        bound.as_secs()
    );
    Ok(())
}
