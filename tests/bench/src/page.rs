//! The page that publishes the figures: its text is written by people, and what stands between two
//! marks by the last run of a bench.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::report::Report;

/// Puts a report between its marks in a page.
pub fn update(page: &Path, report: &Report) -> anyhow::Result<()> {
    let text = fs::read_to_string(page).with_context(|| format!("read {}", page.display()))?;
    let text = with_report(&text, report)?;
    fs::write(page, text).with_context(|| format!("write {}", page.display()))
}

fn with_report(text: &str, report: &Report) -> anyhow::Result<String> {
    let (start, end) = marks(&report.bench);
    let missing = || format!("the page has no {start} or no {end} behind it");
    let (before, rest) = text.split_once(&start).with_context(missing)?;
    let (_, after) = rest.split_once(&end).with_context(missing)?;
    Ok(format!(
        "{before}{start}\n{}\n{end}{after}",
        report.markdown()
    ))
}

fn marks(bench: &str) -> (String, String) {
    (
        format!("<!-- figures of {bench} -->"),
        format!("<!-- end of {bench} -->"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Goal;

    #[test]
    fn only_what_is_between_the_marks_is_written_anew() {
        let mut report = Report::begin("start");
        report.figure("size", 7.0, "MB", Goal::AtMost(8.0));
        let page = "# Page\n\n<!-- figures of start -->\nold\n<!-- end of start -->\n\nmore\n";
        let once = with_report(page, &report).unwrap();
        assert!(once.starts_with("# Page\n\n<!-- figures of start -->\n`just bench start`"));
        assert!(once.ends_with("<!-- end of start -->\n\nmore\n") && !once.contains("old"));
        assert_eq!(with_report(&once, &report).unwrap(), once);
        let error = with_report("# Page\n", &report).unwrap_err();
        assert!(error.to_string().contains("figures of start"), "{error}");
    }
}
