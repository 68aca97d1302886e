//! Exact numbers on every database.

use bigdecimal::{BigDecimal, ParseBigDecimalError};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::str::FromStr;

/// A column of exact numbers on every database: money, quantities, rates.
///
/// The field says its digits, `#[model(precision = 10, scale = 2)]`. PostgreSQL stores `NUMERIC`,
/// MySQL `DECIMAL`. SQLite has no exact numbers: it stores the text, digit for digit, so nothing is
/// rounded, but `ORDER BY` and `<` in its SQL compare as text: `'9.99' > '14.50'`. Where the order is
/// needed, cast in the query (`CAST(price AS REAL)`) or store cents in an `i64`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub BigDecimal);

impl Decimal {
    /// `digits` divided by ten to the power of `scale`: `Decimal::new(1450, 2)` is 14.50.
    #[must_use]
    pub fn new(digits: i64, scale: i64) -> Self {
        Self(BigDecimal::new(digits.into(), scale))
    }

    /// The number.
    #[must_use]
    pub fn into_inner(self) -> BigDecimal {
        self.0
    }
}

impl Deref for Decimal {
    type Target = BigDecimal;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Decimal {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<BigDecimal> for Decimal {
    fn from(number: BigDecimal) -> Self {
        Self(number)
    }
}

impl From<Decimal> for BigDecimal {
    fn from(number: Decimal) -> Self {
        number.0
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(number.into())
    }
}

impl FromStr for Decimal {
    type Err = ParseBigDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Without an exponent, whatever the size.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match f.precision() {
            Some(digits) => {
                let digits = i64::try_from(digits).unwrap_or(i64::MAX);
                self.0
                    .with_scale_round(digits, bigdecimal::RoundingMode::HalfEven)
            }
            None => self.0.clone(),
        }
        .to_plain_string();
        let (is_nonnegative, digits) = match text.strip_prefix('-') {
            Some(digits) => (false, digits),
            None => (true, text.as_str()),
        };
        f.pad_integral(is_nonnegative, "", digits)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({})", self.0.to_plain_string())
    }
}

#[cfg(feature = "diesel")]
pub use on_diesel::DecimalSqlType;

#[cfg(feature = "diesel")]
mod on_diesel {
    use super::Decimal;
    use diesel::query_builder::QueryId;
    use diesel::sql_types::{SingleValue, SqlType, is_nullable};

    /// The diesel type of [`Decimal`].
    ///
    /// Not diesel's own `Numeric`: on SQLite that is a floating-point number, and diesel refuses to
    /// bind anything else to it.
    #[derive(Debug, Clone, Copy, Default)]
    pub struct DecimalSqlType;

    impl SqlType for DecimalSqlType {
        type IsNull = is_nullable::NotNull;
        const IS_ARRAY: bool = false;
    }

    impl SingleValue for DecimalSqlType {}

    impl QueryId for DecimalSqlType {
        type QueryId = Self;
        const HAS_STATIC_QUERY_ID: bool = true;
    }

    crate::private::diesel_expression!(Decimal, DecimalSqlType);

    #[cfg(feature = "sqlite")]
    mod sqlite {
        use super::{Decimal, DecimalSqlType};
        use diesel::backend::Backend;
        use diesel::deserialize::{self, FromSql};
        use diesel::serialize::{self, IsNull, Output, ToSql};
        use diesel::sql_types::{HasSqlType, Text};
        use diesel::sqlite::{Sqlite, SqliteType};

        impl HasSqlType<DecimalSqlType> for Sqlite {
            fn metadata((): &mut ()) -> SqliteType {
                SqliteType::Text
            }
        }

        impl ToSql<DecimalSqlType, Sqlite> for Decimal {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.to_plain_string());
                Ok(IsNull::No)
            }
        }

        /// Reads the text; SQLite makes one of a number, too.
        impl FromSql<DecimalSqlType, Sqlite> for Decimal {
            fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let text = <String as FromSql<Text, Sqlite>>::from_sql(bytes)?;
                let number = text
                    .trim()
                    .parse()
                    .map_err(|error| format!("`{text}` is not a number: {error}"))?;
                Ok(number)
            }
        }
    }

    /// As diesel stores a `BigDecimal`.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    macro_rules! numeric {
        ($backend:ty, $metadata:ty) => {
            impl diesel::sql_types::HasSqlType<DecimalSqlType> for $backend {
                fn metadata(lookup: &mut Self::MetadataLookup) -> $metadata {
                    <Self as diesel::sql_types::HasSqlType<diesel::sql_types::Numeric>>::metadata(
                        lookup,
                    )
                }
            }

            impl diesel::serialize::ToSql<DecimalSqlType, $backend> for Decimal {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut diesel::serialize::Output<'b, '_, $backend>,
                ) -> diesel::serialize::Result {
                    diesel::serialize::ToSql::<diesel::sql_types::Numeric, $backend>::to_sql(
                        &self.0, out,
                    )
                }
            }

            impl diesel::deserialize::FromSql<DecimalSqlType, $backend> for Decimal {
                fn from_sql(
                    bytes: <$backend as diesel::backend::Backend>::RawValue<'_>,
                ) -> diesel::deserialize::Result<Self> {
                    diesel::deserialize::FromSql::<diesel::sql_types::Numeric, $backend>::from_sql(
                        bytes,
                    )
                    .map(Self)
                }
            }
        };
    }

    #[cfg(feature = "postgres")]
    numeric!(diesel::pg::Pg, diesel::pg::PgTypeMetadata);
    #[cfg(feature = "mysql")]
    numeric!(diesel::mysql::Mysql, diesel::mysql::MysqlType);
}
