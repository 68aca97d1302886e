//! The tests of migrate, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::unnecessary_literal_unwrap,
    reason = "a test that cannot go on fails, in its helpers too"
)]
#![expect(
    clippy::assigning_clones,
    clippy::doc_markdown,
    clippy::format_push_string,
    clippy::items_after_statements,
    clippy::single_match_else,
    clippy::unnecessary_wraps,
    unreachable_pub,
    reason = "cases are written to be read; models and `run` functions have the forms users give them"
)]

mod catalogue;
#[cfg(unix)]
mod certificates;
mod cli;
mod databases;
#[cfg(unix)]
mod docs;
mod introspect;
mod journey;
mod laws;
#[cfg(unix)]
mod live;
mod models;
#[cfg(unix)]
mod mysql;
#[cfg(unix)]
mod postgres;
mod rendering;
mod runner;
mod source;
mod squash;
mod startup;
mod testing;
mod tidy;
