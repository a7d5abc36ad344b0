//! What the suites and the demo stand on: a real control plane ([`testbed`]), the frame that runs
//! trials on it ([`suite`]), the way one binary plays the controller and the plugin ([`multicall`]),
//! the words that trials are written in: [`scene`], [`place`], [`controllers`] and [`release`]; the
//! sandbox as processes reach it ([`served`]); what an
//! API server is held to ([`conformance`]), and what krew holds a manifest to ([`krew`]).
//!
//! It must not be used by the product: nothing outside this package depends on it.

pub mod applier;
pub mod clock;
pub mod conformance;
pub mod controllers;
pub mod demo;
pub mod krew;
pub mod manifests;
pub mod multicall;
pub mod place;
pub mod release;
pub mod roles;
pub mod scene;
pub mod served;
pub mod suite;
pub mod testbed;
pub mod wait;
