//! Strategic merge patches: as a merge patch, but lists whose items have a name are merged by it, and
//! directives say what a merge cannot.
//!
//! It must not guess: a directive that it does not know is an error.

use crate::json::{Map, Text, Value};

use super::PatchError;
use super::order::{self, ordered};
use crate::fields::schema::{self, Merge};

type Fields = Map;

/// In an object: replace it, or delete it. In an item of a list: delete it, or replace the list.
const PATCH: &str = "$patch";

/// The only fields that an object keeps.
const RETAIN_KEYS: &str = "$retainKeys";

/// The order of a list, by what identifies its items.
const SET_ELEMENT_ORDER: &str = "$setElementOrder/";

/// The values that a list of plain values loses.
const DELETE_FROM_PRIMITIVE_LIST: &str = "$deleteFromPrimitiveList/";

/// Puts the patch into the object.
pub(super) fn strategic(mut current: Value, patch: &Value) -> Result<Value, PatchError> {
    let (Value::Object(fields), Value::Object(patch)) = (&mut current, patch) else {
        return Err(PatchError::Malformed("the patch is no object".to_owned()));
    };
    merge_object("", fields, patch)?;
    Ok(current)
}

fn merge_object(name: &str, fields: &mut Fields, patch: &Fields) -> Result<(), PatchError> {
    if let Some(directive) = patch.get(PATCH) {
        *fields = match directive.as_str() {
            Some("replace") => cleaned_fields(patch, &[PATCH]),
            Some("delete") => Fields::new(),
            _ => return Err(unknown(PATCH, directive)),
        };
        return Ok(());
    }
    if let Some(kept) = patch.get(RETAIN_KEYS) {
        retain(fields, patch, kept)?;
    }
    for (key, value) in patch {
        if let Some(list) = key.strip_prefix(SET_ELEMENT_ORDER) {
            merge_ordered(name, list, fields, (patch.get(list), value))?;
        }
    }
    for (key, value) in patch {
        if let Some(list) = key.strip_prefix(DELETE_FROM_PRIMITIVE_LIST) {
            delete_values(fields, list, value)?;
        } else if key.starts_with('$') {
            if key != RETAIN_KEYS && !key.starts_with(SET_ELEMENT_ORDER) {
                return Err(unknown(key, value));
            }
        } else if !patch.contains_key(&[SET_ELEMENT_ORDER, key].concat()) {
            merge_field(name, key, fields, value)?;
        }
    }
    Ok(())
}

fn merge_field(
    within: &str,
    key: &str,
    fields: &mut Fields,
    patch: &Value,
) -> Result<(), PatchError> {
    match (fields.get_mut(key), patch) {
        (Some(Value::Object(field)), Value::Object(patch)) => merge_object(key, field, patch)?,
        (Some(Value::Array(items)), Value::Array(patch)) => {
            *items = merge_list(
                schema::merge(within, key),
                key,
                std::mem::take(items).into(),
                patch,
            )?
            .into();
        }
        _ => match cleaned(patch) {
            Some(value) => {
                fields.insert(key.to_owned(), value);
            }
            None => {
                fields.remove(key);
            }
        },
    }
    Ok(())
}

/// Drops all fields but those that are named; what the patch sets must be among them.
fn retain(fields: &mut Fields, patch: &Fields, kept: &Value) -> Result<(), PatchError> {
    let is_kept = |key: &str| {
        let mut kept = kept.as_array().into_iter().flatten();
        kept.any(|kept| kept.as_str() == Some(key))
    };
    let sets =
        |(key, value): (&Text, &Value)| !key.starts_with('$') && !value.is_null() && !is_kept(key);
    if !kept.is_array() || patch.iter().any(sets) {
        return Err(PatchError::Malformed(format!(
            "{RETAIN_KEYS} has to name every field that the patch sets"
        )));
    }
    fields.retain(|key, _| is_kept(key));
    Ok(())
}

fn delete_values(fields: &mut Fields, list: &str, gone: &Value) -> Result<(), PatchError> {
    let Some(field) = fields.get_mut(list) else {
        return Ok(());
    };
    let (Value::Array(items), Value::Array(gone)) = (field, gone) else {
        return Err(no_list(list));
    };
    items.retain(|item| !gone.contains(item));
    Ok(())
}

/// Merges a list, and brings it into the order that the patch gives for it.
fn merge_ordered(
    within: &str,
    name: &str,
    fields: &mut Fields,
    (patch, order): (Option<&Value>, &Value),
) -> Result<(), PatchError> {
    let merge = schema::merge(within, name);
    let order = order.as_array().ok_or_else(|| no_list(name))?;
    let patch = match patch {
        None | Some(Value::Null) => None,
        Some(patch) => Some(patch.as_array().ok_or_else(|| no_list(name))?),
    };
    if let Some(patch) = patch {
        order::check(merge, name, patch, order)?;
    }
    let old = match fields.remove(name) {
        None => None,
        Some(Value::Array(items)) => Some(Vec::from(items)),
        Some(_) => return Err(no_list(name)),
    };
    let was = old.clone().unwrap_or_default();
    let merged = match (old, patch) {
        (None, None) => return Ok(()),
        (Some(old), None) => old,
        (None, Some(patch)) => cleaned_items(patch),
        (Some(old), Some(patch)) => merge_list(merge, name, old, patch)?,
    };
    let items = ordered(merge, merged, order, &was);
    fields.insert(name.to_owned(), items.into());
    Ok(())
}

fn merge_list(
    merge: Merge,
    name: &str,
    items: Vec<Value>,
    patch: &[Value],
) -> Result<Vec<Value>, PatchError> {
    match merge {
        Merge::Replace => Ok(cleaned_items(patch)),
        Merge::Values => {
            let mut merged = items.clone();
            for value in patch {
                if !merged.contains(value) {
                    merged.push(value.clone());
                }
            }
            Ok(ordered(merge, merged, patch, &items))
        }
        Merge::By(key) => merge_items(key, name, items, patch),
    }
}

fn merge_items(
    key: &'static str,
    name: &str,
    mut items: Vec<Value>,
    patch: &[Value],
) -> Result<Vec<Value>, PatchError> {
    let mut merging: Vec<Value> = Vec::new();
    let mut is_replaced = false;
    for item in patch {
        let identity = || item.get(key).ok_or_else(|| unnamed(name, key));
        match item
            .get(PATCH)
            .map(|directive| (directive.as_str(), directive))
        {
            None => {
                identity()?;
                merging.push(item.clone());
            }
            Some((Some("delete"), _)) => {
                let gone = identity()?;
                items.retain(|item| item.get(key) != Some(gone));
            }
            Some((Some("replace"), _)) => is_replaced = true,
            Some((_, directive)) => return Err(unknown(PATCH, directive)),
        }
    }
    if is_replaced {
        return Ok(cleaned_items(&merging));
    }
    if items.iter().any(|item| item.get(key).is_none()) {
        return Err(unnamed(name, key));
    }
    let was = items.clone();
    for patch in &merging {
        let found = items
            .iter_mut()
            .find(|item| item.get(key) == patch.get(key));
        match (found, patch) {
            (Some(Value::Object(fields)), Value::Object(patch)) => {
                merge_object(name, fields, patch)?;
            }
            _ => items.extend(cleaned(patch)),
        }
    }
    Ok(ordered(Merge::By(key), items, &merging, &was))
}

/// A value that was not there before, without directives and what they or null take away.
fn cleaned(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(fields) if fields.contains_key(PATCH) => None,
        Value::Object(fields) => Some(Value::Object(cleaned_fields(fields, &[]))),
        Value::Array(items) => Some(cleaned_items(items).into()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value.clone()),
    }
}

fn cleaned_items(items: &[Value]) -> Vec<Value> {
    items.iter().filter_map(cleaned).collect()
}

fn cleaned_fields(fields: &Fields, without: &[&str]) -> Fields {
    fields
        .iter()
        .filter(|(key, _)| !key.starts_with('$') && !without.contains(&key.as_str()))
        .filter_map(|(key, value)| Some((key.clone(), cleaned(value)?)))
        .collect()
}

fn unknown(key: &str, value: &Value) -> PatchError {
    PatchError::Failed(format!("the directive {key} does not know {value}"))
}

fn unnamed(list: &str, key: &str) -> PatchError {
    PatchError::Failed(format!("an item of {list} has no {key}"))
}

fn no_list(name: &str) -> PatchError {
    PatchError::Failed(format!("{name} and its directives are lists"))
}
