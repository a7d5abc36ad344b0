//! Words that several verbs have in common: counts, values, and what was only tried.

use tarnfui_shared::workload::Value;

use crate::args::DryRun;

/// `1 workload`, `2 workloads`.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// A value: `3 replicas`, `suspended`.
pub fn amount(value: Value) -> String {
    match value {
        Value::Replicas(1) => "1 replica".to_owned(),
        Value::Replicas(number) => format!("{number} replicas"),
        Value::Suspend(true) => "suspended".to_owned(),
        Value::Suspend(false) => "unsuspended".to_owned(),
    }
}

/// How something stays at a value: `at 3 replicas`, `suspended`.
pub fn stays(value: Value) -> String {
    match value {
        Value::Replicas(_) => format!("at {}", amount(value)),
        Value::Suspend(_) => amount(value),
    }
}

/// kubectl's words for what was only tried, as the end of a sentence.
pub fn tried(dry_run: DryRun) -> &'static str {
    match dry_run {
        DryRun::None => "",
        DryRun::Client => " (dry run)",
        DryRun::Server => " (server dry run)",
    }
}
