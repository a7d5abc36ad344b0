//! How an API server behaves, file by file of `conformance/`, on the real one.

use std::process::ExitCode;

use tarnfui_tests::conformance::{ALONE, File, Server};
use tarnfui_tests::controllers::{RIGHTS, grant, with_account};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::Options;

/// Trials at once: they mostly wait for the server.
const AT_ONCE: usize = 6;

fn main() -> ExitCode {
    let mut suite = Suite::new(options()).at_once(AT_ONCE);
    let files = File::all().expect("the files of behaviours are beside this suite");
    for file in files {
        let name = format!("real: {}", file.name());
        suite = suite.trial(&name, async move |testbed| real(&file, testbed).await);
    }
    suite.run()
}

fn options() -> Options {
    with_account(Options::api_server_only())
}

async fn real(file: &File, testbed: &Testbed) -> anyhow::Result<()> {
    if !file.is_alone()? {
        let cluster = testbed.cluster()?;
        grant(cluster, RIGHTS)?;
        return file.run(Server::Real(cluster)).await;
    }
    let mut options = options();
    options
        .api_server_arguments
        .extend(ALONE.map(str::to_owned));
    let cluster = testbed.start(&options)?;
    grant(&cluster, RIGHTS)?;
    file.run(Server::Real(&cluster)).await
}
