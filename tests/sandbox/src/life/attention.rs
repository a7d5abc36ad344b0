//! How a controller comes to know what is wanted: it sees a change a moment after it was made, and
//! acts on it a moment later. What it does then is not known here.

use jiff::Timestamp;

use super::habits::Dice;

/// Which generation of an object was seen.
#[derive(Debug)]
pub(super) struct Attention {
    /// The newest there is, and when it is seen.
    newest: i64,
    seen_at: Timestamp,
    /// The newest that was seen, and when it is acted on.
    seen: i64,
    acted_at: Timestamp,
}

impl Attention {
    /// Of an object that was never seen.
    pub(super) fn new() -> Self {
        Self {
            newest: 0,
            seen_at: Timestamp::MIN,
            seen: 0,
            acted_at: Timestamp::MAX,
        }
    }

    /// Takes in the generation there is now, and says whether it was seen in this moment.
    pub(super) fn turn(&mut self, generation: i64, now: Timestamp, dice: &mut Dice) -> bool {
        if generation != self.newest {
            // One that waits to be seen already does not wait anew.
            if self.seen == self.newest {
                self.seen_at = dice.after(now, |it| &it.seen_after);
            }
            self.newest = generation;
        }
        let is_new = self.seen != self.newest && self.seen_at <= now;
        if is_new {
            self.seen = self.newest;
            self.acted_at = dice.after(now, |it| &it.seen_after);
        }
        is_new
    }

    /// The generation that was seen; 0 is none.
    pub(super) fn seen(&self) -> i64 {
        self.seen
    }

    /// Whether what was seen may be acted on.
    pub(super) fn acts(&self, now: Timestamp) -> bool {
        self.acted_at <= now
    }

    /// When there is something to see, or to act on.
    pub(super) fn due(&self, now: Timestamp) -> Option<Timestamp> {
        if self.seen != self.newest {
            return Some(self.seen_at);
        }
        Some(self.acted_at).filter(|at| *at > now && *at < Timestamp::MAX)
    }
}
