//! What is wrong with manifests, each at its place.
//!
//! The controller's own rules and plan say so, asked what would come of each workload if it had to
//! sleep, so that nothing is found here that the controller would not say, and the other way round.

use serde::Serialize;
use tarnfui_shared::config::Config;
use tarnfui_shared::problem::{Code, Problem};

use crate::error::one_line;
use crate::manifests::{Fault, Manifests, Place, WorkloadManifest};
use crate::reading::{Annotations, Reading, Sleeper};

/// Something that is wrong, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The file, as it was named; `-` is standard input.
    pub file: String,
    /// The line of the annotation where there is one, else of the object; from 1.
    pub line: usize,
    /// Whether somebody should mend it.
    pub level: Level,
    /// The object, as `namespace/shop` or `deployment/web`; null where the file itself can't be
    /// read.
    pub object: Option<String>,
    /// The namespace that the object lies in; left out where it lies in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The annotation or field to look at; null where the file itself can't be read.
    pub key: Option<String>,
    /// What kind of problem.
    pub code: Code,
    /// What was found and what was expected, in a sentence.
    pub message: String,
    /// What to do next; left out where there is nothing to suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Whether somebody should mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Level {
    /// Somebody should.
    Problem,
    /// It is only worth knowing.
    Note,
}

/// Whether something is missing that the manifests were meant to hold.
pub fn is_missing(finding: &Finding) -> bool {
    finding.code == Code::InvalidManifest
}

/// What is wrong with the manifests under `config`, in the order of files and lines.
pub fn lint(manifests: &Manifests, config: &Config) -> Vec<Finding> {
    let mut found: Vec<(Place, Finding)> = Vec::new();
    for Fault {
        place,
        namespace,
        object,
        problem,
    } in &manifests.faults
    {
        let whose = (object.clone(), namespace.clone());
        found.push((*place, finding(manifests, *place, whose, problem)));
    }
    for namespace in &manifests.namespaces {
        let reading = Reading::of(&namespace.name, &namespace.placed.annotations, config);
        let reference = one_line(&format!("namespace/{}", namespace.name));
        for problem in &reading.problems {
            // What the configuration's defaults say is said there, and not in every namespace.
            if let Some(line) = namespace.placed.line(&problem.key) {
                let place = Place {
                    line,
                    ..namespace.place
                };
                let whose = (Some(reference.clone()), None);
                found.push((place, finding(manifests, place, whose, problem)));
            }
        }
    }
    for workload in &manifests.workloads {
        for problem in of_workload(manifests, workload, config) {
            let line = workload.placed.line(&problem.key);
            let place = Place {
                line: line.unwrap_or(workload.place.line),
                ..workload.place
            };
            let whose = (problem.workload.clone(), Some(workload.namespace.clone()));
            found.push((place, finding(manifests, place, whose, &problem)));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, finding)| finding).collect()
}

fn finding(
    manifests: &Manifests,
    place: Place,
    (object, namespace): (Option<String>, Option<String>),
    problem: &Problem,
) -> Finding {
    let is_note = problem.code.is_notice();
    Finding {
        file: manifests.files[place.file].clone(),
        line: place.line,
        level: if is_note { Level::Note } else { Level::Problem },
        object: object.as_deref().map(one_line),
        namespace,
        key: Some(one_line(&problem.key)).filter(|key| !key.is_empty()),
        code: problem.code,
        message: one_line(&problem.message),
        hint: problem.hint.as_deref().map(one_line),
    }
}

/// What the plan would say of one workload that had to sleep.
fn of_workload(
    manifests: &Manifests,
    manifest: &WorkloadManifest,
    config: &Config,
) -> Vec<Problem> {
    let nothing = Annotations::new();
    let annotations = manifests.annotations_of(&manifest.namespace);
    let annotations = annotations.unwrap_or(&nothing);
    let home = Reading::of(&manifest.namespace, annotations, config);
    Sleeper::of(manifests, manifest, &home, config).problems
}
