//! The locks and transactions of MySQL and MariaDB.
//!
//! No statement that changes the schema can be taken back, so a migration is done step by step
//! (`stepwise.rs`). The lock is a named one of the server's session (`GET_LOCK`): it dies with its
//! connection, and while a statement of a dead client still runs it is still held. Where the server
//! forbids it, or knows it on one node of a cluster only, a row is the lock (`mysql_lease.rs`).

use super::error::RunError;
use super::event::Progress;
use super::mysql_done::is_done;
use super::mysql_lease::Lease;
use super::patience::take_turns;
use super::transaction::{Engine, Limits, read_one, set};
use crate::connection::{DatabaseError, MYSQL_MODE, Row, Session};
use crate::dialect::{self, Dialect};
use crate::sql::{mysql_statements, mysql_words};
use std::time::Duration;

/// The engine of MySQL and MariaDB.
#[derive(Debug)]
pub(super) struct Mysql;

/// How many seconds a statement waits for a table: whoever comes later waits behind it.
const TABLE_LOCK: u64 = 1;

/// How many seconds it waits for a row.
const ROW_LOCK: u64 = 10;

/// What a statement of ours must not depend on: the settings that are changed for a run, and to what.
/// Errors come in English, so that they are understood, and notes, which warn of nothing, not at all.
const SETTINGS: [(&str, &str); 7] = [
    ("sql_mode", ""),
    ("lock_wait_timeout", ""),
    ("innodb_lock_wait_timeout", ""),
    ("foreign_key_checks", "1"),
    ("lc_messages", "'en_US'"),
    ("sql_notes", "0"),
    ("max_error_count", "64"),
];

/// Warnings that say nothing of what a statement did: words that will go away one day, an index like
/// another one.
const HARMLESS: [i64; 10] = [1280, 1287, 1618, 1681, 1831, 3135, 3719, 3720, 3778, 4166];

/// `ALGORITHM` or `LOCK` cannot be had: in general, for a reason, with others in the same statement, for
/// a table that was changed in place too often (4092, of MySQL).
const REFUSED_WAYS: [i64; 4] = [1845, 1846, 1221, 4092];

impl Engine for Mysql {
    fn dialect(&self) -> &'static dyn Dialect {
        &dialect::Mysql
    }

    /// Names differ by their case, and messages hold any letter, whatever the database's own choice.
    fn table_options(&self) -> &'static str {
        " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
    }

    fn now(&self) -> &'static str {
        "CONCAT(LEFT(DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')"
    }

    fn joined(&self, rows: &str) -> String {
        format!(
            "SELECT GROUP_CONCAT(held.revision ORDER BY held.revision SEPARATOR ', ') \
             FROM ({rows}) AS held"
        )
    }

    fn limit(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<String, RunError> {
        let names = SETTINGS.map(|(name, _)| format!("@@SESSION.{name}"));
        let before = read_one(
            session,
            &format!("SELECT CONCAT_WS('|', {})", names.join(", ")),
        )?;
        let most = limits.lock_timeout.as_secs().max(1);
        let settings = SETTINGS.map(|(name, value)| {
            let value = match name {
                "sql_mode" => format!("'{MYSQL_MODE}'"),
                "lock_wait_timeout" => TABLE_LOCK.min(most).to_string(),
                "innodb_lock_wait_timeout" => ROW_LOCK.min(most).to_string(),
                _ => value.to_owned(),
            };
            format!("SESSION {name} = {value}")
        });
        set(session, &format!("SET {}", settings.join(", ")))?;
        match limits.statement_timeout {
            Some(timeout) => Ok(before + &limit_statements(session, timeout)?),
            None => Ok(before),
        }
    }

    fn restore(&self, session: &mut dyn Session, before: &str) -> Result<(), RunError> {
        let mut values = before.split('|');
        let names = SETTINGS.iter().map(|(name, _)| *name);
        let mut all: Vec<(&str, &str)> = names.zip(values.by_ref()).collect();
        // A limit, where there is one, comes with its name.
        all.extend(values.next().zip(values.next()));
        let settings: Vec<String> = (all.into_iter())
            .map(|(name, value)| {
                let is_number = value.parse::<f64>().is_ok();
                let quote = if is_number { "" } else { "'" };
                format!("SESSION {name} = {quote}{value}{quote}")
            })
            .collect();
        set(session, &format!("SET {}", settings.join(", ")))
    }

    fn lock(
        &self,
        session: &mut dyn Session,
        limits: Limits<'_>,
        progress: &mut dyn Progress,
    ) -> Result<(), RunError> {
        outside_of_transactions(session)?;
        let holder = |session: &mut dyn Session| self.holder(session, limits);
        if limits.by_lease || is_cluster(session) {
            let lease = Lease::begin(session, limits)?;
            let attempt = |session: &mut dyn Session| lease.attempt(session);
            return take_turns(session, limits.lock_timeout, progress, attempt, holder);
        }
        let name = Named::new(self, limits);
        let attempt = |session: &mut dyn Session| name.attempt(session);
        take_turns(session, limits.lock_timeout, progress, attempt, holder)
    }

    fn unlock(&self, session: &mut dyn Session, limits: Limits<'_>) {
        Named::new(self, limits).release(session);
        Lease::new(limits).release(session);
    }

    fn holder(&self, session: &mut dyn Session, limits: Limits<'_>) -> Option<String> {
        let named = Named::new(self, limits).holder(session);
        named.or_else(|| Lease::new(limits).holder(session))
    }

    fn holds_outside(&self) -> bool {
        true
    }

    fn one_by_one<'s>(&self, sql: &'s str) -> Vec<&'s str> {
        mysql_statements(sql)
    }

    fn begin(&self, session: &mut dyn Session, limits: Limits<'_>) -> Result<(), RunError> {
        let begun = session.batch("START TRANSACTION");
        begun
            .map_err(|source| self.explain("the transaction could not be begun", limits, source))?;
        match Named::new(self, limits).held(session)?.as_str() {
            "held" => Ok(()),
            "lease" => Lease::new(limits).renew(session),
            _ => Err(RunError::Pooled),
        }
    }

    fn is_lost(&self, session: &mut dyn Session) -> bool {
        let _ = session.batch("ROLLBACK");
        session.query("SELECT 1").is_err()
    }

    /// The lock is taken before the schema is read.
    fn schema_version(&self, _: &mut dyn Session) -> Result<String, RunError> {
        Ok(String::new())
    }

    fn explain(&self, doing: &'static str, limits: Limits<'_>, source: DatabaseError) -> RunError {
        if is_lock_conflict(&source.message) {
            RunError::Locked {
                waited: limits.lock_timeout,
                holder: None,
            }
        } else if source.message.contains("read-only option") {
            RunError::ReadOnly { is_standby: true }
        } else {
            RunError::Database { doing, source }
        }
    }

    fn warnings(&self, session: &mut dyn Session) -> Result<Vec<String>, DatabaseError> {
        let said = conditions(session)?.into_iter();
        let harmful = said.filter(|(code, _)| !HARMLESS.contains(code));
        Ok(harmful.map(|(_, message)| message).collect())
    }

    fn refuses_the_way(&self, session: &mut dyn Session) -> bool {
        last_error(session).is_some_and(|code| REFUSED_WAYS.contains(&code))
    }

    fn finds_it_done(&self, session: &mut dyn Session, sql: &str) -> bool {
        // Of a foreign key that is there a warning comes last.
        let said = conditions(session).unwrap_or_default();
        (said.iter()).any(|(code, message)| is_done(sql, *code, message))
    }

    /// `SET STATEMENT .. FOR` sets something for that one statement.
    fn is_of_the_session(&self, sql: &str) -> bool {
        let words = mysql_words(sql);
        let mut words = words.iter().map(String::as_str);
        match words.next() {
            Some("SET") => words.next() != Some("STATEMENT"),
            Some("USE") => true,
            _ => false,
        }
    }

    fn was_in_the_way(
        &self,
        _: &mut dyn Session,
        _: Limits<'_>,
        error: &RunError,
        _: Duration,
    ) -> bool {
        match error {
            RunError::Failed(failure) => is_lock_conflict(&failure.message),
            RunError::Database { source, .. } => is_lock_conflict(&source.message),
            RunError::Locked { .. } => true,
            _ => false,
        }
    }

    /// Which of the transactions that are open has the table nobody says on every server; the oldest one
    /// is the likeliest.
    fn user(&self, session: &mut dyn Session, _: &str) -> Option<String> {
        let sql = format!(
            "SELECT CONCAT('the oldest open transaction is that of ', {THREAD}, ', since ', t.trx_started) \
             FROM information_schema.innodb_trx AS t \
             JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id \
             WHERE p.id <> CONNECTION_ID() ORDER BY t.trx_started LIMIT 1"
        );
        session.query(&sql).ok()?.first()?.text(0)
    }
}

/// Limits how long a statement may take. Out comes what was so before, as `|name|value`. MariaDB limits every
/// statement; MySQL those only that read.
fn limit_statements(session: &mut dyn Session, timeout: Duration) -> Result<String, RunError> {
    let sql = "SHOW SESSION VARIABLES WHERE Variable_name IN ('max_statement_time', 'max_execution_time')";
    let rows = session.query(sql).map_err(|source| RunError::Database {
        doing: "the limit of statements could not be read",
        source,
    })?;
    let Some((name, before)) = (rows.first()).and_then(|row| row.text(0).zip(row.text(1))) else {
        return Ok(String::new());
    };
    let value = match name.as_str() {
        "max_statement_time" => timeout.as_secs_f64().max(0.001).to_string(),
        _ => timeout.as_millis().max(1).to_string(),
    };
    set(session, &format!("SET SESSION {name} = {value}"))?;
    Ok(format!("|{name}|{before}"))
}

/// A thread of the server with what tells it from others.
pub(super) const THREAD: &str = "CONCAT_WS(', ', CONCAT('server thread ', p.id), \
     CONCAT('user ', p.user), CONCAT('from ', NULLIF(p.host, '')))";

fn is_lock_conflict(message: &str) -> bool {
    message.contains("Lock wait timeout exceeded") || message.contains("Deadlock found")
}

/// The code of the error that came last: diesel hands on its words only.
fn last_error(session: &mut dyn Session) -> Option<i64> {
    let said = conditions(session).ok()?;
    said.last().map(|(code, _)| *code)
}

/// What the server says of the last statement, warnings and errors, with their codes. diesel prepares every
/// query, and of `SHOW WARNINGS` MariaDB does not tell libmysqlclient beforehand what it returns.
fn conditions(session: &mut dyn Session) -> Result<Vec<(i64, String)>, DatabaseError> {
    // As many as are kept: `max_error_count`.
    let count = session.query("SHOW COUNT(*) WARNINGS")?;
    let count = count.first().and_then(|row| row.integer(0)).unwrap_or(0);
    let numbers = 1..=count.min(64);
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let each = |say: fn(i64) -> String, between: &str| {
        let texts: Vec<String> = numbers.clone().map(say).collect();
        texts.join(between)
    };
    session.batch(&each(
        |n| {
            format!(
                "GET DIAGNOSTICS CONDITION {n} @migrate_code_{n} = MYSQL_ERRNO, @migrate_said_{n} = MESSAGE_TEXT"
            )
        },
        "; ",
    ))?;
    let rows = session.query(&each(
        |n| format!("SELECT CAST(@migrate_code_{n} AS SIGNED), @migrate_said_{n}"),
        " UNION ALL ",
    ))?;
    let condition = |row: &Row| row.integer(0).zip(row.text(1));
    Ok(rows.iter().filter_map(condition).collect())
}

/// A transaction of the caller would be committed by the first statement that changes the schema. A
/// savepoint outlives its statement inside a transaction only.
fn outside_of_transactions(session: &mut dyn Session) -> Result<(), RunError> {
    set(session, "SAVEPOINT migrate_outside")?;
    match session.batch("RELEASE SAVEPOINT migrate_outside") {
        Ok(()) => Err(RunError::InTransaction),
        Err(_) => Ok(()),
    }
}

/// Whether there are several servers, none of which knows of the locks of the others.
fn is_cluster(session: &mut dyn Session) -> bool {
    let rows = session.query("SHOW SESSION VARIABLES LIKE 'wsrep_on'");
    rows.is_ok_and(|rows| rows.iter().any(|row| row.text(1).as_deref() == Some("ON")))
}

/// A lock of the server's: the expression that is its name. Names are the server's, not the database's, and
/// at most 64 letters long.
struct Named(String);

impl Named {
    fn new(engine: &Mysql, limits: Limits<'_>) -> Self {
        let version = engine.dialect().literal(&limits.version.to_string());
        Self(format!(
            "CONCAT('migrate ', LEFT(SHA2(CONCAT_WS('/', DATABASE(), {version}), 256), 40))"
        ))
    }

    fn attempt(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        let Self(name) = self;
        // A session gets a lock twice that it has already: somebody else's, behind a pooler.
        let ours = format!("SELECT COALESCE(IS_USED_LOCK({name}) = CONNECTION_ID(), 0)");
        if read_one(session, &ours)? == "1" {
            return Err(RunError::Pooled);
        }
        Ok(read_one(session, &format!("SELECT GET_LOCK({name}, 0)"))? == "1")
    }

    /// `held` by this session, or that a `lease` is the lock instead; anything else is neither.
    fn held(&self, session: &mut dyn Session) -> Result<String, RunError> {
        let sql = format!(
            "SELECT CASE WHEN {} IS NOT NULL THEN 'lease' \
             WHEN IS_USED_LOCK({}) = CONNECTION_ID() THEN 'held' ELSE 'lost' END",
            Lease::TOKEN,
            self.0
        );
        read_one(session, &sql)
    }

    fn holder(&self, session: &mut dyn Session) -> Option<String> {
        let Self(name) = self;
        let sql = format!(
            "SELECT COALESCE((SELECT {THREAD} FROM information_schema.processlist AS p \
             WHERE p.id = u.id), CONCAT('server thread ', u.id)) \
             FROM (SELECT IS_USED_LOCK({name}) AS id) AS u \
             WHERE u.id IS NOT NULL AND u.id <> CONNECTION_ID()"
        );
        session.query(&sql).ok()?.first()?.text(0)
    }

    fn release(&self, session: &mut dyn Session) {
        // Without a connection there is no lock either.
        let _ = session.query(&format!("SELECT RELEASE_LOCK({})", self.0));
    }
}
