//! What form of an answer a client takes.

use crate::answer::Failure;

/// The form of the objects in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Whole.
    Whole,
    /// The metadata of one.
    Partial,
    /// The metadata of many.
    PartialList,
    /// As a table for people.
    Table,
}

/// The form, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accept {
    /// The form.
    pub form: Form,
    /// Whether as YAML, not JSON.
    pub is_yaml: bool,
}

/// What one of the formats in the header comes to.
enum Found {
    Taken(Accept),
    /// A type that nothing is written in.
    NoType,
    /// A form that nothing has.
    NoForm,
    /// What the real server would write, and this one does not.
    Elsewhere,
}

impl Accept {
    /// The first format that is asked for and is known.
    pub fn read(header: &str) -> Result<Self, Failure> {
        let whole = Self {
            form: Form::Whole,
            is_yaml: false,
        };
        if header.is_empty() || header == "application/json" {
            return Ok(whole);
        }
        let (mut is_type_known, mut is_elsewhere) = (false, false);
        for format in header.split(',') {
            match found(format) {
                Found::Taken(accept) => return Ok(accept),
                Found::NoType => {}
                Found::NoForm => is_type_known = true,
                Found::Elsewhere => is_elsewhere = true,
            }
        }
        if is_elsewhere {
            return Err(Failure::unknown_request(format!("accept: {header}")));
        }
        if is_type_known {
            return Err(Failure::no_such_form());
        }
        Err(Failure::not_acceptable())
    }
}

fn found(format: &str) -> Found {
    let mut parts = format.split(';').map(str::trim);
    let is_yaml = match parts.next().unwrap_or_default() {
        "application/json" | "*/*" | "application/*" => false,
        "application/yaml" => true,
        "application/vnd.kubernetes.protobuf" => return Found::Elsewhere,
        _ => return Found::NoType,
    };
    let (mut kind, mut group, mut version) = ("", "", "");
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        match name {
            "as" => kind = value,
            "g" => group = value,
            "v" => version = value,
            _ => {}
        }
    }
    let form = match (kind, group, version) {
        ("", _, _) => Form::Whole,
        ("Table", "meta.k8s.io", "v1") => Form::Table,
        ("PartialObjectMetadata", "meta.k8s.io", "v1") => Form::Partial,
        ("PartialObjectMetadataList", "meta.k8s.io", "v1") => Form::PartialList,
        (_, "meta.k8s.io", "v1beta1") => return Found::Elsewhere,
        _ => return Found::NoForm,
    };
    Found::Taken(Accept { form, is_yaml })
}
