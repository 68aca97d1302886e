//! Steps that fail when the rows that exist do not fit: NOT NULL, unique, checks, foreign keys.

use super::Severity::MayFail;
use super::{Said, Step};
use crate::operation::{Operation, describe};
use crate::schema::{Name, TableName};

pub(super) fn check(step: &Step<'_>) -> Vec<Said> {
    let Step {
        operation,
        earlier,
        later: _,
        schema,
        is_held,
    } = step;
    if *is_held {
        return Vec::new();
    }
    let said = |rule, message| vec![(rule, MayFail, message)];
    match operation {
        Operation::AddColumn {
            table,
            column,
            if_not_exists: _,
        } => {
            let has_value = column.nullable
                || column.default.is_some()
                || column.generated.is_some()
                || column.auto_increment;
            if has_value {
                return Vec::new();
            }
            let message = format!(
                "fails if {table} has rows: {} has no value for them",
                column.name
            );
            said("add-required-column", message)
        }
        Operation::AlterColumn {
            table,
            column,
            change,
        } => {
            let was_nullable = (schema.table(table))
                .and_then(|table| table.column(column))
                .is_some_and(|column| column.nullable);
            let tightens = was_nullable && change.nullable == Some(false);
            if !tightens || is_filled(earlier, table, column) {
                return Vec::new();
            }
            said(
                "set-not-null",
                format!("fails if a row of {table} has no {column}"),
            )
        }
        Operation::AddUnique {
            table,
            unique,
            if_not_exists: _,
        } => said(
            "add-unique",
            duplicates(table, &describe::columns(&unique.columns)),
        ),
        Operation::CreateIndex {
            table,
            index,
            if_not_exists: _,
            concurrently: _,
        } if index.unique => said("add-unique", duplicates(table, &index.name.to_string())),
        Operation::AddPrimaryKey { table, primary_key } => said(
            "add-primary-key",
            duplicates(table, &describe::columns(&primary_key.columns)),
        ),
        Operation::AddCheck {
            table,
            check,
            if_not_exists: _,
            not_valid: false,
        } => {
            let message = format!(
                "fails if a row of {table} breaks {}",
                match check.exclusion() {
                    Some(definition) => definition.to_owned(),
                    None => describe::text(&check.expression),
                }
            );
            said("add-check", message)
        }
        Operation::AddForeignKey {
            table,
            foreign_key,
            if_not_exists: _,
            not_valid: false,
        } => {
            let message = format!(
                "fails if a row of {table} refers to no row of {}",
                foreign_key.target
            );
            said("add-foreign-key", message)
        }
        _ => Vec::new(),
    }
}

fn duplicates(table: &TableName, what: &str) -> String {
    format!("fails if two rows of {table} have the same {what}")
}

fn is_filled(earlier: &[Operation], on: &TableName, name: &Name) -> bool {
    earlier.iter().any(|operation| {
        matches!(operation, Operation::Backfill { table, column, condition: None, .. }
            if table == on && column == name)
    })
}
