//! Applies a chain to a database.

mod inspect;
mod run;

pub use inspect::Inspector;
pub use run::{RunConnection, RunFunction, RunResult, inspect};
