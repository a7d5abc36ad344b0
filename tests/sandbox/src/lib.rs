//! An API server in one process, as far as a client of Tarnfui can tell: for the demo, for the
//! simulation, and for tests that need an answer in microseconds.
//!
//! It is a state machine: a request and the time come in, an answer and events come out. There is
//! no clock, no randomness but a seeded one, and no IO in it. Clients come in by two doors: as a
//! `tower` service, under virtual time if need be, and as HTTP on loopback for the real `kubectl`.
//!
//! It must never guess: a request that it does not know is answered with 501 and a sentence that
//! names the request. What it does answer is held equal to the real API server by the conformance
//! suite, and nothing in it knows Tarnfui.

pub mod door;
pub mod http;
pub mod server;

pub mod life;

pub mod answer;
pub mod authz;
pub mod decode;
pub mod request;
pub mod selector;
pub mod store;
pub mod view;
pub mod watch;

pub mod admit;
pub mod discovery;
pub mod events;
pub mod fields;
pub mod json;
pub mod kinds;
pub mod openapi;
pub mod patch;
pub mod protobuf;
pub mod scale;
pub mod table;
