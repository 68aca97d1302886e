//! Which diesel type a Rust type has, for the proof that a generated `table!` names the right one.

use crate::model::ColumnType;
use diesel::sql_types as sql;

/// A Rust type whose columns have one diesel type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no diesel type",
    label = "no diesel type",
    note = "derive `ColumnType` for a newtype, `SqlEnum` for an enum, or say `#[diesel(sql_type = ..)]` on the field",
    note = "a type of `chrono`, `time`, `uuid`, `serde_json` or `bigdecimal` needs the cargo feature of that name on `migrate-runtime` (for `bigdecimal`: `decimal`)"
)]
pub trait DieselType {
    /// The type of `diesel::sql_types`, or one like them.
    type Sql;
}

/// The type that a generated `table!` names, seen from the type of the field.
#[diagnostic::on_unimplemented(
    message = "`diesel::table!` has `{Emitted}` for the column, but the field's type is stored as `{Self}`",
    label = "the name of this type was taken for another one",
    note = "say `#[diesel(sql_type = ..)]` on the field"
)]
pub trait SameSqlType<Emitted> {
    /// Asked for, so that the bound is. A function with the bound would be shown to the user.
    const SAME: () = ();
}

/// Whether a type has a column type at all.
///
/// Where it has none that is an error already, and to ask for its diesel type would be one more about the
/// same. An implementation of the type's own comes before that of a trait: so it can be asked without a bound.
#[derive(Debug)]
pub struct Asked<T>(T);

impl<T: ColumnType> Asked<T> {
    /// It has.
    pub const IS_COLUMN: bool = true;
}

/// For types that have none.
pub trait NoColumn {
    /// It has not.
    const IS_COLUMN: bool = false;
}

impl<T> NoColumn for Asked<T> {}

/// A condition.
#[derive(Debug)]
pub struct When<const YES: bool>;

/// A type, if a condition holds.
pub trait Choose<T> {
    /// That type, or one of which nothing is asked.
    type Type;
}

impl<T> Choose<T> for When<true> {
    type Type = T;
}

impl<T> Choose<T> for When<false> {
    type Type = Unasked;
}

/// In the place of what is not asked.
#[derive(Debug)]
pub struct Unasked;

impl DieselType for Unasked {
    type Sql = Self;
}

impl<T> SameSqlType<T> for T {}
// A point in time is the one on SQLite and the other on PostgreSQL.
#[cfg(all(feature = "sqlite", feature = "postgres"))]
impl SameSqlType<sql::Timestamptz> for sql::TimestamptzSqlite {}
#[cfg(all(feature = "sqlite", feature = "postgres"))]
#[diagnostic::do_not_recommend]
impl SameSqlType<sql::Nullable<sql::Timestamptz>> for sql::Nullable<sql::TimestamptzSqlite> {}

/// What a field is stored as, seen from a column of a `table!` that the user keeps.
#[diagnostic::on_unimplemented(
    message = "the field is stored as `{Self}`, but its column in your `table!` is `{Column}`",
    label = "does not fit the column",
    note = "change the field or the `table!` (an `Option` belongs to a `Nullable` column); where you implement diesel's traits for the type by hand, say `#[diesel(sql_type = ..)]` on the field"
)]
pub trait FitsColumn<Column> {
    /// Asked for, so that the bound is.
    const FITS: () = ();
}

impl<T> FitsColumn<T> for T {}
// Both hold a `serde_json::Value`.
impl FitsColumn<sql::Jsonb> for sql::Json {}
#[diagnostic::do_not_recommend]
impl FitsColumn<sql::Nullable<sql::Jsonb>> for sql::Nullable<sql::Json> {}
// A point in time is the one on SQLite and the other on PostgreSQL.
#[cfg(all(feature = "sqlite", feature = "postgres"))]
impl FitsColumn<sql::Timestamptz> for sql::TimestamptzSqlite {}
#[cfg(all(feature = "sqlite", feature = "postgres"))]
#[diagnostic::do_not_recommend]
impl FitsColumn<sql::Nullable<sql::Timestamptz>> for sql::Nullable<sql::TimestamptzSqlite> {}

macro_rules! diesel_types {
    ($($rust:ty => $sql:ty,)*) => {
        $(impl DieselType for $rust {
            type Sql = $sql;
        })*
    };
}

diesel_types! {
    bool => sql::Bool,
    i16 => sql::SmallInt,
    i32 => sql::Integer,
    i64 => sql::BigInt,
    f32 => sql::Float,
    f64 => sql::Double,
    String => sql::Text,
    Vec<u8> => sql::Binary,
}

impl<T: DieselType> DieselType for Option<T>
where
    T::Sql: sql::SqlType<IsNull = sql::is_nullable::NotNull>,
{
    type Sql = sql::Nullable<T::Sql>;
}

#[cfg(feature = "chrono")]
diesel_types! {
    chrono::NaiveDate => sql::Date,
    chrono::NaiveTime => sql::Time,
    chrono::NaiveDateTime => sql::Timestamp,
}

#[cfg(all(feature = "chrono", any(feature = "sqlite", feature = "postgres")))]
impl<Tz: chrono::TimeZone> DieselType for chrono::DateTime<Tz> {
    type Sql = super::DateTimeSqlType;
}

impl<T> DieselType for super::TimestampTz<T> {
    type Sql = super::TimestampTzSqlType;
}

/// Lists are columns on PostgreSQL; `Vec<u8>` is bytes.
#[cfg(feature = "postgres")]
impl<T: DieselType> DieselType for Vec<T>
where
    T::Sql: sql::SqlType<IsNull = sql::is_nullable::NotNull>,
{
    type Sql = sql::Array<T::Sql>;
}

#[cfg(feature = "time")]
diesel_types! {
    time::Date => sql::Date,
    time::Time => sql::Time,
    time::PrimitiveDateTime => sql::Timestamp,
}

#[cfg(all(feature = "time", any(feature = "sqlite", feature = "postgres")))]
diesel_types! {
    time::OffsetDateTime => super::DateTimeSqlType,
}

#[cfg(feature = "serde_json")]
diesel_types! {
    serde_json::Value => sql::Json,
}

#[cfg(feature = "decimal")]
diesel_types! {
    bigdecimal::BigDecimal => sql::Numeric,
    super::Decimal => super::DecimalSqlType,
}

#[cfg(feature = "uuid")]
diesel_types! {
    super::Uuid => super::UuidSqlType,
}

#[cfg(all(feature = "uuid", feature = "postgres"))]
diesel_types! {
    uuid::Uuid => sql::Uuid,
}
