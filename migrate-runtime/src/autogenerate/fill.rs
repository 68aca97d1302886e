//! Required columns without a default, on tables that have rows.

use super::{Flags, HasRows, PlanError, former};
use crate::diff::RenameHints;
use crate::operation::{ColumnChange, Operation};
use crate::schema::{Name, Schema, SqlText, TableName};

/// A `--fill`.
struct Fill<'a> {
    flag: &'a str,
    table: TableName,
    column: Name,
    value: SqlText,
    used: bool,
}

/// Gives new required columns a value for the rows that exist, or refuses.
///
/// A filled column is added nullable, filled, and only then made required; one that becomes required
/// is filled before.
pub(super) fn required_columns(
    upgrade: Vec<Operation>,
    chain: &Schema,
    hints: &RenameHints,
    has_rows: &HasRows<'_>,
    flags: &Flags,
) -> Result<Vec<Operation>, PlanError> {
    let mut fills = (flags.fills.iter())
        .map(|flag| parse(flag))
        .collect::<Result<Vec<_>, _>>()?;
    let mut operations = Vec::with_capacity(upgrade.len());
    let mut refused = Vec::new();
    let mut without_value = Vec::new();
    for operation in upgrade {
        match operation {
            Operation::AddColumn {
                table,
                mut column,
                if_not_exists,
            } if !column.nullable => {
                let has_value =
                    column.default.is_some() || column.generated.is_some() || column.auto_increment;
                let fill = take(&mut fills, &table, &column.name).or_else(|| {
                    let remembered = former::fill(&flags.former, &table, &column.name);
                    remembered.filter(|_| !has_value)
                });
                if let Some(value) = fill.filter(|_| column.generated.is_none()) {
                    column.nullable = true;
                    let name = column.name.clone();
                    operations.push(Operation::AddColumn {
                        table: table.clone(),
                        column,
                        if_not_exists,
                    });
                    operations.extend(filled(table, name, value));
                    continue;
                }
                // A table has its rows under the name the chain knows it by.
                let old = old_table(hints, &table);
                let is_there = !if_not_exists && chain.tables.contains_key(old);
                if !has_value && is_there && has_rows(old, None) {
                    refused.push(format!("{table}.{}", column.name));
                }
                operations.push(Operation::AddColumn {
                    table,
                    column,
                    if_not_exists,
                });
            }
            Operation::AlterColumn {
                table,
                column,
                change,
            } if change.nullable == Some(false) => {
                let fill = take(&mut fills, &table, &column)
                    .or_else(|| former::fill(&flags.former, &table, &column));
                // One that gets a default at the same time gives it to these rows.
                let is_filled = fill.is_some() || matches!(change.default, Some(Some(_)));
                if !is_filled && is_null_somewhere(chain, hints, &table, &column, has_rows) {
                    without_value.push(format!("{table}.{column}"));
                }
                if let Some(value) = fill {
                    operations.push(backfill(&table, &column, value));
                }
                operations.push(Operation::AlterColumn {
                    table,
                    column,
                    change,
                });
            }
            other => operations.push(other),
        }
    }
    if let Some(fill) = fills.iter().find(|fill| !fill.used) {
        let problem = "this revision adds no such required column and makes none required";
        return Err(PlanError::flag("fill", fill.flag, problem));
    }
    if !refused.is_empty() {
        return Err(PlanError::RequiredColumns(refused));
    }
    if !without_value.is_empty() {
        return Err(PlanError::WithoutValue(without_value));
    }
    Ok(operations)
}

fn old_table<'a>(hints: &'a RenameHints, table: &'a TableName) -> &'a TableName {
    let renamed = hints.tables.iter().find(|(_, new)| new == table);
    renamed.map_or(table, |(old, _)| old)
}

/// Whether a column of the chain has rows without a value, under the names that it has there.
fn is_null_somewhere(
    chain: &Schema,
    hints: &RenameHints,
    table: &TableName,
    column: &Name,
    has_rows: &HasRows<'_>,
) -> bool {
    let old = old_table(hints, table);
    let renamed = (hints.columns.iter())
        .find(|(of, _, new)| (of == table || of == old) && new == column)
        .map_or(column, |(_, from, _)| from);
    let found = chain.table(old).and_then(|table| table.column(renamed));
    found.is_some_and(|found| found.nullable) && has_rows(old, Some(renamed))
}

/// Reads `users.status='active'`.
fn parse(flag: &str) -> Result<Fill<'_>, PlanError> {
    let parts = flag.split_once('=').and_then(|(column, value)| {
        let (table, column) = column.trim().rsplit_once('.')?;
        Some((table, column, value.trim())).filter(|(.., value)| !value.is_empty())
    });
    let Some((table, column, value)) = parts else {
        return Err(PlanError::flag(
            "fill",
            flag,
            "write it as table.column=<SQL expression>",
        ));
    };
    Ok(Fill {
        flag,
        table: table.into(),
        column: column.into(),
        value: value.into(),
        used: false,
    })
}

fn take(fills: &mut [Fill<'_>], table: &TableName, column: &Name) -> Option<SqlText> {
    let fill = fills
        .iter_mut()
        .find(|fill| fill.table == *table && fill.column == *column)?;
    fill.used = true;
    Some(fill.value.clone())
}

fn backfill(table: &TableName, column: &Name, value: SqlText) -> Operation {
    Operation::Backfill {
        table: table.clone(),
        column: column.clone(),
        value,
        condition: None,
    }
}

fn filled(table: TableName, column: Name, value: SqlText) -> [Operation; 2] {
    let change = ColumnChange {
        nullable: Some(false),
        ..ColumnChange::default()
    };
    [
        backfill(&table, &column, value),
        Operation::AlterColumn {
            table,
            column,
            change,
        },
    ]
}
