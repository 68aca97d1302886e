//! Which types take lengths, digits and numbering.

use super::super::ModelColumn;
use crate::migration::TypeDef;

/// A text type of at most that many characters; another type stays what it is.
pub const fn with_max_length(ty: TypeDef, length: u32) -> TypeDef {
    match ty {
        TypeDef::Text | TypeDef::Varchar(_) => TypeDef::Varchar(length),
        _ => ty,
    }
}

/// Whether [`with_max_length`] had something to narrow.
pub const fn is_varchar(column: &ModelColumn) -> bool {
    matches!(column.column.ty, TypeDef::Varchar(_))
}

/// A decimal with these digits, or a time with that many digits of a second; another type stays what
/// it is.
pub const fn with_precision(ty: TypeDef, precision: u16, scale: Option<u16>) -> TypeDef {
    match (ty, scale) {
        (TypeDef::Decimal(..), Some(scale)) => TypeDef::Decimal(precision, scale),
        (TypeDef::Decimal(..), None) => TypeDef::Decimal(precision, 0),
        (TypeDef::Time(_), None) => TypeDef::Time(second_digits(precision)),
        (TypeDef::Timestamp(_), None) => TypeDef::Timestamp(second_digits(precision)),
        (TypeDef::TimestampTz(_), None) => TypeDef::TimestampTz(second_digits(precision)),
        _ => ty,
    }
}

const fn second_digits(precision: u16) -> Option<u8> {
    match precision.to_le_bytes() {
        [digits, 0] if digits <= 9 => Some(digits),
        _ => None,
    }
}

/// Whether [`with_precision`] gave the column what was said.
pub const fn has_precision(column: &ModelColumn, precision: u16, scale: Option<u16>) -> bool {
    match (column.column.ty, scale) {
        (TypeDef::Decimal(digits, after), _) => {
            digits == precision && digits > 0 && after <= digits
        }
        (
            TypeDef::Time(digits) | TypeDef::Timestamp(digits) | TypeDef::TimestampTz(digits),
            None,
        ) => digits.is_some(),
        _ => false,
    }
}

/// Whether it is a decimal of which nobody has said the digits: databases would make them up
/// (MySQL: 10 and none after the point).
pub const fn lacks_digits(ty: &TypeDef) -> bool {
    matches!(ty, TypeDef::Decimal(0, _))
}

/// Whether the column holds whole numbers.
pub const fn is_integer(column: &ModelColumn) -> bool {
    matches!(kind(&column.column.ty), Kind::Integer | Kind::Any)
}

/// The kinds of values, as far as the rules tell them apart.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Bool,
    Integer,
    Number,
    Decimal,
    Text,
    Binary,
    Date,
    Time,
    Uuid,
    Json,
    Enum,
    Array,
    /// A database's own type: nothing is known of it.
    Any,
}

pub(super) const fn kind(ty: &TypeDef) -> Kind {
    match ty {
        TypeDef::Bool => Kind::Bool,
        TypeDef::TinyInt
        | TypeDef::SmallInt
        | TypeDef::Integer
        | TypeDef::BigInt
        | TypeDef::UnsignedTinyInt
        | TypeDef::UnsignedSmallInt
        | TypeDef::UnsignedInteger
        | TypeDef::UnsignedBigInt => Kind::Integer,
        TypeDef::Float | TypeDef::Double => Kind::Number,
        TypeDef::Decimal(..) => Kind::Decimal,
        TypeDef::Text | TypeDef::Varchar(_) | TypeDef::Char(_) => Kind::Text,
        TypeDef::Binary => Kind::Binary,
        TypeDef::Date => Kind::Date,
        TypeDef::Time(_) | TypeDef::Timestamp(_) | TypeDef::TimestampTz(_) => Kind::Time,
        TypeDef::Uuid => Kind::Uuid,
        TypeDef::Json | TypeDef::Jsonb => Kind::Json,
        TypeDef::Enum(_) => Kind::Enum,
        TypeDef::Array(_) => Kind::Array,
        TypeDef::Native(_) => Kind::Any,
    }
}
