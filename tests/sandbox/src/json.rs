//! JSON documents that share what did not change.
//!
//! An API server keeps every version of every object for a while, and nearly every version is the one
//! before but for a field or two. Here a copy is a count: a change copies the way to what it changes,
//! and the rest is the same memory in both versions. So what is shared is equal at sight, is freed
//! once, and is written as text once.
//!
//! Else it is as `serde_json::Value` is, by the same names as far as they are used. Fields are in the
//! order of their names. It must not know what a document means.

mod build;
mod convert;
mod list;
mod map;
mod value;

#[cfg(test)]
mod tests;

pub use build::ToValue;
pub(crate) use build::json;
pub use list::List;
pub use map::Map;
pub(crate) use map::write_fields;
pub use serde_json::Number;
/// A text that is cheap to copy.
pub use smol_str::SmolStr as Text;
pub use value::{Key, Value};
