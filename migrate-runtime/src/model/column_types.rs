//! The portable types of Rust's own types and of the crates diesel knows.

use super::ColumnType;
use crate::migration::{EnumDef, TypeDef};
use crate::private::SqlEnum;

macro_rules! column_types {
    ($($rust:ty => $def:expr,)*) => {
        $(#[diagnostic::do_not_recommend]
        impl ColumnType for $rust {
            const TYPE: TypeDef = $def;
        })*
    };
}

column_types! {
    bool => TypeDef::Bool,
    i8 => TypeDef::TinyInt,
    i16 => TypeDef::SmallInt,
    i32 => TypeDef::Integer,
    i64 => TypeDef::BigInt,
    u8 => TypeDef::UnsignedTinyInt,
    u16 => TypeDef::UnsignedSmallInt,
    u32 => TypeDef::UnsignedInteger,
    u64 => TypeDef::UnsignedBigInt,
    f32 => TypeDef::Float,
    f64 => TypeDef::Double,
    String => TypeDef::Text,
    Vec<u8> => TypeDef::Binary,
}

impl<T: ColumnType> ColumnType for Option<T> {
    const TYPE: TypeDef = T::TYPE;
    const NULLABLE: bool = true;
    const ENUM: Option<EnumDef> = T::ENUM;
}

/// Lists, where the database has arrays. `Vec<u8>` is bytes, so each element type is named.
macro_rules! arrays {
    ($($element:ty),*) => {
        $(impl ColumnType for Vec<$element> {
            const TYPE: TypeDef = TypeDef::Array(&<$element as ColumnType>::TYPE);
        })*
    };
}

arrays!(bool, i16, i32, i64, f32, f64, String);

impl<T: SqlEnum + ColumnType> ColumnType for Vec<T> {
    const TYPE: TypeDef = TypeDef::Array(&<T as ColumnType>::TYPE);
    const ENUM: Option<EnumDef> = T::ENUM;
}

#[cfg(feature = "chrono")]
column_types! {
    chrono::NaiveDate => TypeDef::Date,
    chrono::NaiveTime => TypeDef::Time(None),
    chrono::NaiveDateTime => TypeDef::Timestamp(None),
}

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> ColumnType for chrono::DateTime<Tz> {
    const TYPE: TypeDef = TypeDef::TimestampTz(None);
}

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> ColumnType for crate::types::TimestampTz<chrono::DateTime<Tz>> {
    const TYPE: TypeDef = TypeDef::TimestampTz(None);
}

#[cfg(feature = "time")]
column_types! {
    time::Date => TypeDef::Date,
    time::Time => TypeDef::Time(None),
    time::PrimitiveDateTime => TypeDef::Timestamp(None),
    time::OffsetDateTime => TypeDef::TimestampTz(None),
    crate::types::TimestampTz<time::OffsetDateTime> => TypeDef::TimestampTz(None),
}

#[cfg(feature = "uuid")]
column_types! {
    uuid::Uuid => TypeDef::Uuid,
    crate::types::Uuid => TypeDef::Uuid,
}

#[cfg(feature = "serde_json")]
column_types! {
    serde_json::Value => TypeDef::Json,
}

// Without digits until the field says them: `rules::lacks_digits` insists.
#[cfg(feature = "decimal")]
column_types! {
    bigdecimal::BigDecimal => TypeDef::Decimal(0, 0),
    crate::types::Decimal => TypeDef::Decimal(0, 0),
}
