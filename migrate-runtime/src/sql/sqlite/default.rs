//! The types that SQLite does enforce, and defaults that the column's own rules refuse, which it notices
//! only when a row gets one.
//!
//! In: a column that is added, and the rules of its table. Out: whether every row may get the default,
//! and what the rows that are there get where that is not sure: the default if the rules let it
//! through, else NULL. So a column that was dropped can be added again, whatever its default was.

use super::create::{default_text, in_brackets};
use crate::dialect::sqlite::ddl::{TokenKind, quote, tokenize};
use crate::operation::mentions::mentions;
use crate::schema::{Backend, Check, Column, SqlType, Table};

/// Whether the default passes the type of a STRICT table and the checks, by its text alone.
pub(super) fn passes(column: &Column, table: &Table, checks: &[&Check]) -> bool {
    let Some(text) = column.default.as_ref().and_then(default_text) else {
        return true;
    };
    let literal = Literal::read(text);
    let fits = match strict_type(column, table) {
        None | Some("ANY") => true,
        Some("INT" | "INTEGER") => matches!(literal, Literal::Null | Literal::Whole(_)),
        Some("REAL") => matches!(literal, Literal::Null | Literal::Whole(_) | Literal::Real),
        Some("TEXT") => !matches!(literal, Literal::Blob | Literal::Unknown),
        Some(_) => matches!(literal, Literal::Null | Literal::Blob),
    };
    fits && checks.iter().all(|check| literal.is_in(column, check))
}

/// The value that rows get which are there: the default, or NULL where a rule refuses it.
pub(super) fn for_rows(column: &Column, table: &Table) -> Option<String> {
    let text = column.default.as_ref().and_then(default_text)?;
    let name = quote(column.name.as_str());
    let mut rules: Vec<String> = strict_rule(column, table).into_iter().collect();
    let own = (table.checks.iter()).filter(|check| mentions(&check.expression, &column.name));
    rules.extend(
        own.filter_map(|check| check.expression.get(Backend::Sqlite))
            .map(|sql| format!("({}) IS NOT FALSE", in_brackets(sql))),
    );
    Some(format!(
        "(SELECT {name} FROM (SELECT {text} AS {name}) WHERE {})",
        rules.join(" AND ")
    ))
}

/// The condition that a STRICT table puts on the default, where there is one: text that is a number
/// passes as one.
pub(super) fn strict_rule(column: &Column, table: &Table) -> Option<String> {
    let name = quote(column.name.as_str());
    let number = |ty: &str| format!("({name} IS NULL OR {})", is_number(&name, ty));
    Some(match strict_type(column, table)? {
        "ANY" => return None,
        "INT" | "INTEGER" => number("INTEGER"),
        "REAL" => number("REAL"),
        "TEXT" => format!("typeof({name}) <> 'blob'"),
        _ => format!("typeof({name}) IN ('blob', 'null')"),
    })
}

/// The condition on a column that numbers the rows.
pub(super) fn number_rule(column: &Column) -> String {
    is_number(&quote(column.name.as_str()), "INTEGER")
}

/// A cast cuts off what is no number; compared with a number, text that is one is one.
fn is_number(name: &str, ty: &str) -> String {
    format!("CAST({name} AS {ty}) = {name}")
}

/// The type in capitals, where the table enforces it.
fn strict_type(column: &Column, table: &Table) -> Option<&'static str> {
    let SqlType::Native(spelling) = &column.ty else {
        return None;
    };
    let spelling = spelling.get(Backend::Sqlite)?.trim();
    let known = ["ANY", "INT", "INTEGER", "REAL", "TEXT", "BLOB"];
    (known.into_iter())
        .find(|one| table.options.sqlite_strict && one.eq_ignore_ascii_case(spelling))
}

/// A default as far as its text tells.
enum Literal {
    Null,
    Whole(i128),
    Real,
    /// With its quotes.
    Text(String),
    Blob,
    /// `CURRENT_TIMESTAMP` and the like.
    Clock,
    Unknown,
}

impl Literal {
    fn read(text: &str) -> Self {
        let tokens = tokenize(text).unwrap_or_default();
        let words: Vec<(TokenKind, &str)> = (tokens.iter())
            .filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment))
            .map(|token| (token.kind, token.text(text)))
            .collect();
        match words.as_slice() {
            [(TokenKind::Word, word)] => match word.to_ascii_uppercase().as_str() {
                "NULL" => Self::Null,
                "TRUE" => Self::Whole(1),
                "FALSE" => Self::Whole(0),
                "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME" => Self::Clock,
                _ => Self::Unknown,
            },
            [(TokenKind::Text, text)] => Self::Text((*text).to_owned()),
            [(TokenKind::Blob, _)] => Self::Blob,
            [(TokenKind::Number, number)] => Self::number("", number),
            [
                (TokenKind::Symbol, sign @ ("-" | "+")),
                (TokenKind::Number, number),
            ] => Self::number(sign, number),
            _ => Self::Unknown,
        }
    }

    fn number(sign: &str, digits: &str) -> Self {
        match format!("{sign}{digits}").parse::<i64>() {
            Ok(whole) => Self::Whole(whole.into()),
            Err(_) if digits.to_ascii_lowercase().starts_with("0x") => Self::Unknown,
            Err(_) => Self::Real,
        }
    }

    /// Whether a check that stands for the column's type lets it through; of another check nothing is
    /// known.
    fn is_in(&self, column: &Column, check: &Check) -> bool {
        let name = quote(column.name.as_str());
        let rule = (check.expression.get(Backend::Sqlite))
            .and_then(|sql| sql.strip_prefix(name.as_str()))
            .unwrap_or_default();
        match self {
            Self::Null => true,
            Self::Whole(value) => {
                let bounds = |text: &str| text.trim().parse::<i128>().ok();
                if let Some((low, high)) =
                    (rule.strip_prefix(" BETWEEN ")).and_then(|rule| rule.split_once(" AND "))
                {
                    bounds(low).is_some_and(|low| low <= *value)
                        && bounds(high).is_some_and(|high| *value <= high)
                } else {
                    (rule.strip_prefix(" >= ").and_then(bounds)).is_some_and(|low| low <= *value)
                }
            }
            Self::Text(text) => {
                rule.starts_with(" IN (")
                    && tokenize(rule)
                        .unwrap_or_default()
                        .iter()
                        .any(|token| token.kind == TokenKind::Text && token.text(rule) == text)
            }
            Self::Real | Self::Blob | Self::Clock | Self::Unknown => false,
        }
    }
}
