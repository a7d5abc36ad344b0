//! A scenario, told once more by the core.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::{Value as Json, json};
use tarnfui_shared::change::{Change, Op};
use tarnfui_shared::config::Config;
use tarnfui_shared::decide::{Decision, State};
use tarnfui_shared::plan::{Plan, Stage};
use tarnfui_shared::problem::Problem;
use tarnfui_shared::workload::{Field, Kind, Value};
use tarnfui_shared::zone::Zone;

use crate::cluster::{Cluster, Id};
use crate::looker::Looker;

/// More looks than any scenario needs until there is nothing left to do.
const MAX_LOOKS: usize = 12;

/// The same text, with the lines of what is expected replaced by what comes out.
pub(crate) fn tell(text: &str) -> String {
    let mut story = Story {
        zone: Zone::utc(),
        now: None,
        begun: false,
        cluster: Cluster::default(),
        looker: Looker::default(),
        slow: BTreeSet::new(),
        config: None,
        told: Vec::new(),
    };
    // What people do before an instant is done at it, so that it has a time.
    let mut before: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('|')) {
        story.told.push(line.to_owned());
        if let Some(instant) = line.strip_prefix("at ") {
            let now = story.instant(instant);
            story.now = Some(now).filter(|_| story.begun);
            before.drain(..).for_each(|line| story.line(line));
            story.take_config();
            story.now = Some(now);
            story.begun = true;
            story.look(now);
        } else if let Some(zone) = line.strip_prefix("zone ") {
            story.zone = Zone::parse(zone).expect("a zone");
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            before.push(line);
        }
    }
    assert_eq!(before, [""; 0], "an instant after the last thing done");
    story.told.join("\n") + "\n"
}

struct Story {
    zone: Zone,
    /// None for what was there before the first look.
    now: Option<Timestamp>,
    begun: bool,
    cluster: Cluster,
    looker: Looker,
    slow: BTreeSet<Id>,
    /// The lines of a configuration that is being read.
    config: Option<String>,
    told: Vec<String>,
}

impl Story {
    fn line(&mut self, line: &str) {
        if let Some(config) = &mut self.config
            && line.starts_with(' ')
        {
            config.push_str(line);
            config.push('\n');
            return;
        }
        self.take_config();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "config" => self.config = Some(String::new()),
            "namespace" => self.annotate_namespace(rest),
            "request" => self.looker.activity.last_request = self.now,
            "traffic" => {
                let is_known = rest == "known";
                self.looker.activity.traffic_known_since = self.now.filter(|_| is_known);
            }
            "restart" => self.looker.restart(),
            _ => self.workload(verb, rest),
        }
    }

    fn take_config(&mut self) {
        let Some(text) = self.config.take() else {
            return;
        };
        // The last good one stays in force.
        match Config::parse(&text) {
            Ok(config) => self.looker.config = config,
            Err(problems) => {
                let told = problems.iter().map(|it| format!("| refused: {it}"));
                self.told.extend(told);
            }
        }
    }

    fn annotate_namespace(&mut self, rest: &str) {
        let annotations = &mut self.looker.annotations;
        if let Some((key, value)) = rest.split_once(" = ") {
            annotations.insert(format!("tarnfui.io/{key}"), value.to_owned());
        } else {
            let key = rest.strip_suffix(" -").expect("KEY = VALUE or KEY -");
            annotations.remove(&format!("tarnfui.io/{key}"));
        }
    }

    fn workload(&mut self, verb: &str, rest: &str) {
        let (first, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if let Some(kind) = Kind::parse(verb) {
            let id = (kind, first.to_owned());
            let created_at = self.now.unwrap_or(Timestamp::UNIX_EPOCH);
            return self.cluster.create(&id, value(kind, rest), created_at);
        }
        let (kind, name) = first.split_once('/').expect("KIND/NAME");
        let kind = Kind::parse(kind).expect("a kind");
        let id = (kind, name.to_owned());
        match verb {
            "annotate" => self.edit(&id, "annotations", rest),
            "label" => self.edit(&id, "labels", rest),
            "set" => {
                let (text, manager) = rest.split_once(" by ").expect("VALUE by MANAGER");
                self.cluster.set(&id, value(kind, text), manager);
                self.settle();
            }
            "patch" => {
                let patch: Json = serde_json::from_str(rest).expect("JSON");
                self.cluster.merge(&id, &patch, "kubectl-patch");
            }
            "autoscaler" => drop(self.looker.autoscaled.insert(id)),
            "delete" => drop(self.cluster.objects.remove(&id)),
            "slow" => drop(self.slow.insert(id)),
            "ready" => {
                self.slow.remove(&id);
                self.cluster.settle(&id);
            }
            _ => panic!("{verb:?} means nothing in a scenario"),
        }
    }

    fn edit(&mut self, id: &Id, map: &str, rest: &str) {
        let (key, value) = match rest.split_once(" = ") {
            Some((key, value)) => (key, json!(value)),
            None => (
                rest.strip_suffix(" -").expect("KEY = VALUE or KEY -"),
                Json::Null,
            ),
        };
        let patch = json!({ "metadata": { map: { format!("tarnfui.io/{key}"): value } } });
        self.cluster.merge(id, &patch, "kubectl-edit");
    }

    fn settle(&mut self) {
        let ids: Vec<Id> = self.cluster.objects.keys().cloned().collect();
        for id in ids.iter().filter(|id| !self.slow.contains(id)) {
            self.cluster.settle(id);
        }
    }

    /// Looks and carries out until there is nothing to do, and tells.
    fn look(&mut self, now: Timestamp) {
        let mut problems: Vec<Problem> = Vec::new();
        for look in 0.. {
            let plan = self.looker.look(now, &self.cluster);
            for problem in &plan.problems {
                if !problems.contains(problem) {
                    problems.push(problem.clone());
                }
            }
            if look == 0 {
                let told = match &plan.decision {
                    Ok(decision) => self.decision(decision),
                    Err(unknown) => unknown.as_str().to_owned(),
                };
                self.told.push(format!("| {told}"));
            }
            if plan.changes.is_empty() {
                return self.standing(&plan, &problems);
            }
            for change in &plan.changes {
                self.told.push(format!("| {}", words(change)));
                self.cluster.execute(change).expect("nobody else writes");
                let id = (change.target.kind, change.target.name.to_string());
                self.looker.written(&id, change.op);
            }
            self.settle();
            assert!(look < MAX_LOOKS, "no end:\n{}", self.told.join("\n"));
        }
    }

    /// What is worth saying once all is done: what differs from the namespace, and problems.
    fn standing(&mut self, plan: &Plan, problems: &[Problem]) {
        let mut lines = Vec::new();
        let decision = plan.decision.ok();
        for (workload, outlook) in self.cluster.observe().iter().zip(&plan.outlooks) {
            let name = workload.reference();
            if Some(outlook.decision) != decision {
                lines.push(format!("{name} {}", self.decision(&outlook.decision)));
            }
            match outlook.stage {
                Stage::Kept => lines.push(format!("{name} is kept")),
                Stage::Waking => lines.push(format!("{name} waits")),
                Stage::Awake if outlook.decision.state == State::Asleep => {
                    lines.push(format!("{name} runs"));
                }
                Stage::Asleep if outlook.decision.state != State::Asleep => {
                    lines.push(format!("{name} sleeps on"));
                }
                Stage::Awake | Stage::Asleep | Stage::AtRest | Stage::FallingAsleep => {}
            }
        }
        for problem in problems {
            let whose = problem.workload.as_deref().unwrap_or("namespace");
            lines.push(format!("{} {whose} {}", problem.code, problem.key));
        }
        if plan.next_transition != decision.and_then(|it| it.until) {
            let next = plan.next_transition.map(|at| self.civil(at));
            lines.push(format!("next look {}", next.as_deref().unwrap_or("-")));
        }
        self.told
            .extend(lines.iter().map(|line| format!("| {line}")));
    }

    fn decision(&self, decision: &Decision) -> String {
        let until = decision
            .until
            .map(|at| format!(" until {}", self.civil(at)));
        let until = until.unwrap_or_default();
        format!("{} {}{until}", decision.state, decision.reason)
    }

    fn civil(&self, at: Timestamp) -> String {
        let zoned = at.to_zoned(self.zone.tz().clone());
        let seconds = if zoned.second() == 0 { "" } else { ":%S" };
        let format = format!("%a %F %H:%M{seconds}%:::z");
        zoned.strftime(&format).to_string()
    }

    /// Reads `Fri 2026-10-23 20:00`, with an offset where the clock shows it twice.
    fn instant(&self, text: &str) -> Timestamp {
        let (day, rest) = text.split_once(' ').expect("a weekday");
        let (civil, offset) = match rest.rsplit_once('+') {
            Some((civil, offset)) => (civil, offset.parse::<i8>().ok()),
            None => (rest, None),
        };
        let civil: DateTime = civil.parse().expect("a date and a time");
        let found = civil.strftime("%a").to_string();
        assert_eq!(found, day, "the weekday of {civil}");
        match offset {
            Some(hours) => jiff::tz::offset(hours)
                .to_timestamp(civil)
                .expect("an instant"),
            None => self.zone.start_of(civil),
        }
    }
}

fn value(kind: Kind, text: &str) -> Value {
    match kind.row().field {
        Field::Replicas => Value::Replicas(text.parse().expect("replicas")),
        Field::Suspend => Value::Suspend(text.parse().expect("true or false")),
    }
}

fn words(change: &Change) -> String {
    let target = format!(
        "{}/{}",
        change.target.kind.row().singular,
        change.target.name
    );
    match change.op {
        Op::Sleep { saved, to } => format!("sleep {target} {saved} -> {to}"),
        Op::Restore { to } => format!("restore {target} {to}"),
        Op::Release => format!("release {target}"),
        Op::HandOver { .. } => format!("hand over {target}"),
    }
}
