//! Defaults: what stands behind `DEFAULT`, and which of them are equal.

use super::spelling::Spelling;
use crate::dialect::expression::canonical;
use crate::schema::{Backend, DefaultValue, SqlText, SqlType, Value};

/// What stands behind `DEFAULT` for a column of that portable type; `None` where nothing does.
pub(crate) fn spell(default: &DefaultValue, ty: &SqlType) -> Option<String> {
    match default {
        DefaultValue::Value(value) => Some(spell_value(value)),
        DefaultValue::Now => Some(spell_now(ty).to_owned()),
        DefaultValue::Today => Some("CURRENT_DATE".to_owned()),
        DefaultValue::Uuid => Some(match ty {
            SqlType::Binary => "uuid_send(gen_random_uuid())".to_owned(),
            _ => "gen_random_uuid()".to_owned(),
        }),
        DefaultValue::Sql(text) => {
            let text = text.get(Backend::Postgres)?;
            Some(if text.contains("--") {
                format!("({text}\n)")
            } else {
                text.trim().to_owned()
            })
        }
    }
}

fn spell_value(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => match value.as_str() {
            "inf" => "'Infinity'".to_owned(),
            "-inf" => "'-Infinity'".to_owned(),
            "NaN" => "'NaN'".to_owned(),
            number => number.to_owned(),
        },
        Value::Text(value) => format!("'{}'", value.replace('\'', "''")),
    }
}

fn spell_now(ty: &SqlType) -> &'static str {
    match ty {
        SqlType::Date => "CURRENT_DATE",
        SqlType::Time(_) => "LOCALTIME",
        SqlType::Integer | SqlType::BigInt | SqlType::UnsignedInteger | SqlType::UnsignedBigInt => {
            "(extract(epoch FROM now()))::bigint"
        }
        _ => "CURRENT_TIMESTAMP",
    }
}

/// The portable default behind a text, for a column of that portable type; SQL where there is none.
/// `None` for NULL.
pub(super) fn parse(text: &str, ty: &SqlType) -> Option<DefaultValue> {
    let plain = canonical(Backend::Postgres, text);
    if plain.eq_ignore_ascii_case("null") {
        return None;
    }
    let portable = match literal(&plain) {
        Some(literal) => value(&literal, ty).map(DefaultValue::Value),
        None => match (call_key(&plain), ty) {
            ("now()", SqlType::Timestamp(None) | SqlType::TimestampTz(None)) => {
                Some(DefaultValue::Now)
            }
            ("current_date", SqlType::Date) => Some(DefaultValue::Today),
            ("gen_random_uuid()", SqlType::Uuid) => Some(DefaultValue::Uuid),
            _ => None,
        },
    };
    Some(portable.unwrap_or_else(|| DefaultValue::Sql(SqlText::new(text))))
}

fn value(literal: &str, ty: &SqlType) -> Option<Value> {
    match ty {
        SqlType::Bool => truth(literal).map(Value::Bool),
        SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => {
            literal.parse().ok().map(Value::Integer)
        }
        SqlType::Double | SqlType::Float => {
            if let Ok(number) = literal.parse::<i64>() {
                Some(Value::Integer(number))
            } else {
                let number: f64 = literal.parse().ok()?;
                number.is_finite().then(|| Value::Float(number.to_string()))
            }
        }
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_) => {
            Some(Value::Text(literal.to_owned()))
        }
        _ => None,
    }
}

/// The text by which defaults of a column with that declared type are compared; `None` for NULL,
/// which is what a column without a default stores.
pub(super) fn key(text: &str, spelling: &Spelling) -> Option<String> {
    let plain = canonical(Backend::Postgres, text);
    if plain.eq_ignore_ascii_case("null") {
        return None;
    }
    Some(match literal(&plain) {
        Some(literal) => literal_key(&literal, spelling),
        None => call_key(&plain).to_owned(),
    })
}

/// What a constant stores in a column of that type.
fn literal_key(literal: &str, spelling: &Spelling) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    if spelling.is_array() {
        return quoted(literal);
    }
    match spelling.base() {
        "boolean" => truth(literal).map_or_else(|| quoted(literal), |value| value.to_string()),
        "json" | "jsonb" => quoted(&compact(literal)),
        "uuid" => quoted(&literal.to_ascii_lowercase()),
        _ if spelling.is_numeric() => number(literal).unwrap_or_else(|| quoted(literal)),
        _ => quoted(literal),
    }
}

/// The value of a text that is one constant, without its quotes.
fn literal(plain: &str) -> Option<String> {
    if let Some(inner) = plain
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
    {
        let single = inner.replace("''", "").contains('\'');
        return (!single).then(|| inner.replace("''", "'"));
    }
    let word = plain.to_ascii_lowercase();
    if word == "true" || word == "false" {
        return Some(word);
    }
    let is_number = plain
        .trim_start_matches('-')
        .starts_with(|first: char| first.is_ascii_digit() || first == '.');
    (is_number && plain.parse::<f64>().is_ok()).then(|| plain.to_owned())
}

/// The words that PostgreSQL reads as true or false.
fn truth(literal: &str) -> Option<bool> {
    match literal.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// One spelling of a number: `1` for `1.0`, `+1` and `1e0`.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i128>() {
        return Some(number.to_string());
    }
    let number: f64 = text.parse().ok()?;
    if !number.is_finite() {
        return None;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    Some(match text.split_once('.') {
        // More digits than a float has: only zeros at the end mean nothing.
        Some((_, fraction)) if digits > 15 && fraction.bytes().all(|one| one.is_ascii_digit()) => {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => number.to_string(),
    })
}

/// JSON without blanks between its words.
fn compact(json: &str) -> String {
    let (mut text, mut quoted, mut escaped) = (String::new(), false, false);
    for character in json.chars() {
        if quoted || !character.is_whitespace() {
            text.push(character);
        }
        match character {
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && character == '\\' && !escaped;
    }
    text
}

/// Names of one function are one.
fn call_key(plain: &str) -> &str {
    match plain {
        "current_timestamp" | "CURRENT_TIMESTAMP" | "now()" | "transaction_timestamp()" => "now()",
        "CURRENT_DATE" => "current_date",
        "CURRENT_TIME" => "current_time",
        "LOCALTIME" => "localtime",
        "LOCALTIMESTAMP" => "localtimestamp",
        other => other,
    }
}
