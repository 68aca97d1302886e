//! SQLite's transaction, lock and clock of changes.
//!
//! `BEGIN IMMEDIATE` takes the write lock of the whole file, waits as long as `busy_timeout` says, and
//! dies with the process that holds it: <https://sqlite.org/lang_transaction.html>.

use super::error::RunError;
use super::event::{Event, Progress};
use super::transaction::{Engine, Limits, read_one, rollback, set};
use crate::connection::{DatabaseError, Session};
use crate::dialect::{self, Dialect};
use std::time::Duration;

/// The engine of SQLite.
#[derive(Debug)]
pub(super) struct Sqlite;

const BEGIN: &str = "BEGIN IMMEDIATE";

/// How long the lock is waited for before anybody is told.
const GLANCE: Duration = Duration::from_millis(200);

/// What is said to `BEGIN` inside a transaction.
const NESTED: &str = "cannot start a transaction within a transaction";

/// What is said when somebody else holds the lock.
const LOCKED: [&str; 3] = [
    "database is locked",
    "database table is locked",
    "database schema is locked",
];

impl Engine for Sqlite {
    fn dialect(&self) -> &'static dyn Dialect {
        &dialect::Sqlite
    }

    fn now(&self) -> &'static str {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    }

    fn joined(&self, rows: &str) -> String {
        format!("SELECT group_concat(revision, ', ') FROM ({rows})")
    }

    fn limit(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<String, RunError> {
        let before = read_one(session, "PRAGMA busy_timeout")?;
        let millis = u32::try_from(limits.lock_timeout.as_millis()).unwrap_or(u32::MAX >> 1);
        set(session, &format!("PRAGMA busy_timeout = {millis}"))?;
        Ok(before)
    }

    fn restore(&self, session: &mut dyn Session, before: &str) -> Result<(), RunError> {
        set(session, &format!("PRAGMA busy_timeout = {before}"))
    }

    /// There is no such lock; who waits for that of the first transaction is told so, since SQLite waits
    /// without a word.
    fn lock(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        progress: &mut dyn Progress,
    ) -> Result<(), RunError> {
        let glance = GLANCE.min(limits.lock_timeout).as_millis();
        set(session, &format!("PRAGMA busy_timeout = {glance}"))?;
        match session.batch(BEGIN) {
            Ok(()) => rollback(session),
            Err(error) if is_locked(&error) => progress.event(&Event::Queued { holder: None }),
            // Whatever else it is, the transaction will say it.
            Err(_) => {}
        }
        self.limit(session, limits).map(drop)
    }

    fn begin(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError> {
        session
            .batch(BEGIN)
            .map_err(|source| self.explain("the lock could not be taken", limits, source))
    }

    fn is_open(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        match session.batch(BEGIN) {
            Err(error) if error.message.contains(NESTED) => Ok(true),
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

    /// Rises with every change of the schema, by whomever:
    /// <https://sqlite.org/pragma.html#pragma_schema_version>.
    fn schema_version(&self, session: &mut dyn Session) -> Result<String, RunError> {
        read_one(session, "PRAGMA schema_version")
    }

    fn explain(&self, doing: &'static str, limits: Limits<'_>, source: DatabaseError) -> RunError {
        if source.message.contains(NESTED) {
            RunError::InTransaction
        } else if is_locked(&source) {
            RunError::Locked {
                waited: limits.lock_timeout,
                holder: None,
            }
        } else {
            RunError::Database { doing, source }
        }
    }
}

fn is_locked(error: &DatabaseError) -> bool {
    LOCKED.iter().any(|words| error.message.contains(words))
}
