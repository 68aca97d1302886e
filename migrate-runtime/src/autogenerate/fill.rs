//! Required columns without a default, on tables that have rows.

use super::{Flags, PlanError, former};
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
    has_rows: &dyn Fn(&TableName) -> bool,
    flags: &Flags,
) -> Result<Vec<Operation>, PlanError> {
    let mut fills = (flags.fills.iter())
        .map(|flag| parse(flag))
        .collect::<Result<Vec<_>, _>>()?;
    let mut operations = Vec::with_capacity(upgrade.len());
    let mut refused = Vec::new();
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
                let old = hints
                    .tables
                    .iter()
                    .find(|(_, new)| *new == table)
                    .map_or(&table, |(old, _)| old);
                if !has_value && !if_not_exists && chain.tables.contains_key(old) && has_rows(old) {
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
    if refused.is_empty() {
        Ok(operations)
    } else {
        Err(PlanError::RequiredColumns(refused))
    }
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
