//! Which changes SQLite's own `ALTER TABLE` makes, on a table *with rows* in it.
//!
//! SQLite looks at the rows only when there are some, so what works on an empty table fails on a full
//! one. The rules here never depend on rows: what they let through works on both
//! (<https://www.sqlite.org/lang_altertable.html>).

use super::super::RenderError;
use super::create::{Writer, default_text};
use super::default;
use crate::dialect::sqlite::ddl::{TokenKind, tokenize};
use crate::operation::mentions::mentions;
use crate::schema::{Backend, Check, Column, IndexKey, Name, SqlText, Table};

/// `ALTER TABLE … ADD COLUMN`, or `None` where the table must be rebuilt.
///
/// The column may be NULL or has a constant default that is not NULL; it is no stored generated
/// column; its checks are only those that stand for its type, which its default and NULL pass; and in
/// a STRICT table the default is of its type.
/// Keys, unique constraints and foreign keys are operations of their own and always a rebuild.
pub(super) fn add_column(
    before: &Table,
    after: &Table,
    column: &Name,
    writer: Writer<'_>,
) -> Result<Option<String>, RenderError> {
    let Some(added) = after.column(column) else {
        return Ok(None);
    };
    let checks: Vec<&Check> = (after.checks.iter())
        .filter(|check| !before.checks.contains(check))
        .collect();
    let of_others = checks.len() + before.checks.len() != after.checks.len();
    if of_others || !fits(added) || !default::passes(added, after, &checks) {
        return Ok(None);
    }
    let mut text = format!(
        "ALTER TABLE {} ADD COLUMN {}",
        writer.dialect.quote_table(&after.name),
        writer.column(added)?
    );
    for check in checks.into_iter().filter_map(|check| writer.check(check)) {
        text.push(' ');
        text.push_str(&check);
    }
    Ok(Some(text))
}

fn fits(column: &Column) -> bool {
    if let Some(generated) = &column.generated {
        return !generated.stored && column.nullable;
    }
    match column.default.as_ref().and_then(default_text) {
        None => column.nullable,
        Some(text) => is_constant(text) && (column.nullable || !text.eq_ignore_ascii_case("null")),
    }
}

/// Whether the text is one word in double quotes.
fn is_quoted(text: &SqlText) -> bool {
    let text = text.get(Backend::Sqlite).unwrap_or_default();
    let tokens = tokenize(text).unwrap_or_default();
    matches!(tokens.as_slice(), [one] if one.kind == TokenKind::Quoted)
}

/// Whether a default is a literal: no brackets, no `CURRENT_TIMESTAMP`.
fn is_constant(text: &str) -> bool {
    let tokens = tokenize(text).unwrap_or_default();
    let mut words = tokens
        .iter()
        .filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    let literal = |kind: TokenKind, word: &str| match kind {
        TokenKind::Number | TokenKind::Text | TokenKind::Blob => true,
        TokenKind::Word => ["null", "true", "false"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known)),
        TokenKind::Space
        | TokenKind::Comment
        | TokenKind::Quoted
        | TokenKind::Parameter
        | TokenKind::Symbol => false,
    };
    match (words.next(), words.next(), words.next()) {
        (Some(one), None, None) => literal(one.kind, one.text(text)),
        (Some(sign), Some(number), None) => {
            matches!(sign.text(text), "-" | "+") && number.kind == TokenKind::Number
        }
        _ => false,
    }
}

/// Whether `ALTER TABLE … DROP COLUMN` can drop it: nothing in the table speaks of it. A check that
/// stands for the column's own type does. An index over nothing but a string in double quotes is an
/// error to `ALTER TABLE`, whatever it drops.
pub(super) fn can_drop_column(before: &Table, column: &Name) -> bool {
    let Table {
        name: _,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        indexes,
        comment: _,
        options: _,
        stored_sql: _,
    } = before;
    let in_text = (columns.iter())
        .filter_map(|other| other.generated.as_ref())
        .map(|generated| &generated.expression)
        .chain(checks.iter().map(|check| &check.expression))
        .chain(indexes.iter().filter_map(|index| index.predicate.as_ref()))
        .any(|text| mentions(text, column));
    let in_index = indexes
        .iter()
        .flat_map(|index| &index.columns)
        .any(|part| match &part.key {
            IndexKey::Column(name) => name == column,
            IndexKey::Expression(text) => mentions(text, column) || is_quoted(text),
        });
    let in_key = primary_key.iter().any(|key| key.columns.contains(column))
        || uniques.iter().any(|unique| unique.columns.contains(column))
        || foreign_keys.iter().any(|key| key.columns.contains(column));
    !(in_text || in_index || in_key)
}
