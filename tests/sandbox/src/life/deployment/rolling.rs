//! How many pods each revision of a Deployment is to have: the arithmetic of a rollout.
//!
//! It must not start or stop anything.

use super::spec::Spec;

/// A revision, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    /// How many pods it is to have.
    pub(super) wanted: i64,
    /// How many of them are available.
    pub(super) available: i64,
    /// How many there are that are not gone, whether or not they are being stopped.
    pub(super) pods: i64,
}

/// A step of a rollout; `shares` are the revisions, oldest first, and `new` the place of the one that
/// is asked for.
pub(super) fn roll(spec: &Spec, shares: &mut [Share], new: usize) {
    if spec.is_recreated {
        recreate(spec, shares, new);
        return;
    }
    let room = spec.replicas + spec.surge - total(shares);
    let missing = spec.replicas - shares[new].wanted;
    shares[new].wanted += missing.min(room.max(0));
    let missing = shares[new].wanted - shares[new].available;
    let mut left = total(shares) - spec.least() - missing.max(0);
    // Those that don't work are no loss.
    for (_, share) in old(shares, new) {
        let broken = (share.wanted - share.available).clamp(0, left.max(0));
        share.wanted -= broken;
        share.available = share.available.min(share.wanted);
        left -= broken;
    }
    let available: i64 = shares.iter().map(|it| it.available).sum();
    let mut left = left.min(available - spec.least());
    for (_, share) in old(shares, new) {
        let stopped = share.wanted.clamp(0, left.max(0));
        share.wanted -= stopped;
        left -= stopped;
    }
}

/// All of the old ones go before the first of the new ones comes.
fn recreate(spec: &Spec, shares: &mut [Share], new: usize) {
    let mut is_clear = true;
    for (_, share) in old(shares, new) {
        share.wanted = 0;
        is_clear &= share.pods == 0;
    }
    if is_clear {
        shares[new].wanted = spec.replicas;
    }
}

/// Another number of replicas, while `before` was the most that there could be. Where more than one
/// revision has pods, each gets its part.
pub(super) fn scale(spec: &Spec, shares: &mut [Share], new: Option<usize>, before: i64) {
    let mut active: Vec<usize> = (0..shares.len())
        .filter(|at| shares[*at].wanted > 0)
        .collect();
    if active.len() < 2 {
        let newest = shares.len().checked_sub(1);
        let only = active.first().copied().or(new).or(newest);
        if let Some(only) = only {
            shares[only].wanted = spec.replicas;
        }
        return;
    }
    let allowed = if spec.replicas > 0 {
        spec.replicas + spec.surge
    } else {
        0
    };
    let change = allowed - total(shares);
    // The larger one first; of equals the newer one if they grow, the older one if they shrink.
    active.sort_by_key(|at| {
        let age = if change > 0 { shares.len() - at } else { *at };
        (-shares[*at].wanted, age)
    });
    let mut left = change;
    for at in &active {
        let wanted = shares[*at].wanted;
        let part = proportion(wanted, allowed, before.max(1)) - wanted;
        let part = if change > 0 {
            part.clamp(0, left.max(0))
        } else {
            part.clamp(left.min(0), 0)
        };
        shares[*at].wanted += part;
        left -= part;
    }
    let first = &mut shares[active[0]];
    first.wanted = (first.wanted + left).max(0);
}

/// So much of the whole, to the nearest; the product of two numbers of replicas is more than an `i64`
/// has room for.
fn proportion(part: i64, allowed: i64, before: i64) -> i64 {
    let [part, allowed, before] = [part, allowed, before].map(i128::from);
    let nearest = (2 * part * allowed + before) / (2 * before);
    i64::try_from(nearest).unwrap_or(i64::MAX)
}

fn total(shares: &[Share]) -> i64 {
    shares.iter().map(|it| it.wanted).sum()
}

fn old(shares: &mut [Share], new: usize) -> impl Iterator<Item = (usize, &mut Share)> {
    let numbered = shares.iter_mut().enumerate();
    numbered.filter(move |(at, _)| *at != new)
}
