//! What holds a run together: limits on waiting, the lock, the transaction around one migration. Settings
//! before it, settings after it, on every path.

use super::error::RunError;
use crate::connection::{DatabaseError, Session};
use crate::dialect::Unsupported;
use crate::schema::{Backend, TableName};
use crate::sql::Setting;
use std::fmt;
use std::time::Duration;

/// How long things may take, and what the lock is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits<'l> {
    /// How long to wait for somebody else.
    pub(super) lock_timeout: Duration,
    /// How long one statement of a migration may take; `None`: as long as the server says.
    pub(super) statement_timeout: Option<Duration>,
    /// The version table that the lock protects.
    pub(super) version: &'l TableName,
}

/// How a database is locked, and what its transactions are made of.
pub(super) trait Engine: fmt::Debug + Sync {
    /// The time of day in a statement, as the log has it.
    fn now(&self) -> &'static str;

    /// The query for the rows of a query of `revision`, in one text with `, ` between them.
    fn joined(&self, rows: &str) -> String;

    /// Lets the connection wait as long as the limits say. Returns what [`Self::restore`] puts back.
    fn limit(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<String, RunError> {
        let _ = (session, limits);
        Ok(String::new())
    }

    /// Puts back what [`Self::limit`] changed.
    fn restore(&self, session: &mut dyn Session, before: &str) -> Result<(), RunError> {
        let _ = (session, before);
        Ok(())
    }

    /// Takes the lock that lasts longer than a transaction, where the database has one.
    fn lock(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError> {
        let _ = (session, limits);
        Ok(())
    }

    /// Gives it back. A connection that is lost has lost it.
    fn unlock(&self, session: &mut dyn Session, limits: Limits<'_>) {
        let _ = (session, limits);
    }

    /// Begins a transaction that nobody else can begin until it ends, or says who stands in the way.
    fn begin(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError>;

    /// Whether the transaction that was begun is still open. A statement of a migration may have ended
    /// it (`COMMIT`, or a constraint with `ON CONFLICT ROLLBACK`); what follows would then run unguarded.
    fn is_open(&self, session: &mut dyn Session) -> Result<bool, RunError>;

    /// A text that changes with the schema, where somebody may change it before the lock is taken.
    fn schema_version(&self, session: &mut dyn Session) -> Result<String, RunError>;

    /// Turns the database's words into the right error.
    fn explain(&self, doing: &'static str, limits: Limits<'_>, source: DatabaseError) -> RunError;

    /// Whether a migration failed because somebody else used its tables: another attempt may do.
    fn was_in_the_way(&self, error: &RunError) -> bool {
        let _ = error;
        false
    }
}

/// The engine of a database.
pub(super) fn engine(backend: Backend) -> Result<&'static dyn Engine, Unsupported> {
    match backend {
        Backend::Sqlite => Ok(&super::sqlite::Sqlite),
        Backend::Postgres => Ok(&super::postgres::Postgres),
        Backend::Mysql => Err(Unsupported {
            backend,
            what: "runner in this version".to_owned(),
            hint: "SQLite and PostgreSQL are the databases it works with".to_owned(),
        }),
    }
}

/// Rolls back. A database that rolled back by itself (a full disk) says that there is nothing to roll
/// back, and a lost connection says nothing of use: neither is worth hiding the first error.
pub(super) fn rollback(session: &mut dyn Session) {
    let _ = session.batch("ROLLBACK");
}

/// Runs within limits, which are put back afterwards.
pub(super) fn with_limits<T>(
    session: &mut dyn Session,
    engine: &dyn Engine,
    limits: Limits<'_>,
    run: impl FnOnce(&mut dyn Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let before = engine.limit(session, limits)?;
    let result = run(session);
    let restored = engine.restore(session, &before);
    result.and_then(|value| restored.map(|()| value))
}

/// Runs under the lock.
pub(super) fn with_lock<T>(
    session: &mut dyn Session,
    engine: &dyn Engine,
    limits: Limits<'_>,
    run: impl FnOnce(&mut dyn Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    engine.lock(session, limits)?;
    let result = run(session);
    engine.unlock(session, limits);
    result
}

/// Runs with settings, which are put back afterwards.
pub(super) fn with_settings<T>(
    session: &mut dyn Session,
    settings: &[Setting],
    run: impl FnOnce(&mut dyn Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let Some((setting, rest)) = settings.split_first() else {
        return run(session);
    };
    let before = read_one(session, setting.read)?;
    set(session, setting.set)?;
    let result = match read_one(session, setting.read) {
        Ok(is) if is == setting.expected => with_settings(session, rest, run),
        Ok(is) => Err(RunError::Setting {
            name: setting.name,
            wanted: setting.expected,
            is,
        }),
        Err(error) => Err(error),
    };
    let restored = set(session, &format!("{}{before}", setting.set_to));
    result.and_then(|value| restored.map(|()| value))
}

pub(super) fn set(session: &mut dyn Session, sql: &str) -> Result<(), RunError> {
    // Some settings answer with a row, which a batch throws away.
    session.batch(sql).map_err(|source| RunError::Database {
        doing: "a setting of the connection could not be changed",
        source,
    })
}

pub(super) fn read_one(session: &mut dyn Session, sql: &str) -> Result<String, RunError> {
    let rows = session.query(sql).map_err(|source| RunError::Database {
        doing: "a setting of the connection could not be read",
        source,
    })?;
    Ok(rows.first().and_then(|row| row.text(0)).unwrap_or_default())
}
