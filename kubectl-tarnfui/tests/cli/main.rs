//! Whole commands, from arguments to stdout, stderr and exit code, against a fake API server in the
//! same process. Whatever a command wrote is compared as well, so that it wrote nothing else.

#![allow(
    clippy::unwrap_used,
    reason = "all of this is a test, its helpers included"
)]

mod bad_input;
mod bulk;
mod completion;
mod docs;
mod doctor;
mod explain;
mod explain_chain;
mod fake;
mod forget;
mod help;
mod lint;
mod look;
mod narrow;
mod orders;
mod pending;
mod reference;
mod restore;
mod restore_led;
mod restore_race;
mod saved;
mod schemas;
mod screen;
mod simulate;
mod status;
mod tried;
mod version;
mod wait;
mod watch;
mod world;
