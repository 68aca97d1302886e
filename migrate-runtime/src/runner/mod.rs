//! Applies a chain to a database: what is pending, in which order, under which lock, and what is recorded.
//!
//! In goes a [`Session`](crate::connection::Session) and the chain of a crate, out come typed reports.
//! Operations become SQL in [`sql`](crate::sql); this module obeys the plan. Nothing here prints.

mod api;
mod api_async;
mod apply;
mod chain;
mod chains;
mod clock;
mod create;
mod destroys;
mod error;
mod event;
mod halves;
mod history;
mod hooks;
mod inspect;
mod ledger;
mod listing;
mod migration_source;
mod migrator;
mod mysql;
mod mysql_done;
mod mysql_lease;
mod outside;
mod patience;
mod place;
mod plan;
mod postgres;
mod postgres_waits;
mod proof;
mod reading;
mod records;
mod replaced;
mod request;
mod resume;
mod run;
mod script;
mod sqlite;
mod stepwise;
mod talk;
mod throwaway;
mod transaction;
mod verify;

pub use crate::graph::Direction;
pub use crate::migration::checksum::checksum;
#[cfg(feature = "diesel")]
pub use api::{current, downgrade, pending, stamp, upgrade, upgrade_to};
#[cfg(feature = "async")]
pub(crate) use api_async::on_a_thread;
#[cfg(feature = "async")]
pub use api_async::upgrade_async;
pub use apply::AppliedStep;
#[cfg(feature = "autogenerate")]
pub(crate) use chain::Chain;
#[cfg(feature = "cli")]
pub(crate) use chain::name_sources_for;
pub(crate) use chain::{file, lower, source_path};
pub(crate) use chains::Chains;
pub(crate) use clock::shown;
pub(crate) use create::FirstLook;
pub use error::{EditedRevision, LostRows, RunError, StepFailure, UnknownRevision};
pub use event::{Event, Progress, Silent};
pub use halves::HalfDone;
pub use history::{HistoryTables, LogEntry, Outcome};
pub use hooks::Hooks;
pub use inspect::Inspector;
#[cfg(feature = "autogenerate")]
pub(crate) use inspect::has_table;
#[cfg(feature = "autogenerate")]
pub(crate) use ledger::leave_out_ledgers;
pub use listing::Listed;
#[cfg(feature = "diesel")]
pub use migration_source::DieselMigrations;
pub use migrator::{Migrator, Report, Revision};
pub(crate) use plan::Step;
pub use run::{RunConnection, RunFunction, RunResult, inspect};
pub use script::Range;
