//! Applies a chain to a database.

mod run;

pub use run::{RunConnection, RunFunction, RunResult};
