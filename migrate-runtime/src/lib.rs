//! Code-first database migrations for Rust, on diesel.
#![deny(missing_docs)]

pub mod autogenerate;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod command;
pub mod connection;
pub mod dialect;
pub mod diff;
mod error;
pub mod graph;
pub mod introspect;
pub mod lint;
pub mod migration;
pub mod model;
pub mod operation;
#[doc(hidden)]
pub mod private;
pub mod runner;
pub mod schema;
#[cfg(feature = "autogenerate")]
pub mod source;
pub mod sql;
pub mod types;

pub use error::{Error, ErrorKind, Explain};
pub use migrate_macros::{ColumnType, Model, SqlEnum, schema};
pub use model::{ColumnType, Model};
pub use runner::{Event, Migrator, Report};
#[cfg(feature = "sqlite")]
pub use runner::{current, downgrade, pending, stamp, upgrade, upgrade_to};
