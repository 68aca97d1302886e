//! PostgreSQL's lock and transaction.
//!
//! The lock is an advisory one of the server's session: it dies with its connection. It is tried for again
//! and again, never waited for: a statement that waits keeps a snapshot, which `CREATE INDEX CONCURRENTLY`
//! of the one who holds the lock would wait for in turn. Everything else is set for one transaction, so
//! nothing is left on a connection that goes back to a pool.
//!
//! The statements of a migration travel in one request. What is a part of it answers nothing; a condition
//! that must hold is a cast of its complaint to a number. The mark of how far a request came is another
//! advisory lock of the session, which a rollback leaves alone.
//!
//! Behind a pooler that gives every transaction another server session the lock means nothing. Each
//! transaction therefore makes sure that its session is the one that holds it, and whoever takes it makes
//! sure that the session does not hold it already, for somebody else.

use super::error::RunError;
use super::event::Progress;
use super::patience::take_turns;
use super::postgres_waits::{is_concurrent, older_transaction, user_of_table};
use super::transaction::{Engine, Limits, read_one, rollback, set};
use crate::connection::{DatabaseError, Session};
use crate::dialect::{self, Dialect};
use crate::migration::outside::statements;
use crate::sql::Setting;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The engine of PostgreSQL.
#[derive(Debug)]
pub(super) struct Postgres;

/// How long a statement of a migration waits for a table: whoever comes later waits behind it.
const TABLE_LOCK: Duration = Duration::from_secs(1);

/// What the transaction says about itself; gone when it ends.
const MARK: &str = "migrate.transaction";

/// Raised where the session is not the one that took the lock.
const NOT_OURS: &str = "migrate: this session does not hold the lock";

/// Raised where the rows are not those that the plan was made for.
const MOVED: &str = "migrate: another process moved the database";

/// Raised where the transaction of the migration is gone.
const ENDED: &str = "migrate: the transaction has ended";

/// Raised inside a transaction.
const NESTED: &str = "migrate: inside a transaction";

impl Engine for Postgres {
    fn dialect(&self) -> &'static dyn Dialect {
        &dialect::Postgres
    }

    fn now(&self) -> &'static str {
        "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    }

    fn joined(&self, rows: &str) -> String {
        format!(
            "SELECT string_agg(revision, ', ' ORDER BY revision COLLATE \"C\") FROM ({rows}) AS held"
        )
    }

    /// A statement outside of a transaction is limited, too, so the session is.
    fn limit(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<String, RunError> {
        let Some(timeout) = limits.statement_timeout else {
            return Ok(String::new());
        };
        let before = read_one(session, "SHOW statement_timeout")?;
        set(
            session,
            &format!("SET statement_timeout = {}", millis(timeout)),
        )?;
        Ok(before)
    }

    fn restore(&self, session: &mut dyn Session, before: &str) -> Result<(), RunError> {
        if before.is_empty() {
            return Ok(());
        }
        set(session, &format!("SET statement_timeout = '{before}'"))
    }

    fn lock(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        progress: &mut dyn Progress,
    ) -> Result<(), RunError> {
        self.outside_of_transactions(session, limits)?;
        let lock = Lock::new(limits);
        let attempt = |session: &mut dyn Session| match lock.attempt(session)?.as_str() {
            "taken" => Ok(true),
            "shared" => Err(RunError::Pooled),
            "standby" => Err(RunError::ReadOnly { is_standby: true }),
            "read-only" => Err(RunError::ReadOnly { is_standby: false }),
            _ => Ok(false),
        };
        let holder = |session: &mut dyn Session| lock.holder(session);
        take_turns(session, limits.lock_timeout, progress, attempt, holder)
    }

    fn unlock(&self, session: &mut dyn Session, limits: Limits<'_>) {
        // Without a connection there is no lock either.
        let _ = session.query(&Lock::new(limits).unlock());
    }

    fn holder(&self, session: &mut dyn Session, limits: Limits<'_>) -> Option<String> {
        Lock::new(limits).holder(session)
    }

    fn holds_outside(&self) -> bool {
        true
    }

    /// Statements that come at once are a transaction.
    fn one_by_one<'s>(&self, sql: &'s str) -> Vec<&'s str> {
        statements(sql)
    }

    fn begin(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError> {
        let held = Lock::new(limits).held_here();
        let check = demand(&[(&format!("EXISTS ({held})"), NOT_OURS)]);
        let begun = session.batch(&format!("{}; {check}", begin(limits)));
        begun.map_err(|source| {
            rollback(session);
            self.explain("the transaction could not be begun", limits, source)
        })
    }

    fn opening(&self, limits: Limits<'_>) -> Option<String> {
        Some(begin(limits))
    }

    fn guard(&self, limits: Limits<'_>, rows: &str, expected: &str) -> String {
        let held = format!("EXISTS ({})", Lock::new(limits).held_here());
        let expected = expected.replace('\'', "''");
        let same = format!(
            "coalesce(({}), '') OPERATOR(pg_catalog.=) '{expected}'",
            self.joined(rows)
        );
        demand(&[(&held, NOT_OURS), (&same, MOVED)])
    }

    fn mark(&self, limits: Limits<'_>, old: Option<usize>, new: Option<usize>) -> String {
        Lock::new(limits).mark(old, new)
    }

    fn marked(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
    ) -> Result<Option<usize>, DatabaseError> {
        Lock::new(limits).marked(session)
    }

    fn is_of_the_opening(&self, error: &DatabaseError) -> bool {
        [NOT_OURS, MOVED]
            .iter()
            .any(|it| error.message.contains(it))
    }

    fn has_moved(&self, error: &DatabaseError) -> bool {
        error.message.contains(MOVED)
    }

    fn is_lost(&self, session: &mut dyn Session) -> bool {
        session.batch("ROLLBACK; SELECT 1").is_err()
    }

    fn still_open(&self) -> String {
        let open =
            format!("pg_catalog.current_setting('{MARK}', true) OPERATOR(pg_catalog.=) 'open'");
        demand(&[(&open, ENDED)])
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

    fn outside_settings(&self) -> &'static [Setting] {
        const UNLIMITED: Setting = Setting {
            name: "lock_timeout",
            read: "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'lock_timeout'",
            set: "SET lock_timeout = 0",
            expected: "0",
            set_to: "SET lock_timeout = ",
        };
        &[UNLIMITED]
    }

    /// `CONCURRENTLY` waits for every older transaction, and nobody has to wait behind it; to give up would
    /// throw away what it has built, and leave an index that is not valid. Anything else is limited.
    fn before_outside(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        sql: &str,
    ) -> Result<Option<String>, RunError> {
        let timeout = if is_concurrent(sql) {
            0
        } else {
            millis(limits.lock_timeout)
        };
        set(session, &format!("SET lock_timeout = {timeout}"))?;
        Ok(older_transaction(session, sql))
    }

    fn user(&self, session: &mut dyn Session, sql: &str) -> Option<String> {
        user_of_table(session, sql)
    }

    fn was_in_the_way(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        error: &RunError,
        took: Duration,
    ) -> bool {
        let message = match error {
            RunError::Failed(failure) => &failure.message,
            RunError::Database { source, .. } => &source.message,
            RunError::Locked { .. } => return true,
            _ => return false,
        };
        is_lock_conflict(message) || took >= table_lock(limits) && may_be_a_lock_conflict(session)
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

/// The server's words for a lock on a table that it did not get.
fn is_lock_conflict(message: &str) -> bool {
    message.contains("due to lock timeout") || message.contains("deadlock detected")
}

/// Whether the server speaks another language, so that nobody knows what it said, and somebody else uses
/// tables. diesel hands on the words of an error, and not its code.
fn may_be_a_lock_conflict(session: &mut dyn Session) -> bool {
    let sql = format!(
        "SELECT 1 WHERE pg_catalog.current_setting('lc_messages') !~* '^(c|posix|en)([._]|$)' \
         AND EXISTS (SELECT 1 FROM pg_catalog.pg_locks AS l WHERE l.granted AND l.relation >= 16384 \
         AND l.pid <> pg_catalog.pg_backend_pid() AND {IN_THIS_DATABASE})"
    );
    session.query(&sql).is_ok_and(|rows| !rows.is_empty())
}

/// How long a statement waits for a table.
fn table_lock(limits: Limits<'_>) -> Duration {
    TABLE_LOCK.min(limits.lock_timeout)
}

fn millis(time: Duration) -> u128 {
    time.as_millis().clamp(1, i32::MAX as u128)
}

/// What a transaction begins with. A function of a migration may think as long as it likes.
fn begin(limits: Limits<'_>) -> String {
    format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {}; \
         SET LOCAL standard_conforming_strings = on; \
         SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL {MARK} = 'open'",
        millis(table_lock(limits)),
    )
}

/// A query that fails at the first condition that is not true. The complaint is in the error whatever
/// language the server speaks: it is no number.
fn demand(conditions: &[(&str, &str)]) -> String {
    let cases: Vec<String> = (conditions.iter())
        .map(|(condition, complaint)| format!("WHEN ({condition}) IS NOT TRUE THEN '{complaint}'"))
        .collect();
    format!(
        "SELECT CAST(CASE {} ELSE '1' END AS integer)",
        cases.join(" ")
    )
}

const IN_THIS_DATABASE: &str = "l.database = \
    (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

/// An advisory lock, by its number. Databases of one server do not share numbers.
struct Lock(i64);

impl Lock {
    fn new(limits: Limits<'_>) -> Self {
        let digest = Sha256::digest(format!("migrate {}", limits.version));
        let mut number = [0; 8];
        number.copy_from_slice(&digest[..8]);
        Self(i64::from_be_bytes(number))
    }

    /// `taken`, `held` by somebody else, or `shared`: the session has it and nobody here took it. Or that
    /// nothing can be written: `standby`, `read-only`.
    fn attempt(&self, session: &mut dyn Session) -> Result<String, RunError> {
        let sql = format!(
            "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'standby' \
             WHEN pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on' \
             THEN 'read-only' WHEN EXISTS ({}) THEN 'shared' \
             WHEN pg_catalog.pg_try_advisory_lock({}) THEN 'taken' ELSE 'held' END",
            self.held_here(),
            self.0
        );
        read_one(session, &sql)
    }

    fn unlock(&self) -> String {
        format!("SELECT pg_catalog.pg_advisory_unlock({})", self.0)
    }

    /// Takes away one mark and sets another one.
    fn mark(&self, old: Option<usize>, new: Option<usize>) -> String {
        let class = self.class();
        let call = |function: &str, number: Option<usize>| {
            number.map(|number| format!("pg_catalog.{function}({class}, {number})"))
        };
        let calls = [
            call("pg_advisory_unlock", old),
            call("pg_advisory_lock", new),
        ];
        format!(
            "SELECT {}",
            calls.into_iter().flatten().collect::<Vec<_>>().join(", ")
        )
    }

    /// The mark that is there, which is taken away.
    fn marked(&self, session: &mut dyn Session) -> Result<Option<usize>, DatabaseError> {
        let class = self.class();
        let rows = session.query(&format!(
            "SELECT l.objid::bigint, pg_catalog.pg_advisory_unlock({class}, l.objid::integer)::text \
             FROM pg_catalog.pg_locks AS l WHERE l.locktype = 'advisory' AND l.granted \
             AND l.objsubid = 2 AND l.classid = {} AND {} AND l.pid = pg_catalog.pg_backend_pid()",
            class.cast_unsigned(),
            IN_THIS_DATABASE
        ))?;
        let number = rows.first().and_then(|row| row.integer(0));
        Ok(number.and_then(|number| usize::try_from(number).ok()))
    }

    /// What its marks have in common.
    fn class(&self) -> i32 {
        (self.0 >> 32) as i32
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
             WHERE a.pid <> pg_catalog.pg_backend_pid() \
             AND EXISTS (SELECT 1 FROM {} AND l.pid = a.pid)",
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
             AND l.classid = {} AND l.objid = {} AND {IN_THIS_DATABASE}",
            bits >> 32,
            bits & 0xffff_ffff
        )
    }
}
