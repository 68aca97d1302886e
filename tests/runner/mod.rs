//! The runner on real SQLite databases.

mod chains;
mod erased;
mod failures;
mod functions;
mod traversal;
mod verification;
