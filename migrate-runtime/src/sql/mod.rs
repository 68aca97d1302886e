//! Operations as SQL: a list of operations and the schema before it become a [`Plan`] of statements.
//!
//! Pure: no connection, no clock, the same bytes for the same input. What is true of the database and
//! cannot be known here (rows, objects nobody told us of) is put into the plan as an expectation.
//!
//! The schema before is, online, what [`overlay`] makes of the folded chain and the introspected
//! database; offline it is the folded chain alone.

mod error;
mod mysql;
pub mod offline;
mod overlay;
mod postcondition;
mod postgres;
mod skip;
mod sqlite;
mod statement;
mod words;

pub use error::RenderError;
pub(crate) use mysql::{statements as mysql_statements, words as mysql_words};
pub use overlay::overlay;
pub(crate) use postcondition::{touched, were_done};
pub(crate) use postgres::{TooEarly, too_early};
pub use statement::{Blame, Online, Plan, Setting, Statement, Step, TEMPORARY};

use crate::dialect::{Dialect, Unsupported};
use crate::operation::{Operation, too_long};
use crate::schema::{Backend, Schema};

/// Renders operations for a database that holds `before`.
///
/// # Errors
/// The first operation that does not fit `before` or that the database has no SQL for.
pub fn plan(
    operations: &[Operation],
    before: &Schema,
    dialect: &dyn Dialect,
) -> Result<Plan, RenderError> {
    plan_from(operations, before.clone(), dialect)
}

/// As [`plan`], for those who need `before` no longer: [`Plan::after`] is made of it. Going through a
/// long chain, nothing is copied that the operations do not touch.
///
/// # Errors
/// As [`plan`].
pub fn plan_from(
    operations: &[Operation],
    before: Schema,
    dialect: &dyn Dialect,
) -> Result<Plan, RenderError> {
    if let Some(longest) = dialect.capabilities().longest_name
        && let Some((operation, name)) = too_long(operations, longest)
    {
        let length = name.as_str().len();
        return Err(RenderError::Unsupported {
            operation,
            source: Unsupported {
                backend: dialect.backend(),
                what: format!("name of {length} bytes ({name}); it keeps {longest}"),
                hint: "give it a shorter name".to_owned(),
            },
        });
    }
    match dialect.backend() {
        Backend::Sqlite => sqlite::plan(operations, before, dialect),
        Backend::Postgres => postgres::plan(operations, before, dialect),
        Backend::Mysql => mysql::plan(operations, before, dialect),
    }
}

/// The client that an offline script is for.
fn client(backend: Backend) -> &'static dyn offline::Client {
    match backend {
        Backend::Sqlite => &sqlite::Sqlite3,
        Backend::Postgres => &postgres::Psql,
        Backend::Mysql => &mysql::MysqlClient,
    }
}

/// The statements of [`plan`], for those who only show them.
///
/// # Errors
/// As [`plan`].
pub fn render(
    operations: &[Operation],
    before: &Schema,
    dialect: &dyn Dialect,
) -> Result<Vec<Statement>, RenderError> {
    plan(operations, before, dialect).map(|plan| plan.statements)
}
