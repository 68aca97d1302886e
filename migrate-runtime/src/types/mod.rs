//! Column types for which diesel has nothing that works on every database.
//!
//! One model works on every backend. [`Uuid`] (feature `uuid`) and [`Decimal`] (feature `decimal`) are newtypes that deref to what they
//! wrap. Their documentation says how each database stores them.

#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "diesel")]
pub(crate) mod diesel_type;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#[doc(hidden)]
pub mod sql_enum;
mod timestamp_tz;
#[cfg(feature = "uuid")]
mod uuid;

#[cfg(feature = "decimal")]
pub use decimal::Decimal;
#[cfg(all(feature = "decimal", feature = "diesel"))]
pub use decimal::DecimalSqlType;
pub use timestamp_tz::TimestampTz;
#[cfg(feature = "diesel")]
pub use timestamp_tz::{DateTimeSqlType, TimestampTzSqlType};
#[cfg(feature = "uuid")]
pub use uuid::Uuid;
#[cfg(all(feature = "uuid", feature = "diesel"))]
pub use uuid::UuidSqlType;
