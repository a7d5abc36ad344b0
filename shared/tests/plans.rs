//! What holds of every plan, whatever people do and wherever a controller stops.
//!
//! A random story of one namespace: people annotate, scale and edit marks; the controller looks,
//! carries out any prefix of its plan, is restarted, or finds that somebody was faster. Every write
//! is checked when it is made, and the whole when it is steady. Numbers such as "invariant 6" are
//! those of the table in ARCHITECTURE.md.

#[path = "model/cluster.rs"]
mod cluster;
#[path = "model/looker.rs"]
mod looker;
#[path = "plans/steps.rs"]
mod steps;
#[path = "plans/world.rs"]
mod world;

use proptest::prelude::*;
use steps::{Step, calm_steps, steps};
use tarnfui_shared::plan::Stage;
use world::World;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Invariants 6 and 9 at every write; 7 at the end, with and without what was remembered.
    #[test]
    fn a_plan_is_safe_at_every_prefix_and_empty_when_done(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            world.check_nothing_lost();
        }
        world.converge();
        world.step(&Step::Restart);
        world.converge();
        world.check_released();
    }

    /// Invariant 6: whatever was done in between, with the rule gone everything is as people left it.
    #[test]
    fn what_comes_back_is_what_was_saved(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        world.step(&Step::Restart);
        let expect = world.wanted();
        world.step(&Step::Namespace("exclude", Some("true")));
        world.step(&Step::Settle);
        world.converge();
        for (id, value) in expect {
            prop_assert_eq!(world.value(&id), value, "{:?}", id);
        }
    }

    /// Invariant 8: while nobody interferes, each workload is written once per transition.
    #[test]
    fn one_write_for_each_workload_and_transition(steps in calm_steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            world.step(&Step::Settle);
            world.converge();
            world.check_one_write_each();
        }
    }

    /// When all is ready, nothing that should be awake waits or sleeps.
    #[test]
    fn whatever_should_be_awake_is(steps in calm_steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            world.step(&Step::Settle);
            let plan = world.converge();
            for stage in plan.outlooks.iter().map(|it| it.stage) {
                prop_assert!(!matches!(stage, Stage::Waking | Stage::FallingAsleep));
            }
        }
    }
}
