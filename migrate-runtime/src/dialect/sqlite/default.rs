//! Defaults: what stands behind `DEFAULT`, and which of them are equal.

use super::ddl::{self, ColumnClauseKind, ColumnDefinition, Token, TokenKind};
use super::types::Affinity;
use crate::dialect::expression::canonical;
use crate::schema::{Backend, DefaultValue, SqlText, SqlType, Value};

/// A random UUID, version 4, as text: eight, four, four, four and twelve digits.
const UUID_TEXT: &str = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || \
    substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || \
    substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

/// What stands behind `DEFAULT` for a column of that portable type; `None` where nothing does.
pub(crate) fn spell(default: &DefaultValue, ty: &SqlType) -> Option<String> {
    match default {
        DefaultValue::Value(value) => spell_value(value),
        DefaultValue::Now => Some(spell_now(ty).to_owned()),
        DefaultValue::Today => Some("CURRENT_DATE".to_owned()),
        DefaultValue::Uuid => Some(match ty {
            SqlType::Binary => format!("(unhex(replace({UUID_TEXT}, '-', '')))"),
            _ => format!("({UUID_TEXT})"),
        }),
        DefaultValue::Sql(text) => text.get(Backend::Sqlite).map(in_brackets),
    }
}

fn spell_value(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::Integer(value) => value.to_string(),
        // SQLite has no literal for infinity; a number out of range is one.
        Value::Float(value) => match value.as_str() {
            "inf" => "9e999".to_owned(),
            "-inf" => "-9e999".to_owned(),
            // SQLite turns a NaN into NULL.
            "NaN" => return None,
            number => number.to_owned(),
        },
        Value::Text(value) => format!("'{}'", value.replace('\'', "''")),
    })
}

fn spell_now(ty: &SqlType) -> &'static str {
    match ty {
        SqlType::Date => "CURRENT_DATE",
        SqlType::Time(_) => "CURRENT_TIME",
        SqlType::Integer | SqlType::BigInt | SqlType::UnsignedInteger | SqlType::UnsignedBigInt => {
            "(CAST(strftime('%s', 'now') AS INTEGER))"
        }
        _ => "CURRENT_TIMESTAMP",
    }
}

/// The text as `DEFAULT` takes it: only a literal or a name may stand there without brackets.
fn in_brackets(text: &str) -> String {
    let text = text.trim();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !text.is_empty() && text.bytes().all(is_word) {
        return text.to_owned();
    }
    let stands = ColumnDefinition::parse(&format!("x DEFAULT {text}")).is_ok_and(|column| {
        matches!(column.clauses.as_slice(), [clause]
            if matches!(&clause.kind, ColumnClauseKind::Default(found) if found == text))
    });
    if stands {
        text.to_owned()
    } else if text.contains("--") {
        format!("({text}\n)")
    } else {
        format!("({text})")
    }
}

/// The portable default behind a text, for a column of that portable type; SQL where there is none.
/// `None` for NULL.
pub(super) fn parse(text: &str, ty: &SqlType) -> Option<DefaultValue> {
    let text = without_brackets(text);
    if text.eq_ignore_ascii_case("null") {
        return None;
    }
    let portable = match literal(text) {
        Some(Literal::Number(number)) => number_value(number, ty).map(DefaultValue::Value),
        Some(Literal::Text(string)) => text_value(string, ty).map(DefaultValue::Value),
        None => match (expression_key(text).as_str(), ty) {
            ("current_timestamp", SqlType::Timestamp(_) | SqlType::TimestampTz(_)) => {
                Some(DefaultValue::Now)
            }
            ("current_time", SqlType::Time(_)) => Some(DefaultValue::Now),
            ("current_date", SqlType::Date) => Some(DefaultValue::Today),
            _ => None,
        },
    };
    Some(portable.unwrap_or_else(|| DefaultValue::Sql(SqlText::new(text))))
}

fn number_value(number: &str, ty: &SqlType) -> Option<Value> {
    let compact: String = number.split_whitespace().collect();
    let number = as_number(&compact)?;
    match ty {
        SqlType::Bool => match number.as_str() {
            "0" => Some(Value::Bool(false)),
            "1" => Some(Value::Bool(true)),
            _ => None,
        },
        SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => {
            number.parse().ok().map(Value::Integer)
        }
        SqlType::Double | SqlType::Float => match number.parse::<i64>() {
            Ok(number) => Some(Value::Integer(number)),
            Err(_) => Some(Value::Float(number)),
        },
        _ => None,
    }
}

fn text_value(string: String, ty: &SqlType) -> Option<Value> {
    match ty {
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => Some(Value::Text(string)),
        _ => number_value(&string, ty),
    }
}

/// The text by which defaults of a column with that affinity are compared; `None` for NULL, which is
/// what a column without a default stores.
pub(super) fn key(text: &str, affinity: Affinity) -> Option<String> {
    let text = without_brackets(text);
    if text.eq_ignore_ascii_case("null") {
        return None;
    }
    Some(match literal(text) {
        Some(Literal::Number(number)) => number_key(number, affinity),
        Some(Literal::Text(string)) => text_key(&string, affinity),
        None => expression_key(text),
    })
}

enum Literal<'a> {
    Number(&'a str),
    Text(String),
}

/// The constant that the text is, if it is one. A name in double quotes is a string here: a default
/// cannot speak of columns.
fn literal(text: &str) -> Option<Literal<'_>> {
    let mut tokens = ddl::tokenize(text).ok()?;
    tokens.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    let (sign, token): (&str, Token) = match tokens.as_slice() {
        [token] => ("", *token),
        [sign, number] if number.kind == TokenKind::Number => (sign.text(text), *number),
        _ => return None,
    };
    let word = token.text(text);
    match token.kind {
        TokenKind::Number if sign == "-" => {
            Some(Literal::Number(text.get(tokens.first()?.start..token.end)?))
        }
        TokenKind::Number => Some(Literal::Number(word)),
        TokenKind::Text | TokenKind::Quoted => {
            let quote = word.get(..1)?;
            let inner = word.get(1..word.len() - 1)?;
            Some(Literal::Text(inner.replace(&quote.repeat(2), quote)))
        }
        TokenKind::Word if word.eq_ignore_ascii_case("true") => Some(Literal::Number("1")),
        TokenKind::Word if word.eq_ignore_ascii_case("false") => Some(Literal::Number("0")),
        _ => None,
    }
}

fn number_key(number: &str, affinity: Affinity) -> String {
    let compact: String = number.split_whitespace().collect();
    match affinity {
        Affinity::Text => format!("'{}'", as_number(&compact).unwrap_or(compact)),
        _ => as_number(&compact).unwrap_or(compact),
    }
}

fn text_key(string: &str, affinity: Affinity) -> String {
    let quoted = || format!("'{}'", string.replace('\'', "''"));
    match affinity {
        Affinity::Integer | Affinity::Real | Affinity::Numeric => {
            as_number(string.trim()).unwrap_or_else(quoted)
        }
        Affinity::Text | Affinity::Blob => quoted(),
    }
}

/// One spelling of a number: `1` for `1.0`, `+1`, `0x1` and `1e0`.
fn as_number(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(digits, 16)
            .ok()
            .map(|number| number.to_string());
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.to_string());
    }
    let number: f64 = text.parse().ok()?;
    Some(if number == 0.0 {
        "0".to_owned()
    } else if number.is_finite() {
        number.to_string()
    } else {
        text.to_ascii_lowercase()
    })
}

/// The three spellings of "now" become the keyword that stores the same text.
fn expression_key(text: &str) -> String {
    match canonical(Backend::Sqlite, text).as_str() {
        "current_timestamp" | "datetime('now')" => "current_timestamp".to_owned(),
        "current_date" | "date('now')" => "current_date".to_owned(),
        "current_time" | "time('now')" => "current_time".to_owned(),
        other => other.to_owned(),
    }
}

/// The text without the brackets around all of it.
fn without_brackets(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inner) = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .filter(|inner| is_balanced(inner))
    {
        text = inner.trim();
    }
    text
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0_usize;
    for token in ddl::tokenize(text).unwrap_or_default() {
        match token.text(text) {
            "(" => depth += 1,
            ")" if depth == 0 => return false,
            ")" => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}
