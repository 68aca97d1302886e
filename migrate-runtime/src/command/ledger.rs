//! What other tools have recorded of the migrations that they applied.

use crate::connection::Session;
use crate::runner::{RunError, has_table};
use crate::schema::TableName;

/// The table of a tool whose migrations we take over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ledger {
    table: &'static str,
    /// Which rows are finished, where the tool says that.
    is_finished: &'static str,
}

/// A row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) version: String,
    pub(super) is_finished: bool,
}

impl Ledger {
    pub(super) const DIESEL: Self = Self::new("__diesel_schema_migrations", "1");
    pub(super) const SQLX: Self =
        Self::new("_sqlx_migrations", "CASE WHEN success THEN 1 ELSE 0 END");
    pub(super) const REFINERY: Self = Self::new("refinery_schema_history", "1");

    const fn new(table: &'static str, is_finished: &'static str) -> Self {
        Self { table, is_finished }
    }

    /// The name of the table.
    pub(super) const fn table(self) -> &'static str {
        self.table
    }

    /// What it holds, by version; `None` where the database has no such table.
    pub(super) fn read(self, session: &mut dyn Session) -> Result<Option<Vec<Recorded>>, RunError> {
        let failed = |source| RunError::Database {
            doing: "the records of the other tool cannot be read",
            source,
        };
        if !has_table(session, &TableName::new(self.table)).map_err(failed)? {
            return Ok(None);
        }
        let Self { table, is_finished } = self;
        let sql = format!("SELECT version, {is_finished} FROM {table} ORDER BY version");
        let rows = session.query(&sql).map_err(failed)?;
        let recorded = rows.iter().map(|row| Recorded {
            version: row.text(0).unwrap_or_default(),
            is_finished: row.integer(1) == Some(1),
        });
        Ok(Some(recorded.collect()))
    }
}
