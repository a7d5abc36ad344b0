//! Why a watch failed, as a sentence with a next step. When it is tried again is not decided here.

use kube::runtime::watcher;

use crate::errors::chain;
use crate::world::{Fault, Source};

/// Whether the server only lists in pages: it has no streaming lists, and says so with 422.
pub(super) fn wants_pages(error: &watcher::Error) -> bool {
    code(error) == Some(422)
}

pub(super) fn describe(source: Source, error: &watcher::Error) -> Fault {
    Fault(match code(error) {
        Some(401) => format!(
            "cannot watch {source}: the API server refuses the credentials; \
             hint: check the token or the kubeconfig"
        ),
        Some(403) => {
            let or = match source {
                Source::Workloads(_) => ", or take the kind out of the configuration",
                Source::Configuration | Source::Namespaces | Source::Autoscalers => "",
            };
            format!(
                "cannot watch {source}: not allowed; hint: grant list and watch on {source}{or}"
            )
        }
        Some(404) => format!("cannot watch {source}: the API server does not have them"),
        Some(_) | None => format!("cannot watch {source}: {}", chain(error)),
    })
}

fn code(error: &watcher::Error) -> Option<u16> {
    let error = match error {
        watcher::Error::WatchError(status) => return Some(status.code),
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => error,
        watcher::Error::NoResourceVersion => return None,
    };
    if let kube::Error::Api(status) = error {
        Some(status.code)
    } else {
        None
    }
}
