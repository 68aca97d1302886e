//! PostgreSQL's lock and transaction.
//!
//! The lock is an advisory one of the server's session: it dies with its connection. It is tried for again
//! and again, never waited for: a statement that waits keeps a snapshot, which `CREATE INDEX CONCURRENTLY`
//! of the one who holds the lock would wait for in turn. Everything else is set for one transaction, so
//! nothing is left on a connection that goes back to a pool.
//!
//! Behind a pooler that gives every transaction another server session the lock means nothing. Each
//! transaction therefore makes sure that its session is the one that holds it, and whoever takes it makes
//! sure that the session does not hold it already, for somebody else.

use super::error::RunError;
use super::patience::jittered;
use super::transaction::{Engine, Limits, read_one, rollback};
use crate::connection::{DatabaseError, Session};
use sha2::{Digest, Sha256};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The engine of PostgreSQL.
#[derive(Debug)]
pub(super) struct Postgres;

/// How long a statement of a migration waits for a table: whoever comes later waits behind it.
const TABLE_LOCK: Duration = Duration::from_secs(1);

/// The longest pause between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(500);

/// What the transaction says about itself; gone when it ends.
const MARK: &str = "migrate.transaction";

/// Raised where the session is not the one that took the lock.
const NOT_OURS: &str = "migrate: this session does not hold the lock";

/// Raised inside a transaction.
const NESTED: &str = "migrate: inside a transaction";

impl Engine for Postgres {
    fn now(&self) -> &'static str {
        "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    }

    fn joined(&self, rows: &str) -> String {
        format!("SELECT string_agg(revision, ', ') FROM ({rows}) AS held")
    }

    fn lock(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError> {
        self.outside_of_transactions(session, limits)?;
        let lock = Lock::new(limits);
        let began = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            match lock.attempt(session)?.as_str() {
                "taken" => return Ok(()),
                "shared" => return Err(RunError::Pooled),
                _ => {}
            }
            let left = limits.lock_timeout.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(RunError::Locked {
                    waited: limits.lock_timeout,
                    holder: lock.holder(session),
                });
            }
            sleep(jittered(pause).min(left));
            pause = (pause * 2).min(PAUSE);
        }
    }

    fn unlock(&self, session: &mut dyn Session, limits: Limits<'_>) {
        // Without a connection there is no lock either.
        let _ = session.query(&Lock::new(limits).unlock());
    }

    fn begin(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError> {
        let begun = session.batch(&begin(limits));
        begun.map_err(|source| {
            rollback(session);
            self.explain("the transaction could not be begun", limits, source)
        })
    }

    fn is_open(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        let sql = format!("SELECT pg_catalog.current_setting('{MARK}', true)");
        Ok(read_one(session, &sql)? == "open")
    }

    /// The lock is taken before the schema is read.
    fn schema_version(&self, _: &mut dyn Session) -> Result<String, RunError> {
        Ok(String::new())
    }

    fn explain(&self, doing: &'static str, limits: Limits<'_>, source: DatabaseError) -> RunError {
        let says = |words: &str| source.message.contains(words);
        if says(NESTED) || says("current transaction is aborted") {
            RunError::InTransaction
        } else if says(NOT_OURS) {
            RunError::Pooled
        } else if is_lock_conflict(&source.message) {
            RunError::Locked {
                waited: limits.lock_timeout,
                holder: None,
            }
        } else {
            RunError::Database { doing, source }
        }
    }

    fn was_in_the_way(&self, error: &RunError) -> bool {
        match error {
            RunError::Failed(failure) => is_lock_conflict(&failure.message),
            RunError::Database { source, .. } => is_lock_conflict(&source.message),
            RunError::Locked { .. } => true,
            _ => false,
        }
    }
}

impl Postgres {
    /// A transaction of the caller would make the migration a part of it. In one, a statement begins later
    /// than the transaction.
    fn outside_of_transactions(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
    ) -> Result<(), RunError> {
        let sql = format!(
            "DO $migrate$ BEGIN \
             IF pg_catalog.transaction_timestamp() <> pg_catalog.statement_timestamp() \
             THEN RAISE EXCEPTION '{NESTED}'; END IF; END $migrate$"
        );
        session
            .batch(&sql)
            .map_err(|source| self.explain("the lock could not be taken", limits, source))
    }
}

/// The server's words for a lock on a table that it did not get. They come in the server's language; in
/// another one than English there is no second attempt.
fn is_lock_conflict(message: &str) -> bool {
    message.contains("due to lock timeout") || message.contains("deadlock detected")
}

/// Everything that a transaction begins with, in one request.
fn begin(limits: Limits<'_>) -> String {
    let lock = Lock::new(limits);
    let millis = |time: Duration| time.as_millis().clamp(1, i32::MAX as u128);
    let statement_timeout = limits
        .statement_timeout
        .map_or_else(String::new, |timeout| {
            format!("SET LOCAL statement_timeout = {}; ", millis(timeout))
        });
    format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {}; \
         SET LOCAL standard_conforming_strings = on; {statement_timeout}\
         SELECT pg_catalog.set_config('{MARK}', 'open', true); \
         DO $migrate$ BEGIN IF NOT EXISTS ({}) THEN RAISE EXCEPTION '{NOT_OURS}'; END IF; END $migrate$",
        millis(TABLE_LOCK.min(limits.lock_timeout)),
        lock.held_here()
    )
}

/// An advisory lock, by its number. Databases of one server do not share numbers.
struct Lock(i64);

impl Lock {
    fn new(limits: Limits<'_>) -> Self {
        let digest = Sha256::digest(format!("migrate {}", limits.version));
        let mut number = [0; 8];
        number.copy_from_slice(&digest[..8]);
        Self(i64::from_be_bytes(number))
    }

    /// `taken`, `held` by somebody else, or `shared`: the session has it and nobody here took it.
    fn attempt(&self, session: &mut dyn Session) -> Result<String, RunError> {
        let sql = format!(
            "SELECT CASE WHEN EXISTS ({}) THEN 'shared' \
             WHEN pg_catalog.pg_try_advisory_lock({}) THEN 'taken' ELSE 'held' END",
            self.held_here(),
            self.0
        );
        read_one(session, &sql)
    }

    fn unlock(&self) -> String {
        format!("SELECT pg_catalog.pg_advisory_unlock({})", self.0)
    }

    fn held_here(&self) -> String {
        let held = self.held();
        format!("SELECT 1 FROM {held} AND l.pid = pg_catalog.pg_backend_pid()")
    }

    /// Who has it: for the error.
    fn holder(&self, session: &mut dyn Session) -> Option<String> {
        let sql = format!(
            "SELECT concat_ws(', ', 'server process ' || a.pid, 'user ' || a.usename, \
             nullif(a.application_name, ''), 'from ' || host(a.client_addr)) \
             FROM pg_catalog.pg_stat_activity AS a \
             WHERE EXISTS (SELECT 1 FROM {} AND l.pid = a.pid)",
            self.held()
        );
        let rows = session.query(&sql).ok()?;
        rows.first()?.text(0)
    }

    /// Where it shows: <https://www.postgresql.org/docs/current/view-pg-locks.html>.
    fn held(&self) -> String {
        let bits = self.0.cast_unsigned();
        format!(
            "pg_catalog.pg_locks AS l \
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
             AND l.classid = {} AND l.objid = {} AND l.database = \
             (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())",
            bits >> 32,
            bits & 0xffff_ffff
        )
    }
}
