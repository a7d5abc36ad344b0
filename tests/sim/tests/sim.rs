//! The search itself: it repeats to the byte, finds nothing, and finds what was planted. The long
//! searches are `just sim`.

use tarnfui_sim::planted::Planted;
use tarnfui_sim::search;
use tarnfui_sim::stage::play;
use tarnfui_sim::story::Story;

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
fn what_is_planted_is_found_and_made_short() {
    let is_quick = |(_, within): &&(Planted, u64)| *within <= STORIES;
    for (planted, within) in Planted::ALL.iter().filter(is_quick) {
        let stories = (1..=*within).map(Story::of_seed);
        let (_, found) = search::all(stories, Some(*planted), false);
        let found = found.first().expect("a planted fault is found");
        assert!(found.short.len() <= found.story.len(), "{planted:?}");
        assert!(found.short.len() <= 3, "{planted:?}: {}", found.short);
    }
}
