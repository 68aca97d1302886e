//! Migration files as text: written from operations, read without compiling them.
//!
//! In go operations and headers, out comes Rust source; in goes a directory, out comes what the
//! revision commands need. It knows no database, and no crate has to compile for it.

mod column;
mod constraint;
mod effects;
mod error;
mod file;
mod functions;
pub mod head;
mod index;
mod layout;
mod literal;
mod locations;
pub mod models;
pub mod name;
mod operation;
pub mod read;
mod rename;
mod scan;
mod seal;
mod sql_history;
mod style;
mod tables;
mod title;

pub use effects::Effects;
pub use error::SourceError;
pub use file::{CommentedOperation, Downgrade, MigrationFile};
pub use functions::{Functions, functions};
pub use locations::{Location, Locations};
pub use read::{Directory, ReadMigration, read_directory, read_file, scan_directory};
pub use rename::renamed;
pub use seal::{Authorship, authorship};
pub use sql_history::{HistoryError, SqlFile, SqlHistory, SqlMigration, Tool, read_sql_history};
#[cfg(feature = "cli")]
pub(crate) use style::problem_of;
pub use style::{FileStyle, StyleError};
pub(crate) use tables::tables_module;
pub use title::message_from_operations;
