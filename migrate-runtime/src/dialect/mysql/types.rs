//! Types: how MySQL and MariaDB declare them, what stands behind a declaration, and which are equal.

use super::literal;
use super::spelling::Spelling;
use crate::dialect::Unsupported;
use crate::schema::{Backend, SqlType};

/// How a type is declared. The values of an enum type are put in by `physical`, which knows them.
pub(crate) fn spell(ty: &SqlType) -> Result<String, Unsupported> {
    // Six digits are what Rust's types have and the other databases keep; without a number there are none.
    let digits = |word: &str, digits: &Option<u8>| match digits {
        Some(0) => word.to_owned(),
        Some(digits) => format!("{word}({digits})"),
        None => format!("{word}(6)"),
    };
    Ok(match ty {
        SqlType::Bool => "tinyint(1)".to_owned(),
        SqlType::TinyInt => "tinyint".to_owned(),
        SqlType::SmallInt => "smallint".to_owned(),
        SqlType::Integer => "int".to_owned(),
        SqlType::BigInt => "bigint".to_owned(),
        SqlType::UnsignedTinyInt => "tinyint unsigned".to_owned(),
        SqlType::UnsignedSmallInt => "smallint unsigned".to_owned(),
        SqlType::UnsignedInteger => "int unsigned".to_owned(),
        SqlType::UnsignedBigInt => "bigint unsigned".to_owned(),
        SqlType::Float => "float".to_owned(),
        SqlType::Double => "double".to_owned(),
        SqlType::Decimal(precision, scale) => format!("decimal({precision},{scale})"),
        SqlType::Text => "longtext".to_owned(),
        SqlType::Varchar(length) => format!("varchar({length})"),
        SqlType::Char(length) => format!("char({length})"),
        SqlType::Binary => "longblob".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time(n) => digits("time", n),
        SqlType::Timestamp(n) => digits("datetime", n),
        SqlType::TimestampTz(n) => digits("timestamp", n),
        SqlType::Uuid => "binary(16)".to_owned(),
        SqlType::Json | SqlType::Jsonb => "json".to_owned(),
        SqlType::Native(text) => match text.get(Backend::Mysql) {
            Some(spelling) => spelling.to_owned(),
            None => return Err(unsupported(ty)),
        },
        SqlType::Enum(_) | SqlType::Array(_) => return Err(unsupported(ty)),
    })
}

fn unsupported(ty: &SqlType) -> Unsupported {
    Unsupported {
        backend: Backend::Mysql,
        what: format!("type {}", ty.describe()),
        hint: "say how it is stored there: `#[model(sql_type(mysql = \"…\"))]`".to_owned(),
    }
}

/// How an enum type of these values is declared.
pub(crate) fn spell_enum(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| literal::quoted(value)).collect();
    format!("enum({})", values.join(","))
}

/// The portable type behind a declared one. Only types with the same key are given for each other.
pub(super) fn parse(spelling: &str) -> SqlType {
    let parsed = Spelling::parse(spelling);
    portable(&parsed)
        .filter(|_| parsed.is_plain() && parsed.collation().is_none())
        .unwrap_or_else(|| SqlType::native(Backend::Mysql, spelling))
}

fn portable(spelling: &Spelling) -> Option<SqlType> {
    let numbers = spelling.numbers();
    let digits = || match spelling.digits() {
        6 => Some(None),
        digits => u8::try_from(digits).ok().map(Some),
    };
    Some(
        match (spelling.base(), numbers.as_slice(), spelling.is_unsigned()) {
            ("tinyint", [1], false) => SqlType::Bool,
            ("tinyint", [], false) => SqlType::TinyInt,
            ("smallint", [], false) => SqlType::SmallInt,
            ("int", [], false) => SqlType::Integer,
            ("bigint", [], false) => SqlType::BigInt,
            ("tinyint", [], true) => SqlType::UnsignedTinyInt,
            ("smallint", [], true) => SqlType::UnsignedSmallInt,
            ("int", [], true) => SqlType::UnsignedInteger,
            ("bigint", [], true) => SqlType::UnsignedBigInt,
            ("float", [], false) => SqlType::Float,
            ("double", [], false) => SqlType::Double,
            ("decimal", [precision, scale], false) => {
                SqlType::Decimal(u16::try_from(*precision).ok()?, u16::try_from(*scale).ok()?)
            }
            ("longtext", [], _) => SqlType::Text,
            ("varchar", [length], _) if *length > 0 => SqlType::Varchar(*length),
            ("char", [length], _) if *length > 0 => SqlType::Char(*length),
            ("longblob", [], _) => SqlType::Binary,
            ("date", [], _) => SqlType::Date,
            ("time", _, _) => SqlType::Time(digits()?),
            ("datetime", _, _) => SqlType::Timestamp(digits()?),
            ("timestamp", _, _) => SqlType::TimestampTz(digits()?),
            ("json", [], _) => SqlType::Json,
            _ => return None,
        },
    )
}

/// The portable type whose Rust type holds the values. For those that no portable type stands for it is
/// text or bytes, as the protocol gives them.
pub(super) fn value_type(spelling: &str) -> SqlType {
    let parsed = Spelling::parse(spelling);
    if let Some(portable) = portable(&parsed) {
        return portable;
    }
    match (parsed.base(), parsed.is_unsigned()) {
        // They fill up with zeros, or are wider than it shows.
        ("tinyint", true) => SqlType::UnsignedTinyInt,
        ("smallint", true) => SqlType::UnsignedSmallInt,
        ("mediumint" | "int", true) => SqlType::UnsignedInteger,
        ("bigint", true) => SqlType::UnsignedBigInt,
        ("mediumint", false) => SqlType::Integer,
        ("year", _) => SqlType::SmallInt,
        ("float", _) => SqlType::Float,
        ("double", _) => SqlType::Double,
        ("decimal", _) => SqlType::Decimal(0, 0),
        ("bit" | "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob", _) => SqlType::Binary,
        _ if parsed.is_geometry() => SqlType::Binary,
        _ => SqlType::Text,
    }
}
