//! Which hosts a proxy is not asked for.

use super::*;

#[test]
fn this_machine_and_what_is_listed_go_without_a_proxy() {
    let check = |host: &str, list: &str, expect: bool| {
        assert_eq!(is_in(host, list), expect, "{host} in {list:?}");
    };
    check("127.0.0.1", "", true);
    check("[::1]", "", true);
    check("localhost", "", true);
    check("10.0.0.1", "", false);
    check("api.example.com", "example.com", true);
    check("api.example.com", "a.org, .Example.com ", true);
    check("example.com", "example.com", true);
    check("badexample.com", "example.com", false);
    check("api.example.com", "*", true);
    check("api.example.com", ",", false);
}
