//! What holds a run together: limits on waiting, the lock, the transaction around one migration. Settings
//! before it, settings after it, on every path.

use super::error::RunError;
use super::event::Progress;
use crate::connection::{DatabaseError, Session};
use crate::dialect::Dialect;
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
    /// Whether a row is the lock, where a server might have a better one.
    pub(super) by_lease: bool,
    /// For how long a row is the lock of whoever does not renew it.
    pub(super) lease_timeout: Duration,
}

/// How a database is locked, and what its transactions are made of.
pub(super) trait Engine: fmt::Debug + Sync {
    /// How the database is spoken to.
    fn dialect(&self) -> &'static dyn Dialect;

    /// What stands behind the columns of the bookkeeping tables.
    fn table_options(&self) -> &'static str {
        ""
    }

    /// Whether a transaction takes statements that change the schema back; otherwise each of them ends it.
    fn transactional_ddl(&self) -> bool {
        self.dialect().capabilities().transactional_ddl
    }

    /// What the database was not happy with in the statement that ran last, where that is an error to us.
    fn warnings(&self, session: &mut dyn Session) -> Result<Vec<String>, DatabaseError> {
        let _ = session;
        Ok(Vec::new())
    }

    /// Whether the error that came last says that a statement cannot be run in the way it said.
    fn refuses_the_way(&self, session: &mut dyn Session) -> bool {
        let _ = session;
        false
    }

    /// Whether the error of a statement, the last one, says that it was done already.
    fn finds_it_done(&self, session: &mut dyn Session, sql: &str) -> bool {
        let _ = (session, sql);
        false
    }

    /// Whether a statement sets something that a later one may read, and that is gone with the session.
    fn is_of_the_session(&self, sql: &str) -> bool {
        let _ = sql;
        false
    }

    /// The time of day in a statement, as the log has it.
    fn now(&self) -> &'static str;

    /// The query for the rows of a query of `revision`, in one text with `, ` between them, in the order of
    /// their bytes.
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
    /// Who holds it is told when it takes a while.
    fn lock(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        progress: &mut dyn Progress,
    ) -> Result<(), RunError> {
        let _ = (session, limits, progress);
        Ok(())
    }

    /// Gives it back. A connection that is lost has lost it.
    fn unlock(&self, session: &mut dyn Session, limits: Limits<'_>) {
        let _ = (session, limits);
    }

    /// Who has it at this moment, where the database says so and it is not this session.
    fn holder(&self, session: &mut dyn Session, limits: Limits<'_>) -> Option<String> {
        let _ = (session, limits);
        None
    }

    /// Whether that lock is held outside of transactions, too: what runs there is done by one process only.
    fn holds_outside(&self) -> bool {
        false
    }

    /// What to say one by one, of a text that a person wrote to run outside of a transaction.
    fn one_by_one<'s>(&self, sql: &'s str) -> Vec<&'s str> {
        vec![sql]
    }

    /// Begins a transaction that nobody else can begin until it ends, or says who stands in the way.
    fn begin(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError>;

    /// What begins it as part of a request, for a database where a round trip is worth saving.
    fn opening(&self, limits: Limits<'_>) -> Option<String> {
        let _ = limits;
        None
    }

    /// Fails, behind an opening, unless the lock is held and the rows of a query of `revision`, joined, are
    /// those.
    fn guard(&self, limits: Limits<'_>, rows: &str, expected: &str) -> String {
        let _ = (limits, rows, expected);
        String::new()
    }

    /// Takes away one mark of a request and sets another one.
    fn mark(&self, limits: Limits<'_>, old: Option<usize>, new: Option<usize>) -> String {
        let _ = (limits, old, new);
        String::new()
    }

    /// The mark that a request left which was refused; it is gone then.
    fn marked(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
    ) -> Result<Option<usize>, DatabaseError> {
        let _ = (session, limits);
        Ok(None)
    }

    /// Whether an opening or its guard said that.
    fn is_of_the_opening(&self, error: &DatabaseError) -> bool {
        let _ = error;
        false
    }

    /// Whether a guard said that the rows are others.
    fn has_moved(&self, error: &DatabaseError) -> bool {
        let _ = error;
        false
    }

    /// Whether the connection is lost.
    fn is_lost(&self, session: &mut dyn Session) -> bool {
        let _ = session;
        false
    }

    /// What fails, as part of a request, unless the transaction is still open. A statement of a migration
    /// may have ended it (`COMMIT`, or a constraint with `ON CONFLICT ROLLBACK`); what follows would then
    /// run unguarded.
    fn still_open(&self) -> String {
        String::new()
    }

    /// The same where requests hold one text each.
    fn is_open(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        let _ = session;
        Ok(true)
    }

    /// A text that changes with the schema, where somebody may change it before the lock is taken.
    fn schema_version(&self, session: &mut dyn Session) -> Result<String, RunError>;

    /// Turns the database's words into the right error.
    fn explain(&self, doing: &'static str, limits: Limits<'_>, source: DatabaseError) -> RunError;

    /// What is set around a migration outside of a transaction.
    fn outside_settings(&self) -> &'static [Setting] {
        &[]
    }

    /// Limits how long a statement outside of a transaction waits for others. Returns whose transaction it
    /// will wait for first, where that can be told.
    fn before_outside(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        sql: &str,
    ) -> Result<Option<String>, RunError> {
        let _ = (session, limits, sql);
        Ok(None)
    }

    /// Whether a migration failed, after some time, because somebody else used its tables: another attempt
    /// may do.
    fn was_in_the_way(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        error: &RunError,
        took: Duration,
    ) -> bool {
        let _ = (session, limits, error, took);
        false
    }

    /// What of that which a statement needs is in use, and by whom.
    fn user(&self, session: &mut dyn Session, sql: &str) -> Option<String> {
        let _ = (session, sql);
        None
    }
}

/// The engine of a database.
pub(super) fn engine(backend: Backend) -> &'static dyn Engine {
    match backend {
        Backend::Sqlite => &super::sqlite::Sqlite,
        Backend::Postgres => &super::postgres::Postgres,
        Backend::Mysql => &super::mysql::Mysql,
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
    progress: &mut dyn Progress,
    run: impl FnOnce(&mut dyn Session, &mut dyn Progress) -> Result<T, RunError>,
) -> Result<T, RunError> {
    engine.lock(session, limits, progress)?;
    let result = run(session, progress);
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
