//! The columns of each table. What `kubectl` heads them with are these names in capitals.
//!
//! The real server also describes each column; `kubectl` prints none of it, and neither is it here.

use crate::json::{Value, json};

/// A column.
pub(super) struct Column {
    name: &'static str,
    kind: &'static str,
    format: &'static str,
    /// 0 if it is always shown, 1 if only with `-o wide`.
    priority: u8,
}

impl Column {
    /// The entry of `columnDefinitions`.
    pub(super) fn definition(&self) -> Value {
        json!({
            "name": self.name,
            "type": self.kind,
            "format": self.format,
            "description": "",
            "priority": self.priority,
        })
    }

    const fn of(name: &'static str, kind: &'static str) -> Self {
        Self {
            name,
            kind,
            format: "",
            priority: 0,
        }
    }

    const fn text(name: &'static str) -> Self {
        Self::of(name, "string")
    }

    const fn number(name: &'static str) -> Self {
        Self::of(name, "integer")
    }

    const fn wide(self) -> Self {
        Self {
            priority: 1,
            ..self
        }
    }
}

/// What tells one row from the others.
const NAME: Column = Column {
    name: "Name",
    kind: "string",
    format: "name",
    priority: 0,
};

const AGE: Column = Column::text("Age");
const CONTAINERS: Column = Column::text("Containers").wide();
const IMAGES: Column = Column::text("Images").wide();
const SELECTOR: Column = Column::text("Selector").wide();

pub(super) const NAMESPACE: &[Column] = &[NAME, Column::text("Status"), AGE];

pub(super) const CONFIG_MAP: &[Column] = &[NAME, Column::text("Data"), AGE];

pub(super) const SECRET: &[Column] = &[NAME, Column::text("Type"), Column::text("Data"), AGE];

pub(super) const SERVICE_ACCOUNT: &[Column] = &[NAME, AGE];

pub(super) const LEASE: &[Column] = &[NAME, Column::text("Holder"), AGE];

pub(super) const BINDING: &[Column] = &[
    NAME,
    Column::text("Role"),
    AGE,
    Column::text("Users").wide(),
    Column::text("Groups").wide(),
    Column::text("ServiceAccounts").wide(),
];

pub(super) const SERVICE: &[Column] = &[
    NAME,
    Column::text("Type"),
    Column::text("Cluster-IP"),
    Column::text("External-IP"),
    Column::text("Port(s)"),
    AGE,
    SELECTOR,
];

pub(super) const POD: &[Column] = &[
    NAME,
    Column::text("Ready"),
    Column::text("Status"),
    Column::text("Restarts"),
    AGE,
    Column::text("IP").wide(),
    Column::text("Node").wide(),
    Column::text("Nominated Node").wide(),
    Column::text("Readiness Gates").wide(),
];

pub(super) const EVENT: &[Column] = &[
    Column::text("Last Seen"),
    Column::text("Type"),
    Column::text("Reason"),
    Column::text("Object"),
    Column::text("Subobject").wide(),
    Column::text("Source").wide(),
    Column::text("Message"),
    Column::text("First Seen").wide(),
    Column::text("Count").wide(),
    NAME.wide(),
];

pub(super) const DEPLOYMENT: &[Column] = &[
    NAME,
    Column::text("Ready"),
    Column::text("Up-to-date"),
    Column::text("Available"),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
];

pub(super) const REPLICA_SET: &[Column] = &[
    NAME,
    Column::number("Desired"),
    Column::number("Current"),
    Column::number("Ready"),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
];

pub(super) const STATEFUL_SET: &[Column] = &[NAME, Column::text("Ready"), AGE, CONTAINERS, IMAGES];

pub(super) const DAEMON_SET: &[Column] = &[
    NAME,
    Column::number("Desired"),
    Column::number("Current"),
    Column::number("Ready"),
    Column::number("Up-to-date"),
    Column::number("Available"),
    Column::text("Node Selector"),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
];

pub(super) const CRON_JOB: &[Column] = &[
    NAME,
    Column::text("Schedule"),
    Column::text("Timezone"),
    Column::of("Suspend", "boolean"),
    Column::number("Active"),
    Column::text("Last Schedule"),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
];

pub(super) const JOB: &[Column] = &[
    NAME,
    Column::text("Status"),
    Column::text("Completions"),
    Column::text("Duration"),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
];

pub(super) const AUTOSCALER: &[Column] = &[
    NAME,
    Column::text("Reference"),
    Column::text("Targets"),
    Column::text("MinPods"),
    Column::text("MaxPods"),
    Column::text("Replicas"),
    AGE,
];

pub(super) const ANY: &[Column] = &[NAME, Column::of("Created At", "date")];

pub(super) const SCALE: &[Column] = &[
    Column::text("Name"),
    Column::number("Desired"),
    Column::number("Available"),
    AGE,
];
