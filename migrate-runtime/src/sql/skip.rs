//! `if_exists` and `if_not_exists`: whether an operation has nothing to do.

use crate::dialect::expression::canonical_rule;
use crate::operation::{Operation, describe};
use crate::schema::{Backend, Check, Name, Schema, Table, TableName, Unique};

/// Why the operation is skipped, if it is.
pub(super) fn reason(operation: &Operation, schema: &Schema, backend: Backend) -> Option<String> {
    let absent = |table: &TableName| {
        (schema.table(table).is_none()).then(|| format!("there is no table {table}"))
    };
    match operation {
        Operation::CreateTable {
            table,
            if_not_exists: true,
        } => (schema.table(&table.name).is_some()).then(|| format!("table {} exists", table.name)),
        Operation::DropTable {
            table,
            if_exists: true,
        } => absent(table),
        Operation::AddColumn {
            table,
            column,
            if_not_exists: true,
        } => absent(table).or_else(|| {
            has_column(schema, table, &column.name)
                .then(|| format!("column {table}.{} exists", column.name))
        }),
        Operation::DropColumn {
            table,
            column,
            if_exists: true,
        } => absent(table).or_else(|| {
            (!has_column(schema, table, column))
                .then(|| format!("there is no column {table}.{column}"))
        }),
        Operation::CreateIndex {
            table,
            index,
            if_not_exists: true,
            concurrently: _,
        } => absent(table).or_else(|| {
            has_index(schema, table, &index.name)
                .then(|| format!("index {} on {table} exists", index.name))
        }),
        Operation::AddForeignKey {
            table,
            foreign_key,
            if_not_exists: true,
            not_valid: _,
        } => absent(table).or_else(|| {
            let there = schema.table(table)?;
            let columns = describe::columns(&foreign_key.columns);
            (there.has_foreign_key(foreign_key))
                .then(|| format!("foreign key {columns} on {table} exists"))
        }),
        Operation::AddUnique {
            table,
            unique,
            if_not_exists: true,
        } => absent(table).or_else(|| {
            has_unique(schema.table(table)?, unique)
                .then(|| format!("{} on {table} exists", describe::unique(unique)))
        }),
        Operation::AddCheck {
            table,
            check,
            if_not_exists: true,
            not_valid: _,
        } => absent(table).or_else(|| {
            has_check(schema.table(table)?, check, backend)
                .then(|| format!("{} on {table} exists", describe::check(check)))
        }),
        Operation::CreateEnum {
            enum_type,
            if_not_exists: true,
        } => (schema.enums.contains_key(&enum_type.name))
            .then(|| format!("enum type {} exists", enum_type.name)),
        Operation::DropIndex {
            table,
            index,
            if_exists: true,
            concurrently: _,
        } => absent(table).or_else(|| {
            (!has_index(schema, table, index))
                .then(|| format!("there is no index {index} on {table}"))
        }),
        _ => None,
    }
}

fn has_column(schema: &Schema, table: &TableName, column: &Name) -> bool {
    (schema.table(table)).is_some_and(|table| table.column(column).is_some())
}

fn has_index(schema: &Schema, table: &TableName, index: &Name) -> bool {
    (schema.table(table)).is_some_and(|table| table.index(index).is_some())
}

/// One of that name, or one on the same columns.
fn has_unique(table: &Table, wanted: &Unique) -> bool {
    let alike = |unique: &Unique| {
        unique.columns.len() == wanted.columns.len()
            && (unique.columns.iter()).all(|name| wanted.columns.contains(name))
    };
    (table.uniques.iter())
        .any(|unique| is_named(unique.name.as_ref(), wanted.name.as_ref()) || alike(unique))
}

/// One of that name, or one that says the same.
fn has_check(table: &Table, wanted: &Check, backend: Backend) -> bool {
    let says = |check: &Check| {
        let text = check.expression.get(backend)?;
        Some(canonical_rule(backend, text))
    };
    let text = says(wanted);
    (table.checks.iter()).any(|check| {
        is_named(check.name.as_ref(), wanted.name.as_ref())
            || (text.is_some() && says(check) == text)
    })
}

fn is_named(there: Option<&Name>, wanted: Option<&Name>) -> bool {
    wanted.is_some() && there == wanted
}
