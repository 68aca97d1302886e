//! Views and triggers, which no migration creates: who speaks of what.
//!
//! They are looked through word by word, not understood. A word too many is at worst a question to
//! SQLite ([`compiles`](super::compiles)) or an error that names the object; a word too few cannot be.

use crate::dialect::sqlite::ddl::{Token, TokenKind, tokenize, unquoted};
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

/// What of a schema's attached objects may use that column of that table: it has the word, and the
/// table's name or that of a view on it.
pub(super) fn users_of_column<'a>(
    schema: &'a Schema,
    renamed: &'a Renamed,
    table: &'a TableName,
    column: &'a Name,
) -> impl Iterator<Item = &'a Attached> {
    let reached = views_on(schema, renamed, table);
    schema.attached.iter().filter(move |object| {
        is_code(object)
            && speaks(object, renamed, column)
            && (object
                .table
                .as_ref()
                .is_some_and(|on| reached.contains(&&on.name))
                || reached.iter().any(|name| speaks(object, renamed, name)))
    })
}

/// The table, and the views that reach it.
fn views_on<'a>(schema: &'a Schema, renamed: &Renamed, table: &'a TableName) -> Vec<&'a Name> {
    let mut reached = vec![&table.name];
    let mut next = 0;
    while let Some(name) = reached.get(next).copied() {
        let views = (schema.attached.iter())
            .filter(|object| object.kind == AttachedKind::View && speaks(object, renamed, name))
            .map(|view| &view.name);
        let new: Vec<&Name> = views.filter(|view| !reached.contains(view)).collect();
        reached.extend(new);
        next += 1;
    }
    reached
}

/// Whether the object uses the column where SQLite would not miss it: in its `UPDATE OF`, or in double
/// quotes, which are a string where no column has that name. What a rename has written may be either.
pub(super) fn surely_speaks(
    object: &Attached,
    renamed: &Renamed,
    table: &TableName,
    column: &Name,
) -> bool {
    let is = |word: &str| word.eq_ignore_ascii_case(column.as_str());
    let sql = object.sql.as_deref().unwrap_or_default();
    let Ok(mut tokens) = tokenize(sql) else {
        return true;
    };
    tokens.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    // A view on the table may have its columns.
    let is_its = object.table.as_ref() == Some(table) || is_instead_of(&tokens, sql);
    let mut in_list = false;
    for (at, token) in tokens.iter().enumerate() {
        let text = token.text(sql);
        if token.kind == TokenKind::Word {
            let before = at.checked_sub(1).map(|at| tokens[at].text(sql));
            in_list |= text.eq_ignore_ascii_case("of")
                && before.is_some_and(|word| word.eq_ignore_ascii_case("update"));
            in_list &= !text.eq_ignore_ascii_case("on");
        }
        let is_part = at
            .checked_sub(1)
            .is_some_and(|at| tokens[at].text(sql) == ".");
        let may_be_text = text.starts_with('"') && !is_part;
        if (in_list && is_its || may_be_text) && unquoted(*token, sql).is_some_and(|word| is(&word))
        {
            return true;
        }
    }
    (renamed.get(&object.name)).is_some_and(|names| names.iter().any(|name| is(name.as_str())))
}

fn is_instead_of(tokens: &[Token], sql: &str) -> bool {
    let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
    words.any(|token| token.text(sql).eq_ignore_ascii_case("instead"))
}

/// What may be left without a table that it speaks of. The table's own triggers go with it.
pub(super) fn users_of_table<'a>(
    schema: &'a Schema,
    renamed: &'a Renamed,
    table: &'a TableName,
) -> impl Iterator<Item = &'a Attached> {
    schema.attached.iter().filter(move |object| {
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
