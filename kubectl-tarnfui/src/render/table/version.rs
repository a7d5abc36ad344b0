//! `version`, in kubectl's words.

use crate::render::lines;
use crate::view::{Controller, Versions};

/// The versions that are known.
pub fn versions(versions: &Versions) -> String {
    let client = [
        format!("Client Version: {}", versions.client.version),
        format!("Zone Data Version: {}", versions.client.zone_data),
    ];
    let server = versions
        .server
        .as_ref()
        .map(|it| format!("Server Version: {}", it.version));
    lines(
        client
            .into_iter()
            .chain(server)
            .chain(versions.controller.as_ref().map(controller)),
    )
}

fn controller(controller: &Controller) -> String {
    let Controller {
        namespace,
        holder,
        message,
    } = controller;
    match (holder, message) {
        (Some(holder), _) => format!("Controller: {holder} leads in namespace {namespace}"),
        (None, Some(message)) => format!("Controller: unknown, {message}"),
        (None, None) => format!("Controller: none leads in namespace {namespace}"),
    }
}
