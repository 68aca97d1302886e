//! Defaults: what stands behind `DEFAULT`, `ON UPDATE` included, and which of them are equal.
//!
//! MySQL takes a literal or `CURRENT_TIMESTAMP` as it is and everything else in brackets, MariaDB takes
//! brackets around anything; so what is neither gets them.

use super::expression::call_key;
use super::literal;
use super::spelling::Spelling;
use super::types;
use crate::dialect::expression::canonical;
use crate::schema::{Backend, DefaultValue, SqlText, SqlType, Value};

/// What stands behind `DEFAULT` for a column of that portable type; `None` where nothing does.
pub(crate) fn spell(default: &DefaultValue, ty: &SqlType) -> Option<String> {
    let spelling = types::spell(ty).ok().map(|text| Spelling::parse(&text));
    let text = match default {
        DefaultValue::Value(value) => spell_value(value),
        DefaultValue::Now => spell_now(ty),
        DefaultValue::Today => "(curdate())".to_owned(),
        DefaultValue::Uuid => match ty {
            SqlType::Uuid | SqlType::Binary => "(unhex(replace(uuid(),'-','')))".to_owned(),
            _ => "(uuid())".to_owned(),
        },
        DefaultValue::Sql(text) => text.get(Backend::Mysql)?.trim().to_owned(),
    };
    let (value, on_update) = split_on_update(&text);
    let is_large = spelling.is_some_and(|spelling| spelling.is_large());
    let value = in_brackets(value, is_large);
    Some(match on_update {
        Some(on_update) => format!("{value} ON UPDATE {on_update}"),
        None => value,
    })
}

fn spell_value(value: &Value) -> String {
    match value {
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::Integer(value) => value.to_string(),
        // There is no literal for infinity; the server refuses the word.
        Value::Float(value) => value.clone(),
        Value::Text(value) => literal::quoted(value),
    }
}

fn spell_now(ty: &SqlType) -> String {
    let call = |word: &str, digits: &Option<u8>| match digits {
        Some(0) => format!("{word}()"),
        Some(digits) => format!("{word}({digits})"),
        None => format!("{word}(6)"),
    };
    match ty {
        SqlType::Date => "(curdate())".to_owned(),
        SqlType::Time(digits) => format!("({})", call("curtime", digits)),
        SqlType::Timestamp(digits) | SqlType::TimestampTz(digits) => {
            call("CURRENT_TIMESTAMP", digits)
        }
        SqlType::Integer | SqlType::BigInt | SqlType::UnsignedInteger | SqlType::UnsignedBigInt => {
            "(unix_timestamp())".to_owned()
        }
        _ => "CURRENT_TIMESTAMP".to_owned(),
    }
}

/// The text as `DEFAULT` takes it. `large` types take no literal without brackets.
fn in_brackets(text: &str, large: bool) -> String {
    let is_null = text.eq_ignore_ascii_case("null");
    let stands =
        is_null || is_bracketed(text) || (!large && is_literal(text)) || is_current_timestamp(text);
    if stands {
        text.to_owned()
    } else if text.contains("--") || text.contains('#') {
        format!("({text}\n)")
    } else {
        format!("({text})")
    }
}

/// Whether it is one pair of brackets with all the rest in it.
fn is_bracketed(text: &str) -> bool {
    if !text.starts_with('(') {
        return false;
    }
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().unwrap_or(' ');
        match first {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1 == text.len();
                }
            }
            _ => {}
        }
        at += literal::read(rest).map_or(first.len_utf8(), |(_, length)| length);
    }
    false
}

fn is_literal(text: &str) -> bool {
    constant(text).is_some()
}

fn is_current_timestamp(text: &str) -> bool {
    call_key(&canonical(Backend::Mysql, text)).starts_with("current_timestamp(")
}

/// The default itself, and what stands behind `ON UPDATE`.
pub(crate) fn split_on_update(text: &str) -> (&str, Option<&str>) {
    let lower = text.to_ascii_lowercase();
    let split = lower.match_indices("on update").find(|(at, words)| {
        let before = &text[..*at];
        let starts = before.is_empty() || before.ends_with([' ', '\n', ')', '\'']);
        starts
            && before.matches('\'').count().is_multiple_of(2)
            && text[at + words.len()..].starts_with([' ', '\n'])
    });
    match split {
        Some((at, words)) => {
            let before = text[..at].trim();
            let before = if before.is_empty() { "NULL" } else { before };
            (before, Some(text[at + words.len()..].trim()))
        }
        None => (text, None),
    }
}

/// A constant, as what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Constant {
    /// Digits as they are written, with their sign.
    Number(String),
    Text(String),
    /// The number that stands for bits.
    Bits(u64),
    /// The bytes of a hexadecimal literal, which is text or a number as the column wants.
    Bytes(Vec<u8>),
}

/// The constant that is the whole text.
fn constant(text: &str) -> Option<Constant> {
    let text = text.trim();
    if let Some(string) = literal::unquoted(text) {
        return Some(Constant::Text(string));
    }
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "true" => return Some(Constant::Number("1".to_owned())),
        "false" => return Some(Constant::Number("0".to_owned())),
        _ => {}
    }
    let within = |prefix: &str| {
        lower
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix('\''))
    };
    if let Some(bits) = within("b'").or_else(|| lower.strip_prefix("0b")) {
        return u64::from_str_radix(bits, 2).ok().map(Constant::Bits);
    }
    if let Some(digits) = within("x'").or_else(|| lower.strip_prefix("0x")) {
        return bytes(digits).map(Constant::Bytes);
    }
    let compact: String = lower.split_whitespace().collect();
    let digits = compact.trim_start_matches(['-', '+']);
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && compact.parse::<f64>().is_ok();
    is_number.then_some(Constant::Number(compact))
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let padded = if digits.len() % 2 == 1 {
        format!("0{digits}")
    } else {
        digits.to_owned()
    };
    padded
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}

/// The portable default behind a text, for a column of that portable type; SQL where there is none.
/// `None` for NULL.
pub(super) fn parse(text: &str, ty: &SqlType) -> Option<DefaultValue> {
    let sql = || DefaultValue::Sql(SqlText::new(text));
    if split_on_update(text).1.is_some() {
        return Some(sql());
    }
    let plain = without_brackets(text);
    if plain.eq_ignore_ascii_case("null") {
        return None;
    }
    let portable = match constant(plain) {
        Some(constant) => value(constant, ty).map(DefaultValue::Value),
        None => call(plain, ty),
    };
    Some(portable.unwrap_or_else(sql))
}

/// The portable default behind a call.
fn call(text: &str, ty: &SqlType) -> Option<DefaultValue> {
    let key = expression_key(text);
    let is_now = key == expression_key(without_brackets(&spell_now(ty)));
    match (key.as_str(), ty) {
        (_, SqlType::Timestamp(_) | SqlType::TimestampTz(_) | SqlType::Time(_)) if is_now => {
            Some(DefaultValue::Now)
        }
        ("current_date()", SqlType::Date) => Some(DefaultValue::Today),
        _ => None,
    }
}

fn without_brackets(text: &str) -> &str {
    let mut text = text.trim();
    while is_bracketed(text) {
        text = text[1..text.len() - 1].trim();
    }
    text
}

fn value(constant: Constant, ty: &SqlType) -> Option<Value> {
    match (ty, constant) {
        (SqlType::Bool, Constant::Number(number)) => match number.as_str() {
            "0" => Some(Value::Bool(false)),
            "1" => Some(Value::Bool(true)),
            _ => None,
        },
        (
            SqlType::TinyInt
            | SqlType::SmallInt
            | SqlType::Integer
            | SqlType::BigInt
            | SqlType::UnsignedTinyInt
            | SqlType::UnsignedSmallInt
            | SqlType::UnsignedInteger
            | SqlType::UnsignedBigInt,
            Constant::Number(number),
        ) => number.parse().ok().map(Value::Integer),
        (SqlType::Float | SqlType::Double, Constant::Number(number)) => {
            if let Ok(number) = number.parse::<i64>() {
                return Some(Value::Integer(number));
            }
            let number: f64 = number.parse().ok()?;
            number.is_finite().then(|| Value::Float(number.to_string()))
        }
        (
            SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_),
            Constant::Text(text),
        ) => Some(Value::Text(text)),
        _ => None,
    }
}

/// The text by which defaults of a column with that declared type are compared; `None` for NULL, which
/// is what a column without a default stores.
pub(crate) fn key(text: &str, spelling: &Spelling) -> Option<String> {
    let (value, on_update) = split_on_update(text);
    let plain = without_brackets(value);
    let value = if plain.eq_ignore_ascii_case("null") {
        None
    } else {
        Some(match constant(plain) {
            Some(constant) => constant_key(constant, spelling),
            None => expression_key(plain),
        })
    };
    match on_update {
        Some(on_update) => Some(format!(
            "{} ON UPDATE {}",
            value.unwrap_or_else(|| "NULL".to_owned()),
            expression_key(without_brackets(on_update))
        )),
        None => value,
    }
}

fn expression_key(text: &str) -> String {
    call_key(&canonical(Backend::Mysql, text))
}

/// What a constant stores in a column of that type.
fn constant_key(constant: Constant, spelling: &Spelling) -> String {
    let text = match constant {
        Constant::Bits(bits) => {
            return bits.to_string();
        }
        Constant::Bytes(bytes) if spelling.is_numeric() || spelling.base() == "bit" => {
            let number = bytes.iter().try_fold(0_u64, |number, byte| {
                number.checked_mul(256)?.checked_add(u64::from(*byte))
            });
            return number.map_or_else(|| format!("{bytes:?}"), |number| number.to_string());
        }
        Constant::Bytes(bytes) => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return format!("{:?}", error.as_bytes()),
        },
        Constant::Number(number) if spelling.base() == "bit" => return number,
        Constant::Number(text) | Constant::Text(text) => text,
    };
    let quoted = |text: &str| literal::quoted(text);
    match spelling.base() {
        _ if spelling.is_numeric() => number(&text).unwrap_or_else(|| quoted(&text)),
        "datetime" | "timestamp" => quoted(&moment(&text)),
        "time" => quoted(&clock(&text)),
        "binary" => quoted(text.trim_end_matches('\0')),
        "uuid" | "inet6" | "inet4" => quoted(&text.to_ascii_lowercase()),
        _ => quoted(&text),
    }
}

/// `2020-01-01T10:00` in the words of the server.
fn moment(text: &str) -> String {
    let text = text.trim();
    match text.split_once([' ', 'T']) {
        Some((date, time)) => format!("{date} {}", clock(time)),
        None if text.len() == 10 => format!("{text} 00:00:00"),
        None => text.to_owned(),
    }
}

fn clock(text: &str) -> String {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = if whole.matches(':').count() == 1 {
        format!("{whole}:00")
    } else {
        whole.to_owned()
    };
    match fraction.trim_end_matches('0') {
        "" => whole,
        fraction => format!("{whole}.{fraction}"),
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
