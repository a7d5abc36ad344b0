//! A request as the API means it: who wants what of which object, and with which options.
//!
//! What the real server knows and this one does not is refused with 501, and named: to pass over it
//! would be a guess.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, Request};

use crate::answer::Failure;
use crate::patch::PatchType;

mod accept;
mod options;
mod path;

pub use accept::{Accept, Form};
pub use options::{Match, Options, Strictness};
pub(crate) use options::{is_watch, propagation_fault, selected_name};
pub use path::{Miss, Place, Target};

/// What is done, as RBAC calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Read one.
    Get,
    /// Read all.
    List,
    /// Be told of changes.
    Watch,
    /// Make one.
    Create,
    /// Replace one.
    Update,
    /// Change one.
    Patch,
    /// Delete one.
    Delete,
    /// Delete many.
    DeleteCollection,
}

impl Verb {
    /// As in rules and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
        }
    }
}

/// A part of an object with a path of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sub {
    /// `status`
    Status,
    /// `scale`
    Scale,
    /// `finalize`, of a Namespace
    Finalize,
}

impl Sub {
    /// As in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Scale => "scale",
            Self::Finalize => "finalize",
        }
    }
}

/// A request about a resource.
#[derive(Debug)]
pub struct Call<'r> {
    /// What is done.
    pub verb: Verb,
    /// To what.
    pub target: Target<'r>,
    /// How.
    pub options: Options,
    /// The form of the answer.
    pub accept: Accept,
    /// What kind of patch the body is; none where it is no patch.
    pub patch: Option<PatchType>,
    /// The media type of the body, without parameters.
    pub content_type: &'r str,
    /// What the client calls itself.
    pub agent: &'r str,
    /// The body.
    pub body: &'r Bytes,
}

impl<'r> Call<'r> {
    /// Reads what is not in the path.
    pub fn read(
        verb: Verb,
        target: Target<'r>,
        request: &'r Request<Bytes>,
    ) -> Result<Self, Failure> {
        let accept = Accept::read(header(request, &ACCEPT))?;
        let content_type = header(request, &CONTENT_TYPE);
        let content_type = content_type.split(';').next().unwrap_or_default().trim();
        let mut patch = None;
        if verb == Verb::Patch {
            let kind = PatchType::of_content_type(content_type);
            patch = Some(kind.ok_or_else(Failure::patch_type)?);
        }
        let query = request.uri().query().unwrap_or_default();
        let options = Options::read(query, target.row())?;
        options.check(verb, patch)?;
        Ok(Self {
            verb,
            target,
            options,
            accept,
            patch,
            content_type,
            agent: header(request, &USER_AGENT),
            body: request.body(),
        })
    }

    /// Who writes: as said, or the first word of what the client calls itself.
    pub fn manager(&self) -> &str {
        let agent = self.agent.split('/').next().unwrap_or_default();
        self.options.field_manager.as_deref().unwrap_or(agent)
    }

    /// Whether it is a server-side apply.
    pub fn is_apply(&self) -> bool {
        self.patch == Some(PatchType::Apply)
    }
}

/// A header's text, or nothing.
pub fn header<'r>(request: &'r Request<Bytes>, name: &HeaderName) -> &'r str {
    let value = request.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
