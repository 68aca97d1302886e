//! Types: how PostgreSQL declares them, what stands behind a declaration, and which are equal.

use super::spelling::Spelling;
use crate::dialect::Unsupported;
use crate::schema::{Backend, Name, SqlType, TableName};

/// How a type is declared.
pub(crate) fn spell(ty: &SqlType) -> Result<String, Unsupported> {
    let digits = |word: &str, digits: &Option<u8>, rest: &str| match digits {
        Some(digits) => format!("{word}({digits}){rest}"),
        None => format!("{word}{rest}"),
    };
    Ok(match ty {
        SqlType::Bool => "boolean".to_owned(),
        SqlType::TinyInt | SqlType::SmallInt | SqlType::UnsignedTinyInt => "smallint".to_owned(),
        SqlType::Integer | SqlType::UnsignedSmallInt => "integer".to_owned(),
        // diesel reads no wider number; a check keeps the sign.
        SqlType::BigInt | SqlType::UnsignedInteger | SqlType::UnsignedBigInt => "bigint".to_owned(),
        SqlType::Float => "real".to_owned(),
        SqlType::Double => "double precision".to_owned(),
        SqlType::Decimal(precision, scale) => format!("numeric({precision},{scale})"),
        SqlType::Text => "text".to_owned(),
        SqlType::Varchar(length) => format!("character varying({length})"),
        SqlType::Char(length) => format!("character({length})"),
        SqlType::Binary => "bytea".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time(n) => digits("time", n, " without time zone"),
        SqlType::Timestamp(n) => digits("timestamp", n, " without time zone"),
        SqlType::TimestampTz(n) => digits("timestamp", n, " with time zone"),
        SqlType::Uuid => "uuid".to_owned(),
        SqlType::Json => "json".to_owned(),
        SqlType::Jsonb => "jsonb".to_owned(),
        SqlType::Enum(name) => enum_name(name),
        SqlType::Array(element) => format!("{}[]", spell(element)?),
        SqlType::Native(text) => match text.get(Backend::Postgres) {
            Some(spelling) => spelling.to_owned(),
            None => {
                return Err(Unsupported {
                    backend: Backend::Postgres,
                    what: format!("type {}", ty.describe()),
                    hint: "say how it is stored there: `#[model(sql_type(postgres = \"…\"))]`"
                        .to_owned(),
                });
            }
        },
    })
}

/// The name of an enum type, `schema.name` where it is not in the default schema.
pub(crate) fn enum_name(name: &Name) -> String {
    super::quote_path(&TableName::parse(name.as_str()))
}

#[cfg(test)]
/// The form in which declared types are compared.
pub(crate) fn key(spelling: &str) -> String {
    Spelling::parse(spelling).key()
}

/// The portable type behind a declared one.
pub(super) fn parse(spelling: &str) -> SqlType {
    let parsed = Spelling::parse(spelling);
    // `serial` is more than its portable type says.
    (portable(&parsed).filter(|_| parsed.numbering().is_none()))
        .unwrap_or_else(|| SqlType::native(Backend::Postgres, spelling))
}

fn portable(spelling: &Spelling) -> Option<SqlType> {
    if let Some(element) = spelling.element() {
        return Some(SqlType::Array(Box::new(portable(&element)?)));
    }
    let numbers = spelling.numbers();
    let digits = || match numbers.as_slice() {
        [] => Some(None),
        [digits] => u8::try_from(*digits).ok().map(Some),
        _ => None,
    };
    Some(match (spelling.base(), numbers.as_slice()) {
        ("boolean", []) => SqlType::Bool,
        ("smallint", []) => SqlType::SmallInt,
        ("integer", []) => SqlType::Integer,
        ("bigint", []) => SqlType::BigInt,
        ("real", []) => SqlType::Float,
        ("double precision", []) => SqlType::Double,
        ("numeric", [precision, scale]) => {
            SqlType::Decimal(u16::try_from(*precision).ok()?, u16::try_from(*scale).ok()?)
        }
        ("text", []) => SqlType::Text,
        ("character varying", [length]) => SqlType::Varchar(*length),
        ("character", [length]) => SqlType::Char(*length),
        ("bytea", []) => SqlType::Binary,
        ("date", []) => SqlType::Date,
        ("time without time zone", _) => SqlType::Time(digits()?),
        ("timestamp without time zone", _) => SqlType::Timestamp(digits()?),
        ("timestamp with time zone", _) => SqlType::TimestampTz(digits()?),
        ("uuid", []) => SqlType::Uuid,
        ("json", []) => SqlType::Json,
        ("jsonb", []) => SqlType::Jsonb,
        _ => return None,
    })
}

/// The portable type whose Rust type holds the values. For those that no portable type stands for it
/// is text, which is what the type's own input and output are.
pub(super) fn value_type(spelling: &str) -> SqlType {
    let parsed = Spelling::parse(spelling);
    match portable(&parsed) {
        Some(SqlType::Array(element)) if !has_list(&element) => {
            SqlType::Array(Box::new(SqlType::Text))
        }
        Some(portable) => portable,
        None if parsed.is_array() => SqlType::Array(Box::new(SqlType::Text)),
        None if parsed.base() == "numeric" => SqlType::Decimal(0, 0),
        None => SqlType::Text,
    }
}

/// Whether there is a Rust type for lists of it.
const fn has_list(element: &SqlType) -> bool {
    matches!(
        element,
        SqlType::Bool
            | SqlType::SmallInt
            | SqlType::Integer
            | SqlType::BigInt
            | SqlType::Float
            | SqlType::Double
            | SqlType::Text
    )
}
