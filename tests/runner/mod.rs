//! The runner on real SQLite databases.

mod agreement;
pub(crate) mod chains;
mod drift;
mod erased;
mod failures;
mod faults;
mod functions;
mod hooks;
mod ignore;
mod losses;
mod migration_source;
mod outside;
mod processes;
mod proof;
mod replaced;
pub(crate) mod rows;
mod several;
mod traversal;
mod verification;
