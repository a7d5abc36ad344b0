# The maintainers' commands. A stranger needs two, and they are in the README: `cargo demo` and
# `cargo test --workspace --locked`. `just` itself and cargo-deny come with `tools/install`.

export PATH := `tools/install` + ":" + env("PATH")

host := `rustc -vV | sed -n 's/^host: //p'`
static_dir := "target/static" / host / "release"

# What there is.
default:
    @just --list --unsorted

# Everything that needs no control plane: form, lints, docs, who may depend on whom.
check: format-check clippy doc dependencies invariants

# rustfmt, on all crates and the fuzz target.
format:
    cargo fmt --all
    cargo fmt --manifest-path shared/fuzz/Cargo.toml

# The same, without changing anything.
format-check:
    cargo fmt --all --check
    cargo fmt --manifest-path shared/fuzz/Cargo.toml --check

# Lints; a warning fails.
clippy:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# The documentation builds, and its links lead somewhere.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

# Licences, sources and duplicates of what others wrote; and our own layers.
dependencies:
    cargo fetch --locked --quiet
    cargo deny --offline --log-level error check bans licenses sources
    tools/check-dependencies

# Every invariant of ARCHITECTURE.md, and every fault of docs/reliability.md, has its tests by name.
invariants:
    tools/check-invariants

# All suites, as in the README.
test:
    cargo test --workspace --locked

# One suite on the real control plane, with a filter: `just suite leaders killed`.
suite name *filter:
    cargo test --locked --package tarnfui-tests --test {{ name }} -- {{ filter }}

# Every IANA zone for two years, minute by minute round every clock change: windows against a
# brute-force reading.
oracle:
    cargo run --release --locked --package tarnfui-shared --example oracle

# Whole controllers, people and faults on virtual time: `just sim`, `just sim 1683`,
# `just sim 1 --runs 100000`, `just sim --exhaustive`, `just sim --all-planted`.
sim *arguments:
    cargo run --profile sim --quiet --locked --package tarnfui-sim -- {{ arguments }}

# What CI plays: 2,000 stories, every fault at every call, and every planted fault.
sim-ci:
    just sim 1 --runs 2000
    just sim --exhaustive
    just sim --all-planted

# The demo, as in the README.
demo *arguments:
    cargo demo {{ arguments }}

# What Tarnfui costs: `just bench`, `just bench storm`. Shows tables, and writes them into
# docs/performance.md with plots and JSON beside it. A quiet machine, please: all of it takes an hour.
bench *names: static
    cargo run --release --quiet --locked --package tarnfui-bench -- {{ names }} \
        --controller {{ static_dir }}/tarnfui-controller --plugin {{ static_dir }}/kubectl-tarnfui \
        --out docs/performance --page docs/performance.md

# Controller and plugin as released programs of this machine, each one file that needs nothing else.
# Relocations are packed, which makes the file smaller by a third of a megabyte.
static:
    just static-one tarnfui-controller
    just static-one kubectl-tarnfui

[private]
static-one package:
    CARGO_TARGET_DIR=target/static \
        RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs" \
        cargo build --release --quiet --locked --target {{ host }} --package {{ package }}

# The plugin's archive for this machine, in dist/.
package:
    tools/package dist

# Man pages of the plugin and of each verb, in dist/man/.
man:
    cargo run --quiet --locked --package kubectl-tarnfui --example man -- dist/man

# krew-manifest.yaml of the archives in dist/, and the template from which the release bot makes its own.
krew-manifest: package
    tools/krew-manifest dist > krew-manifest.yaml
    tools/krew-manifest --template > .krew.yaml

# What CI runs, on this checkout.
ci:
    .ci/run
