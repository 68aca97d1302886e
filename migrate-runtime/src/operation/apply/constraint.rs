//! Indexes and constraints: create, drop, rename.

use super::error::{distinct, exists, invalid, missing, names};
use super::{ApplyError, Rules, column, key, table_mut};
use crate::operation::{Object, describe};
use crate::schema::{
    Check, ForeignKey, Index, IndexKey, Name, PrimaryKey, Schema, Table, TableName, Unique,
};

pub(super) fn create_index(
    schema: &mut Schema,
    table: &TableName,
    index: &Index,
    if_not_exists: bool,
) -> Result<(), ApplyError> {
    let word = "create_index";
    if if_not_exists && !schema.tables.contains_key(table) {
        return Ok(());
    }
    let found = table_mut(schema, word, table)?;
    let object = Object::Index(table.clone(), index.name.clone());
    if let Some(there) = found.index(&index.name) {
        let there = describe::index(there);
        return if if_not_exists {
            Ok(())
        } else {
            Err(exists(word, object, there))
        };
    }
    for part in &index.columns {
        if let IndexKey::Column(name) = &part.key {
            column::require(found, word, name)?;
        }
    }
    column::require_all(found, word, &index.include)?;
    found.indexes.push(index.clone());
    Ok(())
}

pub(super) fn drop_index(
    schema: &mut Schema,
    table: &TableName,
    name: &Name,
    if_exists: bool,
    rules: Rules,
) -> Result<(), ApplyError> {
    let word = "drop_index";
    if if_exists && !schema.tables.contains_key(table) {
        return Ok(());
    }
    let found = table_mut(schema, word, table)?;
    let object = Object::Index(table.clone(), name.clone());
    match found.indexes.iter().position(|index| index.name == *name) {
        Some(at) => {
            let columns = key::of_index(&found.indexes[at]);
            key::is_free(schema, table, columns.as_deref(), (word, object), rules)?;
            table_mut(schema, word, table)?.indexes.remove(at);
            Ok(())
        }
        None if if_exists => Ok(()),
        None => {
            let there = names(found.indexes.iter().map(|index| &index.name));
            Err(missing(word, object, there))
        }
    }
}

pub(super) fn rename_index(
    schema: &mut Schema,
    table: &TableName,
    from: &Name,
    to: &Name,
) -> Result<(), ApplyError> {
    let word = "rename_index";
    let found = table_mut(schema, word, table)?;
    if let Some(there) = found.index(to).filter(|_| from != to) {
        let there = describe::index(there);
        return Err(exists(
            word,
            Object::Index(table.clone(), to.clone()),
            there,
        ));
    }
    let there = names(found.indexes.iter().map(|index| &index.name));
    match found.indexes.iter_mut().find(|index| index.name == *from) {
        Some(index) => {
            index.name = to.clone();
            Ok(())
        }
        None => Err(missing(
            word,
            Object::Index(table.clone(), from.clone()),
            there,
        )),
    }
}

pub(super) fn add_primary_key(
    schema: &mut Schema,
    table: &TableName,
    key: &PrimaryKey,
) -> Result<(), ApplyError> {
    let word = "add_primary_key";
    let found = table_mut(schema, word, table)?;
    if let Some(there) = &found.primary_key {
        let there = describe::columns(&there.columns);
        return Err(exists(word, Object::PrimaryKey(table.clone()), there));
    }
    column::require_all(found, word, &key.columns)?;
    found.primary_key = Some(key.clone());
    Ok(())
}

pub(super) fn drop_primary_key(
    schema: &mut Schema,
    table: &TableName,
    rules: Rules,
) -> Result<(), ApplyError> {
    let word = "drop_primary_key";
    let object = Object::PrimaryKey(table.clone());
    let Some(there) = table_mut(schema, word, table)?.primary_key.clone() else {
        return Err(missing(word, object, None));
    };
    key::is_free(schema, table, Some(&there.columns), (word, object), rules)?;
    table_mut(schema, word, table)?.primary_key = None;
    Ok(())
}

pub(super) fn add_unique(
    schema: &mut Schema,
    table: &TableName,
    unique: &Unique,
    if_not_exists: bool,
) -> Result<(), ApplyError> {
    let named = |one: &Unique| unique.name.is_some() && one.name == unique.name;
    let there = schema.table(table);
    if if_not_exists && there.is_none_or(|there| there.uniques.iter().any(named)) {
        return Ok(());
    }
    let found = table_mut(schema, "add_unique", table)?;
    free_name(found, "add_unique", unique.name.as_ref(), Object::Unique)?;
    column::require_all(found, "add_unique", &unique.columns)?;
    column::require_all(found, "add_unique", &unique.include)?;
    found.uniques.push(unique.clone());
    Ok(())
}

pub(super) fn drop_unique(
    schema: &mut Schema,
    table: &TableName,
    name: &Name,
    rules: Rules,
) -> Result<(), ApplyError> {
    let word = "drop_unique";
    let found = table_mut(schema, word, table)?;
    let object = Object::Unique(table.clone(), name.clone());
    let named = |unique: &&Unique| unique.name.as_ref() == Some(name);
    if let Some(unique) = found.uniques.iter().find(named).cloned() {
        let about = (word, object.clone());
        key::is_free(schema, table, Some(&unique.columns), about, rules)?;
    }
    let found = table_mut(schema, word, table)?;
    remove(&mut found.uniques, |unique| unique.name.as_ref(), name)
        .map_err(|there| missing(word, object, there))
}

pub(super) fn add_check(
    schema: &mut Schema,
    table: &TableName,
    check: &Check,
    if_not_exists: bool,
) -> Result<(), ApplyError> {
    let named = |one: &Check| check.name.is_some() && one.name == check.name;
    let there = schema.table(table);
    if if_not_exists && there.is_none_or(|there| there.checks.iter().any(named)) {
        return Ok(());
    }
    let found = table_mut(schema, "add_check", table)?;
    free_name(found, "add_check", check.name.as_ref(), Object::Check)?;
    found.checks.push(check.clone());
    Ok(())
}

pub(super) fn drop_check(
    schema: &mut Schema,
    table: &TableName,
    name: &Name,
) -> Result<(), ApplyError> {
    let found = table_mut(schema, "drop_check", table)?;
    remove(&mut found.checks, |check| check.name.as_ref(), name).map_err(|there| {
        missing(
            "drop_check",
            Object::Check(table.clone(), name.clone()),
            there,
        )
    })
}

/// Validating changes nothing that a schema holds; the check or foreign key must be there.
pub(super) fn require_checked(
    schema: &mut Schema,
    table: &TableName,
    name: &Name,
) -> Result<(), ApplyError> {
    let word = "validate_constraint";
    let found = table_mut(schema, word, table)?;
    let checks = found.checks.iter().filter_map(|check| check.name.as_ref());
    let keys = (found.foreign_keys.iter()).filter_map(|key| key.name.as_ref());
    if checks
        .clone()
        .chain(keys.clone())
        .any(|there| there == name)
    {
        return Ok(());
    }
    let object = Object::Constraint(table.clone(), name.clone());
    Err(missing(word, object, names(checks.chain(keys))))
}

pub(super) fn add_foreign_key(
    schema: &mut Schema,
    table: &TableName,
    key: &ForeignKey,
    if_not_exists: bool,
    rules: Rules,
) -> Result<(), ApplyError> {
    let word = "add_foreign_key";
    if if_not_exists
        && schema
            .table(table)
            .is_none_or(|there| there.has_foreign_key(key))
    {
        return Ok(());
    }
    let found = table_mut(schema, word, table)?;
    free_name(found, word, key.name.as_ref(), Object::ForeignKey)?;
    let found = found.clone();
    check_foreign_key(schema, &found, key, word, rules)?;
    table_mut(schema, word, table)?
        .foreign_keys
        .push(key.clone());
    Ok(())
}

pub(super) fn drop_foreign_key(
    schema: &mut Schema,
    table: &TableName,
    name: &Name,
) -> Result<(), ApplyError> {
    let found = table_mut(schema, "drop_foreign_key", table)?;
    remove(&mut found.foreign_keys, |key| key.name.as_ref(), name).map_err(|there| {
        missing(
            "drop_foreign_key",
            Object::ForeignKey(table.clone(), name.clone()),
            there,
        )
    })
}

/// A primary key has no name that the chain knows for certain, so it has none to change.
pub(super) fn rename(
    schema: &mut Schema,
    table: &TableName,
    from: &Name,
    to: &Name,
) -> Result<(), ApplyError> {
    let word = "rename_constraint";
    let found = table_mut(schema, word, table)?;
    if from != to {
        free_name(found, word, Some(to), Object::Constraint)?;
    }
    let there = names(constraint_names(found));
    let uniques = found.uniques.iter_mut().map(|one| &mut one.name);
    let checks = found.checks.iter_mut().map(|one| &mut one.name);
    let keys = found.foreign_keys.iter_mut().map(|one| &mut one.name);
    let mut names = uniques.chain(checks).chain(keys);
    let Some(name) = names.find(|name| name.as_ref() == Some(from)) else {
        let object = Object::Constraint(table.clone(), from.clone());
        return Err(missing(word, object, there));
    };
    *name = Some(to.clone());
    Ok(())
}

/// A foreign key's columns and target, against the schema that the table is in or comes into.
///
/// A target in another schema may belong to someone else (`auth.users`), so it is not looked for.
pub(super) fn check_foreign_key(
    schema: &Schema,
    table: &Table,
    key: &ForeignKey,
    operation: &'static str,
    rules: Rules,
) -> Result<(), ApplyError> {
    column::require_all(table, operation, &key.columns)?;
    if rules == Rules::Database {
        return Ok(());
    }
    if key.target_columns.len() != key.columns.len() || key.columns.is_empty() {
        let object = foreign_key_object(&table.name, key);
        let problem = format!(
            "{} refers to {}, which are not as many columns",
            describe::columns(&key.columns),
            describe::columns(&key.target_columns)
        );
        return Err(invalid(operation, object, problem));
    }
    let target = match schema.table(&key.target) {
        Some(target) => target,
        None if key.target == table.name => table,
        None if key.target.schema.is_some() => return Ok(()),
        None => {
            let object = Object::Table(key.target.clone());
            return Err(missing(operation, object, super::error::tables(schema)));
        }
    };
    column::require_all(target, operation, &key.target_columns)?;
    if key::is_key(target, &key.target_columns) {
        return Ok(());
    }
    let object = foreign_key_object(&table.name, key);
    let columns = describe::columns(&key.target_columns);
    let problem = format!(
        "{} {columns} is neither the primary key there nor unique",
        key.target
    );
    Err(invalid(operation, object, problem))
}

/// Refuses two constraints of one name in a table: one namespace on most databases.
pub(super) fn distinct_names(table: &Table, operation: &'static str) -> Result<(), ApplyError> {
    let names: Vec<&str> = constraint_names(table).map(Name::as_str).collect();
    distinct(operation, &Object::Table(table.name.clone()), &names)
}

fn constraint_names(table: &Table) -> impl Iterator<Item = &Name> {
    let uniques = table
        .uniques
        .iter()
        .filter_map(|unique| unique.name.as_ref());
    let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
    let keys = table
        .foreign_keys
        .iter()
        .filter_map(|key| key.name.as_ref());
    uniques.chain(checks).chain(keys)
}

fn free_name(
    table: &Table,
    operation: &'static str,
    name: Option<&Name>,
    object: fn(TableName, Name) -> Object,
) -> Result<(), ApplyError> {
    match name {
        Some(name) if constraint_names(table).any(|there| there == name) => {
            let there = "a constraint of that name".to_owned();
            Err(exists(
                operation,
                object(table.name.clone(), name.clone()),
                there,
            ))
        }
        _ => Ok(()),
    }
}

fn remove<T>(
    list: &mut Vec<T>,
    name_of: impl Fn(&T) -> Option<&Name>,
    name: &Name,
) -> Result<(), Option<String>> {
    match list.iter().position(|item| name_of(item) == Some(name)) {
        Some(at) => {
            list.remove(at);
            Ok(())
        }
        None => Err(names(list.iter().filter_map(&name_of))),
    }
}

/// A foreign key as an object; without a name it goes by its columns.
pub(super) fn foreign_key_object(table: &TableName, key: &ForeignKey) -> Object {
    Object::ForeignKey(
        table.clone(),
        name_or_columns(key.name.as_ref(), &key.columns),
    )
}

/// The name of a constraint, or its columns in brackets.
pub(super) fn name_or_columns(name: Option<&Name>, columns: &[Name]) -> Name {
    name.cloned()
        .unwrap_or_else(|| Name::new(describe::columns(columns)))
}
