//! What a bench has found: tables for people, and figures beside what they are to reach.
//!
//! A figure that falls short is said, and is no failure: a busy machine is nobody's bug.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tabled::builder::Builder;
use tabled::settings::Style;

/// What a figure is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Goal {
    /// It may be as much as this.
    AtMost(f64),
    /// It has to be this.
    Exactly(f64),
}

impl Goal {
    fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::AtMost(bound) => value <= bound,
            Self::Exactly(wanted) => (value - wanted).abs() < f64::EPSILON,
        }
    }
}

/// One figure that was promised something about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// What came out.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// What it is to reach.
    pub goal: Goal,
}

/// A table of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The heads of its columns, with their units.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// The machine, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The day, in UTC.
    pub date: String,
    /// The processor, as it calls itself.
    pub processor: String,
    /// How many cores there are to use.
    pub cores: usize,
    /// The kernel.
    pub kernel: String,
    /// How many processes wanted a core when it began, on average over a minute.
    pub load: String,
    /// What plays it again.
    pub command: String,
    /// What limits the controllers, or why nothing does; none where there are none.
    pub limit: Option<String>,
}

impl Setting {
    /// This machine, now.
    pub fn here(bench: &str) -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let processors = read("/proc/cpuinfo");
        let model = processors
            .lines()
            .find_map(|line| line.strip_prefix("model name"));
        let model = model.map(|rest| rest.trim_start_matches([' ', '\t', ':']).to_owned());
        let load = read("/proc/loadavg");
        Self {
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            processor: model.unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, Into::into),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
            command: format!("just bench {bench}"),
            limit: None,
        }
    }
}

/// All that one bench has found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its name.
    pub bench: String,
    /// Where and when.
    pub setting: Setting,
    /// The figures with a goal.
    pub figures: Vec<Figure>,
    /// The tables.
    pub tables: Vec<Table>,
}

impl Report {
    /// Of a bench that begins now.
    pub fn begin(bench: &str) -> Self {
        Self {
            bench: bench.to_owned(),
            setting: Setting::here(bench),
            figures: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// One with controllers in it.
    #[must_use]
    pub fn limited(mut self, limit: String) -> Self {
        self.setting.limit = Some(limit);
        self
    }

    /// Adds a figure.
    pub fn figure(&mut self, what: &str, value: f64, unit: &str, goal: Goal) {
        self.figures.push(Figure {
            what: what.to_owned(),
            value,
            unit: unit.to_owned(),
            goal,
        });
    }

    /// Adds a table.
    pub fn table(&mut self, caption: &str, columns: &[&str], rows: Vec<Vec<String>>) {
        self.tables.push(Table {
            caption: caption.to_owned(),
            columns: columns.iter().map(|&it| it.to_owned()).collect(),
            rows,
        });
    }

    /// As Markdown, which reads well in a terminal too.
    pub fn markdown(&self) -> String {
        let setting = &self.setting;
        let limit = setting.limit.as_ref();
        let head = format!(
            "`{}`, {}, {} cores of {}, Linux {}, load {} when it began{}.",
            setting.command,
            setting.date,
            setting.cores,
            setting.processor,
            setting.kernel,
            setting.load,
            limit.map(|it| format!("; {it}")).unwrap_or_default(),
        );
        let heads = ["figure", "measured", "to reach", ""].map(str::to_owned);
        let rows = self.figures.iter().map(Figure::row);
        let figures = (!self.figures.is_empty()).then(|| grid(&heads, rows));
        let table = |table: &Table| {
            let rows = table.rows.iter().cloned();
            format!("{}:\n\n{}", table.caption, grid(&table.columns, rows))
        };
        let tables = self.tables.iter().map(table);
        let parts: Vec<String> = std::iter::once(head).chain(figures).chain(tables).collect();
        parts.join("\n\n") + "\n"
    }

    /// Writes `<bench>.json` into a directory.
    pub fn write(&self, directory: &Path) -> anyhow::Result<()> {
        let path = directory.join(format!("{}.json", self.bench));
        let text = serde_json::to_string_pretty(self)? + "\n";
        let write = || fs::create_dir_all(directory).and_then(|()| fs::write(&path, text));
        write().with_context(|| format!("write {}", path.display()))
    }
}

impl Figure {
    fn row(&self) -> Vec<String> {
        let show = |value: f64| format!("{} {}", number(value), self.unit).trim().to_owned();
        let goal = match self.goal {
            Goal::AtMost(bound) => format!("at most {}", show(bound)),
            Goal::Exactly(wanted) => format!("exactly {}", show(wanted)),
        };
        let verdict = if self.goal.is_met_by(self.value) {
            "met"
        } else {
            "not met"
        };
        vec![
            self.what.clone(),
            show(self.value),
            goal,
            verdict.to_owned(),
        ]
    }
}

/// A table in Markdown.
fn grid(heads: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut builder = Builder::default();
    builder.push_record(heads.to_vec());
    rows.for_each(|row| builder.push_record(row));
    builder.build().with(Style::markdown()).to_string()
}

/// A number with as many places as it is worth: three digits, or all before the point.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let places = if size >= 100.0 || size.fract() == 0.0 {
        0
    } else if size >= 10.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        3
    };
    format!("{value:.places$}")
}

/// KiB as MiB.
pub fn mebibytes(kibibytes: u64) -> f64 {
    let exact = u32::try_from(kibibytes).unwrap_or(u32::MAX);
    f64::from(exact) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_whether_it_reaches_its_goal() {
        let mut report = Report::begin("storm");
        report.figure("writes", 10_000.0, "", Goal::Exactly(10_000.0));
        report.figure("first write", 1.25, "s", Goal::AtMost(1.0));
        assert!(report.markdown().contains("when it began.\n"));
        let text = report.limited("each limited".to_owned()).markdown();
        assert!(text.contains("when it began; each limited.\n"), "{text}");
        let row = |start: &str| {
            let line = text.lines().find(|line| line.starts_with(start)).unwrap();
            line.split('|').map(str::trim).collect::<Vec<_>>()
        };
        assert_eq!(row("| writes")[2..5], ["10000", "exactly 10000", "met"]);
        assert_eq!(
            row("| first write")[2..5],
            ["1.25 s", "at most 1 s", "not met"]
        );
    }

    #[test]
    fn numbers_have_the_places_that_they_are_worth() {
        let texts = [0.0, 0.0123, 1.5, 12.34, 123.4, 10_000.0].map(number);
        assert_eq!(texts, ["0", "0.012", "1.50", "12.3", "123", "10000"]);
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let mut report = Report::begin("start").limited("controllers not limited".to_owned());
        report.figure("size", 7.5, "MB", Goal::AtMost(8.0));
        report.table("by size", &["workloads"], vec![vec!["1".to_owned()]]);
        let directory = tempfile::tempdir().unwrap();
        report.write(directory.path()).unwrap();
        let text = fs::read_to_string(directory.path().join("start.json")).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }
}
