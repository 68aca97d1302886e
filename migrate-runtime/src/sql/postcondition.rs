//! Whether an operation was done already, told from what the database holds.
//!
//! For the databases where a run may end between a statement and its record. What makes, drops or renames
//! something shows in the catalog by itself; what changes something is compared with what it should be.

use crate::dialect::Dialect;
use crate::operation::Operation;
use crate::schema::{Name, Schema, Table, TableName};
use std::collections::BTreeMap;

/// Whether operations that are one statement were done: `after` is what the chain says is there behind
/// them. What can be made again without harm counts only where nothing else tells.
pub(crate) fn were_done(
    operations: &[Operation],
    after: &Schema,
    database: &Schema,
    dialect: &dyn Dialect,
) -> bool {
    let told: Vec<Option<bool>> = operations.iter().map(|it| shows(it, database)).collect();
    if told.iter().any(Option::is_some) {
        return told.into_iter().flatten().all(|shows| shows);
    }
    operations.iter().all(|operation| {
        let tables = touched(operation, after);
        !tables.is_empty() && (tables.iter()).all(|table| is_as(table, after, database, dialect))
    })
}

/// What the catalog tells of an operation; `None` where it tells nothing.
fn shows(operation: &Operation, database: &Schema) -> Option<bool> {
    let there = |name: &TableName| database.table(name);
    let column = |table: &TableName, name: &Name| {
        there(table).is_some_and(|table| table.column(name).is_some())
    };
    let index =
        |table: &TableName, name: &Name| there(table).is_some_and(|table| has_index(table, name));
    Some(match operation {
        Operation::CreateTable { table, .. } => there(&table.name).is_some(),
        Operation::DropTable { table, .. } => there(table).is_none(),
        Operation::RenameTable { from, to } => there(to).is_some() && there(from).is_none(),
        Operation::AddColumn {
            table, column: it, ..
        } => column(table, &it.name),
        Operation::DropColumn {
            table, column: it, ..
        } => there(table).is_some() && !column(table, it),
        Operation::RenameColumn { table, from, to } => column(table, to) && !column(table, from),
        Operation::CreateIndex {
            table, index: it, ..
        } => index(table, &it.name),
        Operation::DropIndex {
            table, index: it, ..
        } => there(table).is_some() && !index(table, it),
        Operation::RenameIndex { table, from, to } => index(table, to) && !index(table, from),
        Operation::AddPrimaryKey { table, primary_key } => there(table).is_some_and(|table| {
            (table.primary_key.as_ref()).is_some_and(|key| key.columns == primary_key.columns)
        }),
        Operation::DropPrimaryKey { table } => {
            there(table).is_some_and(|table| table.primary_key.is_none())
        }
        Operation::AddUnique { table, unique, .. } => index(table, unique.name.as_ref()?),
        Operation::DropUnique { table, name } => there(table).is_some() && !index(table, name),
        Operation::AddCheck { table, check, .. } => {
            let name = check.name.as_ref()?;
            there(table).is_some_and(|table| has_check(table, name))
        }
        Operation::DropCheck { table, name } => {
            there(table).is_some_and(|table| !has_check(table, name))
        }
        Operation::AddForeignKey {
            table, foreign_key, ..
        } => there(table).is_some_and(|table| table.has_foreign_key(foreign_key)),
        Operation::DropForeignKey { table, name } => there(table).is_some_and(|table| {
            !(table.foreign_keys.iter()).any(|key| key.name.as_ref() == Some(name))
        }),
        Operation::RenameConstraint { table, from, to } => there(table)
            .is_some_and(|table| has_constraint(table, to) && !has_constraint(table, from)),
        Operation::Sql { .. } | Operation::Run { .. } | Operation::Backfill { .. } => false,
        Operation::SetTableComment { .. }
        | Operation::SetTableOptions { .. }
        | Operation::AlterColumn { .. }
        | Operation::ValidateConstraint { .. }
        | Operation::CreateEnum { .. }
        | Operation::AlterEnum { .. }
        | Operation::DropEnum { .. } => return None,
    })
}

/// The tables that an operation changes, by its end.
pub(crate) fn touched(operation: &Operation, after: &Schema) -> Vec<TableName> {
    match operation {
        Operation::AlterEnum { name, .. } => {
            let uses = |table: &&Table| {
                let mut columns = table.columns.iter();
                columns.any(|it| crate::operation::enum_of(&it.ty) == Some(name))
            };
            let tables = after.tables.values().filter(uses);
            tables.map(|table| table.name.clone()).collect()
        }
        other => other.table().into_iter().cloned().collect(),
    }
}

/// Whether a table is in the database what it is in a schema.
fn is_as(name: &TableName, schema: &Schema, database: &Schema, dialect: &dyn Dialect) -> bool {
    let alone = |schema: &Schema| Schema {
        tables: (schema.table(name).into_iter())
            .map(|table| (name.clone(), table.clone()))
            .collect::<BTreeMap<_, _>>(),
        enums: schema.enums.clone(),
        attached: Vec::new(),
    };
    let wanted = dialect.normalize(&dialect.physical(&alone(schema)));
    let held = dialect.normalize(&alone(database));
    wanted.tables == held.tables
}

/// A unique constraint is an index, and reported as one or the other.
fn has_index(table: &Table, name: &Name) -> bool {
    table.index(name).is_some()
        || (table.uniques.iter()).any(|unique| unique.name.as_ref() == Some(name))
}

fn has_constraint(table: &Table, name: &Name) -> bool {
    let is_key = |key: &crate::schema::ForeignKey| key.name.as_ref() == Some(name);
    has_index(table, name) || has_check(table, name) || table.foreign_keys.iter().any(is_key)
}

fn has_check(table: &Table, name: &Name) -> bool {
    (table.checks.iter()).any(|check| check.name.as_ref() == Some(name))
}
