//! Code-first database migrations for Rust, on diesel.
//!
//! Model structs are the source: `cargo migrate revision --autogenerate` compares them with the chain of
//! migrations and a database and writes the next migration, and the compiler refuses models that no
//! migration accounts for. [`derive(Model)`](derive@Model) documents the attributes, [`schema!`] how models
//! and migrations are listed, [`migration`] what a migration file says.
//!
//! # In an application
//!
//! `schema!` declares a [`SchemaDef`](model::SchemaDef). One call at start-up brings the database to the
//! head of its chain; several processes may start at once, the first one does the work:
//!
//! ```
//! # #[cfg(feature = "sqlite")] {
//! use diesel::prelude::*;
//! # use migrate_runtime::model::SchemaDef;
//! # // What `schema!` declares in the root of a crate.
//! # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
//!
//! fn connect(url: &str) -> Result<SqliteConnection, Box<dyn std::error::Error>> {
//!     let mut connection = SqliteConnection::establish(url)?;
//!     migrate_runtime::upgrade(&mut connection, &SCHEMA)?;
//!     Ok(connection)
//! }
//! # connect(":memory:").unwrap();
//! # }
//! ```
//!
//! Where somebody else upgrades, [`pending`] says what is missing, and [`check`](fn@check) whether models,
//! chain, database and log agree. [`Migrator`] has the options: who is told of each step, how long to wait
//! for another process, whether to look at the database again after each migration:
//!
//! ```
//! # #[cfg(feature = "sqlite")] {
//! use diesel::prelude::*;
//! use migrate_runtime::{Event, Migrator, connection::session};
//! use std::time::Duration;
//! # use migrate_runtime::model::SchemaDef;
//! # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
//!
//! fn upgrade(connection: &mut SqliteConnection) -> Result<(), Box<dyn std::error::Error>> {
//!     let report = Migrator::new(&SCHEMA)
//!         .lock_timeout(Duration::from_secs(5))
//!         .verify(true)
//!         .progress(|event: &Event<'_>| {
//!             if let Event::Finished { revision, elapsed } = event {
//!                 eprintln!("{revision} took {elapsed:?}");
//!             }
//!         })
//!         .upgrade(&mut session(connection), "head")?;
//!     eprintln!("{} migrations, now at {:?}", report.steps.len(), report.to);
//!     Ok(())
//! }
//! # upgrade(&mut SqliteConnection::establish(":memory:").unwrap()).unwrap();
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it brings |
//! |---|---|
//! | `sqlite` | connections, introspection and runner for SQLite |
//! | `postgres` | the same for PostgreSQL, on any diesel connection; no client library is linked |
//! | `mysql` | the same for MySQL and MariaDB; no client library is linked |
//! | `async` | `upgrade_async`, for connections of `diesel-async` |
//! | `autogenerate` | writing revisions: renames, Rust source, lint |
//! | `cli` | the command line, for the small binary that `cargo migrate` builds |
//! | `cli-postgres` | the same with a driver for PostgreSQL: pure Rust, TLS included |
//! | `cli-mysql` | the same with a driver for MySQL and MariaDB: pure Rust, TLS included |
//! | `chrono`, `time`, `uuid`, `serde_json`, `decimal` | column types, as diesel's features of the same name |
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
pub mod startup;
pub mod testing;
pub mod types;

#[cfg(feature = "diesel")]
pub use command::application::check;
pub use command::{Check, Difference};
pub use error::{Error, ErrorKind, Explain};
pub use migrate_macros::{ColumnType, Model, SqlEnum, schema};
pub use model::{ColumnType, Model};
pub use private::SqlEnum;
#[cfg(feature = "async")]
pub use runner::upgrade_async;
#[cfg(feature = "diesel")]
pub use runner::{DieselMigrations, current, downgrade, pending, stamp, upgrade, upgrade_to};
pub use runner::{Event, Migrator, Report};

/// The pages of `docs/` about code, so that their blocks are compiled. They are no part of the package.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../../docs/migrations.md")]
mod migrations_page {}

/// The same of start-up.
#[cfg(all(doctest, feature = "sqlite", feature = "cli"))]
#[doc = include_str!("../../docs/application.md")]
mod application_page {}
