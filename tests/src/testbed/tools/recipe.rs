//! Which programs there are, from which module and package each is built: a table.
//!
//! It must not run anything: that is `build`'s.

/// A program of the testbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// The store.
    Etcd,
    /// Plays the kubelet of nodes that are not there.
    Kwok,
    /// The API server.
    ApiServer,
    /// Deployments, Jobs and their like come to life by it.
    ControllerManager,
    /// The command-line client, which also runs our plugin.
    Kubectl,
}

impl Tool {
    /// All of them, in the order above, which is that of building.
    pub const ALL: [Self; 5] = [
        Self::Etcd,
        Self::Kwok,
        Self::ApiServer,
        Self::ControllerManager,
        Self::Kubectl,
    ];

    /// The name of the program's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Kubectl => "kubectl",
            Self::Kwok => "kwok",
        }
    }
}

/// A Go module of ours whose only purpose is to pin what is built from it. Its text is part of this
/// crate, so that a binary can build its tools wherever it runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// Passed as `-ldflags`.
    pub(super) link: &'static str,
    /// Name and text of each file.
    pub(super) files: &'static [(&'static str, &'static str)],
}

macro_rules! file {
    ($directory:literal, $name:literal) => {
        (
            $name,
            include_str!(concat!("../../../testbed/", $directory, "/", $name)),
        )
    };
}

pub(super) const ETCD: Module = Module {
    name: "etcd",
    version: "v3.7.3",
    link: "-s -w",
    files: &[
        file!("etcd", "go.mod"),
        file!("etcd", "go.sum"),
        file!("etcd", "main.go"),
    ],
};

pub(super) const KUBERNETES: Module = Module {
    name: "kubernetes",
    version: "v1.36.3",
    // Without these the server says v0.0.0, and clients that look at versions take the wrong path.
    link: "-s -w \
        -X k8s.io/component-base/version.gitVersion=v1.36.3 \
        -X k8s.io/component-base/version.gitMajor=1 \
        -X k8s.io/component-base/version.gitMinor=36 \
        -X k8s.io/component-base/version.gitCommit=unknown \
        -X k8s.io/component-base/version.gitTreeState=archive",
    files: &[
        file!("kubernetes", "go.mod"),
        file!("kubernetes", "go.sum"),
        file!("kubernetes", "tools.go"),
    ],
};

pub(super) const KWOK: Module = Module {
    name: "kwok",
    version: "v0.8.0",
    link: "-s -w",
    files: &[
        file!("kwok", "go.mod"),
        file!("kwok", "go.sum"),
        file!("kwok", "tools.go"),
    ],
};

/// How one program is built.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) tool: Tool,
    pub(super) module: &'static Module,
    pub(super) package: &'static str,
    /// About how long that takes with nothing cached, on two cores; told to the person waiting.
    pub(super) takes: &'static str,
    /// Whether `KUBEBUILDER_ASSETS` is expected to hold it.
    pub(super) in_assets: bool,
}

impl Recipe {
    pub(super) fn of(tool: Tool) -> Self {
        let (module, package, takes, in_assets) = match tool {
            Tool::Etcd => (&ETCD, ".", "half a minute", true),
            Tool::Kwok => (&KWOK, "sigs.k8s.io/kwok/cmd/kwok", "a minute", false),
            Tool::ApiServer => (
                &KUBERNETES,
                "k8s.io/kubernetes/cmd/kube-apiserver",
                "3 minutes",
                true,
            ),
            Tool::ControllerManager => (
                &KUBERNETES,
                "k8s.io/kubernetes/cmd/kube-controller-manager",
                "a minute",
                false,
            ),
            Tool::Kubectl => (
                &KUBERNETES,
                "k8s.io/kubernetes/cmd/kubectl",
                "half a minute",
                true,
            ),
        };
        Self {
            tool,
            module,
            package,
            takes,
            in_assets,
        }
    }
}

/// The module that holds KWOK's stages, and those the testbed uses: a node that is ready, pods that
/// become ready at once, end when their containers would, and go when they are deleted.
///
/// No heartbeat of the node: nothing here would miss it, and it would be a write every few seconds
/// in tests that count writes.
pub(super) const STAGES_MODULE: &str = "sigs.k8s.io/kwok";
pub(super) const STAGES: [&str; 4] = [
    "kustomize/stage/node/fast/node-initialize.yaml",
    "kustomize/stage/pod/fast/pod-ready.yaml",
    "kustomize/stage/pod/fast/pod-complete.yaml",
    "kustomize/stage/pod/fast/pod-delete.yaml",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tools_are_listed_in_order() {
        let places: Vec<usize> = Tool::ALL.iter().map(|tool| *tool as usize).collect();
        assert_eq!(places, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn the_versions_told_are_the_versions_pinned() {
        for (module, path) in [
            (ETCD, "go.etcd.io/etcd/server/v3"),
            (KUBERNETES, "k8s.io/kubernetes"),
            (KWOK, "sigs.k8s.io/kwok"),
        ] {
            let (_, go_mod) = module.files[0];
            let pin = format!("{path} {}", module.version);
            assert!(go_mod.contains(&pin), "{}/go.mod has no {pin}", module.name);
        }
        assert!(
            KUBERNETES
                .link
                .contains(&format!("gitVersion={}", KUBERNETES.version))
        );
    }
}
