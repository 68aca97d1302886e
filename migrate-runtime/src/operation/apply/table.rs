//! Tables: create, drop, rename.

use super::error::{distinct, exists, in_use, missing, tables};
use super::{ApplyError, Rules, column, constraint, known_type};
use crate::operation::Object;
use crate::schema::{Schema, Table, TableName};

pub(super) fn create(
    schema: &mut Schema,
    table: &Table,
    if_not_exists: bool,
    rules: Rules,
) -> Result<(), ApplyError> {
    let word = "create_table";
    let object = Object::Table(table.name.clone());
    if let Some(there) = schema.table(&table.name) {
        let columns = super::error::columns(there).unwrap_or_else(|| "no columns".to_owned());
        return if if_not_exists {
            Ok(())
        } else {
            Err(exists(word, object, columns))
        };
    }
    let names: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
    distinct(
        word,
        &object,
        &names.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
    )?;
    for column in &table.columns {
        known_type(schema, word, &column.ty, rules)?;
    }
    if let Some(key) = &table.primary_key {
        column::require_all(table, word, &key.columns)?;
    }
    for unique in &table.uniques {
        column::require_all(table, word, &unique.columns)?;
        column::require_all(table, word, &unique.include)?;
    }
    for key in &table.foreign_keys {
        constraint::check_foreign_key(schema, table, key, word, rules)?;
    }
    constraint::distinct_names(table, word)?;
    schema.insert(table.clone());
    Ok(())
}

pub(super) fn drop(
    schema: &mut Schema,
    name: &TableName,
    if_exists: bool,
) -> Result<(), ApplyError> {
    let object = Object::Table(name.clone());
    if !schema.tables.contains_key(name) {
        return if if_exists {
            Ok(())
        } else {
            Err(missing("drop_table", object, tables(schema)))
        };
    }
    for other in schema.tables.values().filter(|other| other.name != *name) {
        if let Some(key) = other.foreign_keys.iter().find(|key| key.target == *name) {
            let user = constraint::foreign_key_object(&other.name, key);
            return Err(in_use("drop_table", object, user));
        }
    }
    schema.tables.remove(name);
    Ok(())
}

pub(super) fn rename(
    schema: &mut Schema,
    from: &TableName,
    to: &TableName,
) -> Result<(), ApplyError> {
    if let Some(there) = schema.table(to) {
        let columns = super::error::columns(there).unwrap_or_else(|| "no columns".to_owned());
        return Err(exists("rename_table", Object::Table(to.clone()), columns));
    }
    let Some(mut table) = schema.tables.remove(from) else {
        return Err(missing(
            "rename_table",
            Object::Table(from.clone()),
            tables(schema),
        ));
    };
    table.name = to.clone();
    schema.insert(table);
    for table in schema.tables.values_mut() {
        for key in &mut table.foreign_keys {
            if key.target == *from {
                key.target = to.clone();
            }
        }
    }
    for attached in &mut schema.attached {
        if attached.table.as_ref() == Some(from) {
            attached.table = Some(to.clone());
        }
    }
    Ok(())
}
