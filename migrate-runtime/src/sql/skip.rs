//! `if_exists` and `if_not_exists`: whether an operation has nothing to do.

use crate::operation::Operation;
use crate::schema::{Name, Schema, TableName};

/// Why the operation is skipped, if it is.
pub(super) fn reason(operation: &Operation, schema: &Schema) -> Option<String> {
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
        } => absent(table).or_else(|| {
            has_index(schema, table, &index.name)
                .then(|| format!("index {} on {table} exists", index.name))
        }),
        Operation::AddForeignKey {
            table,
            foreign_key,
            if_not_exists: true,
        } => absent(table).or_else(|| {
            let there = schema.table(table)?;
            let columns = crate::operation::describe::columns(&foreign_key.columns);
            (there.has_foreign_key(foreign_key))
                .then(|| format!("foreign key {columns} on {table} exists"))
        }),
        Operation::DropIndex {
            table,
            index,
            if_exists: true,
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
