//! Breaks every ban of the pure core, each on a line of its own that ends with `// banned`.
//!
//! `tests/bans.rs` asserts that clippy reports these lines and no others. The last functions are
//! what the core does instead, and must not be reported.
#![allow(dead_code, reason = "it is only looked at")]

use jiff::civil::date;

fn clocks() {
    let wall = std::time::SystemTime::now(); // banned
    let _ = wall.elapsed(); // banned
    let monotonic = std::time::Instant::now(); // banned
    let _ = monotonic.elapsed(); // banned
    let _ = jiff::Timestamp::now(); // banned
    let _ = jiff::Zoned::now(); // banned
    std::thread::sleep(std::time::Duration::ZERO); // banned
}

fn zones(at: jiff::Timestamp, zoned: &jiff::Zoned) {
    let _ = jiff::tz::TimeZone::system(); // banned
    let _ = jiff::tz::TimeZone::try_system(); // banned
    let _ = jiff::tz::TimeZone::get("UTC"); // banned
    let _ = jiff::tz::db(); // banned
    let _ = jiff::tz::TimeZoneDatabase::from_env(); // banned
    let _ = jiff::tz::TimeZoneDatabase::from_dir("."); // banned
    let _ = at.in_tz("UTC"); // banned
    let _ = zoned.in_tz("UTC"); // banned
    let _ = date(2026, 11, 23).at(8, 0, 0, 0).in_tz("UTC"); // banned
    let _ = date(2026, 11, 23).in_tz("UTC"); // banned
}

fn environment() {
    let _ = std::env::var("TZ"); // banned
    let _ = std::env::var_os("TZ"); // banned
    let _ = std::env::vars(); // banned
    let _ = std::env::vars_os(); // banned
    let _ = std::env::args(); // banned
    let _ = std::env::args_os(); // banned
    let _ = std::env::current_dir(); // banned
    let _ = std::env::current_exe(); // banned
    let _ = std::env::temp_dir(); // banned
}

fn input_and_output() {
    let _ = std::fs::read("."); // banned
    let _ = std::fs::read_to_string("."); // banned
    let _ = std::fs::read_dir("."); // banned
    let _ = std::fs::write(".", ""); // banned
    let _ = std::fs::File::open("."); // banned
    let _ = std::fs::File::create("."); // banned
    let options = std::fs::OpenOptions::new();
    let _ = options.open("."); // banned
    let _ = std::net::TcpStream::connect("localhost:1"); // banned
    let _ = std::net::TcpListener::bind("localhost:1"); // banned
    let _ = std::net::UdpSocket::bind("localhost:1"); // banned
    let _ = std::io::stdin(); // banned
    let _ = std::io::stdout(); // banned
    let _ = std::io::stderr(); // banned
    let _ = std::process::Command::new("true"); // banned
    let _ = std::process::id(); // banned
    let _ = std::thread::spawn(|| ()); // banned
}

type Map = std::collections::HashMap<u8, u8>; // banned
type Set = std::collections::HashSet<u8>; // banned
type State = std::hash::RandomState; // banned

fn what_the_core_does(now: jiff::Timestamp) -> Option<jiff::Timestamp> {
    let zone = jiff::tz::TimeZoneDatabase::bundled()
        .get("Europe/Paris")
        .ok()?;
    let tomorrow = zone.to_datetime(now).tomorrow().ok()?;
    zone.to_ambiguous_timestamp(tomorrow).compatible().ok()
}

fn what_the_core_keeps(words: &[String]) -> std::collections::BTreeMap<&str, usize> {
    words
        .iter()
        .map(|word| (word.as_str(), word.len()))
        .collect()
}
