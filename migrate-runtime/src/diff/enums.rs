//! Enum types: created, and given new values, before the tables that use them; values and types that are gone
//! go after. In between there is every value that something of before or after may name.

use super::RenameHints;
use crate::operation::{ColumnChange, Operation};
use crate::schema::{
    Column, DefaultValue, EnumType, IndexKey, Name, Schema, SqlText, SqlType, Table, Value,
};
use std::borrow::Cow;

/// The schema without what names a value that is going to have another name: defaults, and checks and indexes
/// that are not the same afterwards. They go before and are set again after, so that each way they name a
/// value that is there.
pub(super) fn lift<'s>(
    from: &'s Schema,
    to: &Schema,
    hints: &RenameHints,
    operations: &mut Vec<Operation>,
) -> Cow<'s, Schema> {
    if hints.enum_values.is_empty() {
        return Cow::Borrowed(from);
    }
    let mut lifted = from.clone();
    for table in lifted.tables.values_mut() {
        let renamed: Vec<&str> = (hints.enum_values.iter())
            .filter(|(name, ..)| (table.columns.iter()).any(|column| column.has_enum(name)))
            .map(|(_, old, _)| old.as_str())
            .collect();
        if renamed.is_empty() {
            continue;
        }
        let after = to.tables.get(&table.name);
        lift_indexes(table, after, &renamed, operations);
        lift_checks(table, after, &renamed, operations);
        for column in &mut table.columns {
            if is_renamed_default(column, hints) {
                column.default = None;
                operations.push(Operation::AlterColumn {
                    table: table.name.clone(),
                    column: column.name.clone(),
                    change: ColumnChange {
                        default: Some(None),
                        ..ColumnChange::default()
                    },
                });
            }
        }
    }
    Cow::Owned(lifted)
}

fn lift_checks(
    table: &mut Table,
    after: Option<&Table>,
    renamed: &[&str],
    operations: &mut Vec<Operation>,
) {
    let owner = table.name.clone();
    table.checks.retain(|check| {
        let Some(name) = &check.name else {
            return true;
        };
        let goes = names_any(&check.expression, renamed)
            && !after.is_some_and(|after| after.checks.contains(check));
        if goes {
            operations.push(Operation::DropCheck {
                table: owner.clone(),
                name: name.clone(),
            });
        }
        !goes
    });
}

fn lift_indexes(
    table: &mut Table,
    after: Option<&Table>,
    renamed: &[&str],
    operations: &mut Vec<Operation>,
) {
    let owner = table.name.clone();
    table.indexes.retain(|index| {
        let expressions = index.columns.iter().filter_map(|part| match &part.key {
            IndexKey::Expression(sql) => Some(sql),
            IndexKey::Column(_) => None,
        });
        let goes = (expressions.chain(&index.predicate)).any(|sql| names_any(sql, renamed))
            && !after.is_some_and(|after| after.indexes.contains(index));
        if goes {
            operations.push(Operation::DropIndex {
                table: owner.clone(),
                index: index.name.clone(),
                if_exists: false,
                concurrently: false,
            });
        }
        !goes
    });
}

fn names_any(sql: &SqlText, values: &[&str]) -> bool {
    values.iter().any(|value| sql.quotes(value))
}

fn is_renamed_default(column: &Column, hints: &RenameHints) -> bool {
    let SqlType::Enum(of) = &column.ty else {
        return false;
    };
    (hints.enum_values.iter())
        .filter(|(name, ..)| name == of)
        .any(|(_, old, _)| match &column.default {
            Some(DefaultValue::Value(Value::Text(value))) => value == old,
            Some(DefaultValue::Sql(sql)) => names_any(sql, &[old]),
            _ => false,
        })
}

/// Enum types that are new, and values that are new, renamed or in another order.
pub(super) fn create_and_alter(
    from: &Schema,
    to: &Schema,
    hints: &RenameHints,
    operations: &mut Vec<Operation>,
) {
    for (name, after) in &to.enums {
        match from.enums.get(name) {
            None => operations.push(Operation::CreateEnum {
                enum_type: after.clone(),
                if_not_exists: false,
            }),
            Some(before) if before.values != after.values => {
                let renames: Vec<(String, String)> = (hints.enum_values.iter())
                    .filter(|(of, ..)| of == name)
                    .map(|(_, old, new)| (old.clone(), new.clone()))
                    .collect();
                let held = renamed(before, &renames);
                let values = with_those_that_go(&held, &after.values);
                if values != held || !renames.is_empty() {
                    operations.push(Operation::AlterEnum {
                        name: name.clone(),
                        values,
                        renames,
                    });
                }
            }
            Some(_) => {}
        }
    }
}

fn renamed(before: &EnumType, renames: &[(String, String)]) -> Vec<String> {
    let renamed = |value: &String| {
        let rename = renames.iter().find(|(from, _)| from == value);
        rename.map_or_else(|| value.clone(), |(_, to)| to.clone())
    };
    before.values.iter().map(renamed).collect()
}

/// The values of after; while there are others, in the order of before, each new one behind the one that it
/// will follow.
fn with_those_that_go(held: &[String], after: &[String]) -> Vec<String> {
    if held.iter().all(|value| after.contains(value)) {
        return after.to_vec();
    }
    let mut values = held.to_vec();
    for (at, value) in after.iter().enumerate() {
        if !held.contains(value) {
            let before = at.checked_sub(1).and_then(|before| after.get(before));
            let place = values.iter().position(|other| Some(other) == before);
            values.insert(place.map_or(0, |place| place + 1), value.clone());
        }
    }
    values
}

/// Values that are gone.
pub(super) fn remove_values(
    from: &Schema,
    to: &Schema,
    hints: &RenameHints,
    operations: &mut Vec<Operation>,
) {
    let is_renamed = |of: &Name, value: &String| {
        (hints.enum_values.iter()).any(|(name, old, _)| name == of && old == value)
    };
    for (name, after) in &to.enums {
        let Some(before) = from.enums.get(name) else {
            continue;
        };
        let mut values = before.values.iter();
        if values.any(|value| !after.values.contains(value) && !is_renamed(name, value)) {
            operations.push(Operation::AlterEnum {
                name: name.clone(),
                values: after.values.clone(),
                renames: Vec::new(),
            });
        }
    }
}

/// Makes one step of two where nothing in between could tell.
pub(super) fn join_steps(operations: &mut Vec<Operation>) {
    let is_of_values = |one: &Operation| {
        matches!(
            one,
            Operation::AlterEnum { .. } | Operation::CreateEnum { .. }
        )
    };
    if !operations.iter().all(is_of_values) {
        return;
    }
    let mut last: Vec<Operation> = Vec::new();
    for operation in std::mem::take(operations) {
        let earlier = last.iter_mut().find_map(|one| match (one, &operation) {
            (
                Operation::AlterEnum { name, values, .. },
                Operation::AlterEnum { name: other, .. },
            ) if name == other => Some(values),
            _ => None,
        });
        match (earlier, operation) {
            (Some(held), Operation::AlterEnum { values, .. }) => *held = values,
            (_, operation) => last.push(operation),
        }
    }
    *operations = last;
}

/// Enum types that are gone.
pub(super) fn drop(from: &Schema, to: &Schema, operations: &mut Vec<Operation>) {
    let gone = from
        .enums
        .keys()
        .filter(|name| !to.enums.contains_key(name));
    operations.extend(gone.map(|name| Operation::DropEnum { name: name.clone() }));
}
