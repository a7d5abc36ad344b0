//! The client of the API server: `kube`'s own layers, over connections whose buffers stay small.
//!
//! Without its retries, which go on for minutes, and without its spans: who asks says what failed, and
//! whether to try again. It only carries requests.

use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt as _};
use tower::{BoxError, ServiceBuilder};

/// The most that is read from a connection at once, in bytes. Of its own accord hyper goes up to 400 KiB
/// while a list comes in, and keeps it: for each of the watches.
const READ_BUFFER_BYTES: usize = 32 << 10;

/// A client for `config`, with its timeouts. It does each request once, whatever `config` says of
/// retries. A proxy is refused, and not passed by.
pub(crate) fn client(config: kube::Config) -> Result<kube::Client, kube::Error> {
    if config.proxy_url.is_some() {
        // Which says that this is built without.
        return kube::Client::try_from(config);
    }
    let mut connector = TimeoutConnector::new(config.rustls_https_connector()?);
    connector.set_connect_timeout(config.connect_timeout);
    connector.set_read_timeout(config.read_timeout);
    connector.set_write_timeout(config.write_timeout);
    let client: legacy::Client<_, Body> = legacy::Builder::new(TokioExecutor::new())
        .http1_max_buf_size(READ_BUFFER_BYTES)
        .build(connector);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(client);
    Ok(kube::Client::new(service, config.default_namespace))
}

#[cfg(test)]
mod tests;
