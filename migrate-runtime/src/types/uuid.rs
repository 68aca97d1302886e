//! UUIDs on every database.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

/// A UUID column on every database.
///
/// SQLite stores the hyphenated lower-case text, which its shell and other programs read, and which
/// sorts as the bytes do; a 16-byte blob is read as well. PostgreSQL stores `uuid`; MySQL
/// `BINARY(16)`, MariaDB `UUID`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub ::uuid::Uuid);

impl Uuid {
    /// A random UUID (version 4).
    #[must_use]
    pub fn new_v4() -> Self {
        Self(::uuid::Uuid::new_v4())
    }

    /// The UUID of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(::uuid::Uuid::from_bytes(bytes))
    }
}

impl Deref for Uuid {
    type Target = ::uuid::Uuid;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<::uuid::Uuid> for Uuid {
    fn from(uuid: ::uuid::Uuid) -> Self {
        Self(uuid)
    }
}

impl From<Uuid> for ::uuid::Uuid {
    fn from(uuid: Uuid) -> Self {
        uuid.0
    }
}

impl FromStr for Uuid {
    type Err = ::uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(feature = "diesel")]
pub use on_diesel::UuidSqlType;

#[cfg(feature = "diesel")]
mod on_diesel {
    use super::Uuid;
    use diesel::query_builder::QueryId;
    use diesel::sql_types::{SingleValue, SqlType, is_nullable};

    /// The diesel type of [`Uuid`].
    #[derive(Debug, Clone, Copy, Default)]
    pub struct UuidSqlType;

    impl SqlType for UuidSqlType {
        type IsNull = is_nullable::NotNull;
        const IS_ARRAY: bool = false;
    }

    impl SingleValue for UuidSqlType {}

    impl QueryId for UuidSqlType {
        type QueryId = Self;
        const HAS_STATIC_QUERY_ID: bool = true;
    }

    crate::private::diesel_expression!(Uuid, UuidSqlType);

    #[cfg(feature = "sqlite")]
    mod sqlite {
        use super::{Uuid, UuidSqlType};
        use diesel::backend::Backend;
        use diesel::deserialize::{self, FromSql};
        use diesel::serialize::{self, IsNull, Output, ToSql};
        use diesel::sql_types::{Binary, HasSqlType, Text};
        use diesel::sqlite::{Sqlite, SqliteType};

        impl HasSqlType<UuidSqlType> for Sqlite {
            fn metadata((): &mut ()) -> SqliteType {
                SqliteType::Text
            }
        }

        impl ToSql<UuidSqlType, Sqlite> for Uuid {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.hyphenated().to_string());
                Ok(IsNull::No)
            }
        }

        impl FromSql<UuidSqlType, Sqlite> for Uuid {
            fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                if matches!(bytes.value_type(), Some(SqliteType::Binary)) {
                    let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(bytes)?;
                    return Ok(Self(::uuid::Uuid::from_slice(&bytes)?));
                }
                let text = <String as FromSql<Text, Sqlite>>::from_sql(bytes)?;
                Ok(text.parse()?)
            }
        }
    }

    #[cfg(feature = "postgres")]
    mod postgres {
        use super::{Uuid, UuidSqlType};
        use diesel::deserialize::{self, FromSql};
        use diesel::pg::{Pg, PgTypeMetadata, PgValue};
        use diesel::serialize::{self, IsNull, Output, ToSql};
        use diesel::sql_types::HasSqlType;
        use std::io::Write as _;

        impl HasSqlType<UuidSqlType> for Pg {
            fn metadata(lookup: &mut Self::MetadataLookup) -> PgTypeMetadata {
                <Self as HasSqlType<diesel::sql_types::Uuid>>::metadata(lookup)
            }
        }

        impl ToSql<UuidSqlType, Pg> for Uuid {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.0.as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<UuidSqlType, Pg> for Uuid {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(::uuid::Uuid::from_slice(value.as_bytes())?))
            }
        }
    }

    /// MySQL has the bytes; MariaDB takes them for its own type, and gives back the text.
    #[cfg(feature = "mysql")]
    mod mysql {
        use super::{Uuid, UuidSqlType};
        use diesel::deserialize::{self, FromSql};
        use diesel::mysql::{Mysql, MysqlType, MysqlValue};
        use diesel::serialize::{self, IsNull, Output, ToSql};
        use diesel::sql_types::HasSqlType;
        use std::io::Write as _;

        impl HasSqlType<UuidSqlType> for Mysql {
            fn metadata((): &mut ()) -> MysqlType {
                MysqlType::Blob
            }
        }

        impl ToSql<UuidSqlType, Mysql> for Uuid {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                out.write_all(self.0.as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<UuidSqlType, Mysql> for Uuid {
            fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                let bytes = value.as_bytes();
                if bytes.len() == 16 {
                    return Ok(Self(::uuid::Uuid::from_slice(bytes)?));
                }
                Ok(std::str::from_utf8(bytes)?.parse()?)
            }
        }
    }
}
