//! What a downgrade destroys: the tables and columns that it drops, counted before anything is run.

use super::check::fold;
use crate::Error;
use crate::connection::Session;
use crate::dialect::dialect;
use crate::introspect::introspect_for;
use crate::operation::{FormerNames, Operation};
use crate::runner::{Migrator, RunError, lower};
use crate::schema::{Backend, Name, Schema, TableName};

/// What a command destroys, or may.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// Rows, or their values in a column.
    Rows {
        /// The revision whose downgrade does it.
        revision: String,
        /// The table, as it is called now.
        table: TableName,
        /// The column, as it is called now; `None`: the whole table.
        column: Option<Name>,
        /// How many rows there are, or how many have a value in the column.
        rows: i64,
    },
    /// Nobody can tell: a step of somebody's own.
    Unknown {
        /// The revision whose downgrade does it.
        revision: String,
        /// What it runs: `SQL: DELETE FROM tags`, `function split_names`.
        step: String,
        /// Whether it is SQL that drops tables or columns or deletes rows, and the database has any.
        destroys: bool,
    },
}

/// What `downgrade` would destroy: tables and columns that hold something now; and the steps of which
/// nobody knows.
///
/// # Errors
/// Before anything else, where the target leads nowhere or a revision on the way is irreversible.
pub fn losses(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
) -> Result<Vec<Loss>, Error> {
    let steps = migrator.plan_downgrade(session, target)?;
    let chain = fold(migrator.applied(session)?)?;
    let schema = introspect_for(session, &chain).map_err(RunError::from)?;
    let mut names = FormerNames::default();
    let mut losses: Vec<Loss> = Vec::new();
    for step in steps {
        for operation in &lower(step.operations()?) {
            let revision = step.migration.id.to_owned();
            if let Some(step) = unknown(operation, session.backend()) {
                let destroys =
                    drops_rows(operation, session.backend()) && has_rows(session, &schema)?;
                losses.push(Loss::Unknown {
                    revision,
                    step,
                    destroys,
                });
                continue;
            }
            let Some((table, column)) = names.destroyed(operation) else {
                continue;
            };
            let rows = count(session, &schema, &table, column.as_ref())?;
            let is_known = losses.iter().any(|loss| {
                matches!(loss, Loss::Rows { table: of, column: one, .. }
                    if *of == table && *one == column)
            });
            if rows > 0 && !is_known {
                losses.push(Loss::Rows {
                    revision,
                    table,
                    column,
                    rows,
                });
            }
        }
    }
    Ok(losses)
}

/// What a step of somebody's own runs; comments alone do nothing.
fn unknown(operation: &Operation, backend: Backend) -> Option<String> {
    match operation {
        Operation::Sql { sql, changes: _ } => {
            let text = sql.get(backend)?;
            let first = (text.lines().map(str::trim))
                .find(|line| !line.is_empty() && !line.starts_with("--"))?;
            let shown: String = first.chars().take(60).collect();
            let more = if shown.len() < text.trim().len() {
                " …"
            } else {
                ""
            };
            Some(format!("SQL: {shown}{more}"))
        }
        Operation::Run { name, changes: _ } => Some(format!("function {name}")),
        _ => None,
    }
}

/// Whether SQL of somebody's own has words by which rows or their values go. What it does to them is not
/// known, so a word too many is better than one too few: those in bodies of functions count.
fn drops_rows(operation: &Operation, backend: Backend) -> bool {
    const HARMLESS: [&str; 21] = [
        "AGGREGATE",
        "CAST",
        "CHECK",
        "COLLATION",
        "CONSTRAINT",
        "DEFAULT",
        "EVENT",
        "EXPRESSION",
        "FOREIGN",
        "FUNCTION",
        "IDENTITY",
        "INDEX",
        "KEY",
        "MATERIALIZED",
        "NOT",
        "POLICY",
        "PRIMARY",
        "PROCEDURE",
        "RULE",
        "TRIGGER",
        "VIEW",
    ];
    let Operation::Sql { sql, changes: _ } = operation else {
        return false;
    };
    let text = sql.get(backend).unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join(" ").to_uppercase();
    let mut words = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        match word {
            // Of a foreign key.
            "ON" if words.peek() == Some(&"DELETE") => drop(words.next()),
            "DELETE" | "TRUNCATE" => return true,
            "DROP" if words.peek().is_some_and(|what| !HARMLESS.contains(what)) => return true,
            _ => {}
        }
    }
    false
}

/// Whether any table holds a row; one that cannot be read may.
fn has_rows(session: &mut dyn Session, schema: &Schema) -> Result<bool, Error> {
    let dialect = dialect(session.backend()).map_err(RunError::from)?;
    Ok(schema.tables.keys().any(|table| {
        let sql = format!("SELECT 1 FROM {} LIMIT 1", dialect.quote_table(table));
        session.query(&sql).map_or(true, |rows| !rows.is_empty())
    }))
}

/// How much is in it now. What an earlier step of the downgrade makes is not there yet, and has nothing
/// to lose.
fn count(
    session: &mut dyn Session,
    schema: &Schema,
    table: &TableName,
    column: Option<&Name>,
) -> Result<i64, Error> {
    // What is computed comes back with what it is computed from.
    let there = schema.table(table).is_some_and(|held| match column {
        Some(column) => (held.column(column)).is_some_and(|column| column.generated.is_none()),
        None => true,
    });
    if !there {
        return Ok(0);
    }
    let dialect = dialect(session.backend()).map_err(RunError::from)?;
    let sql = format!(
        "SELECT count({}) FROM {}",
        column.map_or("*".to_owned(), |column| dialect.quote(column)),
        dialect.quote_table(table)
    );
    let rows = session.query(&sql)?;
    Ok(rows.first().and_then(|row| row.integer(0)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::SqlText;

    #[test]
    fn sql_by_which_rows_may_go_is_told_from_other_sql() {
        let drops = |text: &str| {
            let sql = SqlText::new(text);
            let changes = Vec::new();
            drops_rows(&Operation::Sql { sql, changes }, Backend::Sqlite)
        };
        for text in [
            "drop table books",
            "SELECT 1; DELETE FROM books",
            "TRUNCATE books",
            "ALTER TABLE books DROP title",
            "ALTER TABLE books DROP COLUMN IF EXISTS title",
            "DROP TYPE state CASCADE",
            "DO $$ BEGIN DELETE FROM books; END $$",
        ] {
            assert!(drops(text), "{text}");
        }
        for text in [
            "-- DROP TABLE books\nDROP INDEX books_title",
            "DROP VIEW recent; DROP TRIGGER t ON books",
            "ALTER TABLE books ALTER title DROP NOT NULL, DROP CONSTRAINT one",
            "CREATE TABLE a (b INT REFERENCES c ON DELETE CASCADE)",
            "UPDATE books SET deleted = 1",
        ] {
            assert!(!drops(text), "{text}");
        }
    }
}
