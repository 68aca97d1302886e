//! The rules of a model that need types: const functions that the derive calls, each with an answer
//! that the emitted code turns into an error on the right token.

use super::{ModelColumn, TableDef};
use crate::check::Verdict;
use crate::migration::{ColumnDef, ConstraintKind, DefaultDef, EnumDef, TableNameDef, TypeDef};

/// A text type of at most that many characters; another type stays what it is.
pub const fn with_max_length(ty: TypeDef, length: u32) -> TypeDef {
    match ty {
        TypeDef::Text | TypeDef::Varchar(_) => TypeDef::Varchar(length),
        _ => ty,
    }
}

/// Whether [`with_max_length`] had something to narrow.
pub const fn is_varchar(table: &TableDef, column: &str) -> bool {
    match find(table, column) {
        Some(found) => matches!(found.ty, TypeDef::Varchar(_)),
        None => false,
    }
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
pub const fn has_precision(
    table: &TableDef,
    column: &str,
    precision: u16,
    scale: Option<u16>,
) -> bool {
    let Some(found) = find(table, column) else {
        return false;
    };
    match (found.ty, scale) {
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

/// The column of that field, among `(field, column)`; a column's own name does as well. A name that
/// is neither is returned as it is: [`has_field`] asks.
pub const fn column_of(
    fields: &[(&'static str, &'static str)],
    name: &'static str,
) -> &'static str {
    let mut i = 0;
    while i < fields.len() {
        if same(fields[i].0, name) {
            return fields[i].1;
        }
        i += 1;
    }
    name
}

/// Whether there is a field or column of that name.
pub const fn has_field(fields: &[(&'static str, &'static str)], name: &str) -> bool {
    // A model with an error of its own has no fields; that error is enough.
    if fields.is_empty() {
        return true;
    }
    let mut i = 0;
    while i < fields.len() {
        if same(fields[i].0, name) || same(fields[i].1, name) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether two names are one.
pub const fn same_name(one: &str, other: &str) -> bool {
    same(one, other)
}

/// Whether a table has that name, as `schema!` spells it.
pub const fn is_table(name: TableNameDef, spelled: &'static str) -> bool {
    let other = crate::migration::table_name(spelled);
    let same_schema = match (name.schema, other.schema) {
        (Some(one), Some(other)) => same(one, other),
        (None, None) => true,
        _ => false,
    };
    same_schema && same(name.name, other.name)
}

/// All columns in one array. `N` is the sum of the lengths.
pub const fn concat_columns<const N: usize>(parts: &[&[ModelColumn]]) -> [ModelColumn; N] {
    let mut columns = [EMPTY; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut i = 0;
        while i < parts[part].len() {
            columns[at] = parts[part][i];
            at += 1;
            i += 1;
        }
        part += 1;
    }
    columns
}

const EMPTY: ModelColumn = ModelColumn {
    field: "",
    column: crate::migration::column("", TypeDef::Text),
    enum_type: None,
    renamed_from: None,
};

/// Whether one of the columns from `start` up to `end` is to blame.
pub const fn blames_any(verdict: &Verdict, start: usize, end: usize) -> bool {
    let mut i = start;
    while i < end {
        if verdict.blames(i) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether two indexes or constraints of the table have that name.
pub const fn is_taken_twice(table: &TableDef, name: &str) -> bool {
    let mut count = 0;
    let mut i = 0;
    while i < table.constraints.len() {
        if let Some(other) = table.constraints[i].name
            && same(other, name)
        {
            count += 1;
        }
        i += 1;
    }
    i = 0;
    while i < table.indexes.len() {
        if same(table.indexes[i].name, name) {
            count += 1;
        }
        i += 1;
    }
    count > 1
}

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

/// Whether the column holds whole numbers.
pub const fn is_integer(table: &TableDef, column: &str) -> bool {
    match find(table, column) {
        Some(found) => matches!(kind(&found.ty), Kind::Integer | Kind::Any),
        None => false,
    }
}

/// What is wrong with the default of a column.
pub const fn default_problem(table: &TableDef, column: &str) -> Option<&'static str> {
    let mut i = 0;
    while i < table.columns.len() {
        let ModelColumn {
            field: _,
            column: found,
            enum_type,
            renamed_from: _,
        } = &table.columns[i];
        if same(found.name, column) {
            return match &found.default {
                Some(default) => misfit(&found.ty, enum_type.as_ref(), default),
                None => None,
            };
        }
        i += 1;
    }
    None
}

const fn misfit(
    ty: &TypeDef,
    enum_type: Option<&EnumDef>,
    default: &DefaultDef,
) -> Option<&'static str> {
    let fits = match (kind(ty), default) {
        (Kind::Any, _) | (_, DefaultDef::Sql(_)) => true,
        (Kind::Bool, DefaultDef::Bool(_)) => true,
        (Kind::Integer, DefaultDef::Integer(_)) => true,
        (Kind::Number, DefaultDef::Integer(_) | DefaultDef::Float(_)) => true,
        // An exact number or a date is written as text where it has no literal of its own.
        (Kind::Decimal, DefaultDef::Integer(_) | DefaultDef::Float(_) | DefaultDef::Text(_)) => {
            true
        }
        (Kind::Text, DefaultDef::Text(_) | DefaultDef::Now | DefaultDef::Today) => true,
        (Kind::Text | Kind::Uuid, DefaultDef::Uuid) => true,
        (Kind::Uuid | Kind::Json, DefaultDef::Text(_)) => true,
        (Kind::Date, DefaultDef::Text(_) | DefaultDef::Today) => true,
        (Kind::Time, DefaultDef::Text(_) | DefaultDef::Now) => true,
        (Kind::Enum, DefaultDef::Text(value)) => match enum_type {
            Some(EnumDef { name: _, values }) if !contains(values, value) => {
                return Some("the default is not a value of the enum");
            }
            _ => true,
        },
        _ => false,
    };
    if fits {
        None
    } else {
        Some("the default does not fit the type of the column; for SQL say `default_sql = \"..\"`")
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

const fn contains(list: &[&str], word: &str) -> bool {
    let mut i = 0;
    while i < list.len() {
        if same(list[i], word) {
            return true;
        }
        i += 1;
    }
    false
}

const fn find<'a>(table: &'a TableDef, column: &str) -> Option<&'a ColumnDef> {
    let mut i = 0;
    while i < table.columns.len() {
        if same(table.columns[i].column.name, column) {
            return Some(&table.columns[i].column);
        }
        i += 1;
    }
    None
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The kinds of values, as far as the rules tell them apart.
#[derive(Clone, Copy)]
enum Kind {
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

const fn kind(ty: &TypeDef) -> Kind {
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
