//! The values of enum types on their way into and out of each backend, for what `derive(SqlEnum)` writes.

use crate::private::SqlEnum;
use diesel::deserialize;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::serialize::{self, IsNull, Output};

/// The variant of a value; `name` is that of the enum type.
fn variant<T: SqlEnum>(value: &str, name: &str) -> deserialize::Result<T> {
    T::from_value(value)
        .ok_or_else(|| format!("`{value}` is not a value of the enum type `{name}`").into())
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn write(value: &str, mut out: impl std::io::Write) -> serialize::Result {
    out.write_all(value.as_bytes())?;
    Ok(IsNull::No)
}

/// Reads a value from SQLite, which has it as text.
#[cfg(feature = "sqlite")]
pub fn from_sqlite<T: SqlEnum>(
    bytes: <diesel::sqlite::Sqlite as diesel::backend::Backend>::RawValue<'_>,
    name: &str,
) -> deserialize::Result<T> {
    use diesel::deserialize::FromSql;
    use diesel::sql_types::Text;
    use diesel::sqlite::Sqlite;

    let text = <String as FromSql<Text, Sqlite>>::from_sql(bytes)?;
    variant(&text, name)
}

/// Reads a value from PostgreSQL.
#[cfg(feature = "postgres")]
pub fn from_postgres<T: SqlEnum>(
    value: &diesel::pg::PgValue<'_>,
    name: &str,
) -> deserialize::Result<T> {
    variant(std::str::from_utf8(value.as_bytes())?, name)
}

/// Writes a value to PostgreSQL.
#[cfg(feature = "postgres")]
pub fn to_postgres<T: SqlEnum>(
    value: &T,
    out: &mut Output<'_, '_, diesel::pg::Pg>,
) -> serialize::Result {
    write(value.value(), out)
}

/// The type of that name, `status` or `schema.status`, which the server numbers.
#[cfg(feature = "postgres")]
pub fn postgres_type(
    lookup: &mut dyn diesel::pg::PgMetadataLookup,
    name: &str,
) -> diesel::pg::PgTypeMetadata {
    match name.split_once('.') {
        Some((schema, name)) => lookup.lookup_type(name, Some(schema)),
        None => lookup.lookup_type(name, None),
    }
}

/// Reads a value from MySQL.
#[cfg(feature = "mysql")]
pub fn from_mysql<T: SqlEnum>(
    value: &diesel::mysql::MysqlValue<'_>,
    name: &str,
) -> deserialize::Result<T> {
    variant(std::str::from_utf8(value.as_bytes())?, name)
}

/// Writes a value to MySQL.
#[cfg(feature = "mysql")]
pub fn to_mysql<T: SqlEnum>(
    value: &T,
    out: &mut Output<'_, '_, diesel::mysql::Mysql>,
) -> serialize::Result {
    write(value.value(), out)
}
