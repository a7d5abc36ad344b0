//! Which number which field has, for what `kubectl create` and `kubectl auth` send.
//!
//! A row per field. What is never set by those commands has none.

/// A field of a message.
pub(super) struct Field {
    pub(super) number: u64,
    /// As in JSON.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether it is a list.
    pub(super) is_many: bool,
}

/// What the values of a field are.
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    /// Base64 in JSON.
    Bytes,
    /// RFC 3339 in JSON.
    Time,
    Message(&'static [Field]),
    /// A map from texts to these.
    Map(&'static Kind),
    /// A number, or a text in its place.
    NumberOrText,
    /// What is there is meant, even if it is zero: elsewhere that is the same as nothing.
    Meant(&'static Kind),
    /// The object in its envelope.
    Raw,
}

const fn one(number: u64, name: &'static str, kind: Kind) -> Field {
    Field {
        number,
        name,
        kind,
        is_many: false,
    }
}

const fn many(number: u64, name: &'static str, kind: Kind) -> Field {
    Field {
        number,
        name,
        kind,
        is_many: true,
    }
}

/// What is around every object.
pub(super) const ENVELOPE: &[Field] = &[
    one(1, "typeMeta", Kind::Message(TYPE)),
    one(2, "raw", Kind::Raw),
];

const TYPE: &[Field] = &[one(1, "apiVersion", Kind::Text), one(2, "kind", Kind::Text)];

/// An instant.
pub(super) const TIME: &[Field] = &[one(1, "seconds", Kind::Number)];

/// What may be a number or a text: which of them, and both.
pub(super) const NUMBER_OR_TEXT: &[Field] = &[
    one(1, "isText", Kind::Number),
    one(2, "number", Kind::Number),
    one(3, "text", Kind::Text),
];

/// The kinds that are read, by `apiVersion` and `kind`.
pub(super) const TYPES: &[(&str, &str, &[Field])] = &[
    ("v1", "Namespace", NAMESPACE),
    ("v1", "ConfigMap", CONFIG_MAP),
    ("v1", "Secret", SECRET),
    ("v1", "ServiceAccount", METADATA_ONLY),
    ("v1", "Service", SERVICE),
    ("apps/v1", "Deployment", DEPLOYMENT),
    ("batch/v1", "Job", JOB),
    ("batch/v1", "CronJob", CRON_JOB),
    ("autoscaling/v2", "HorizontalPodAutoscaler", AUTOSCALER),
    ("rbac.authorization.k8s.io/v1", "Role", ROLE),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", ROLE),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", BINDING),
    (
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        BINDING,
    ),
    (
        "authorization.k8s.io/v1",
        "SelfSubjectAccessReview",
        ACCESS_REVIEW,
    ),
    ("authentication.k8s.io/v1", "SelfSubjectReview", SELF_REVIEW),
];

const TEXTS: Kind = Kind::Map(&Kind::Text);

const METADATA: Field = one(
    1,
    "metadata",
    Kind::Message(&[
        one(1, "name", Kind::Text),
        one(2, "generateName", Kind::Text),
        one(3, "namespace", Kind::Text),
        one(5, "uid", Kind::Text),
        one(6, "resourceVersion", Kind::Text),
        one(7, "generation", Kind::Number),
        one(8, "creationTimestamp", Kind::Time),
        one(11, "labels", TEXTS),
        one(12, "annotations", TEXTS),
        many(13, "ownerReferences", Kind::Message(OWNER)),
        many(14, "finalizers", Kind::Text),
    ]),
);

const OWNER: &[Field] = &[
    one(1, "kind", Kind::Text),
    one(3, "name", Kind::Text),
    one(4, "uid", Kind::Text),
    one(5, "apiVersion", Kind::Text),
    one(6, "controller", Kind::Bool),
    one(7, "blockOwnerDeletion", Kind::Bool),
];

const METADATA_ONLY: &[Field] = &[METADATA];

const NAMESPACE: &[Field] = &[
    METADATA,
    one(
        2,
        "spec",
        Kind::Message(&[many(1, "finalizers", Kind::Text)]),
    ),
    one(3, "status", Kind::Message(&[one(1, "phase", Kind::Text)])),
];

const CONFIG_MAP: &[Field] = &[
    METADATA,
    one(2, "data", TEXTS),
    one(3, "binaryData", Kind::Map(&Kind::Bytes)),
    one(4, "immutable", Kind::Bool),
];

const SECRET: &[Field] = &[
    METADATA,
    one(2, "data", Kind::Map(&Kind::Bytes)),
    one(3, "type", Kind::Text),
    one(4, "stringData", TEXTS),
    one(5, "immutable", Kind::Bool),
];

const DEPLOYMENT: &[Field] = &[
    METADATA,
    one(
        2,
        "spec",
        Kind::Message(&[
            one(1, "replicas", NUMBER),
            one(
                2,
                "selector",
                Kind::Message(&[one(1, "matchLabels", TEXTS)]),
            ),
            one(3, "template", Kind::Message(TEMPLATE)),
            one(4, "strategy", Kind::Message(&[one(1, "type", Kind::Text)])),
        ]),
    ),
    one(3, "status", Kind::Message(&[])),
];

const NUMBER: Kind = Kind::Meant(&Kind::Number);
const BOOL: Kind = Kind::Meant(&Kind::Bool);

const TEMPLATE: &[Field] = &[
    METADATA,
    one(
        2,
        "spec",
        Kind::Message(&[
            many(2, "containers", Kind::Message(CONTAINER)),
            one(3, "restartPolicy", Kind::Text),
            one(4, "terminationGracePeriodSeconds", NUMBER),
            one(6, "dnsPolicy", Kind::Text),
            one(19, "schedulerName", Kind::Text),
        ]),
    ),
];

const SERVICE: &[Field] = &[
    METADATA,
    one(
        2,
        "spec",
        Kind::Message(&[
            many(
                1,
                "ports",
                Kind::Message(&[
                    one(1, "name", Kind::Text),
                    one(2, "protocol", Kind::Text),
                    one(3, "port", Kind::Number),
                    one(4, "targetPort", Kind::NumberOrText),
                    one(5, "nodePort", Kind::Number),
                ]),
            ),
            one(2, "selector", TEXTS),
            one(3, "clusterIP", Kind::Text),
            one(4, "type", Kind::Text),
            one(10, "externalName", Kind::Text),
        ]),
    ),
    one(3, "status", Kind::Message(&[])),
];

const JOB: &[Field] = &[
    METADATA,
    one(2, "spec", Kind::Message(JOB_SPEC)),
    one(3, "status", Kind::Message(&[])),
];

const JOB_SPEC: &[Field] = &[
    one(1, "parallelism", NUMBER),
    one(2, "completions", NUMBER),
    one(3, "activeDeadlineSeconds", NUMBER),
    one(5, "manualSelector", BOOL),
    one(6, "template", Kind::Message(TEMPLATE)),
    one(7, "backoffLimit", NUMBER),
    one(8, "ttlSecondsAfterFinished", NUMBER),
    one(9, "completionMode", Kind::Text),
    one(10, "suspend", BOOL),
    one(14, "podReplacementPolicy", Kind::Text),
];

const CRON_JOB: &[Field] = &[
    METADATA,
    one(
        2,
        "spec",
        Kind::Message(&[
            one(1, "schedule", Kind::Text),
            one(3, "concurrencyPolicy", Kind::Text),
            one(4, "suspend", BOOL),
            one(
                5,
                "jobTemplate",
                Kind::Message(&[METADATA, one(2, "spec", Kind::Message(JOB_SPEC))]),
            ),
        ]),
    ),
    one(3, "status", Kind::Message(&[])),
];

const AUTOSCALER: &[Field] = &[
    METADATA,
    one(
        2,
        "spec",
        Kind::Message(&[
            one(
                1,
                "scaleTargetRef",
                Kind::Message(&[
                    one(1, "kind", Kind::Text),
                    one(2, "name", Kind::Text),
                    one(3, "apiVersion", Kind::Text),
                ]),
            ),
            one(2, "minReplicas", NUMBER),
            one(3, "maxReplicas", Kind::Number),
            many(4, "metrics", Kind::Message(METRIC)),
        ]),
    ),
    one(3, "status", Kind::Message(&[])),
];

const METRIC: &[Field] = &[
    one(1, "type", Kind::Text),
    one(
        4,
        "resource",
        Kind::Message(&[
            one(1, "name", Kind::Text),
            one(
                2,
                "target",
                Kind::Message(&[
                    one(1, "type", Kind::Text),
                    one(4, "averageUtilization", NUMBER),
                ]),
            ),
        ]),
    ),
];

const CONTAINER: &[Field] = &[
    one(1, "name", Kind::Text),
    one(2, "image", Kind::Text),
    many(3, "command", Kind::Text),
    many(4, "args", Kind::Text),
    many(
        6,
        "ports",
        Kind::Message(&[
            one(1, "name", Kind::Text),
            one(3, "containerPort", Kind::Number),
            one(4, "protocol", Kind::Text),
        ]),
    ),
    one(13, "terminationMessagePath", Kind::Text),
    one(14, "imagePullPolicy", Kind::Text),
    one(20, "terminationMessagePolicy", Kind::Text),
];

const ROLE: &[Field] = &[
    METADATA,
    many(
        2,
        "rules",
        Kind::Message(&[
            many(1, "verbs", Kind::Text),
            many(2, "apiGroups", Kind::Text),
            many(3, "resources", Kind::Text),
            many(4, "resourceNames", Kind::Text),
            many(5, "nonResourceURLs", Kind::Text),
        ]),
    ),
];

const BINDING: &[Field] = &[
    METADATA,
    many(
        2,
        "subjects",
        Kind::Message(&[
            one(1, "kind", Kind::Text),
            one(2, "apiGroup", Kind::Text),
            one(3, "name", Kind::Text),
            one(4, "namespace", Kind::Text),
        ]),
    ),
    one(
        3,
        "roleRef",
        Kind::Message(&[
            one(1, "apiGroup", Kind::Text),
            one(2, "kind", Kind::Text),
            one(3, "name", Kind::Text),
        ]),
    ),
];

const ACCESS_REVIEW: &[Field] = &[
    METADATA,
    one(
        2,
        "spec",
        Kind::Message(&[
            one(1, "resourceAttributes", Kind::Message(RESOURCE_ATTRIBUTES)),
            one(
                2,
                "nonResourceAttributes",
                Kind::Message(&[one(1, "path", Kind::Text), one(2, "verb", Kind::Text)]),
            ),
        ]),
    ),
    one(3, "status", Kind::Message(&[])),
];

const RESOURCE_ATTRIBUTES: &[Field] = &[
    one(1, "namespace", Kind::Text),
    one(2, "verb", Kind::Text),
    one(3, "group", Kind::Text),
    one(4, "version", Kind::Text),
    one(5, "resource", Kind::Text),
    one(6, "subresource", Kind::Text),
    one(7, "name", Kind::Text),
];

const SELF_REVIEW: &[Field] = &[
    METADATA,
    // Who one is, which the question leaves empty.
    one(
        2,
        "status",
        Kind::Message(&[one(1, "userInfo", Kind::Message(&[]))]),
    ),
];
