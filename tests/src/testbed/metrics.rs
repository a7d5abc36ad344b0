//! Reads what the API server counts, in the text format of Prometheus.
//!
//! The counters are of all clients together and of the server's own; what one user did is in the
//! log of requests. It must not know more of the format than counters need.

/// One reading of a server's counters.
#[derive(Debug, Clone)]
pub struct Metrics {
    text: String,
}

impl Metrics {
    pub(super) fn new(text: String) -> Self {
        Self { text }
    }

    /// The sum of all series of a metric that carry every one of these labels; 0 if there is none,
    /// since a series appears with its first count.
    ///
    /// `sum("apiserver_request_total", &[("verb", "PATCH"), ("resource", "deployments")])` is how
    /// many patches Deployments have seen.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let values = self
            .text
            .lines()
            .filter_map(|line| value_of(line, name, labels));
        // Not `sum`, which of no values at all is minus zero.
        values.fold(0.0, |sum, value| sum + value)
    }

    /// The whole text as read.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn value_of(line: &str, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let rest = line.strip_prefix(name)?;
    let (series, value) = match rest.strip_prefix('{') {
        Some(rest) => rest.rsplit_once("} ")?,
        None => ("", rest.strip_prefix(' ')?),
    };
    // Label values of the API server hold no quotes; one that did would merely not be found.
    let series = format!(",{series},");
    let carries = |(key, value): &(&str, &str)| series.contains(&format!(",{key}=\"{value}\","));
    labels
        .iter()
        .all(carries)
        .then(|| value.trim().parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_chosen_by_whole_labels() {
        let metrics = Metrics::new(
            "# HELP requests_total Requests.\n\
             requests_total{code=\"200\",verb=\"PATCH\"} 3\n\
             requests_total{code=\"409\",verb=\"PATCH\"} 1\n\
             requests_total{code=\"200\",subverb=\"PATCH\"} 70\n\
             requests_total_more{verb=\"PATCH\"} 500\n\
             up 1\n"
                .to_owned(),
        );
        let sum = |name, labels: &[(&str, &str)]| metrics.sum(name, labels).to_string();
        assert_eq!(sum("requests_total", &[("verb", "PATCH")]), "4");
        assert_eq!(
            sum("requests_total", &[("verb", "PATCH"), ("code", "409")]),
            "1"
        );
        assert_eq!(sum("requests_total", &[("verb", "GET")]), "0");
        assert_eq!(sum("up", &[]), "1");
    }
}
