//! Column types for which diesel has nothing that works on every database.
//!
//! [`Uuid`] (feature `uuid`) and [`Decimal`] (feature `decimal`) are newtypes that deref to what they
//! wrap. Their documentation says how each database stores them.

#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "diesel")]
pub(crate) mod diesel_type;
#[cfg(feature = "uuid")]
mod uuid;

#[cfg(feature = "decimal")]
pub use decimal::Decimal;
#[cfg(all(feature = "decimal", feature = "diesel"))]
pub use decimal::DecimalSqlType;
#[cfg(feature = "uuid")]
pub use uuid::Uuid;
#[cfg(all(feature = "uuid", feature = "diesel"))]
pub use uuid::UuidSqlType;

/// Reads the value of an enum from SQLite; `name` is that of the enum type.
#[cfg(feature = "sqlite")]
#[doc(hidden)]
pub fn sqlite_enum<T: crate::private::SqlEnum>(
    bytes: <diesel::sqlite::Sqlite as diesel::backend::Backend>::RawValue<'_>,
    name: &str,
) -> diesel::deserialize::Result<T> {
    use diesel::deserialize::FromSql;
    use diesel::sql_types::Text;
    use diesel::sqlite::Sqlite;

    let text = <String as FromSql<Text, Sqlite>>::from_sql(bytes)?;
    T::from_value(&text)
        .ok_or_else(|| format!("`{text}` is not a value of the enum type `{name}`").into())
}
