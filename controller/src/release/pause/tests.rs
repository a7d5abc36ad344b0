//! Texts as people write them, paused; and those that are left alone.

use super::*;

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(pause(text), Ok(Some(expect.to_owned())), "{text:?}");
    assert_eq!(pause(expect), Ok(None), "once is enough");
}

#[test]
fn a_line_that_is_there_is_changed_and_the_rest_is_as_it_was() {
    check("paused: false\n", "paused: true\n");
    check("paused: false", "paused: true");
    check(
        "# ours\npaused: false # not tonight, see #12\nkinds: [Deployment]\n",
        "# ours\npaused: true # not tonight, see #12\nkinds: [Deployment]\n",
    );
    check(
        "paused: no\r\nkinds: [CronJob]\r\n",
        "paused: true\r\nkinds: [CronJob]\r\n",
    );
    check("\"paused\" : false\n", "\"paused\": true\n");
    check("'paused': False\n", "'paused': true\n");
}

#[test]
fn where_there_is_none_one_is_added() {
    check("", "paused: true\n");
    check("# nothing yet\n", "# nothing yet\npaused: true\n");
    check("kinds: [Deployment]", "kinds: [Deployment]\npaused: true\n");
    check(
        "schedules:\n  office: >\n    Mon-Fri\n    08:00-20:00\n\n",
        "schedules:\n  office: >\n    Mon-Fri\n    08:00-20:00\n\npaused: true\n",
    );
    check(
        "---\npace: {writesInFlight: 4}\n",
        "---\npace: {writesInFlight: 4}\npaused: true\n",
    );
    // Only a comment says so, and it stays.
    check("# paused: false\n", "# paused: false\npaused: true\n");
}

#[test]
fn braces_are_edited_inside() {
    check("{}", "{paused: true}");
    check("{kinds: [CronJob]}\n", "{paused: true, kinds: [CronJob]}\n");
    check(
        "{kinds: [CronJob], paused: false}",
        "{kinds: [CronJob], paused: true}",
    );
}

#[test]
fn what_would_change_more_is_not_written() {
    for text in [
        // The value is elsewhere.
        "paused:\n  false\n",
        "pace: {writesInFlight: 4}\n? paused\n: false\n",
    ] {
        assert_eq!(pause(text), Err(CannotPause::Entangled), "{text:?}");
    }
}

#[test]
fn what_no_controller_takes_is_refused() {
    for text in ["pausd: true", "kinds: [Pod]", "a: [", "- a"] {
        let refused = pause(text);
        assert!(
            matches!(refused, Err(CannotPause::Unreadable(_))),
            "{text}: {refused:?}"
        );
    }
}
