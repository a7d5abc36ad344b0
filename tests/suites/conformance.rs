//! How an API server behaves, file by file of `conformance/`, on the real one.

use std::process::ExitCode;
use std::sync::OnceLock;

use anyhow::ensure;
use tarnfui_tests::conformance::{FORGETFUL, File, Server};
use tarnfui_tests::controllers::{RIGHTS, grant, with_account};
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Options, User};

/// Trials at once: they mostly wait for the server.
const AT_ONCE: usize = 6;

/// Whether the controller's account has its rights on the shared cluster.
static GRANTED: OnceLock<Result<(), String>> = OnceLock::new();

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
    let mut options = with_account(Options::api_server_only());
    options.users.push(User::new("nobody"));
    options
}

async fn real(file: &File, testbed: &Testbed) -> anyhow::Result<()> {
    if !file.is_alone()? {
        let cluster = testbed.cluster()?;
        let granted =
            GRANTED.get_or_init(|| grant(cluster, RIGHTS).map_err(|it| format!("{it:#}")));
        ensure!(granted.is_ok(), "{granted:?}");
        return file.run(Server::Real(cluster)).await;
    }
    let mut options = options();
    if file.forgets()? {
        options
            .api_server_arguments
            .extend(FORGETFUL.map(str::to_owned));
    }
    let cluster = testbed.start(&options)?;
    grant(&cluster, RIGHTS)?;
    file.run(Server::Real(&cluster)).await
}
