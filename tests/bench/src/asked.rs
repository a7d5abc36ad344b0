//! What was asked of an API server, by its own log: when the writes of a storm came, how many of
//! them, and whether the lease was looked after meanwhile.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tarnfui_tests::testbed::Request;

/// Some of the requests in a log.
#[derive(Debug, Clone)]
pub struct Asked<'log>(Vec<&'log Request>);

impl<'log> Asked<'log> {
    /// Those of a log that came from `from` on and before `to`.
    pub fn within(log: &'log [Request], from: Timestamp, to: Timestamp) -> Self {
        let is_within = |it: &&Request| from <= it.received_at && it.received_at < to;
        Self(log.iter().filter(is_within).collect())
    }

    /// Those of a user.
    #[must_use]
    pub fn by(&self, user: &str) -> Self {
        self.only(|it| it.user == user)
    }

    /// Those that changed a workload.
    #[must_use]
    pub fn writes(&self) -> Self {
        self.only(|it| is_write(it) && it.code == 200)
    }

    /// Those that were to change a workload and were refused.
    #[must_use]
    pub fn refused(&self) -> Self {
        self.only(|it| is_write(it) && it.code != 200)
    }

    /// Those that were told to come back later.
    #[must_use]
    pub fn put_off(&self) -> Self {
        self.only(|it| it.code == 429)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// When the first and the last came.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.0.first()?.received_at, self.0.last()?.received_at))
    }

    /// The workloads that were written more than once.
    pub fn twice(&self) -> usize {
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        for it in &self.0 {
            *counts
                .entry((&it.namespace, &it.resource, &it.name))
                .or_default() += 1;
        }
        counts.values().filter(|&&count| count > 1).count()
    }

    /// How many of each verb and resource.
    pub fn by_kind(&self) -> BTreeMap<(&'log str, &'log str), usize> {
        let mut counts = BTreeMap::new();
        for it in &self.0 {
            *counts.entry((&*it.verb, &*it.resource)).or_default() += 1;
        }
        counts
    }

    /// The longest time between two renewals of the lease that succeeded.
    pub fn longest_without_renewal(&self) -> Option<SignedDuration> {
        let renewals = self.only(|it| it.resource == "leases" && it.is_write() && it.code == 200);
        let times = renewals.0.windows(2);
        times
            .map(|pair| pair[1].received_at.duration_since(pair[0].received_at))
            .max()
    }

    fn only(&self, keep: impl Fn(&Request) -> bool) -> Self {
        Self(self.0.iter().copied().filter(|it| keep(it)).collect())
    }
}

fn is_write(request: &Request) -> bool {
    request.verb == "patch" && matches!(&*request.resource, "deployments" | "statefulsets")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(at: i64, verb: &str, resource: &str, name: &str, code: u16) -> Request {
        Request {
            received_at: Timestamp::from_second(at).unwrap(),
            user: "controller".to_owned(),
            user_agent: String::new(),
            verb: verb.to_owned(),
            uri: String::new(),
            resource: resource.to_owned(),
            namespace: Some("team".to_owned()),
            name: Some(name.to_owned()),
            code,
        }
    }

    #[test]
    fn a_log_is_told_apart() {
        let log = [
            request(1, "patch", "leases", "lease", 200),
            request(2, "patch", "deployments", "a", 200),
            request(3, "patch", "leases", "lease", 200),
            request(4, "patch", "deployments", "a", 409),
            request(5, "patch", "deployments", "a", 200),
            request(6, "patch", "statefulsets", "a", 429),
            request(9, "patch", "leases", "lease", 200),
            request(10, "patch", "deployments", "late", 200),
        ];
        let at = |second| Timestamp::from_second(second).unwrap();
        let asked = Asked::within(&log, at(1), at(10));
        assert_eq!(asked.count(), 7);
        assert_eq!(asked.by("nobody").count(), 0);
        assert_eq!(asked.writes().span(), Some((at(2), at(5))));
        assert_eq!((asked.writes().count(), asked.writes().twice()), (2, 1));
        assert_eq!((asked.refused().count(), asked.put_off().count()), (2, 1));
        assert_eq!(asked.by_kind()[&("patch", "deployments")], 3);
        assert_eq!(
            asked.longest_without_renewal(),
            Some(SignedDuration::from_secs(6))
        );
    }
}
