//! Columns: add, drop, rename, alter.

use super::error::{columns, exists, in_use, missing};
use super::{ApplyError, Rules, constraint, known_type, table_mut};
use crate::operation::mentions::{mentions, renamed};
use crate::operation::{ColumnChange, Object, describe};
use crate::schema::{Column, IndexKey, Name, Schema, Table, TableName};

pub(super) fn add(
    schema: &mut Schema,
    table: &TableName,
    column: &Column,
    if_not_exists: bool,
    rules: Rules,
) -> Result<(), ApplyError> {
    if if_not_exists && !schema.tables.contains_key(table) {
        return Ok(());
    }
    known_type(schema, "add_column", &column.ty, rules)?;
    let found = table_mut(schema, "add_column", table)?;
    if let Some(there) = found.column(&column.name) {
        let object = Object::Column(table.clone(), column.name.clone());
        let there = describe::column(there);
        return if if_not_exists {
            Ok(())
        } else {
            Err(exists("add_column", object, there))
        };
    }
    found.columns.push(column.clone());
    Ok(())
}

pub(super) fn drop(
    schema: &mut Schema,
    table: &TableName,
    column: &Name,
    if_exists: bool,
) -> Result<(), ApplyError> {
    let word = "drop_column";
    let there = schema.table(table).and_then(|table| table.column(column));
    if if_exists && there.is_none() {
        return Ok(());
    }
    let found = table_mut(schema, word, table)?;
    require(found, word, column)?;
    if let Some(user) = user_of(schema, table, column) {
        return Err(in_use(
            word,
            Object::Column(table.clone(), column.clone()),
            user,
        ));
    }
    table_mut(schema, word, table)?
        .columns
        .retain(|there| there.name != *column);
    Ok(())
}

pub(super) fn rename(
    schema: &mut Schema,
    table: &TableName,
    from: &Name,
    to: &Name,
    rules: Rules,
) -> Result<(), ApplyError> {
    let word = "rename_column";
    let found = table_mut(schema, word, table)?;
    require(found, word, from)?;
    if let Some(there) = found.column(to).filter(|_| from != to) {
        let there = describe::column(there);
        return Err(exists(
            word,
            Object::Column(table.clone(), to.clone()),
            there,
        ));
    }
    if rules == Rules::Chain
        && let Some(user) = text_user_of(found, from)
    {
        return Err(in_use(
            word,
            Object::Column(table.clone(), from.clone()),
            user,
        ));
    }
    rename_in_table(found, from, to);
    for other in schema.tables.values_mut() {
        for key in other
            .foreign_keys
            .iter_mut()
            .filter(|key| key.target == *table)
        {
            replace(&mut key.target_columns, from, to);
        }
    }
    Ok(())
}

fn rename_in_table(table: &mut Table, from: &Name, to: &Name) {
    for column in &mut table.columns {
        if column.name == *from {
            column.name = to.clone();
        }
        if let Some(generated) = &mut column.generated {
            generated.expression = renamed(&generated.expression, from, to);
        }
    }
    if let Some(key) = &mut table.primary_key {
        replace(&mut key.columns, from, to);
    }
    for unique in &mut table.uniques {
        replace(&mut unique.columns, from, to);
        replace(&mut unique.include, from, to);
    }
    for key in &mut table.foreign_keys {
        replace(&mut key.columns, from, to);
    }
    for check in &mut table.checks {
        check.expression = renamed(&check.expression, from, to);
    }
    for index in &mut table.indexes {
        for part in &mut index.columns {
            match &mut part.key {
                IndexKey::Column(name) if name == from => *name = to.clone(),
                IndexKey::Column(_) => {}
                IndexKey::Expression(text) => *text = renamed(text, from, to),
            }
        }
        replace(&mut index.include, from, to);
        if let Some(predicate) = &mut index.predicate {
            *predicate = renamed(predicate, from, to);
        }
    }
}

fn replace(names: &mut [Name], from: &Name, to: &Name) {
    for name in names {
        if name == from {
            *name = to.clone();
        }
    }
}

pub(super) fn alter(
    schema: &mut Schema,
    table: &TableName,
    column: &Name,
    change: &ColumnChange,
    rules: Rules,
) -> Result<(), ApplyError> {
    if let Some(ty) = &change.ty {
        known_type(schema, "alter_column", ty, rules)?;
    }
    let found = table_mut(schema, "alter_column", table)?;
    require(found, "alter_column", column)?;
    if let Some(column) = found.column_mut(column) {
        change.apply_to(column);
    }
    Ok(())
}

/// Refuses a column that the table does not have.
pub(super) fn require(
    table: &Table,
    operation: &'static str,
    column: &Name,
) -> Result<(), ApplyError> {
    if table.column(column).is_some() {
        return Ok(());
    }
    let object = Object::Column(table.name.clone(), column.clone());
    Err(missing(operation, object, columns(table)))
}

/// Refuses columns that the table does not have.
pub(super) fn require_all(
    table: &Table,
    operation: &'static str,
    columns: &[Name],
) -> Result<(), ApplyError> {
    (columns.iter()).try_for_each(|column| require(table, operation, column))
}

/// What uses a column, so that it cannot be dropped.
fn user_of(schema: &Schema, name: &TableName, column: &Name) -> Option<Object> {
    let table = schema.table(name)?;
    if (table.primary_key.iter()).any(|key| key.columns.contains(column)) {
        return Some(Object::PrimaryKey(name.clone()));
    }
    for unique in &table.uniques {
        if unique.columns.contains(column) || unique.include.contains(column) {
            return Some(Object::Unique(
                name.clone(),
                constraint::name_or_columns(unique.name.as_ref(), &unique.columns),
            ));
        }
    }
    for key in &table.foreign_keys {
        if key.columns.contains(column) {
            return Some(constraint::foreign_key_object(name, key));
        }
    }
    for index in &table.indexes {
        let in_key =
            (index.columns.iter()).any(|part| part.key == IndexKey::Column(column.clone()));
        if in_key || index.include.contains(column) {
            return Some(Object::Index(name.clone(), index.name.clone()));
        }
    }
    for other in schema.tables.values() {
        for key in &other.foreign_keys {
            if key.target == *name && key.target_columns.contains(column) {
                return Some(constraint::foreign_key_object(&other.name, key));
            }
        }
    }
    text_user_of(table, column)
}

/// What mentions a column in its SQL text.
pub(super) fn text_user_of(table: &Table, column: &Name) -> Option<Object> {
    for check in &table.checks {
        if mentions(&check.expression, column) {
            let name = check
                .name
                .clone()
                .unwrap_or_else(|| Name::from("(unnamed)"));
            return Some(Object::Check(table.name.clone(), name));
        }
    }
    for index in &table.indexes {
        let in_key = index.columns.iter().any(|part| match &part.key {
            IndexKey::Expression(text) => mentions(text, column),
            IndexKey::Column(_) => false,
        });
        if in_key || (index.predicate.iter()).any(|text| mentions(text, column)) {
            return Some(Object::Index(table.name.clone(), index.name.clone()));
        }
    }
    (table.columns.iter())
        .filter(|other| other.name != *column)
        .find(|other| (other.generated.iter()).any(|from| mentions(&from.expression, column)))
        .map(|other| Object::Column(table.name.clone(), other.name.clone()))
}
