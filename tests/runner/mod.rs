//! The runner on real SQLite databases.

mod chains;
mod erased;
mod traversal;
