//! What an upgrade is about to destroy, in rows: said before it does.

use super::apply::Planned;
use super::chain::lower;
use super::event::{Event, Progress};
use crate::connection::Session;
use crate::dialect::{Dialect, dialect};
use crate::graph::Direction;
use crate::operation::FormerNames;
use crate::schema::{Name, TableName};

/// A table is not counted further than that: to know that there are many takes no time.
const COUNTED: i64 = 10_000;

/// Tells of tables and columns that hold something and are dropped. A downgrade has asked about them.
pub(super) fn tell(session: &mut dyn Session, planned: &Planned<'_>, progress: &mut dyn Progress) {
    if planned.step.direction != Direction::Upgrade {
        return;
    }
    let Ok(dialect) = dialect(session.backend()) else {
        return;
    };
    let mut names = FormerNames::default();
    for operation in lower(planned.operations) {
        let Some((table, column)) = names.destroyed(&operation) else {
            continue;
        };
        let (what, rows) = counted(&table, column.as_ref(), dialect);
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {}) AS found",
            COUNTED + 1
        );
        // What an earlier operation makes is not there yet, and holds nothing.
        let found = session.query(&sql).unwrap_or_default();
        let rows = found.first().and_then(|row| row.integer(0)).unwrap_or(0);
        if rows > 0 {
            progress.event(&Event::Destroys {
                what: &what,
                rows: rows.min(COUNTED),
                is_more: rows > COUNTED,
            });
        }
    }
}

/// What is dropped, and where its rows are.
fn counted(table: &TableName, column: Option<&Name>, dialect: &dyn Dialect) -> (String, String) {
    let rows = dialect.quote_table(table);
    match column {
        None => (format!("table {table}"), rows),
        Some(column) => (
            format!("column {table}.{column}"),
            format!("{rows} WHERE {} IS NOT NULL", dialect.quote(column)),
        ),
    }
}
