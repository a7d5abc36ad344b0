//! JSON documents, indented as kubectl's are.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use crate::error::Failure;

/// The document as JSON.
pub fn document(value: &impl Serialize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let indented = PrettyFormatter::with_indent(b"    ");
    value
        .serialize(&mut Serializer::with_formatter(&mut bytes, indented))
        .map_err(|error| Failure::failed(format!("writing JSON: {error}"), "use -o table"))?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
