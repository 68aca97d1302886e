//! Steps that break a program of the version before, which still runs during a deployment, or that
//! give up what the database guaranteed.

use super::Severity::Compatibility;
use super::{Said, Step};
use crate::operation::Operation;

pub(super) fn check(step: &Step<'_>) -> Vec<Said> {
    let Step {
        operation,
        earlier: _,
        later,
        schema,
        is_held: _,
    } = step;
    let said = |rule, message| vec![(rule, Compatibility, message)];
    match operation {
        Operation::RenameTable { from, to } => said(
            "rename-table",
            format!("a program that still runs looks for {from}, which is {to} now"),
        ),
        Operation::RenameColumn { table, from, to } => said(
            "rename-column",
            format!("a program that still runs looks for {table}.{from}, which is {to} now"),
        ),
        Operation::AlterColumn {
            table,
            column,
            change,
        } if change.nullable == Some(true) => said(
            "drop-not-null",
            format!("a program that still runs may not expect NULL in {table}.{column}"),
        ),
        Operation::DropForeignKey { table, name } => {
            let columns = (schema.table(table))
                .and_then(|table| {
                    table
                        .foreign_keys
                        .iter()
                        .find(|key| key.name.as_ref() == Some(name))
                })
                .map(|key| key.columns.clone())
                .unwrap_or_default();
            let comes_again = later.iter().any(|other| match other {
                Operation::AddForeignKey {
                    table: on,
                    foreign_key,
                    ..
                } => on == table && foreign_key.columns == columns,
                Operation::DropColumn {
                    table: on, column, ..
                } => on == table && columns.contains(column),
                Operation::DropTable { table: on, .. } => on == table,
                _ => false,
            });
            if comes_again {
                return Vec::new();
            }
            said(
                "drop-foreign-key",
                format!("nothing guards the references of {table} in {name} any more"),
            )
        }
        Operation::DropPrimaryKey { table } => said(
            "change-primary-key",
            format!("the primary key of {table} changes"),
        ),
        _ => Vec::new(),
    }
}
