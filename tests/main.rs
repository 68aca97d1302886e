//! The tests of migrate, one binary.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod catalogue;
mod cli;
mod introspect;
mod laws;
mod models;
mod rendering;
mod runner;
mod source;
mod tidy;
