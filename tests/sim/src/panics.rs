//! Panics in a run: kept, each with its place, instead of told in between the stories of others.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Those of the run on this thread, while there is one. A run has no other threads.
    static KEPT: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// What a run comes to, if it comes to an end, and every panic in it: a task that has panicked may
/// have been caught by whoever waits for it.
pub(crate) fn during<R>(run: impl FnOnce() -> R) -> (Option<R>, Vec<String>) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !keep(info) {
                before(info);
            }
        }));
    });
    KEPT.set(Some(Vec::new()));
    // Whatever it left half done is looked at by nobody but the record's reader.
    let result = catch_unwind(AssertUnwindSafe(run));
    (result.ok(), KEPT.take().unwrap_or_default())
}

/// Whether it is one of a run.
fn keep(info: &PanicHookInfo<'_>) -> bool {
    let message = info.payload_as_str().unwrap_or("a panic without a word");
    let told = match info.location() {
        Some(place) => format!("{message}, at {place}"),
        None => message.to_owned(),
    };
    KEPT.with_borrow_mut(|kept| kept.as_mut().map(|kept| kept.push(told)).is_some())
}
