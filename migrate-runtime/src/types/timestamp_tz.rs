//! Points in time on every database.
//!
//! diesel has one type for PostgreSQL, another for SQLite, and none for MySQL, which keeps `TIMESTAMP` in
//! UTC; and it is diesel's to say what a `chrono::DateTime` can be bound to. So there are two ways: the
//! field's type as it is, for one backend, or [`TimestampTz`] around it, for all.

use std::fmt;
use std::ops::{Deref, DerefMut};

/// A point in time in a model that is used on several databases:
/// `TimestampTz<chrono::DateTime<chrono::Utc>>` or `TimestampTz<time::OffsetDateTime>`.
///
/// The column is the same as without it. A model for one database needs no more than the
/// `DateTime<Utc>` itself, which diesel then knows as its own type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimestampTz<T>(pub T);

impl<T> TimestampTz<T> {
    /// The point in time.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for TimestampTz<T> {
    type Target = T;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> DerefMut for TimestampTz<T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<T> From<T> for TimestampTz<T> {
    fn from(time: T) -> Self {
        Self(time)
    }
}

impl<T: fmt::Display> fmt::Display for TimestampTz<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "diesel")]
pub use on_diesel::{DateTimeSqlType, TimestampTzSqlType};

#[cfg(feature = "diesel")]
mod on_diesel {
    use super::TimestampTz;
    use diesel::query_builder::QueryId;
    use diesel::sql_types::{SingleValue, SqlType, is_nullable};

    /// The diesel type of [`TimestampTz`].
    #[derive(Debug, Clone, Copy, Default)]
    pub struct TimestampTzSqlType;

    impl SqlType for TimestampTzSqlType {
        type IsNull = is_nullable::NotNull;
        const IS_ARRAY: bool = false;
    }

    impl SingleValue for TimestampTzSqlType {}

    impl QueryId for TimestampTzSqlType {
        type QueryId = Self;
        const HAS_STATIC_QUERY_ID: bool = true;
    }

    crate::private::diesel_expression!([T,] [] TimestampTz<T>, TimestampTzSqlType);
    crate::private::diesel_expression!(@nullable [T,] TimestampTz<T>, TimestampTzSqlType);

    /// The diesel type of a bare `chrono::DateTime` or `time::OffsetDateTime` in a model that does not say
    /// its backend, `#[diesel(check_for_backend(..))]`: that of SQLite where the runtime has it, or that of
    /// PostgreSQL.
    #[cfg(feature = "sqlite")]
    pub type DateTimeSqlType = diesel::sql_types::TimestamptzSqlite;

    /// The diesel type of a bare `chrono::DateTime` or `time::OffsetDateTime`.
    #[cfg(all(feature = "postgres", not(feature = "sqlite")))]
    pub type DateTimeSqlType = diesel::sql_types::Timestamptz;

    /// No diesel type of a bare `chrono::DateTime` or `time::OffsetDateTime`: diesel has none here.
    #[cfg(not(any(feature = "postgres", feature = "sqlite")))]
    pub type DateTimeSqlType = TimestampTzSqlType;

    /// As diesel stores what is inside.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    macro_rules! as_inside {
        ($backend:ty, $sql:ty) => {
            impl<T> diesel::serialize::ToSql<TimestampTzSqlType, $backend> for TimestampTz<T>
            where
                T: diesel::serialize::ToSql<$sql, $backend>,
            {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut diesel::serialize::Output<'b, '_, $backend>,
                ) -> diesel::serialize::Result {
                    self.0.to_sql(out)
                }
            }

            impl<T> diesel::deserialize::FromSql<TimestampTzSqlType, $backend> for TimestampTz<T>
            where
                T: diesel::deserialize::FromSql<$sql, $backend>,
            {
                fn from_sql(
                    bytes: <$backend as diesel::backend::Backend>::RawValue<'_>,
                ) -> diesel::deserialize::Result<Self> {
                    T::from_sql(bytes).map(Self)
                }
            }
        };
    }

    #[cfg(feature = "postgres")]
    mod postgres {
        use super::{TimestampTz, TimestampTzSqlType};
        use diesel::pg::{Pg, PgTypeMetadata};
        use diesel::sql_types::{HasSqlType, Timestamptz};

        impl HasSqlType<TimestampTzSqlType> for Pg {
            fn metadata(lookup: &mut Self::MetadataLookup) -> PgTypeMetadata {
                <Self as HasSqlType<Timestamptz>>::metadata(lookup)
            }
        }

        as_inside!(Pg, Timestamptz);
    }

    #[cfg(feature = "sqlite")]
    mod sqlite {
        use super::{TimestampTz, TimestampTzSqlType};
        use diesel::sql_types::{HasSqlType, TimestamptzSqlite};
        use diesel::sqlite::{Sqlite, SqliteType};

        impl HasSqlType<TimestampTzSqlType> for Sqlite {
            fn metadata((): &mut ()) -> SqliteType {
                SqliteType::Text
            }
        }

        as_inside!(Sqlite, TimestamptzSqlite);
    }

    /// diesel's connections to MySQL speak UTC.
    #[cfg(feature = "mysql")]
    mod mysql {
        use super::TimestampTzSqlType;
        use diesel::mysql::{Mysql, MysqlType};
        use diesel::sql_types::HasSqlType;

        impl HasSqlType<TimestampTzSqlType> for Mysql {
            fn metadata((): &mut ()) -> MysqlType {
                MysqlType::Timestamp
            }
        }

        #[cfg(feature = "chrono")]
        mod on_chrono {
            use crate::types::{TimestampTz, TimestampTzSqlType};
            use chrono::{DateTime, Local, NaiveDateTime, TimeZone, Utc};
            use diesel::deserialize::{self, FromSql};
            use diesel::mysql::{Mysql, MysqlValue};
            use diesel::serialize::{self, Output, ToSql};
            use diesel::sql_types::Timestamp;

            impl<Tz: TimeZone> ToSql<TimestampTzSqlType, Mysql> for TimestampTz<DateTime<Tz>> {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                    let utc = self.0.naive_utc();
                    ToSql::<Timestamp, Mysql>::to_sql(&utc, &mut out.reborrow())
                }
            }

            fn read(value: MysqlValue<'_>) -> deserialize::Result<NaiveDateTime> {
                FromSql::<Timestamp, Mysql>::from_sql(value)
            }

            impl FromSql<TimestampTzSqlType, Mysql> for TimestampTz<DateTime<Utc>> {
                fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                    Ok(Self(Utc.from_utc_datetime(&read(value)?)))
                }
            }

            impl FromSql<TimestampTzSqlType, Mysql> for TimestampTz<DateTime<Local>> {
                fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                    Ok(Self(Local.from_utc_datetime(&read(value)?)))
                }
            }
        }

        #[cfg(feature = "time")]
        mod on_time {
            use crate::types::{TimestampTz, TimestampTzSqlType};
            use diesel::deserialize::{self, FromSql};
            use diesel::mysql::{Mysql, MysqlValue};
            use diesel::serialize::{self, Output, ToSql};
            use diesel::sql_types::Timestamp;
            use time::OffsetDateTime;

            impl ToSql<TimestampTzSqlType, Mysql> for TimestampTz<OffsetDateTime> {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                    ToSql::<Timestamp, Mysql>::to_sql(&self.0, out)
                }
            }

            impl FromSql<TimestampTzSqlType, Mysql> for TimestampTz<OffsetDateTime> {
                fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                    FromSql::<Timestamp, Mysql>::from_sql(value).map(Self)
                }
            }
        }
    }
}
