//! Who may log in to a cluster, and the files by which they do: the API server's token file and one
//! kubeconfig per user.
//!
//! Several users, since rights and "who wrote this" are part of what is tested.
//! It must not weaken the connection: every kubeconfig names the server's own certificate to trust,
//! none skips the check.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value as Json, json};

/// Whom the testbed's own parts log in as. Not for suites: the log of requests leaves it out.
pub(super) const MACHINERY: &str = "testbed";

/// A user of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name, in kubeconfigs and in RBAC alike.
    pub name: String,
    /// The groups it is in, beside `system:authenticated`.
    pub groups: Vec<String>,
}

impl User {
    /// A user in no group, who may do nothing until a suite grants it.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            groups: Vec::new(),
        }
    }

    /// The same user in one more group.
    #[must_use]
    pub fn in_group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// A user that RBAC takes for this service account: `system:serviceaccount:<namespace>:<name>`.
    pub fn service_account(namespace: &str, name: &str) -> Self {
        Self::new(format!("system:serviceaccount:{namespace}:{name}"))
            .in_group("system:serviceaccounts")
            .in_group(format!("system:serviceaccounts:{namespace}"))
    }

    /// Those that every cluster has: `admin` may do anything, `controller` and `dev` nothing yet.
    pub(super) fn always() -> [Self; 4] {
        [
            Self::new(MACHINERY).in_group("system:masters"),
            Self::new("admin").in_group("system:masters"),
            Self::new("controller"),
            Self::new("dev"),
        ]
    }
}

/// The users of one cluster, their tokens, and the files that hold them.
#[derive(Debug)]
pub(super) struct Credentials {
    token_file: PathBuf,
    kubeconfigs: BTreeMap<String, PathBuf>,
    tokens: BTreeMap<String, String>,
}

impl Credentials {
    /// Draws a token per user and writes the API server's token file into `directory`.
    pub(super) fn write(directory: &Path, more: &[User]) -> anyhow::Result<Self> {
        let mut tokens = BTreeMap::new();
        let mut lines = String::new();
        for user in User::always().iter().chain(more) {
            let token = random_token()?;
            // Token, name, uid, groups; the server reads it as CSV.
            let groups = user.groups.join(",");
            writeln!(lines, "{token},\"{0}\",\"{0}\",\"{groups}\"", user.name)?;
            let doubled = tokens.insert(user.name.clone(), token).is_some();
            anyhow::ensure!(!doubled, "the user {} is named twice", user.name);
        }
        let token_file = directory.join("tokens.csv");
        fs::write(&token_file, lines).context("write the token file")?;
        Ok(Self {
            token_file,
            kubeconfigs: BTreeMap::new(),
            tokens,
        })
    }

    /// Writes a kubeconfig per user, for the server at `url` whose certificate is at `authority`.
    /// The certificate need not be there yet.
    pub(super) fn write_kubeconfigs(
        &mut self,
        directory: &Path,
        url: &str,
        authority: &Path,
    ) -> anyhow::Result<()> {
        for (number, (name, token)) in self.tokens.iter().enumerate() {
            let cluster = json!({"server": url, "certificate-authority": authority});
            let config = kubeconfig("testbed", &cluster, (name, &json!({"token": token})));
            // A name may hold colons and more; what it does not keep of it, the number tells apart.
            let plain: String = name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect();
            let path = directory.join(format!("{number}-{plain}.kubeconfig"));
            fs::write(&path, config.to_string()).context("write a kubeconfig")?;
            self.kubeconfigs.insert(name.clone(), path);
        }
        Ok(())
    }

    pub(super) fn token_file(&self) -> &Path {
        &self.token_file
    }

    /// The kubeconfig of a user; `None` if there is no such user.
    pub(super) fn kubeconfig(&self, user: &str) -> Option<&Path> {
        self.kubeconfigs.get(user).map(PathBuf::as_path)
    }
}

/// A kubeconfig of one cluster, which is also the name of the context, and of one user.
pub(crate) fn kubeconfig(name: &str, cluster: &Json, (user, login): (&str, &Json)) -> Json {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": user, "user": login}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
        "current-context": name,
    })
}

/// 128 random bits. The cluster is on loopback, where every user of the machine can knock.
fn random_token() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("draw a token")?;
    Ok(bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_has_a_line_and_a_kubeconfig_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let more = [
            User::service_account("shop", "a:b"),
            User::service_account("shop", "a-b"),
        ];
        let mut credentials = Credentials::write(directory.path(), &more).unwrap();
        let authority = Path::new("/certificates/apiserver.crt");
        credentials
            .write_kubeconfigs(directory.path(), "https://127.0.0.1:1", authority)
            .unwrap();

        let lines = fs::read_to_string(credentials.token_file()).unwrap();
        assert_eq!(lines.lines().count(), 6);
        assert!(lines.contains(
            "\"system:serviceaccount:shop:a:b\",\
             \"system:serviceaccounts,system:serviceaccounts:shop\""
        ));
        let one = credentials
            .kubeconfig("system:serviceaccount:shop:a:b")
            .unwrap();
        let other = credentials
            .kubeconfig("system:serviceaccount:shop:a-b")
            .unwrap();
        assert_ne!(one, other);
        assert!(!fs::read_to_string(one).unwrap().contains("insecure"));
        assert!(credentials.kubeconfig("nobody").is_none());
    }

    #[test]
    fn a_user_named_twice_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Credentials::write(directory.path(), &[User::new("dev")]).is_err());
    }
}
