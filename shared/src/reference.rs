//! What the words of the public interface mean, in a sentence each: the reference page is made of it.
//!
//! Nothing is decided by these texts.

use crate::decide::Reason;
use crate::problem::Code;

/// Every reason, in the order in which the rules are tried.
pub const REASONS: &[(Reason, &str)] = &[
    (
        Reason::NoRule,
        "There is no schedule, no idle-after and no order, or the configuration does not manage it: hands off.",
    ),
    (
        Reason::Excluded,
        "An annotation says hands off. What slept was woken.",
    ),
    (
        Reason::InvalidRules,
        "A rule can't be read, and so it is awake. The problems say which.",
    ),
    (
        Reason::Override,
        "A person's order beats the schedule until it runs out.",
    ),
    (
        Reason::Requested,
        "It is outside its hours, and was called for lately.",
    ),
    (Reason::OffHours, "It is outside its hours."),
    (
        Reason::Holiday,
        "It would be within its hours, were it not for a holiday.",
    ),
    (Reason::Idle, "Nobody called for it for long enough."),
    (Reason::WorkingHours, "It is within its hours."),
    (
        Reason::Active,
        "It has no schedule, and was called for lately enough.",
    ),
];

/// Every code of a problem.
pub const CODES: &[(Code, &str)] = &[
    (
        Code::InvalidValue,
        "A value can't be read. The namespace, or the one workload, stays awake.",
    ),
    (
        Code::UnknownName,
        "An `@name` is not defined in the configuration. The namespace stays awake.",
    ),
    (
        Code::UnknownKey,
        "A key under `tarnfui.io/` means nothing. No state changes.",
    ),
    (
        Code::WrongPlace,
        "A key belongs on the other kind of object. No state changes.",
    ),
    (
        Code::TextCut,
        "A text that is only shown is too long, and was cut.",
    ),
    (
        Code::IdleWithoutWake,
        "`idle-after` without `wake-on-request`: nothing could wake it, so it counts as not set.",
    ),
    (
        Code::Misleading,
        "A schedule reads as something else than many people mean by it.",
    ),
    (
        Code::StartedByOther,
        "Somebody started a workload while it should sleep. It is left as it is.",
    ),
    (
        Code::SavedUnreadable,
        "The mark holds no value that can be given back. Nothing is written.",
    ),
    (
        Code::SavedMissing,
        "A workload was put to sleep, and its mark is gone. Nothing is written.",
    ),
    (
        Code::Contested,
        "Something undid three writes in a row. No more are made until the next transition.",
    ),
    (
        Code::RolloutInProgress,
        "A rollout is under way, of which only the new revision would come back. It sleeps later.",
    ),
    (
        Code::RolloutStuck,
        "A rollout has exceeded its deadline, and the workload was put to sleep all the same.",
    ),
    (
        Code::WouldDeleteVolumes,
        "At 0 replicas the volumes of the StatefulSet would be deleted. It never sleeps.",
    ),
    (
        Code::FloorUnderAutoscaler,
        "`sleep-replicas` on the target of a HorizontalPodAutoscaler, which would raise it at once.",
    ),
    (
        Code::WillCatchUp,
        "A CronJob starts a run that it missed the moment it wakes.",
    ),
    (
        Code::OwnedByOther,
        "Another object controls the workload: that is the one to annotate.",
    ),
    (
        Code::WaveLate,
        "A wave did not become ready in time; the next ones were woken all the same.",
    ),
    (
        Code::InvalidConfig,
        "The configuration can't be read. The last good one stays in force.",
    ),
    (
        Code::InvalidManifest,
        "A manifest can't be read: no API server would take it. Only of files, by `lint`.",
    ),
];

/// A key of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Where it stands: `pace.writesInFlight`.
    pub path: &'static str,
    /// A configuration that sets it.
    pub example: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

/// Every key of the configuration.
pub const SETTINGS: &[Setting] = &[
    Setting {
        path: "paused",
        example: "paused: true",
        meaning: "Nothing is decided and nothing written while it is `true`.",
    },
    Setting {
        path: "defaults",
        example: "defaults: {timezone: Europe/Paris, schedule: \"@office\"}\nschedules: {office: \"Mon-Fri 08:00-20:00\"}",
        meaning: "Values of annotations, without their prefix, for namespaces that do not set them.",
    },
    Setting {
        path: "schedules",
        example: "schedules: {office: \"Mon-Fri 08:00-20:00\"}",
        meaning: "Schedules by name, used as `@office`.",
    },
    Setting {
        path: "calendars",
        example: "calendars: {france: [2026-12-25, 2027-01-01]}",
        meaning: "Holidays by name, used as `@france`: one text of dates, or a list of them.",
    },
    Setting {
        path: "namespaces.managed",
        example: "namespaces: {managed: [\"team-*\"]}",
        meaning: "Which namespaces are managed, by patterns with `*`; all where nothing is said, but for those of Kubernetes itself, which have to be named.",
    },
    Setting {
        path: "namespaces.excluded",
        example: "namespaces: {excluded: [ingress-*]}",
        meaning: "Which of these are not.",
    },
    Setting {
        path: "kinds",
        example: "kinds: [Deployment, StatefulSet, CronJob]",
        meaning: "Which kinds of workloads are handled: Deployments and StatefulSets where nothing is said. What sleeps is woken before its kind is left.",
    },
    Setting {
        path: "pace.writesInFlight",
        example: "pace: {writesInFlight: 32}",
        meaning: "How many writes may be under way at once, from 1 to 64; 16 where nothing is said.",
    },
];

#[cfg(test)]
mod tests;
