//! The rules that krew holds a plugin's manifest to, as far as a manifest can be judged without its
//! index: krew itself is a Go program that cannot be had as a module.
//!
//! They are those of krew's validation of its index (May 2026). Nothing is downloaded here.

use serde::Deserialize;

/// The systems and processors that krew knows.
const PLATFORMS: [(&str, &str); 11] = [
    ("windows", "386"),
    ("windows", "amd64"),
    ("windows", "arm64"),
    ("linux", "386"),
    ("linux", "amd64"),
    ("linux", "arm"),
    ("linux", "arm64"),
    ("linux", "ppc64le"),
    ("darwin", "386"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
];

/// Names that no file may have on Windows.
const FORBIDDEN: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A manifest. What krew does not know is refused, because krew refuses it too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// The version of the format.
    pub api_version: String,
    /// `Plugin`.
    pub kind: String,
    /// The name.
    pub metadata: Metadata,
    /// All else.
    pub spec: Spec,
}

/// The name of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// As it is typed after `kubectl`.
    pub name: String,
}

/// What is to be installed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// A semantic version behind a `v`.
    pub version: String,
    /// Where people read more.
    #[serde(default)]
    pub homepage: String,
    /// One line.
    #[serde(default)]
    pub short_description: String,
    /// A few.
    #[serde(default)]
    pub description: String,
    /// What is shown once it is installed.
    #[serde(default)]
    pub caveats: String,
    /// An archive each.
    pub platforms: Vec<Platform>,
}

/// What is installed on a platform.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Which.
    pub selector: Selector,
    /// Where the archive is.
    pub uri: String,
    /// Its SHA-256, in small hexadecimal digits.
    pub sha256: String,
    /// What of it is installed; all, where nothing is said.
    pub files: Option<Vec<File>>,
    /// The program among that.
    pub bin: String,
}

/// Which platforms an archive is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Selector {
    /// What has to be so. (krew takes expressions too; ours has none.)
    pub match_labels: Labels,
}

/// A system, a processor, or both.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The system.
    pub os: Option<String>,
    /// The processor.
    pub arch: Option<String>,
}

/// A file, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// In the archive.
    pub from: String,
    /// In the folder of the plugin.
    pub to: String,
}

impl Platform {
    fn is_for(&self, (os, arch): (&str, &str)) -> bool {
        let labels = &self.selector.match_labels;
        labels.os.as_deref().is_none_or(|it| it == os)
            && labels.arch.as_deref().is_none_or(|it| it == arch)
    }
}

/// What krew would not take, in sentences; none for a manifest that it takes under this name.
pub fn faults(name: &str, manifest: &Manifest) -> Vec<String> {
    let spec = &manifest.spec;
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let rules = [
        (
            manifest.api_version == "krew.googlecontainertools.github.com/v1alpha2",
            "the apiVersion is another",
        ),
        (manifest.kind == "Plugin", "the kind is another"),
        (
            !name.is_empty() && name.chars().all(is_word),
            "the name has something in it but letters, digits, - and _",
        ),
        (
            !FORBIDDEN.contains(&name.to_ascii_lowercase().as_str()),
            "no file may be called so on Windows",
        ),
        (
            manifest.metadata.name == name,
            "the file has another name than the plugin",
        ),
        (
            !spec.short_description.is_empty(),
            "there is no short description",
        ),
        (
            !spec.short_description.contains(['\r', '\n']),
            "the short description has several lines",
        ),
        (
            is_version(&spec.version),
            "the version is no v and a semantic version",
        ),
        (!spec.platforms.is_empty(), "there is no platform"),
    ];
    let mut faults: Vec<String> = broken(rules).map(str::to_owned).collect();
    for (place, platform) in spec.platforms.iter().enumerate() {
        let told = platform_faults(platform);
        faults.extend(told.map(|fault| format!("platform {place}: {fault}")));
    }
    for (os, arch) in PLATFORMS {
        let several = spec.platforms.iter().filter(|it| it.is_for((os, arch)));
        if several.count() > 1 {
            faults.push(format!("{os}/{arch} is selected twice"));
        }
    }
    faults
}

fn platform_faults(platform: &Platform) -> impl Iterator<Item = &'static str> {
    let is_hexadecimal = |it: char| matches!(it, '0'..='9' | 'a'..='f');
    let files = platform.files.as_deref();
    let is_whole = |file: &File| !file.from.is_empty() && !file.to.is_empty();
    broken([
        (
            PLATFORMS.iter().any(|it| platform.is_for(*it)),
            "it is for no platform that there is",
        ),
        (!platform.uri.is_empty(), "there is no uri"),
        (
            platform.sha256.len() == 64 && platform.sha256.chars().all(is_hexadecimal),
            "the sha256 is no such sum",
        ),
        (!platform.bin.is_empty(), "there is no bin"),
        (
            files.is_none_or(|files| !files.is_empty()),
            "there are no files",
        ),
        (
            files.is_none_or(|files| files.iter().all(is_whole)),
            "a file has no from or no to",
        ),
    ])
}

fn broken<const N: usize>(rules: [(bool, &'static str); N]) -> impl Iterator<Item = &'static str> {
    let broken = rules.into_iter().filter(|(is_kept, _)| !is_kept);
    broken.map(|(_, fault)| fault)
}

/// `v1.2.3`, perhaps with more behind a `-` or a `+`.
fn is_version(text: &str) -> bool {
    let Some(text) = text.strip_prefix('v') else {
        return false;
    };
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |it: &str| {
        it.parse::<u64>()
            .is_ok_and(|number| number.to_string() == it)
    };
    numbers.split('.').count() == 3 && numbers.split('.').all(is_number)
}

#[cfg(test)]
mod tests;
