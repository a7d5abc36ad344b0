//! How an API server behaves, file by file of `conformance/`: on the real one, and on the sandbox,
//! which needs nothing.

use std::process::{Command, ExitCode, Stdio};
use std::sync::OnceLock;

use anyhow::ensure;
use tarnfui_tests::conformance::{FORGETFUL, File, Server, sandbox};
use tarnfui_tests::controllers::{RIGHTS, grant, with_account};
use tarnfui_tests::multicall::Role;
use tarnfui_tests::suite::{Suite, Testbed};
use tarnfui_tests::testbed::{Options, User};

const ROLES: &[Role] = &[("asks-on-testbed", asks)];

/// A request that is in no file, and need not be.
const PLANTED: &str = "/apis/apps/v1/controllerrevisions?limit=1";

/// Trials at once: they mostly wait for the server.
const AT_ONCE: usize = 6;

/// Whether the controller's account has its rights on the shared cluster.
static GRANTED: OnceLock<Result<(), String>> = OnceLock::new();

fn main() -> ExitCode {
    let mut suite = Suite::new(options()).at_once(AT_ONCE);
    let files = File::all().expect("the files of behaviours are beside this suite");
    for file in files {
        let name = format!("real: {}", file.name());
        let own = file.clone();
        suite = suite.trial(&name, async move |testbed| real(&own, testbed).await);
        let name = format!("sandbox: {}", file.name());
        suite = suite.anywhere(&name, async move || {
            let sandbox = sandbox::with_rights(RIGHTS)?;
            file.run(Server::Sandbox(&sandbox)).await
        });
    }
    suite
        .blocking(
            "a request that is in no file fails the suite that makes it",
            uncovered_fails,
        )
        .roles(ROLES)
        .run()
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

fn uncovered_fails(testbed: &Testbed) -> anyhow::Result<()> {
    let directory = testbed.cluster()?.bin();
    let output = Command::new(directory.join(ROLES[0].0))
        .stdin(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(said.contains("1 passed; 0 failed"), "{said}");
    assert_eq!(output.status.code(), Some(101));
    let told = String::from_utf8_lossy(&output.stderr);
    let expected = format!(
        "the plugin asks what is in no file of tests/conformance:\n  \
         list controllerrevisions.apps everywhere ?limit\n  as in {PLANTED}"
    );
    ensure!(told.contains(&expected), "{told}");
    Ok(())
}

/// A process whose one trial passes, and asks, as nobody in particular, what is in no file.
fn asks() -> ExitCode {
    Suite::new(Options::api_server_only())
        .trial("asks", async |testbed| {
            let cluster = testbed.start(&Options::api_server_only())?;
            let mut config = cluster.client_config("admin").await?;
            config.headers.clear();
            let client = kube::Client::try_from(config)?;
            let request = http::Request::get(PLANTED).body(Vec::new())?;
            client.request_text(request).await?;
            Ok(())
        })
        .run()
}
