//! The order of a list after a strategic merge: that of the patch for what the patch names, and that
//! of the object for the rest.
//!
//! It must not change an item.

use crate::json::Value;

use super::PatchError;
use crate::fields::schema::Merge;

/// What identifies the item.
fn identity(merge: Merge, item: &Value) -> Option<&Value> {
    match merge {
        Merge::By(key) => item.get(key),
        Merge::Values | Merge::Replace => Some(item),
    }
}

fn place(merge: Merge, order: &[Value], item: &Value) -> Option<usize> {
    let identity_of = identity(merge, item)?;
    order
        .iter()
        .position(|it| identity(merge, it) == Some(identity_of))
}

/// Whether the items of the patch follow the order that it gives.
pub(super) fn check(
    merge: Merge,
    name: &str,
    patch: &[Value],
    order: &[Value],
) -> Result<(), PatchError> {
    if order.is_empty() {
        return Ok(());
    }
    let mut rest = order.iter();
    for item in patch.iter().filter(|item| item.get("$patch").is_none()) {
        let wanted = identity(merge, item);
        if wanted.is_none() || !rest.any(|it| identity(merge, it) == wanted) {
            return Err(PatchError::Failed(format!(
                "{name} is in another order than $setElementOrder/{name}"
            )));
        }
    }
    Ok(())
}

/// The items in `order`. Those that are not in it keep their order, and come before what they came
/// before in `was`.
pub(super) fn ordered(
    merge: Merge,
    items: Vec<Value>,
    order: &[Value],
    was: &[Value],
) -> Vec<Value> {
    let mut named = Vec::new();
    let mut rest = Vec::new();
    for item in items {
        let before = place(merge, was, &item);
        match place(merge, order, &item) {
            Some(place) => named.push((place, before, item)),
            None => rest.push((before, item)),
        }
    }
    named.sort_by_key(|(place, _, _)| *place);

    let mut items = Vec::with_capacity(named.len() + rest.len());
    let mut rest = rest.into_iter().peekable();
    for (_, before, item) in named {
        while let Some((_, other)) =
            rest.next_if(|(other, _)| before.is_some() && other.is_some() && *other < before)
        {
            items.push(other);
        }
        items.push(item);
    }
    items.extend(rest.map(|(_, other)| other));
    items
}
