//! Strings in double quotes.
//!
//! SQLite takes `"x"` for a string where no column has that name, and writes it as `'x'` itself when it
//! alters a table (<https://www.sqlite.org/quirks.html#dblquote>). So both are one to a comparison.

use super::ddl::{Token, TokenKind, tokenize};
use crate::schema::Table;

/// The expression, each name in double quotes that is no column of the table as a string.
pub(super) fn as_strings(sql: &str, table: &Table) -> String {
    if !sql.contains('"') {
        return sql.to_owned();
    }
    let Ok(mut tokens) = tokenize(sql) else {
        return sql.to_owned();
    };
    tokens.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    let (mut text, mut copied) = (String::new(), 0);
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        if let Some(string) = string(sql, *token, before, tokens.get(at + 1), table) {
            text.push_str(sql.get(copied..token.start).unwrap_or_default());
            text.push_str(&string);
            copied = token.end;
        }
    }
    text + sql.get(copied..).unwrap_or_default()
}

/// The string that a token is, if it is one in double quotes.
fn string(
    sql: &str,
    token: Token,
    before: Option<&Token>,
    behind: Option<&Token>,
    table: &Table,
) -> Option<String> {
    let quoted = token.text(sql).strip_prefix('"')?.strip_suffix('"')?;
    let name = quoted.replace("\"\"", "\"");
    // A part of a longer name, a function or a collation.
    let is = |token: Option<&Token>, words: &[&str]| {
        token.is_some_and(|token| {
            words
                .iter()
                .any(|word| token.text(sql).eq_ignore_ascii_case(word))
        })
    };
    if is(before, &[".", "COLLATE"]) || is(behind, &[".", "("]) {
        return None;
    }
    let is_column = table
        .columns
        .iter()
        .any(|column| column.name.as_str().eq_ignore_ascii_case(&name));
    let is_rowid = ["rowid", "oid", "_rowid_"]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word));
    (!is_column && !is_rowid).then(|| format!("'{}'", name.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, SqlType};

    #[test]
    fn a_name_that_is_no_column_is_a_string() {
        let table = Table::new("t").with_column(Column::new("Price", SqlType::Text));
        let strings = |sql: &str| as_strings(sql, &table);
        assert_eq!(
            strings("\"price\" || \"it's\" -- \"x\""),
            "\"price\" || 'it''s' -- \"x\""
        );
        assert_eq!(
            strings("\"rowid\" + \"t\".\"b\" + \"max\"(1)"),
            "\"rowid\" + \"t\".\"b\" + \"max\"(1)"
        );
        assert_eq!(
            strings("'\"a\"' COLLATE \"NOCASE\""),
            "'\"a\"' COLLATE \"NOCASE\""
        );
    }
}
