//! The search itself: it repeats to the byte, finds nothing, and finds what was planted. The long
//! searches are `just sim`.

use std::time::Duration;

use jiff::SignedDuration;
use tarnfui_sandbox::json::Value;
use tarnfui_sandbox::store::Change;
use tarnfui_sim::cast::{CAST, beginning};
use tarnfui_sim::planted::Planted;
use tarnfui_sim::record::Actor;
use tarnfui_sim::search;
use tarnfui_sim::stage::play;
use tarnfui_sim::story::{Deed, Role, Story};

/// How many stories are played each time.
const STORIES: u64 = 60;

#[test]
fn the_same_story_is_the_same_to_the_byte() {
    for seed in 1..=4 {
        let story = Story::of_seed(seed);
        let first = play(&story, None, true).record;
        let second = play(&story, None, true).record;
        assert!(first.trace().lines().count() > 100, "seed {seed}");
        assert_eq!(first.trace(), second.trace(), "seed {seed}");
        assert_eq!(first.hash(), play(&story, None, false).record.hash());
    }
}

#[test]
fn no_story_ends_badly() {
    let (played, found) = search::all((1..=STORIES).map(Story::of_seed), None, false);
    let told = found
        .iter()
        .map(|it| format!("{}{:?}", it.short, it.breaches));
    assert_eq!(told.collect::<String>(), "");
    assert_eq!(played, STORIES);
}

#[test]
fn where_nothing_goes_wrong_there_is_one_write_each_and_on_time() {
    for seed in 1..=3 {
        let outcome = play(&Story::quiet(seed), None, false);
        assert_eq!(outcome.breaches, []);
    }
}

#[test]
fn between_two_boundaries_much_is_judged() {
    // By every third seed a story is lived on until what happened is over.
    let played = (3..=30).step_by(3).map(Story::of_seed);
    let judged: Vec<_> = played
        .map(|story| play(&story, None, false).judged)
        .collect();
    assert!(judged.iter().sum::<usize>() > 500, "{judged:?}");
}

#[test]
fn what_one_tenant_does_no_other_feels() {
    let others = |story: &Story| -> Vec<String> {
        let record = play(story, None, false).record;
        let is_theirs = |change: &&Change| {
            let maker = record.maker(change.version);
            change.after.metadata("namespace") != CAST[0].name
                && maker.is_some_and(|it| matches!(it.actor, Actor::Replica(_)))
        };
        let told = |change: &Change| {
            let object: &Value = &change.after.value;
            let labels = &object["metadata"]["labels"];
            let spec = &object["spec"];
            let name = change.after.metadata("name");
            format!("{name}: {} {} {labels}", spec["replicas"], spec["suspend"])
        };
        record.changes.iter().filter(is_theirs).map(told).collect()
    };
    let mut broken = Story::quiet(1);
    let at = beginning() + SignedDuration::from_mins(30);
    let nonsense = Some("when I like".to_owned());
    broken
        .deeds
        .push((at, Deed::Annotate(0, "schedule", nonsense)));
    let (mut without, mut with) = (others(&Story::quiet(1)), others(&broken));
    without.sort();
    with.sort();
    assert!(without.len() > 10, "{without:?}");
    assert_eq!(with, without);
}

#[test]
fn what_is_planted_is_found_and_made_short() {
    for row in Planted::ALL.iter().filter(|row| row.within <= STORIES) {
        let planted = Some(row.planted);
        let (seed, breach) = search::planted(row).expect("a planted fault is found");
        let found = search::story(Story::of_seed(seed), planted).expect("again");
        assert!(found.short.len() <= 3, "{breach}: {}", found.short);
    }
}

#[test]
fn a_panic_is_told_with_its_story_and_made_short() {
    // There is no such replica, and the stage falls over it.
    let mut story = Story::of_seed(2);
    let at = beginning() + SignedDuration::from_mins(30);
    story.deeds.push((at, Deed::EndWatches(9)));
    let found = search::story(story, None).expect("it panics");
    assert_eq!(found.short.len(), 1, "{}", found.short);
    assert_eq!(found.breaches[0].promise, "nothing_panics");
    let told = found.breaches[0].to_string();
    assert!(told.contains("len is 2 but the index is 9, at "), "{told}");
}

#[test]
fn a_day_that_a_replica_stood_still_through_does_not_count_for_its_night() {
    let at = |text: &str| format!("2026-11-24T{text}Z").parse().expect("it is a time");
    let mut story = Story::quiet(1);
    // The leader stands still from the end of one night into the next; meanwhile another one wakes,
    // somebody scales, and when the first goes on there is nobody else.
    story.deeds = vec![
        (
            at("06:59:50"),
            Deed::StandStill(0, 0, Duration::from_secs(95)),
        ),
        (at("07:00:25"), Deed::Scale(Role(0, 0), 5)),
        (at("18:59:50"), Deed::Kill(1, Duration::from_mins(1))),
    ];
    let outcome = play(&story, None, true);
    let told = outcome.record.trace();
    assert_eq!(outcome.breaches, [], "{told}");
}
