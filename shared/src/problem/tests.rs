//! What is shown is bounded and whole.

use super::*;

#[test]
fn a_cut_text_ends_at_a_character() {
    for limit in 3..12 {
        let text = cut("ééééé€€€".to_owned(), limit);
        assert!(text.len() <= limit, "{text:?} is longer than {limit}");
        assert!(text.ends_with('…'));
    }
    assert_eq!(cut("short".to_owned(), 5), "short");
}

#[test]
fn display_names_place_fault_and_next_step() {
    let problem = Problem::new(
        "spec.replicas",
        Code::Contested,
        "argocd set it back three times",
    )
    .with_hint("ignore the field there")
    .of_workload("deployment/web");
    assert_eq!(
        problem.to_string(),
        "deployment/web: spec.replicas: argocd set it back three times; \
         hint: ignore the field there"
    );
}
