//! Equality in const functions, where `==` on strings and enums is not to be had.

use crate::migration::{
    ColumnDef, DefaultDef, GeneratedDef, IndexColumnDef, IndexDef, SqlDef, TableNameDef, TypeDef,
    by,
};
use crate::schema::{NullsOrder, SortOrder};

/// Eight bytes at a time, where there are as many, and without a call: the interpreter of const
/// functions pays for each step, and most for calls.
pub(crate) const fn text(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a, b) {
            (
                [a0, a1, a2, a3, a4, a5, a6, a7, a_rest @ ..],
                [b0, b1, b2, b3, b4, b5, b6, b7, b_rest @ ..],
            ) => {
                if *a7 != *b7
                    || *a6 != *b6
                    || *a5 != *b5
                    || *a4 != *b4
                    || *a3 != *b3
                    || *a2 != *b2
                    || *a1 != *b1
                    || *a0 != *b0
                {
                    return false;
                }
                (a, b) = (a_rest, b_rest);
            }
            ([a0, a1, a_rest @ ..], [b0, b1, b_rest @ ..]) => {
                if *a0 != *b0 || *a1 != *b1 {
                    return false;
                }
                (a, b) = (a_rest, b_rest);
            }
            ([a0], [b0]) => return *a0 == *b0,
            ([], []) => return true,
            _ => return false,
        }
    }
}

/// Whether a text begins with another.
pub(super) const fn begins_with(text: &str, start: &str) -> bool {
    let (mut text, mut start) = (text.as_bytes(), start.as_bytes());
    loop {
        match (text, start) {
            ([a0, a1, a2, a3, a_rest @ ..], [b0, b1, b2, b3, b_rest @ ..]) => {
                if *a0 != *b0 || *a1 != *b1 || *a2 != *b2 || *a3 != *b3 {
                    return false;
                }
                (text, start) = (a_rest, b_rest);
            }
            (_, []) => return true,
            ([a, a_rest @ ..], [b, b_rest @ ..]) => {
                if *a != *b {
                    return false;
                }
                (text, start) = (a_rest, b_rest);
            }
            ([], _) => return false,
        }
    }
}

pub(super) const fn optional_text(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => text(a, b),
        (None, None) => true,
        _ => false,
    }
}

pub(super) const fn texts(a: &[&str], b: &[&str]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if !text(a[i], b[i]) {
            return false;
        }
        i += 1;
    }
    true
}

pub(super) const fn contains(list: &[&str], wanted: &str) -> bool {
    let mut i = 0;
    while i < list.len() {
        if text(list[i], wanted) {
            return true;
        }
        i += 1;
    }
    false
}

pub(super) const fn table_name(a: TableNameDef, b: TableNameDef) -> bool {
    optional_text(a.schema, b.schema) && text(a.name, b.name)
}

pub(super) const fn sql(a: SqlDef, b: SqlDef) -> bool {
    let SqlDef {
        any,
        sqlite,
        postgres,
        mysql,
    } = a;
    optional_text(any, b.any)
        && optional_text(sqlite, b.sqlite)
        && optional_text(postgres, b.postgres)
        && optional_text(mysql, b.mysql)
}

/// What an exclusion constraint says behind `EXCLUDE`; `None` for a condition.
pub(super) const fn exclusion(text: SqlDef) -> Option<&'static str> {
    match text.postgres {
        Some(definition) if begins_with(definition, "USING ") => Some(definition),
        _ => None,
    }
}

pub(super) const fn optional_sql(a: Option<SqlDef>, b: Option<SqlDef>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => sql(a, b),
        (None, None) => true,
        _ => false,
    }
}

const fn digits(a: Option<u8>, b: Option<u8>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        (None, None) => true,
        _ => false,
    }
}

/// The enum type behind a column's type, arrays of it included.
pub(super) const fn enum_of(ty: TypeDef) -> Option<&'static str> {
    match ty {
        TypeDef::Enum(name) => Some(name),
        TypeDef::Array(element) => enum_of(*element),
        _ => None,
    }
}

const fn column_type(a: &TypeDef, b: &TypeDef) -> bool {
    match (a, b) {
        (TypeDef::Bool, TypeDef::Bool)
        | (TypeDef::TinyInt, TypeDef::TinyInt)
        | (TypeDef::SmallInt, TypeDef::SmallInt)
        | (TypeDef::Integer, TypeDef::Integer)
        | (TypeDef::BigInt, TypeDef::BigInt)
        | (TypeDef::UnsignedTinyInt, TypeDef::UnsignedTinyInt)
        | (TypeDef::UnsignedSmallInt, TypeDef::UnsignedSmallInt)
        | (TypeDef::UnsignedInteger, TypeDef::UnsignedInteger)
        | (TypeDef::UnsignedBigInt, TypeDef::UnsignedBigInt)
        | (TypeDef::Float, TypeDef::Float)
        | (TypeDef::Double, TypeDef::Double)
        | (TypeDef::Text, TypeDef::Text)
        | (TypeDef::Binary, TypeDef::Binary)
        | (TypeDef::Date, TypeDef::Date)
        | (TypeDef::Uuid, TypeDef::Uuid)
        | (TypeDef::Json, TypeDef::Json)
        | (TypeDef::Jsonb, TypeDef::Jsonb) => true,
        (TypeDef::Decimal(precision, scale), TypeDef::Decimal(other, other_scale)) => {
            *precision == *other && *scale == *other_scale
        }
        (TypeDef::Varchar(a), TypeDef::Varchar(b)) | (TypeDef::Char(a), TypeDef::Char(b)) => {
            *a == *b
        }
        (TypeDef::Time(a), TypeDef::Time(b))
        | (TypeDef::Timestamp(a), TypeDef::Timestamp(b))
        | (TypeDef::TimestampTz(a), TypeDef::TimestampTz(b)) => digits(*a, *b),
        (TypeDef::Enum(a), TypeDef::Enum(b)) => text(a, b),
        (TypeDef::Array(a), TypeDef::Array(b)) => column_type(a, b),
        (TypeDef::Native(a), TypeDef::Native(b)) => sql(*a, *b),
        _ => false,
    }
}

pub(super) const fn default(a: Option<DefaultDef>, b: Option<DefaultDef>) -> bool {
    match (a, b) {
        (None, None)
        | (Some(DefaultDef::Now), Some(DefaultDef::Now))
        | (Some(DefaultDef::Today), Some(DefaultDef::Today))
        | (Some(DefaultDef::Uuid), Some(DefaultDef::Uuid)) => true,
        (Some(DefaultDef::Bool(a)), Some(DefaultDef::Bool(b))) => a == b,
        (Some(DefaultDef::Integer(a)), Some(DefaultDef::Integer(b))) => a == b,
        (Some(DefaultDef::Float(a)), Some(DefaultDef::Float(b))) => a.to_bits() == b.to_bits(),
        (Some(DefaultDef::Text(a)), Some(DefaultDef::Text(b))) => text(a, b),
        (Some(DefaultDef::Sql(a)), Some(DefaultDef::Sql(b))) => sql(a, b),
        _ => false,
    }
}

pub(super) const fn generated(a: Option<GeneratedDef>, b: Option<GeneratedDef>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.stored == b.stored && sql(a.expression, b.expression),
        (None, None) => true,
        _ => false,
    }
}

/// How many parts the key of an index has.
pub(super) const fn key_length(index: &IndexDef) -> usize {
    if index.key.is_empty() {
        index.columns.len()
    } else {
        index.key.len()
    }
}

/// A part of the key of an index, however it was written.
pub(super) const fn key_part(index: &IndexDef, at: usize) -> IndexColumnDef {
    if index.key.is_empty() {
        by(index.columns[at])
    } else {
        index.key[at]
    }
}

/// Whether two parts of keys are the same, but for the column.
pub(super) const fn key_part_details(a: IndexColumnDef, b: IndexColumnDef) -> bool {
    let IndexColumnDef {
        column: _,
        expression,
        order,
        nulls,
        collation,
        operator_class,
    } = a;
    let same_order = matches!(
        (order, b.order),
        (SortOrder::Ascending, SortOrder::Ascending)
            | (SortOrder::Descending, SortOrder::Descending)
    );
    let same_nulls = matches!(
        (nulls, b.nulls),
        (None, None)
            | (Some(NullsOrder::First), Some(NullsOrder::First))
            | (Some(NullsOrder::Last), Some(NullsOrder::Last))
    );
    same_order
        && same_nulls
        && optional_sql(expression, b.expression)
        && optional_text(collation, b.collation)
        && optional_text(operator_class, b.operator_class)
}

/// Whether two columns are the same, but for the name.
pub(super) const fn column(a: &ColumnDef, b: &ColumnDef) -> bool {
    let ColumnDef {
        name: _,
        ty,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = a;
    // Most columns have none of the last four, and a call is dear.
    *nullable == b.nullable
        && *auto_increment == b.auto_increment
        && column_type(ty, &b.ty)
        && (matches!((default, &b.default), (None, None)) || self::default(*default, b.default))
        && (matches!((generated, &b.generated), (None, None))
            || self::generated(*generated, b.generated))
        && (matches!((collation, &b.collation), (None, None))
            || optional_text(*collation, b.collation))
        && (matches!((comment, &b.comment), (None, None)) || optional_text(*comment, b.comment))
}
