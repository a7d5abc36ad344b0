//! The rules as `explain` shows them: in the order in which they were tried, and what would change it.

use serde_json::Value as Json;

use crate::world::{MONDAY, PARIS, SUNDAY, world};

#[test]
fn the_chain_says_what_would_change_it() {
    let wakes = [("idle-after", "45m"), ("wake-on-request", "true")];
    let world = world()
        .namespace("shop", &[&PARIS[..], &wakes[..]].concat())
        .namespace("open", &wakes);
    let chain = |command: &str| -> Vec<String> {
        let ran = world.run(MONDAY, command);
        let lines = ran.out.lines().skip_while(|line| !line.starts_with("RULE"));
        let lines = lines.skip(1).take_while(|line| !line.is_empty());
        lines.skip(5).map(str::to_owned).collect()
    };
    assert_eq!(
        chain("explain shop"),
        [
            "6 Requested         no     a request comes outside its hours, for 45m",
            "7 OffHours          no     its hours end: 20:00 CET",
            "8 Idle              no     no request comes for 45m",
            "9 WorkingHours      yes    -",
        ]
    );
    assert_eq!(
        chain("explain shop --at 2026-11-22T12:00:00Z"),
        [
            "6 Requested         no     a request comes outside its hours, for 45m",
            "7 OffHours          yes    -",
        ]
    );
    // Without hours nothing is outside of them.
    assert_eq!(
        chain("explain open"),
        [
            "6 Requested         no     -",
            "7 OffHours          no     -",
            "8 Idle              no     no request comes for 45m",
            "9 Active            yes    -",
        ]
    );
    let json = world.run(MONDAY, "explain shop -o json").out;
    let json: Json = serde_json::from_str(&json).unwrap();
    let chain = json["items"][0]["chain"].as_array().unwrap();
    assert_eq!(chain.len(), 9);
    assert_eq!(chain[8]["verdict"], "Won");
    assert_eq!(chain[8]["reason"], json["items"][0]["reason"]);
}

#[test]
fn a_long_value_hides_nothing_at_eighty_columns() {
    let hours = "Mon-Fri 08:00-12:00, Mon-Fri 13:00-17:00, Sat 10:00-12:00, 2026-12-26 08:00-12:00";
    let world = world()
        .namespace("a-namespace-with-a-name", &[("schedule", hours)])
        .terminal(80, "");
    let ran = world.run(SUNDAY, "explain a-namespace-with-a-name");
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        ran.out
    );
    let cut = "schedule          annotation   Mon-Fri 08:00-12:00, Mon-Fri 13:00-17:00, Sat 10…\n";
    assert!(ran.out.contains(cut), "{}", ran.out);
}
