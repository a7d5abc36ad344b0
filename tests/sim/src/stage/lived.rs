//! Which time of a story is lived through; the rest, in which nothing can happen, is skipped.

use jiff::SignedDuration;

use crate::cast;
use crate::rules;
use crate::story::{Deed, Story};
use crate::timeline::Timeline;

/// How long before an instant that matters, and after it, the world's time is lived through.
const BEFORE: SignedDuration = SignedDuration::from_millis(1_500);
const AFTER: SignedDuration = SignedDuration::from_millis(6_500);

/// The same after trouble: a lease runs out, and a watch notices that it is dead.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_secs(25);

/// The same where it is lived through until all that it may have done is over: it lasts for a minute,
/// and what is judged between two boundaries waits for as long as `check` says.
const LULL: SignedDuration = SignedDuration::from_secs(175);

/// How long the start takes: somebody has to become the leader.
const START: SignedDuration = SignedDuration::from_secs(5);

/// The start, every boundary, and everything that happens.
pub(super) fn timeline(story: &Story) -> Timeline {
    let (from, to) = (cast::beginning(), story.end());
    let mut pieces = vec![(from, from + START)];
    let boundaries = rules::boundaries(from, to);
    pieces.extend(boundaries.iter().map(|at| (*at - BEFORE, *at + AFTER)));
    let deeds = story.deeds.iter();
    let after = |deed: &Deed| match (story.has_lulls(), deed.is_trouble()) {
        (true, _) => LULL,
        (false, true) => AFTER_TROUBLE,
        (false, false) => AFTER,
    };
    pieces.extend(deeds.map(|(at, deed)| (*at - BEFORE, *at + after(deed))));
    pieces.push((to - BEFORE, to));
    Timeline::new(pieces)
}
