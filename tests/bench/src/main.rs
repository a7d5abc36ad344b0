//! `tarnfui-bench`: measures, shows a table, and keeps the figures.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, ValueEnum as _};
use tarnfui_bench::bench::Name;
use tarnfui_bench::context::{Context, Programs, Scale};
use tarnfui_bench::page;
use tarnfui_tests::testbed::Tools;

/// Measures Tarnfui, as docs/performance.md has it
#[derive(Debug, Parser)]
#[command(name = "tarnfui-bench", disable_version_flag = true)]
struct Args {
    /// Which benches; all, where none is named
    #[arg(value_enum, value_name = "NAME")]
    names: Vec<Name>,

    /// The controller, as it is released
    #[arg(long, value_name = "FILE")]
    controller: PathBuf,

    /// The plugin, as it is released
    #[arg(long, value_name = "FILE")]
    plugin: PathBuf,

    /// Where the figures go, as JSON and as plots
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    out: PathBuf,

    /// The page in which the tables are replaced
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the tables are what was asked for")]
fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let context = Context {
        programs: Programs::released(&args.controller, &args.plugin)?,
        scale: Scale::Full,
        tools: Tools::obtain()?,
    };
    let names = if args.names.is_empty() {
        Name::value_variants().to_vec()
    } else {
        args.names
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start")?;
    for name in names {
        let report = runtime.block_on(name.run(&context, &args.out))?;
        println!("## {}\n\n{}", report.bench, report.markdown());
        report.write(&args.out)?;
        if let Some(page) = &args.page {
            page::update(page, &report)?;
        }
    }
    Ok(())
}
