//! From view models to text.
//!
//! One module per way to print. What is shown, and in which order, is settled before; here it only
//! gets its form. Texts of others pass through [`crate::error::one_line`] on their way into a cell.

pub mod bars;
pub mod ink;
pub mod json;
pub mod sarif;
pub mod table;
pub mod yaml;

/// One `namespace/NAME` a line.
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    lines(names.into_iter().map(|name| format!("namespace/{name}")))
}

/// One `NAMESPACE/KIND/NAME` a line.
pub fn workloads<'a>(workloads: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let path = |(namespace, workload)| format!("{namespace}/{workload}");
    lines(workloads.into_iter().map(path))
}

/// Lines as a text, each with its end.
fn lines(lines: impl IntoIterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}
