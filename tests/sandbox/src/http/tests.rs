//! What a client does that means no good, and a machine that is out of something.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::*;

/// A port that is served, on paused time.
async fn served() -> SocketAddr {
    let now = "2026-11-22T08:00:00Z".parse().unwrap();
    let sandbox = Sandbox::new(1, Arc::new(move || now));
    let port = Port::bind(&sandbox, Caller::admin("admin")).await.unwrap();
    let address = port.address().unwrap();
    tokio::spawn(port.serve());
    address
}

/// What is said to somebody who sends this and then nothing more, and after how long that ends.
async fn said_to(sent: &str) -> (String, Duration) {
    let mut stream = TcpStream::connect(served().await).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let start = Instant::now();
    let mut said = String::new();
    let reading = stream.read_to_string(&mut said);
    let ended = timeout(Duration::from_hours(1), reading).await;
    ended.expect("it ends").unwrap();
    (said, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn half_a_head_is_not_waited_for_for_ever() {
    let (_, waited) = said_to("GET /version HTTP/1.1\r\nhost: sandbox\r\n").await;
    assert!(waited < Duration::from_mins(3), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn nor_is_half_a_body() {
    let head = "POST /api/v1/namespaces HTTP/1.1\r\nhost: sandbox\r\ncontent-length: 9\r\n\r\n{";
    let (said, waited) = said_to(head).await;
    assert!(said.starts_with("HTTP/1.1 504 "), "{said}");
    assert!(waited < Duration::from_mins(3), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_for_longer_than_clients_keep_it() {
    let mut stream = TcpStream::connect(served().await).await.unwrap();
    for _ in 0..2 {
        let request = b"GET /livez HTTP/1.1\r\nhost: sandbox\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut said = [0; 512];
        let read = stream.read(&mut said).await.unwrap();
        assert!(said[..read].starts_with(b"HTTP/1.1 200 "));
        tokio::time::advance(Duration::from_secs(90)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_date_of_an_answer_is_by_the_clock_of_the_sandbox() {
    let request = "GET /livez HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\r\n";
    let (said, _) = said_to(request).await;
    let dates = said.lines().filter(|it| it.starts_with("date: "));
    assert_eq!(
        dates.collect::<Vec<_>>(),
        ["date: Sun, 22 Nov 2026 08:00:00 GMT"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_port_that_can_take_nobody_waits_and_says_it_once() {
    let takes = AtomicU32::new(0);
    let take = || async {
        match takes.fetch_add(1, Ordering::Relaxed) {
            0..3 | 4 => Err(io::Error::from_raw_os_error(24)),
            3 => Err(io::ErrorKind::ConnectionAborted.into()),
            _ => Ok(()),
        }
    };
    let mut told = Vec::new();
    let start = Instant::now();
    let mut taking = Taking::default();
    taking
        .next(take, |error| told.push(error.to_string()))
        .await;
    assert_eq!(start.elapsed(), Duration::from_secs(4));
    assert_eq!(takes.into_inner(), 6);
    assert_eq!(told, ["Too many open files (os error 24)"]);
}
