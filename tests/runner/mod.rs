//! The runner on real SQLite databases.

mod erased;
