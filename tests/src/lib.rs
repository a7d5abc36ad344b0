//! What the suites and the demo stand on: a real control plane ([`testbed`]), the frame that runs
//! trials on it ([`suite`]), and the way one binary plays the controller and the plugin
//! ([`multicall`]).
//!
//! It must not be used by the product: nothing outside this package depends on it.

pub mod clock;
pub mod multicall;
pub mod roles;
pub mod suite;
pub mod testbed;
pub mod wait;
