//! YAML documents.

use serde::Serialize;

use crate::error::Failure;

/// The document as YAML.
pub fn document(value: &impl Serialize) -> Result<String, Failure> {
    serde_saphyr::to_string(value)
        .map_err(|error| Failure::failed(format!("writing YAML: {error}"), "-o json"))
}

/// Several documents, one behind the other.
pub fn documents<T: Serialize>(values: &[T]) -> Result<String, Failure> {
    let texts = values.iter().map(document).collect::<Result<Vec<_>, _>>()?;
    Ok(texts.join("---\n"))
}
