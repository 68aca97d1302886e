//! Spellings of types: how SQLite's columns are declared, and which declarations are equal.
//!
//! SQLite enforces no type but in STRICT tables; a declared type decides the affinity and what other
//! programs read into it (<https://www.sqlite.org/datatype3.html#determination_of_column_affinity>).

use super::super::Unsupported;
use crate::schema::{Backend, SqlType};
use std::borrow::Cow;

/// What a column does to the values that are put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Affinity {
    /// Numbers without a fraction become whole numbers.
    Integer,
    /// Numbers become text.
    Text,
    /// Nothing is changed.
    Blob,
    /// Whole numbers become floating point.
    Real,
    /// Text that looks like a number becomes one.
    Numeric,
}

/// The affinity of a declared type, by SQLite's own five rules, in their order.
pub(crate) fn affinity(spelling: &str) -> Affinity {
    let spelling = spelling.as_bytes();
    let contains =
        |word: &[u8]| (spelling.windows(word.len())).any(|part| part.eq_ignore_ascii_case(word));
    let has = |words: &[&str]| words.iter().any(|word| contains(word.as_bytes()));
    if has(&["INT"]) {
        Affinity::Integer
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        Affinity::Text
    } else if spelling.is_empty() || has(&["BLOB"]) {
        Affinity::Blob
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

/// How a type is declared.
pub(super) fn spell(ty: &SqlType) -> Result<String, Unsupported> {
    Ok(match ty {
        SqlType::Bool => "BOOLEAN".to_owned(),
        SqlType::TinyInt | SqlType::SmallInt | SqlType::UnsignedTinyInt => "SMALLINT".to_owned(),
        SqlType::Integer | SqlType::UnsignedSmallInt => "INTEGER".to_owned(),
        SqlType::BigInt | SqlType::UnsignedInteger | SqlType::UnsignedBigInt => "BIGINT".to_owned(),
        SqlType::Float => "FLOAT".to_owned(),
        SqlType::Double => "DOUBLE".to_owned(),
        SqlType::Varchar(length) => format!("VARCHAR({length})"),
        SqlType::Char(length) => format!("CHAR({length})"),
        // A NUMERIC column would turn an exact decimal into floating point.
        SqlType::Decimal(..) | SqlType::Text | SqlType::Uuid | SqlType::Json | SqlType::Enum(_) => {
            "TEXT".to_owned()
        }
        // diesel writes `Jsonb` in SQLite's own binary form.
        SqlType::Binary | SqlType::Jsonb => "BLOB".to_owned(),
        SqlType::Date => "DATE".to_owned(),
        SqlType::Time(_) => "TIME".to_owned(),
        SqlType::Timestamp(_) => "TIMESTAMP".to_owned(),
        SqlType::TimestampTz(_) => "TIMESTAMPTZ".to_owned(),
        SqlType::Native(text) => match text.get(Backend::Sqlite) {
            Some(spelling) => spelling.to_owned(),
            None => return Err(unsupported(ty)),
        },
        SqlType::Array(_) => return Err(unsupported(ty)),
    })
}

fn unsupported(ty: &SqlType) -> Unsupported {
    Unsupported {
        backend: Backend::Sqlite,
        what: format!("type {}", ty.describe()),
        hint: "say how it is stored there: `#[model(sql_type(sqlite = \"…\"))]`".to_owned(),
    }
}

/// How a type is declared in a STRICT table, which knows six types only
/// (<https://www.sqlite.org/stricttables.html>).
pub(super) fn spell_strict(spelling: &str) -> &'static str {
    match key(spelling).as_str() {
        "ANY" | "" => "ANY",
        "BLOB" => "BLOB",
        "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "BOOLEAN" => "INTEGER",
        "REAL" => "REAL",
        // diesel stores them as text.
        "DATE" | "TIME" | "TIMESTAMP" | "TIMESTAMPTZ" => "TEXT",
        _ => match affinity(spelling) {
            Affinity::Integer => "INTEGER",
            Affinity::Text => "TEXT",
            Affinity::Blob => "BLOB",
            Affinity::Real => "REAL",
            Affinity::Numeric => "ANY",
        },
    }
}

/// The form in which declared types are compared: types that no program could tell apart have the
/// same. Lengths are not enforced and so of no meaning.
pub(super) fn key(spelling: &str) -> String {
    // Most are one word in capitals, which is its own base.
    let base = if spelling.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Cow::Borrowed(spelling)
    } else {
        Cow::Owned(base_and_arguments(spelling).0)
    };
    let one = match &*base {
        "INT" | "INTEGER" | "MEDIUMINT" | "INT4" => "INTEGER",
        "BIGINT" | "INT8" => "BIGINT",
        "SMALLINT" | "INT2" => "SMALLINT",
        "BOOL" | "BOOLEAN" => "BOOLEAN",
        "TIMESTAMP" | "DATETIME" | "TIMESTAMP WITHOUT TIME ZONE" => "TIMESTAMP",
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" | "TIMESTAMPTZSQLITE" => "TIMESTAMPTZ",
        "NUMERIC" | "DECIMAL" => "NUMERIC",
        base => match affinity(base) {
            Affinity::Text => "TEXT",
            Affinity::Real => "REAL",
            Affinity::Blob if !base.is_empty() => "BLOB",
            Affinity::Integer | Affinity::Blob | Affinity::Numeric => base,
        },
    };
    one.to_owned()
}

/// The portable type behind a declared one. Only types with the same key are given for each other.
pub(super) fn parse(spelling: &str) -> SqlType {
    let (base, arguments) = base_and_arguments(spelling);
    let length = match arguments.as_slice() {
        [length] if *length > 0 => Some(*length),
        _ => None,
    };
    match (key(spelling).as_str(), base.as_str(), length) {
        ("TEXT", "CHAR" | "CHARACTER" | "NCHAR", Some(length)) => SqlType::Char(length),
        ("TEXT", "VARCHAR" | "NVARCHAR" | "CHARACTER VARYING", Some(length)) => {
            SqlType::Varchar(length)
        }
        ("TEXT", ..) => SqlType::Text,
        ("SMALLINT", ..) => SqlType::SmallInt,
        ("INTEGER", ..) => SqlType::Integer,
        ("BIGINT", ..) => SqlType::BigInt,
        // All of SQLite's are of eight bytes, whatever they are called.
        ("REAL", ..) => SqlType::Double,
        ("BOOLEAN", ..) => SqlType::Bool,
        ("BLOB", ..) => SqlType::Binary,
        ("DATE", ..) => SqlType::Date,
        ("TIME", ..) => SqlType::Time(None),
        ("TIMESTAMP", ..) => SqlType::Timestamp(None),
        ("TIMESTAMPTZ", ..) => SqlType::TimestampTz(None),
        _ => SqlType::native(Backend::Sqlite, spelling),
    }
}

/// The portable type that holds what such a column may hold. An `INTEGER` has up to eight bytes,
/// whatever it is on other databases.
pub(super) fn value_type(spelling: &str) -> SqlType {
    match parse(spelling) {
        SqlType::Integer => SqlType::BigInt,
        SqlType::Native(_) => foreign_type(spelling),
        portable => portable,
    }
}

/// What a declaration in the words of another database, or in nobody's, is for. Where the words say
/// nothing, the affinity does; SQLite gives the text of any value.
fn foreign_type(spelling: &str) -> SqlType {
    let (base, arguments) = base_and_arguments(spelling);
    let word = base.split(' ').find(|word| *word != "UNSIGNED");
    match word.unwrap_or_default() {
        "TINYINT" if arguments == [1] => SqlType::Bool,
        "TINYINT" => SqlType::SmallInt,
        "BIT" => SqlType::Bool,
        "YEAR" => SqlType::Integer,
        "SERIAL" | "BIGSERIAL" => SqlType::BigInt,
        "BINARY" | "VARBINARY" | "BYTEA" | "BYTES" | "IMAGE" => SqlType::Binary,
        "JSON" | "JSONB" => SqlType::Json,
        "MONEY" | "SMALLMONEY" | "DEC" | "DECIMAL" | "NUMERIC" | "NUMBER" | "FLOATING" => {
            SqlType::Double
        }
        "INTERVAL" | "POINT" => SqlType::Text,
        _ => match affinity(spelling) {
            Affinity::Integer => SqlType::BigInt,
            Affinity::Real => SqlType::Double,
            Affinity::Numeric | Affinity::Text | Affinity::Blob => SqlType::Text,
        },
    }
}

/// The words in capitals, one blank between them, and the numbers in brackets.
fn base_and_arguments(spelling: &str) -> (String, Vec<u32>) {
    let (base, rest) = spelling.split_once('(').unwrap_or((spelling, ""));
    let (arguments, behind) = rest.split_once(')').unwrap_or((rest, ""));
    let words: Vec<String> = base
        .split_whitespace()
        .chain(behind.split_whitespace())
        .map(|word| {
            word.trim_matches(['"', '\'', '`', '[', ']'])
                .to_ascii_uppercase()
        })
        .filter(|word| !word.is_empty())
        .collect();
    let arguments = arguments
        .split(',')
        .filter_map(|argument| argument.trim().parse().ok())
        .collect();
    (words.join(" "), arguments)
}
