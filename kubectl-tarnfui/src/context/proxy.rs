//! Which servers are reached without the proxy that the environment names.
//!
//! The client takes `HTTPS_PROXY` for every server. kubectl leaves out this machine and what
//! `NO_PROXY` lists, and whoever set those variables counts on it.

use std::net::IpAddr;

use http::Uri;

/// Whether `server` is reached without a proxy.
pub(super) fn is_bypassed(server: &Uri) -> bool {
    let listed = std::env::var("NO_PROXY").or_else(|_| std::env::var("no_proxy"));
    is_in(
        server.host().unwrap_or_default(),
        &listed.unwrap_or_default(),
    )
}

/// Whether `host` is this machine, or in a comma-separated list of hosts and domains.
fn is_in(host: &str, list: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let is_loopback = host
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    let fits = |entry: &str| {
        let entry = entry.trim().to_ascii_lowercase();
        let domain = entry.trim_start_matches('.');
        entry == "*" || (!domain.is_empty() && is_within(&host, domain))
    };
    is_loopback || host == "localhost" || list.split(',').any(fits)
}

fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

#[cfg(test)]
mod tests;
