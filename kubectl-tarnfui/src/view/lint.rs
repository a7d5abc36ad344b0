//! What is wrong with the rules in files, as far as that can be told without a cluster.
//!
//! Everything that is said here is said by the core as it would be to the controller; only where it
//! stands is added.

use std::collections::BTreeMap;

use serde::Serialize;
use tarnfui_shared::annotations::{NamespaceAnnotations, PREFIX, WorkloadAnnotations};
use tarnfui_shared::config::Config;
use tarnfui_shared::problem::{Code, Problem, cut};
use tarnfui_shared::rules::Rules;

use crate::manifests::objects::{Contents, Fault, Object, Sort, line_of_path};
use crate::reading::{Annotations, Reading};

/// The longest object that is shown, in bytes: two names as long as they may be, and a kind.
const MAX_OBJECT_BYTES: usize = 520;

/// A problem in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintResult {
    /// The file, as it was named or found.
    pub file: String,
    /// The line of the annotation, or where what is wrong begins.
    pub line: u64,
    /// `namespace/shop`, `shop/deployment/web` or `configuration`; null where a file is no YAML.
    pub object: Option<String>,
    /// The annotation, field or configuration path; null where a file is no YAML.
    pub key: Option<String>,
    /// What kind of problem.
    pub code: Code,
    /// Whether somebody should mend it.
    pub level: Level,
    /// What was found.
    pub message: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Level {
    /// Somebody should mend it.
    Problem,
    /// It is only worth knowing.
    Notice,
}

impl From<Code> for Level {
    fn from(code: Code) -> Self {
        if code.is_notice() {
            Self::Notice
        } else {
            Self::Problem
        }
    }
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Linted {
    /// Its name.
    pub file: String,
    /// What is in it.
    pub contents: Contents,
}

/// A file with a configuration.
#[derive(Debug, Clone)]
pub struct LintedConfiguration {
    /// Its name.
    pub file: String,
    /// What is in it.
    pub text: String,
}

/// What is wrong with the files, under a configuration; the built-in one where there is none.
///
/// Of a namespace that is in several files the last one counts for its workloads, as it would when
/// they are applied one after the other.
pub fn lint(files: &[Linted], configuration: Option<&LintedConfiguration>) -> Vec<LintResult> {
    let read = configuration.map(|it| (it, Config::parse(&it.text)));
    let mut results = Vec::new();
    let built_in = Config::default();
    let (config, is_read) = match &read {
        None => (&built_in, true),
        Some((_, Ok(config))) => (config, true),
        Some((_, Err(_))) => (&built_in, false),
    };
    if let Some((it, read)) = &read {
        results.extend(of_configuration(it, read));
    }
    let objects = || files.iter().flat_map(|file| &file.contents.objects);
    let namespaces = objects()
        .filter(|it| it.sort == Sort::Namespace)
        .map(|it| (it.name.as_str(), &it.annotations))
        .collect();
    let linter = Linter {
        config,
        is_read,
        namespaces,
    };
    for file in files {
        let faults = file.contents.faults.iter();
        let faults = faults.map(|fault| of_fault(&file.file, fault));
        let objects = file.contents.objects.iter();
        let wrong = objects.flat_map(|object| linter.object(&file.file, object));
        let mut of_file: Vec<LintResult> = faults.chain(wrong).collect();
        of_file.sort_by_key(|it| it.line);
        results.append(&mut of_file);
    }
    results
}

/// What is wrong with a configuration; where nothing is, what is only worth knowing.
fn of_configuration(
    configuration: &LintedConfiguration,
    read: &Result<Config, Vec<Problem>>,
) -> Vec<LintResult> {
    let problems = match read {
        Err(problems) => problems.clone(),
        Ok(config) => {
            let named = config.schedules.iter().flat_map(|(name, schedule)| {
                let key = format!("schedules.{name}");
                let hints = schedule.hints().into_iter();
                hints.map(move |it| Problem::new(key.clone(), Code::Misleading, it.to_string()))
            });
            let inherited = inherited(config).into_iter().map(|it| Problem {
                key: it.key.replace(PREFIX, "defaults."),
                ..it
            });
            named.chain(inherited).collect()
        }
    };
    let of_problem = |problem: Problem| {
        let line = line_of_path(&configuration.text, &problem.key);
        of_problem(&configuration.file, line, "configuration".into(), problem)
    };
    let mut results: Vec<LintResult> = problems.into_iter().map(of_problem).collect();
    results.sort_by_key(|it| it.line);
    results
}

/// What is wrong with every namespace that says nothing itself.
fn inherited(config: &Config) -> Vec<Problem> {
    Rules::of_namespace("", &NamespaceAnnotations::default(), config).1
}

struct Linter<'a> {
    config: &'a Config,
    /// Whether the configuration could be read; else nothing can be said of what hangs on it.
    is_read: bool,
    namespaces: BTreeMap<&'a str, &'a Annotations>,
}

impl Linter<'_> {
    fn object(&self, file: &str, object: &Object) -> Vec<LintResult> {
        let problems = match object.sort {
            Sort::Namespace => Reading::of(&object.name, &object.annotations, self.config).problems,
            Sort::Workload(_) => self.of_workload(object),
        };
        let inherited = inherited(self.config);
        let is_own = |problem: &Problem| {
            object.annotations.contains_key(&problem.key) || !inherited.contains(problem)
        };
        let told = problems
            .into_iter()
            .filter(|it| is_own(it) && self.is_known(object, it));
        told.map(|it| of_problem(file, object.line_of(&it.key), object.reference(), it))
            .collect()
    }

    fn of_workload(&self, object: &Object) -> Vec<Problem> {
        let pairs = object.annotations.iter();
        let pairs = pairs.map(|(key, value)| (key.as_str(), value.as_str()));
        let (own, mut problems) = WorkloadAnnotations::read(pairs);
        let nothing = Annotations::new();
        let name = object.namespace.as_deref().unwrap_or_default();
        let annotations = self.namespaces.get(name).copied().unwrap_or(&nothing);
        let namespace = Reading::of(name, annotations, self.config);
        let (_, found) = namespace
            .rules
            .for_workload(&own, &namespace.annotations, self.config);
        problems.extend(found);
        problems
    }

    /// Whether the problem can be known, and is to be mended here: a schedule that the configuration
    /// names is looked at there.
    fn is_known(&self, object: &Object, problem: &Problem) -> bool {
        let value = object.annotations.get(&problem.key);
        let is_named = value.is_some_and(|it| it.trim_start().starts_with('@'));
        let hangs_on_it = [Code::UnknownName, Code::IdleWithoutWake].contains(&problem.code);
        let is_there = problem.code == Code::Misleading && is_named;
        !is_there && (self.is_read || !hangs_on_it)
    }
}

fn of_problem(file: &str, line: u64, object: String, problem: Problem) -> LintResult {
    LintResult {
        file: file.to_owned(),
        line,
        object: Some(cut(object, MAX_OBJECT_BYTES)),
        key: Some(problem.key),
        code: problem.code,
        level: problem.code.into(),
        message: problem.message,
        hint: problem.hint,
    }
}

fn of_fault(file: &str, fault: &Fault) -> LintResult {
    // Cut as the core cuts the texts of problems.
    let problem = Problem::new("", Code::InvalidManifest, fault.message.clone());
    LintResult {
        file: file.to_owned(),
        line: fault.line,
        object: fault.object.clone().map(|it| cut(it, MAX_OBJECT_BYTES)),
        key: fault.key.clone(),
        code: problem.code,
        level: problem.code.into(),
        message: problem.message,
        hint: fault.hint.clone(),
    }
}
