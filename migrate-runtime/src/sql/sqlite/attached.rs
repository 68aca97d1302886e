//! Views and triggers, which no migration creates: who speaks of what.
//!
//! They are looked through word by word, not understood. A word too many is at worst an error that
//! names the object; a word too few cannot be.

use crate::dialect::sqlite::ddl::{tokenize, unquoted};
use crate::schema::{Attached, AttachedKind, Name, Schema, TableName};
use std::collections::BTreeMap;

/// What renames of the plan have put into the texts of views and triggers, by their names. SQLite does
/// that, and the texts that we know are those before.
pub(super) type Renamed = BTreeMap<Name, Vec<Name>>;

/// Whether an object speaks of a name, or does since a rename.
pub(super) fn speaks(object: &Attached, renamed: &Renamed, name: &Name) -> bool {
    let is = |other: &Name| other.as_str().eq_ignore_ascii_case(name.as_str());
    names(object.sql.as_deref().unwrap_or_default(), name)
        || (renamed.get(&object.name)).is_some_and(|names| names.iter().any(is))
}

/// Whether a statement has that name among its words.
pub(super) fn names(sql: &str, name: &Name) -> bool {
    let Ok(tokens) = tokenize(sql) else {
        return true;
    };
    (tokens.into_iter().filter_map(|token| unquoted(token, sql)))
        .any(|word| word.eq_ignore_ascii_case(name.as_str()))
}

/// What of a schema's attached objects speaks of that column of that table.
pub(super) fn users_of_column<'a>(
    schema: &'a Schema,
    renamed: &'a Renamed,
    table: &'a TableName,
    column: &'a Name,
) -> impl Iterator<Item = &'a Attached> {
    schema.attached.iter().filter(move |object| {
        let of_table = object.table.as_ref() == Some(table) || speaks(object, renamed, &table.name);
        is_code(object) && of_table && speaks(object, renamed, column)
    })
}

/// What would be left without a table that it speaks of. The table's own triggers go with it.
pub(super) fn user_of_table<'a>(
    schema: &'a Schema,
    renamed: &Renamed,
    table: &TableName,
) -> Option<&'a Attached> {
    schema.attached.iter().find(|object| {
        is_code(object)
            && object.table.as_ref() != Some(table)
            && speaks(object, renamed, &table.name)
    })
}

/// The triggers that hang on a table.
pub(super) fn triggers<'a>(
    schema: &'a Schema,
    table: &'a TableName,
) -> impl Iterator<Item = &'a Attached> {
    schema.attached.iter().filter(move |object| {
        object.kind == AttachedKind::Trigger && object.table.as_ref() == Some(table)
    })
}

/// `view adults`.
pub(super) fn describe(object: &Attached) -> String {
    format!("{} {}", object.kind.as_str(), object.name)
}

fn is_code(object: &Attached) -> bool {
    matches!(object.kind, AttachedKind::View | AttachedKind::Trigger)
}
