//! Whom a migration on PostgreSQL waits for: other sessions, told so that a person finds them.
//!
//! While a statement waits its connection can ask nothing. So a lock on a table is looked up when the wait
//! for it was given up, before the next attempt; and who delays a statement outside of a transaction, which
//! waits for transactions that are older than it, before it is sent.

use super::history::literal;
use crate::connection::Session;

/// A session with what tells it from others: `server process 12, user app, psql, from 10.0.0.1, in a
/// transaction since 2026-01-25 12:00:00+00 (idle in transaction): SELECT 1`. Its query is no secret to those
/// who may see it, and nothing to anybody else.
const SESSION: &str = "pg_catalog.concat_ws(', ', 'server process ' || a.pid, 'user ' || a.usename, \
     nullif(a.application_name, ''), nullif(a.backend_type, 'client backend'), \
     'from ' || pg_catalog.host(a.client_addr), \
     'in a transaction since ' || pg_catalog.date_trunc('second', a.xact_start) || ' (' || a.state || ')') \
     || coalesce(': ' || nullif(pg_catalog.left(pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g'), 120), \
     '<insufficient privilege>'), '')";

/// The lock modes, weakest first.
const MODES: &str = "ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', \
     'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', \
     'AccessExclusiveLock']";

const HERE: &str =
    "(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

/// Who uses a table that a statement could not have: of the tables that others use, one that the statement
/// names, in the strongest way, for the longest time.
pub(super) fn user_of_table(session: &mut dyn Session, statement: &str) -> Option<String> {
    let sql = format!(
        "SELECT 'table ' || c.oid::pg_catalog.regclass || ' is in use by ' || \
         CASE WHEN a.pid IS NOT NULL THEN {SESSION} WHEN p.gid IS NOT NULL \
         THEN 'the prepared transaction ' || pg_catalog.quote_literal(p.gid) ELSE 'somebody' END \
         FROM pg_catalog.pg_locks AS l \
         JOIN pg_catalog.pg_class AS c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'f') \
         LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid \
         LEFT JOIN pg_catalog.pg_locks AS x ON l.pid IS NULL AND x.pid IS NULL \
         AND x.locktype = 'transactionid' AND x.virtualtransaction = l.virtualtransaction \
         LEFT JOIN pg_catalog.pg_prepared_xacts AS p ON p.transaction = x.transactionid \
         WHERE l.granted AND l.locktype = 'relation' AND l.database = {HERE} AND c.oid >= 16384 \
         AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid() \
         ORDER BY pg_catalog.strpos({}, c.relname::text) > 0 DESC, \
         pg_catalog.array_position({MODES}, l.mode) DESC, a.xact_start LIMIT 1",
        literal(statement)
    );
    first(session, &sql)
}

/// Whose transaction a statement with `CONCURRENTLY` is going to wait for: one that has changed something, or
/// looks at the past, or uses what the statement names.
pub(super) fn older_transaction(session: &mut dyn Session, statement: &str) -> Option<String> {
    if !is_concurrent(statement) {
        return None;
    }
    let sql = format!(
        "SELECT {SESSION} FROM pg_catalog.pg_stat_activity AS a \
         WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid() \
         AND a.xact_start < pg_catalog.clock_timestamp() - interval '1 second' \
         AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL OR EXISTS \
         (SELECT 1 FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation \
         WHERE l.pid = a.pid AND l.granted AND l.database = {HERE} AND c.oid >= 16384 \
         AND pg_catalog.strpos({}, c.relname::text) > 0)) ORDER BY a.xact_start LIMIT 1",
        literal(statement)
    );
    first(session, &sql)
}

/// Whether a statement outside of a transaction is one of those that nobody has to wait for while they wait.
pub(super) fn is_concurrent(statement: &str) -> bool {
    statement.to_ascii_uppercase().contains("CONCURRENTLY")
}

/// An answer is a help and nothing more: no error of it is worth stopping for.
fn first(session: &mut dyn Session, sql: &str) -> Option<String> {
    session.query(sql).ok()?.first()?.text(0)
}
