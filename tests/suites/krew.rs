//! What krew installs: the archive is made, listed, unpacked as krew does it, and found by the real
//! kubectl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, ensure};
use tarnfui_tests::krew::{Manifest, Platform, faults};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::roles;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Options, Tool};

const ROLES: &[Role] = &[roles::PLUGIN];

/// The checkout.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What the release workflow builds, as krew names it.
const RELEASED: [&str; 6] = [
    "linux/amd64",
    "linux/arm64",
    "darwin/amd64",
    "darwin/arm64",
    "windows/amd64",
    "windows/arm64",
];

fn main() -> ExitCode {
    Suite::new(Options::default())
        .roles(ROLES)
        .anywhere(
            "the manifest in the repository keeps krew's rules",
            async || committed(),
        )
        .anywhere(
            "the template of the release bot is for all six platforms",
            async || template(),
        )
        .anywhere(
            "an archive is the same to the byte when it is made again",
            async || same(),
        )
        .anywhere(
            "what is not built is not listed, and nothing is a fault",
            async || listed(),
        )
        .blocking(
            "an archive that is unpacked as krew does it is found and run by kubectl",
            installed,
        )
        .run()
}

/// Runs a program of `tools/`, which has to work; what it wrote to stdout.
fn tool(name: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let program = Path::new(ROOT).join("tools").join(name);
    let output = Command::new(&program).args(arguments).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} {arguments:?}: {said}");
    Ok(String::from_utf8(output.stdout)?)
}

fn read(text: &str) -> anyhow::Result<Manifest> {
    serde_saphyr::from_str(text).context("read the manifest")
}

/// Packs a file as the plugin of a platform; the path of the archive.
fn packed(binary: &Path, target: &str, dist: &Path) -> anyhow::Result<PathBuf> {
    let (binary, dist) = (binary.to_string_lossy(), dist.to_string_lossy());
    let said = tool("package", &[&dist, "--target", target, "--binary", &binary])?;
    Ok(PathBuf::from(said.trim()))
}

fn platform(platform: &Platform) -> String {
    let labels = &platform.selector.match_labels;
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    format!("{}/{}", text(&labels.os), text(&labels.arch))
}

/// But for its platforms it is what the recipe writes.
fn committed() -> anyhow::Result<()> {
    let text = fs::read_to_string(Path::new(ROOT).join("krew-manifest.yaml"))?;
    let manifest = read(&text)?;
    ensure!(
        faults("tarnfui", &manifest).is_empty(),
        "{:?}",
        faults("tarnfui", &manifest)
    );
    let dist = tempfile::tempdir()?;
    let stand_in = Path::new(ROOT).join("LICENSE");
    packed(&stand_in, "x86_64-unknown-linux-gnu", dist.path())?;
    let made = tool("krew-manifest", &[&dist.path().to_string_lossy()])?;
    let head = |text: &str| text.split("  platforms:\n").next().map(str::to_owned);
    ensure!(
        head(&text) == head(&made),
        "krew-manifest.yaml is not what `just krew-manifest` writes"
    );
    Ok(())
}

/// What the bot fills in is filled in here as it does it.
fn template() -> anyhow::Result<()> {
    let text = fs::read_to_string(Path::new(ROOT).join(".krew.yaml"))?;
    ensure!(
        text == tool("krew-manifest", &["--template"])?,
        ".krew.yaml is not what `just krew-manifest` writes"
    );
    let filled: String = text
        .lines()
        .map(|line| match line.split_once("{{addURIAndSha \"") {
            Some((blanks, rest)) => {
                let uri = rest.split('"').next().unwrap_or_default();
                let sum = "0".repeat(64);
                format!("{blanks}uri: {uri}\n{blanks}sha256: \"{sum}\"\n")
            }
            None => format!("{line}\n"),
        })
        .collect();
    let manifest = read(&filled.replace("{{ .TagName }}", "v1.2.3"))?;
    ensure!(
        faults("tarnfui", &manifest).is_empty(),
        "{:?}",
        faults("tarnfui", &manifest)
    );
    let platforms: Vec<_> = manifest.spec.platforms.iter().map(platform).collect();
    ensure!(platforms == RELEASED, "{platforms:?}");
    // What the bot looks for is what the workflow uploads.
    let workflow = fs::read_to_string(Path::new(ROOT).join(".github/workflows/release.yml"))?;
    let dist = tempfile::tempdir()?;
    let targets = workflow.lines().filter_map(|line| {
        let target = line.split_once("{ target: ")?.1;
        target.split(',').next()
    });
    let mut uploaded = Vec::new();
    for target in targets {
        let archive = packed(&Path::new(ROOT).join("LICENSE"), target, dist.path())?;
        let name = archive.file_name().context("it has a name")?;
        uploaded.push(
            name.to_string_lossy()
                .replace(env!("CARGO_PKG_VERSION"), "1.2.3"),
        );
    }
    let named = manifest.spec.platforms.iter();
    let named = named.map(|it| it.uri.rsplit('/').next().unwrap_or_default());
    ensure!(
        named.eq(uploaded.iter().map(String::as_str)),
        "{uploaded:?}"
    );
    Ok(())
}

fn same() -> anyhow::Result<()> {
    let stand_in = Path::new(ROOT).join("LICENSE");
    let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let first = fs::read(packed(&stand_in, "aarch64-apple-darwin", one.path())?)?;
    let second = fs::read(packed(&stand_in, "aarch64-apple-darwin", other.path())?)?;
    ensure!(first == second);
    Ok(())
}

fn listed() -> anyhow::Result<()> {
    let dist = tempfile::tempdir()?;
    let folder = dist.path().to_string_lossy();
    let refused = tool("krew-manifest", &[&folder]).err();
    let refused = refused.map(|it| it.to_string()).unwrap_or_default();
    ensure!(refused.contains("no archive of version"), "{refused}");
    let stand_in = Path::new(ROOT).join("LICENSE");
    for target in ["aarch64-pc-windows-msvc", "aarch64-unknown-linux-musl"] {
        packed(&stand_in, target, dist.path())?;
    }
    let manifest = read(&tool("krew-manifest", &[&folder])?)?;
    let platforms: Vec<_> = manifest.spec.platforms.iter().map(platform).collect();
    ensure!(
        platforms == ["linux/arm64", "windows/arm64"],
        "{platforms:?}"
    );
    ensure!(manifest.spec.platforms[1].bin == "kubectl-tarnfui.exe");
    Ok(())
}

/// As krew does it: the sum is compared, the files that the manifest names are taken out of the
/// archive into a folder of the plugin's own, and a link to `bin` is put on the PATH, with the name of
/// the plugin behind `kubectl-`.
fn installed(testbed: &Testbed) -> anyhow::Result<()> {
    let work = tempfile::tempdir()?;
    let (dist, store, bin) = ["dist", "store", "bin"]
        .map(|it| work.path().join(it))
        .into();
    for folder in [&dist, &store, &bin] {
        fs::create_dir(folder)?;
    }
    let own = work.path().join("plugin");
    fs::copy(std::env::current_exe()?, &own)?;
    let archive = packed(&own, "x86_64-unknown-linux-gnu", &dist)?;
    let manifest = read(&tool("krew-manifest", &[&dist.to_string_lossy()])?)?;
    ensure!(
        faults("tarnfui", &manifest).is_empty(),
        "{:?}",
        faults("tarnfui", &manifest)
    );
    let platform = &manifest.spec.platforms[0];

    let sum = Command::new("sha256sum").arg(&archive).output()?;
    ensure!(String::from_utf8_lossy(&sum.stdout).starts_with(&platform.sha256));
    let files = platform.files.as_deref().unwrap_or_default();
    let names = files.iter().map(|file| file.from.as_str());
    let unpacked = Command::new("tar")
        .args(["--extract", "--file"])
        .arg(&archive)
        .arg("--directory")
        .arg(&store)
        .args(names)
        .status()?;
    ensure!(unpacked.success());
    ensure!(fs::read(store.join("LICENSE"))? == fs::read(Path::new(ROOT).join("LICENSE"))?);
    let link = bin.join(format!("kubectl-{}", manifest.metadata.name));
    std::os::unix::fs::symlink(store.join(&platform.bin), link)?;

    let kubectl = || {
        let mut kubectl = Command::new(testbed.tools().path(Tool::Kubectl));
        kubectl.env("PATH", &bin).env("HOME", work.path());
        kubectl
    };
    let found = kubectl().args(["plugin", "list"]).output()?;
    ensure!(String::from_utf8_lossy(&found.stdout).contains("kubectl-tarnfui"));
    let ran = kubectl()
        .args(["tarnfui", "version", "--client"])
        .output()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    ensure!(
        ran.status.success() && said.contains(env!("CARGO_PKG_VERSION")),
        "{said}"
    );
    Ok(())
}
