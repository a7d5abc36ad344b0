//! The page is what docs/metrics.md says, no more and no less.

use std::collections::BTreeSet;

use super::*;

fn page() -> String {
    let metrics = Metrics::default();
    metrics.write("sleep", "done");
    metrics.event("sent");
    metrics.late_by(Duration::from_millis(300));
    metrics.render(&Summary::default(), &Staleness::default())
}

#[test]
fn the_documentation_names_every_metric_and_no_other() {
    let page = page();
    let helps = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let is: BTreeSet<String> = helps
        .filter_map(|line| line.split_once(' '))
        .map(|(name, kind)| {
            if kind == "counter" {
                format!("{name}_total")
            } else {
                name.to_owned()
            }
        })
        .collect();
    let documentation = include_str!("../../../docs/metrics.md");
    let rows = documentation
        .lines()
        .filter_map(|line| line.strip_prefix("| `tarnfui_"));
    let said: BTreeSet<String> = rows
        .filter_map(|row| row.split_once('`'))
        .map(|(name, _)| format!("tarnfui_{name}"))
        .collect();
    assert_eq!(is, said);
}

#[test]
fn the_page_ends_as_the_format_wants() {
    let page = page();
    assert!(page.ends_with("# EOF\n"));
    assert_eq!(page.matches("# EOF").count(), 1);
    assert!(
        page.contains("tarnfui_writes_total{op=\"sleep\",outcome=\"done\"} 1\n"),
        "{page}"
    );
    assert!(
        page.contains("tarnfui_transition_last_lateness_seconds 0.3\n"),
        "{page}"
    );
}
