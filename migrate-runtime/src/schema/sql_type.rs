//! Portable column types.

use super::{Backend, Name, SqlText};

/// The type of a column.
///
/// All variants but [`SqlType::Native`] are portable: each dialect spells them in its own way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SqlType {
    /// `bool`.
    Bool,
    /// `i8`.
    TinyInt,
    /// `i16`.
    SmallInt,
    /// `i32`.
    Integer,
    /// `i64`.
    BigInt,
    /// `u8`.
    UnsignedTinyInt,
    /// `u16`.
    UnsignedSmallInt,
    /// `u32`.
    UnsignedInteger,
    /// `u64`.
    UnsignedBigInt,
    /// `f32`.
    Float,
    /// `f64`.
    Double,
    /// An exact number with that many digits in all, and that many after the point.
    Decimal(u16, u16),
    /// A string without limit.
    Text,
    /// A string of at most that many characters.
    Varchar(u32),
    /// A string of exactly that many characters, padded with blanks where the database does so.
    Char(u32),
    /// Bytes.
    Binary,
    /// A calendar date.
    Date,
    /// A time of day; the number is the digits of a second (`None`: the database's default).
    Time(Option<u8>),
    /// A date and time without time zone.
    Timestamp(Option<u8>),
    /// A point in time.
    TimestampTz(Option<u8>),
    /// A UUID. SQLite holds it as hyphenated lower-case text, as `types::Uuid` stores it.
    Uuid,
    /// JSON as text.
    Json,
    /// JSON in the database's binary form.
    Jsonb,
    /// The enum type of that name.
    Enum(Name),
    /// An array of another type.
    Array(Box<Self>),
    /// A type as the database spells it.
    Native(SqlText),
}

impl SqlType {
    /// A type of one database, as that database spells it.
    pub fn native(backend: Backend, spelling: impl Into<String>) -> Self {
        Self::Native(SqlText::only(backend, spelling))
    }

    /// The portable spelling for messages: `INTEGER`, `VARCHAR(255)`, `ENUM order_status`.
    pub fn describe(&self) -> String {
        let digits = |word: &str, digits: &Option<u8>| match digits {
            Some(digits) => format!("{word}({digits})"),
            None => word.to_owned(),
        };
        match self {
            Self::Bool => "BOOLEAN".to_owned(),
            Self::TinyInt => "TINYINT".to_owned(),
            Self::SmallInt => "SMALLINT".to_owned(),
            Self::Integer => "INTEGER".to_owned(),
            Self::BigInt => "BIGINT".to_owned(),
            Self::UnsignedTinyInt => "TINYINT UNSIGNED".to_owned(),
            Self::UnsignedSmallInt => "SMALLINT UNSIGNED".to_owned(),
            Self::UnsignedInteger => "INTEGER UNSIGNED".to_owned(),
            Self::UnsignedBigInt => "BIGINT UNSIGNED".to_owned(),
            Self::Float => "FLOAT".to_owned(),
            Self::Double => "DOUBLE".to_owned(),
            Self::Decimal(precision, scale) => format!("DECIMAL({precision}, {scale})"),
            Self::Text => "TEXT".to_owned(),
            Self::Varchar(length) => format!("VARCHAR({length})"),
            Self::Char(length) => format!("CHAR({length})"),
            Self::Binary => "BINARY".to_owned(),
            Self::Date => "DATE".to_owned(),
            Self::Time(n) => digits("TIME", n),
            Self::Timestamp(n) => digits("TIMESTAMP", n),
            Self::TimestampTz(n) => digits("TIMESTAMPTZ", n),
            Self::Uuid => "UUID".to_owned(),
            Self::Json => "JSON".to_owned(),
            Self::Jsonb => "JSONB".to_owned(),
            Self::Enum(name) => format!("ENUM {name}"),
            Self::Array(element) => format!("{}[]", element.describe()),
            Self::Native(text) => {
                let mut texts: Vec<&str> = text.any.iter().map(String::as_str).collect();
                texts.extend(text.overrides.values());
                texts.dedup();
                texts.join(" / ")
            }
        }
    }
}
