//! Names: of fields and columns, of tables, of indexes and constraints.

use super::super::TableDef;
use super::{contains, find, same};
use crate::check::Message;
use crate::migration::{ConstraintKind, TableNameDef};

/// The column of that field, among `(field, column)`; a column's own name does as well. A name that
/// is neither is returned as it is: [`has_field`] asks.
pub const fn column_of(
    fields: &[(&'static str, &'static str)],
    name: &'static str,
) -> &'static str {
    let mut i = 0;
    while i < fields.len() {
        if same(fields[i].0, name) {
            return fields[i].1;
        }
        i += 1;
    }
    name
}

/// Whether there is a field or column of that name.
pub const fn has_field(fields: &[(&'static str, &'static str)], name: &str) -> bool {
    // A model with an error of its own has no fields; that error is enough.
    if fields.is_empty() {
        return true;
    }
    let mut i = 0;
    while i < fields.len() {
        if same(fields[i].0, name) || same(fields[i].1, name) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether two names are one.
pub const fn same_name(one: &str, other: &str) -> bool {
    same(one, other)
}

/// Whether a table has that name, as `schema!` spells it.
pub const fn is_table(name: TableNameDef, spelled: &'static str) -> bool {
    same_table(name, crate::migration::table_name(spelled))
}

const fn same_table(name: TableNameDef, other: TableNameDef) -> bool {
    let same_schema = match (name.schema, other.schema) {
        (Some(one), Some(other)) => same(one, other),
        (None, None) => true,
        _ => false,
    };
    same_schema && same(name.name, other.name)
}

/// Whether two constraints of the table have that name, or two of its indexes, among which a unique constraint is. A
/// check or foreign key may be called as an index is: PostgreSQL, MySQL and SQLite keep them apart.
pub const fn is_taken_twice(table: &TableDef, name: &str) -> bool {
    let (mut constraints, mut indexes) = (0, 0);
    let mut i = 0;
    while i < table.constraints.len() {
        let constraint = &table.constraints[i];
        if let Some(other) = constraint.name
            && same(other, name)
        {
            constraints += 1;
            if let ConstraintKind::Unique { .. } = constraint.kind {
                indexes += 1;
            }
        }
        i += 1;
    }
    i = 0;
    while i < table.indexes.len() {
        if same(table.indexes[i].name, name) {
            indexes += 1;
        }
        i += 1;
    }
    constraints > 1 || indexes > 1
}

/// What is wrong with the name of a column, where a struct is embedded, whose columns only the compiler
/// knows.
pub const fn no_such_column(table: &TableDef, name: &str) -> Option<Message> {
    if find(table, name).is_some() {
        return None;
    }
    let mut message = Message::new();
    message.push("`");
    message.push(table.model);
    message.push("` has no column `");
    message.push(name);
    message.push("`; it has");
    let mut i = 0;
    while i < table.columns.len() {
        push_item(&mut message, table.columns[i].column.name, i == 0);
        i += 1;
    }
    Some(message)
}

/// What a `diesel::table!` of the user has and the model has not. A column of one of the `fields` is there,
/// though it may have another name.
pub const fn unheld(
    names: &[&str],
    fields: &[&str],
    table: &TableDef,
    path: &str,
) -> Option<Message> {
    let mut message = Message::new();
    let mut first = true;
    let mut i = 0;
    while i < names.len() {
        if find(table, names[i]).is_none() && !contains(fields, names[i]) {
            if first {
                message.push("columns of `");
                message.push(path);
                message.push("` that the model does not have:");
            }
            push_item(&mut message, names[i], first);
            first = false;
        }
        i += 1;
    }
    if first {
        return None;
    }
    message
        .push("\nadd a field, or say `#[model(column(\"..\", Type))]` for a column without one, ");
    message.push("or take it out of the `table!`");
    Some(message)
}

/// Another one of a list: `` `a`, `b` ``.
pub(super) const fn push_item(message: &mut Message, name: &str, is_first: bool) {
    message.push(if is_first { " `" } else { ", `" });
    message.push(name);
    message.push("`");
}
