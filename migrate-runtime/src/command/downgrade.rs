//! `downgrade`, `reset` and `redo`: takes revisions back, and says beforehand what rows that costs.

use crate::connection::{DatabaseError, Session};
use crate::dialect::dialect;
use crate::operation::Operation;
use crate::runner::{Direction, Migrator, Report, RunError, Step, lower};
use crate::schema::{Name, TableName};
use crate::{Error, command::backup};
use std::path::Path;

/// Rows that a command destroys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The revision whose downgrade does it.
    pub revision: String,
    /// The table.
    pub table: TableName,
    /// The column; `None`: the whole table.
    pub column: Option<Name>,
    /// How many rows there are, or how many have a value in the column.
    pub rows: i64,
}

/// What `downgrade` would destroy: tables and columns that hold something now.
///
/// # Errors
/// Before anything else, where the target leads nowhere or a revision on the way is irreversible.
pub fn losses(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
) -> Result<Vec<Loss>, Error> {
    let mut losses: Vec<Loss> = Vec::new();
    for step in migrator.plan_downgrade(session, target)? {
        for operation in &lower(step.operations()?) {
            let Some((table, column)) = destroyed(operation) else {
                continue;
            };
            let rows = count(session, table, column)?;
            let known = losses
                .iter()
                .any(|loss| loss.table == *table && loss.column.as_ref() == column);
            if rows > 0 && !known {
                losses.push(Loss {
                    revision: step.migration.id.to_owned(),
                    table: table.clone(),
                    column: column.cloned(),
                    rows,
                });
            }
        }
    }
    Ok(losses)
}

/// Takes back everything above a target, after a copy of the database was made, if one is asked for.
///
/// # Errors
/// Where the copy cannot be made nothing is run; otherwise as [`Migrator::downgrade`].
pub fn downgrade(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
    copy: Option<&Path>,
) -> Result<Report, Error> {
    if !plan(session, migrator, target)?.is_empty() {
        backup::backup(session, copy)?;
    }
    Ok(migrator.downgrade(session, target)?)
}

/// Takes back the last revisions and applies them again.
///
/// # Errors
/// As [`downgrade`] and [`super::upgrade`].
pub fn redo(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    count: u32,
) -> Result<Report, Error> {
    let mut report = migrator.downgrade(session, &format!("-{count}"))?;
    for step in report.steps.clone().iter().rev() {
        let up = migrator.upgrade(session, &step.revision)?;
        report.steps.extend(up.steps);
        report.to = up.to;
    }
    Ok(report)
}

/// Takes back everything and applies all of it again.
///
/// # Errors
/// As [`downgrade`] and [`super::upgrade`].
pub fn reset(session: &mut dyn Session, migrator: &mut Migrator<'_>) -> Result<Report, Error> {
    let mut report = migrator.downgrade(session, "base")?;
    let up = migrator.upgrade(session, "heads")?;
    report.steps.extend(up.steps);
    report.to = up.to;
    Ok(report)
}

fn plan(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
) -> Result<Vec<Step>, RunError> {
    let steps = migrator.plan_downgrade(session, target)?;
    for step in &steps {
        debug_assert_eq!(step.direction, Direction::Downgrade);
        step.operations()?;
    }
    Ok(steps)
}

fn destroyed(operation: &Operation) -> Option<(&TableName, Option<&Name>)> {
    match operation {
        Operation::DropTable { table, .. } => Some((table, None)),
        Operation::DropColumn { table, column, .. } => Some((table, Some(column))),
        _ => None,
    }
}

/// How much is in it now. A table that an earlier step of the downgrade would make or rename is not
/// there yet, and has nothing of its own to lose.
fn count(
    session: &mut dyn Session,
    table: &TableName,
    column: Option<&Name>,
) -> Result<i64, Error> {
    let dialect = dialect(session.backend()).map_err(RunError::from)?;
    let sql = format!(
        "SELECT count({}) FROM {}",
        column.map_or("*".to_owned(), |column| dialect.quote(column)),
        dialect.quote_table(table)
    );
    match session.query(&sql) {
        Ok(rows) => Ok(rows.first().and_then(|row| row.integer(0)).unwrap_or(0)),
        Err(DatabaseError { message, .. })
            if message.contains("no such table") || message.contains("no such column") =>
        {
            Ok(0)
        }
        Err(error) => Err(error.into()),
    }
}
