//! Why an attempt to acquire, renew or release the lease failed, and when to try again.
//!
//! The crate below tells what it did when a call failed; here that becomes what a person needs to
//! know. Nothing else in this module looks into the crate's errors.

#[cfg(test)]
mod tests;

use kube::core::Status;
use kube_leader_election as crate_lock;
use thiserror::Error;

use super::LeaseKey;

/// A failed attempt. None of them ends the campaign.
#[derive(Debug, Error)]
pub enum LeaderError {
    /// 403. Only a person can change that.
    #[error(
        "the account may not {verb} the lease {lease}; hint: grant it `create` on leases in that \
         namespace, and `get` and `patch` on this one by its name"
    )]
    Forbidden {
        /// The lease.
        lease: LeaseKey,
        /// What was not allowed: `get`, `create` or `patch`.
        verb: &'static str,
        /// The API server's answer.
        source: Box<Status>,
    },
    /// 401: there is no valid token or certificate, or not any more.
    #[error(
        "the API server does not accept the account that would {verb} the lease {lease}; hint: check \
         the token or certificate"
    )]
    Unauthorized {
        /// The lease.
        lease: LeaseKey,
        /// What was tried: `get`, `create` or `patch`.
        verb: &'static str,
        /// The API server's answer.
        source: Box<Status>,
    },
    /// 404 to a creation.
    #[error(
        "there is no namespace {:?} for the lease {lease}; hint: create it, or name another with \
         --namespace",
        lease.namespace
    )]
    NamespaceMissing {
        /// The lease.
        lease: LeaseKey,
        /// The API server's answer.
        source: Box<Status>,
    },
    /// Somebody else changed, created or deleted the lease after it was read; nothing was written.
    #[error(
        "the lease {lease} changed while it was being taken or renewed: the next attempt reads it again"
    )]
    Overtaken {
        /// The lease.
        lease: LeaseKey,
        /// The API server's answer.
        source: Box<Status>,
    },
    /// Any other answer with an error status.
    #[error(
        "the API server answered {code} to a {verb} of the lease {lease}; hint: see its message, and its \
         own log for a code of 500 or above",
        code = source.code
    )]
    Answered {
        /// The lease.
        lease: LeaseKey,
        /// What was tried: `get`, `create` or `patch`.
        verb: &'static str,
        /// The API server's answer.
        source: Box<Status>,
    },
    /// No answer, none in time, or none that can be read: a write may have happened or not.
    #[error(
        "no answer to a {verb} of the lease {lease}; hint: check that the API server can be reached"
    )]
    NoAnswer {
        /// The lease.
        lease: LeaseKey,
        /// What was tried: `get`, `create` or `patch`.
        verb: &'static str,
        /// What the call failed with.
        source: Box<kube::Error>,
    },
    /// The lease makes no sense to the election, which the guard should have mended.
    #[error("the lease {lease} can't be read; hint: delete it, the replicas create it anew")]
    Unreadable {
        /// The lease.
        lease: LeaseKey,
        /// What the election failed with.
        source: Box<crate_lock::Error>,
    },
}

/// When the next attempt is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// At the usual pace: it may go by itself at any moment.
    Usual,
    /// Seldom: somebody has to do something first.
    Seldom,
}

impl LeaderError {
    /// The name of this kind of failure in metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forbidden { .. } => "forbidden",
            Self::Unauthorized { .. } => "unauthorized",
            Self::NamespaceMissing { .. } => "namespace_missing",
            Self::Overtaken { .. } => "overtaken",
            Self::Answered { .. } => "answered",
            Self::NoAnswer { .. } => "no_answer",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// When to try again. Always at some time: a campaign ends only when asked.
    pub(super) fn retry(&self) -> Retry {
        match self {
            // A token is replaced under way, and a replica that is refused for one second must not
            // lose the lease over it.
            Self::Unauthorized { .. }
            | Self::Overtaken { .. }
            | Self::Answered { .. }
            | Self::NoAnswer { .. } => Retry::Usual,
            Self::Forbidden { .. } | Self::NamespaceMissing { .. } | Self::Unreadable { .. } => {
                Retry::Seldom
            }
        }
    }

    /// What `error` means for `lease`.
    pub(super) fn new(lease: &LeaseKey, error: crate_lock::Error) -> Self {
        use crate_lock::Error as Lock;
        let lease = lease.clone();
        match error {
            Lock::GetLease(error) | Lock::Kube(error) => Self::of_call(lease, "get", error),
            Lock::ApiError { response } => Self::of_status(lease, "get", response),
            Lock::CreateLease(error) => Self::of_call(lease, "create", error),
            Lock::AcquireLease(error) | Lock::RenewLease(error) | Lock::ReleaseLease(error) => {
                Self::of_call(lease, "patch", error)
            }
            error @ (Lock::TraverseLease { .. }
            | Lock::ReleaseLockWhenNotLeading { .. }
            | Lock::SerdeError(_)
            | Lock::JiffError(_)) => Self::Unreadable {
                lease,
                source: Box::new(error),
            },
        }
    }

    fn of_call(lease: LeaseKey, verb: &'static str, error: kube::Error) -> Self {
        if let kube::Error::Api(status) = error {
            return Self::of_status(lease, verb, status);
        }
        Self::NoAnswer {
            lease,
            verb,
            source: Box::new(error),
        }
    }

    fn of_status(lease: LeaseKey, verb: &'static str, source: Box<Status>) -> Self {
        match source.code {
            401 => Self::Unauthorized {
                lease,
                verb,
                source,
            },
            403 => Self::Forbidden {
                lease,
                verb,
                source,
            },
            404 if verb == "create" => Self::NamespaceMissing { lease, source },
            404 | 409 => Self::Overtaken { lease, source },
            _ => Self::Answered {
                lease,
                verb,
                source,
            },
        }
    }
}
