//! Primary keys and foreign keys.

use super::super::TableDef;
use super::types::{Kind, kind};
use super::{contains, find, same};
use crate::migration::{ConstraintKind, TypeDef};

/// What is wrong with a column as a part of the primary key.
pub const fn primary_key_problem(table: &TableDef, column: &str) -> Option<&'static str> {
    match find(table, column) {
        None => Some("the primary key names a column that the model does not have"),
        // SQLite lets a key be NULL; a model of such a table spells the type for it (`sql_type`).
        Some(found) if found.nullable && !matches!(found.ty, TypeDef::Native(_)) => {
            Some("a column of the primary key cannot be NULL; take the `Option` away")
        }
        Some(_) => None,
    }
}

/// What is wrong with a foreign key. The target is a primary key or a unique one, of columns of the
/// same types: what every database demands, or should.
pub const fn key_problem(
    table: &TableDef,
    columns: &[&str],
    target: &TableDef,
    target_columns: &[&str],
    sets_null: bool,
) -> Option<&'static str> {
    // A model with an error of its own has no columns; that error is enough.
    if target.columns.is_empty() {
        return None;
    }
    if columns.len() != target_columns.len() {
        return Some(
            "the foreign key and the key it refers to have different numbers of columns; \
             say which: `references = Model(a, b)`",
        );
    }
    let mut i = 0;
    while i < columns.len() {
        // A column that is not there is an error elsewhere.
        if let (Some(from), Some(to)) = (find(table, columns[i]), find(target, target_columns[i])) {
            if !comparable(&from.ty, &to.ty) {
                return Some("the foreign key has another type than the key it refers to");
            }
            if sets_null && !from.nullable {
                return Some("the column cannot be set to NULL: it is no `Option`");
            }
        }
        i += 1;
    }
    if is_key(target, target_columns) {
        None
    } else {
        Some("the columns it refers to are neither the primary key nor unique")
    }
}

const fn is_key(table: &TableDef, columns: &[&str]) -> bool {
    let mut i = 0;
    while i < table.constraints.len() {
        if let ConstraintKind::PrimaryKey { columns: key }
        | ConstraintKind::Unique { columns: key, .. } = &table.constraints[i].kind
            && same_set(key, columns)
        {
            return true;
        }
        i += 1;
    }
    i = 0;
    while i < table.indexes.len() {
        let index = &table.indexes[i];
        if index.unique
            && index.predicate.is_none()
            && index.key.is_empty()
            && same_set(index.columns, columns)
        {
            return true;
        }
        i += 1;
    }
    false
}

const fn same_set(a: &[&str], b: &[&str]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if !contains(b, a[i]) {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether a key of one type can refer to a key of the other: the same kind and, for numbers, the
/// same width (MySQL refuses others).
const fn comparable(a: &TypeDef, b: &TypeDef) -> bool {
    match (a, b) {
        (TypeDef::Enum(a), TypeDef::Enum(b)) => same(a, b),
        _ => match (kind(a), kind(b)) {
            (Kind::Any, _) | (_, Kind::Any) => true,
            (Kind::Integer, Kind::Integer) => width(a) == width(b),
            (a, b) => a as u8 == b as u8,
        },
    }
}

const fn width(ty: &TypeDef) -> u8 {
    match ty {
        TypeDef::TinyInt => 1,
        TypeDef::SmallInt => 2,
        TypeDef::Integer => 4,
        TypeDef::BigInt => 8,
        TypeDef::UnsignedTinyInt => 11,
        TypeDef::UnsignedSmallInt => 12,
        TypeDef::UnsignedInteger => 14,
        TypeDef::UnsignedBigInt => 18,
        _ => 0,
    }
}
