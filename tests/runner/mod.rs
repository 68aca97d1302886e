//! The runner on real SQLite databases.

mod agreement;
mod chains;
mod erased;
mod failures;
mod functions;
mod processes;
mod traversal;
mod verification;
