//! The transaction around one migration: settings before it, lock, settings after it, on every path.

use super::error::RunError;
use crate::connection::{DatabaseError, Session};
use crate::dialect::Unsupported;
use crate::schema::Backend;
use crate::sql::Setting;
use std::time::Duration;

/// What the transactions of a database are made of, as data.
#[derive(Debug)]
pub(super) struct Engine {
    /// Begins a transaction that nobody else can begin until it ends.
    pub(super) begin: &'static str,
    /// Reads how long `begin` waits, in milliseconds.
    pub(super) read_timeout: &'static str,
    /// Sets it, up to the number.
    pub(super) set_timeout: &'static str,
    /// The time of day in a statement, as the log has it.
    pub(super) now: &'static str,
    /// Reads a number that changes with the schema.
    pub(super) schema_version: &'static str,
    /// What the database says to `begin` inside a transaction.
    pub(super) nested: &'static str,
    /// What it says when somebody else holds the lock.
    pub(super) locked: &'static [&'static str],
}

/// The engine of a database.
pub(super) fn engine(backend: Backend) -> Result<&'static Engine, Unsupported> {
    match backend {
        Backend::Sqlite => Ok(&super::sqlite::ENGINE),
        Backend::Postgres | Backend::Mysql => Err(Unsupported {
            backend,
            what: "runner in this version".to_owned(),
            hint: "use SQLite".to_owned(),
        }),
    }
}

impl Engine {
    /// Begins the transaction, or says who stands in the way.
    pub(super) fn begin(
        &self,
        session: &mut dyn Session,
        timeout: Duration,
    ) -> Result<(), RunError> {
        session
            .batch(self.begin)
            .map_err(|source| self.explain("the lock could not be taken", timeout, source))
    }

    /// Turns the database's words into the right error.
    pub(super) fn explain(
        &self,
        doing: &'static str,
        waited: Duration,
        source: DatabaseError,
    ) -> RunError {
        if source.message.contains(self.nested) {
            RunError::InTransaction
        } else if self
            .locked
            .iter()
            .any(|words| source.message.contains(words))
        {
            RunError::Locked { waited }
        } else {
            RunError::Database { doing, source }
        }
    }

    /// Whether the transaction that was begun is still open. A statement of a migration may have ended
    /// it (`COMMIT`, or a constraint with `ON CONFLICT ROLLBACK`); what follows would then run unguarded.
    pub(super) fn is_open(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        match session.batch(self.begin) {
            Err(error) if error.message.contains(self.nested) => Ok(true),
            Err(source) => Err(RunError::Database {
                doing: "the state of the transaction cannot be told",
                source,
            }),
            Ok(()) => {
                rollback(session);
                Ok(false)
            }
        }
    }

    /// The number that changes with the schema.
    pub(super) fn schema_version(&self, session: &mut dyn Session) -> Result<String, RunError> {
        read_one(session, self.schema_version)
    }
}

/// Rolls back. A database that rolled back by itself (a full disk) says that there is nothing to roll
/// back, and a lost connection says nothing of use: neither is worth hiding the first error.
pub(super) fn rollback(session: &mut dyn Session) {
    let _ = session.batch("ROLLBACK");
}

/// Runs with a lock timeout, which is put back afterwards.
pub(super) fn with_timeout<T>(
    session: &mut dyn Session,
    engine: &Engine,
    timeout: Duration,
    run: impl FnOnce(&mut dyn Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let before = read_one(session, engine.read_timeout)?;
    let millis = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX >> 1);
    set(session, &format!("{}{millis}", engine.set_timeout))?;
    let result = run(session);
    let restored = set(session, &format!("{}{before}", engine.set_timeout));
    result.and_then(|value| restored.map(|()| value))
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

fn set(session: &mut dyn Session, sql: &str) -> Result<(), RunError> {
    // Some settings answer with a row, which a batch throws away.
    session.batch(sql).map_err(|source| RunError::Database {
        doing: "a setting of the connection could not be changed",
        source,
    })
}

fn read_one(session: &mut dyn Session, sql: &str) -> Result<String, RunError> {
    let rows = session.query(sql).map_err(|source| RunError::Database {
        doing: "a setting of the connection could not be read",
        source,
    })?;
    Ok(rows.first().and_then(|row| row.text(0)).unwrap_or_default())
}
