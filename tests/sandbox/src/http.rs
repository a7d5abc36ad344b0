//! The way in for real clients: HTTP on a port of loopback, one port per caller.
//!
//! There are no passwords: who comes in by a port is whom the port is for. So it must never be bound
//! to anything but loopback, and it is not: the address is chosen here.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::authz::Caller;
use crate::door::Sandbox;

/// How many connections may be open at a time: more than a demo and a person's kubectl need.
const CONNECTIONS: usize = 256;

/// A port of one caller, bound and not served yet.
#[derive(Debug)]
pub struct Port {
    listener: TcpListener,
    sandbox: Sandbox,
    caller: Caller,
}

impl Port {
    /// Binds a free port.
    pub async fn bind(sandbox: &Sandbox, caller: Caller) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            listener,
            sandbox: sandbox.clone(),
            caller,
        })
    }

    /// Where it is.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves it, for as long as this is polled: dropping it closes every connection.
    pub async fn serve(self) {
        let door = self.sandbox.door(self.caller);
        let answer = move |request| {
            let door = door.clone();
            async move { Ok::<_, Infallible>(door.pass(request).await) }
        };
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                biased;
                Some(_) = connections.join_next() => continue,
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS => accepted,
            };
            // A connection that was gone before it was taken says nothing about the next.
            let Ok((stream, _)) = accepted else { continue };
            let service = service_fn(answer.clone());
            connections.spawn(async move {
                let mut http = http1::Builder::new();
                let serving = http
                    .keep_alive(true)
                    .serve_connection(TokioIo::new(stream), service);
                // A client that goes away in the middle is no fault of ours.
                drop(serving.await);
            });
        }
    }
}
