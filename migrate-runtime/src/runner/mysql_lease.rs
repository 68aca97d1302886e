//! The lock of a server that has no named locks, or knows them on one node of a cluster only: a row.
//!
//! Who migrates writes itself into it, and renews it with each step, in the transaction that records the
//! step: whoever lost the row records nothing more. It is another's to take when its holder gave it back,
//! when the server says that the holder's connection is gone, or, where the server cannot tell (another
//! node, another user), when it was not renewed for long: an hour, unless `lease_timeout` says otherwise. A statement may run for long, and there is no
//! second connection that could renew the row meanwhile.

use super::error::RunError;
use super::mysql::THREAD;
use super::transaction::{Limits, read_one, set};
use crate::connection::Session;
use crate::dialect::{Dialect, Mysql};
use crate::schema::TableName;

/// The row, by its table.
pub(super) struct Lease {
    table: String,
    /// For how many seconds it stays with whoever does not renew it.
    seconds: u64,
}

impl Lease {
    /// What tells the session from others, as long as it lasts.
    pub(super) const TOKEN: &'static str = "@migrate_lease";

    pub(super) fn new(limits: Limits<'_>) -> Self {
        Self {
            table: Mysql.quote_table(&table(limits.version)),
            seconds: limits.lease_timeout.as_secs().max(1),
        }
    }

    /// Makes the row where it is missing.
    pub(super) fn begin(session: &mut dyn Session, limits: Limits<'_>) -> Result<Self, RunError> {
        let lease = Self::new(limits);
        let table = &lease.table;
        set(
            session,
            &format!(
                "CREATE TABLE IF NOT EXISTS {table} (id INT NOT NULL PRIMARY KEY, token VARCHAR(64) NOT NULL, \
                 thread BIGINT NOT NULL, holder VARCHAR(255) NOT NULL, server VARCHAR(255) NOT NULL, \
                 renewed DATETIME(3) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
            ),
        )?;
        set(
            session,
            &format!("INSERT IGNORE INTO {table} VALUES (1, '', 0, '', '', UTC_TIMESTAMP(3))"),
        )?;
        Ok(lease)
    }

    pub(super) fn attempt(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        let (table, seconds, token) = (&self.table, self.seconds, Self::TOKEN);
        set(session, &format!("SET {token} = UUID()"))?;
        let free = format!(
            "token = '' OR (holder = CURRENT_USER() AND server = {SERVER} AND NOT EXISTS \
             (SELECT 1 FROM information_schema.processlist AS p WHERE p.id = thread)) \
             OR renewed < UTC_TIMESTAMP(3) - INTERVAL {seconds} SECOND"
        );
        let taken = session.batch(&format!(
            "UPDATE {table} SET token = {token}, thread = CONNECTION_ID(), holder = CURRENT_USER(), \
             server = {SERVER}, renewed = UTC_TIMESTAMP(3) WHERE id = 1 AND ({free})"
        ));
        // Its holder is in the middle of a step, or another one was quicker.
        let is_taken = taken.is_ok() && self.is_ours(session)?;
        if !is_taken {
            set(session, &format!("SET {token} = NULL"))?;
        }
        Ok(is_taken)
    }

    /// Says that the holder is alive, as a part of its transaction, if it still is the holder.
    pub(super) fn renew(&self, session: &mut dyn Session) -> Result<(), RunError> {
        let sql = format!(
            "UPDATE {} SET renewed = UTC_TIMESTAMP(3) WHERE id = 1 AND token = {}",
            self.table,
            Self::TOKEN
        );
        set(session, &sql)?;
        if self.is_ours(session)? {
            return Ok(());
        }
        Err(RunError::LockLost {
            holder: self.holder(session),
        })
    }

    fn is_ours(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        let sql = format!(
            "SELECT COUNT(*) FROM {} WHERE id = 1 AND token = {}",
            self.table,
            Self::TOKEN
        );
        Ok(read_one(session, &sql)? == "1")
    }

    /// Who has it, where it is not this session; `None` where there is no such table.
    pub(super) fn holder(&self, session: &mut dyn Session) -> Option<String> {
        let sql = format!(
            "SELECT COALESCE((SELECT {THREAD} FROM information_schema.processlist AS p \
             WHERE p.id = l.thread), CONCAT('server thread ', l.thread, ', user ', l.holder)) \
             FROM {} AS l WHERE l.token <> '' AND l.token <> COALESCE({}, '')",
            self.table,
            Self::TOKEN
        );
        session.query(&sql).ok()?.first()?.text(0)
    }

    /// Gives it back, where it is this session's.
    pub(super) fn release(&self, session: &mut dyn Session) {
        let token = Self::TOKEN;
        let ours = session.query(&format!("SELECT {token}"));
        let is_ours = ours.is_ok_and(|rows| rows.iter().any(|row| row.text(0).is_some()));
        if is_ours {
            // Without a connection it is seen to be gone.
            let _ = session.batch(&format!(
                "UPDATE {} SET token = '' WHERE token = {token}",
                self.table
            ));
            let _ = session.batch(&format!("SET {token} = NULL"));
        }
    }
}

const SERVER: &str = "CONCAT(@@hostname, ':', @@port)";

/// The table beside the version table: `__migrate_lock`, `ops.shop_lock`.
pub(super) fn table(version: &TableName) -> TableName {
    let name = version.name.as_str();
    let stem = name.strip_suffix("_version").unwrap_or(name);
    TableName {
        schema: version.schema.clone(),
        name: format!("{stem}_lock").into(),
    }
}
