//! Which of diesel's backends a chain can be applied to.

use super::collect::ErasedBackend;
use super::{Cell, ErasedConnection, RunAccess};
use crate::schema;
use diesel::connection::LoadConnection;
use diesel::row::{Field, Row};

mod sealed {
    pub trait Sealed {}
}

/// A diesel backend that migrations can run on. The feature of the same name implements it.
#[diagnostic::on_unimplemented(
    message = "migrations do not run on `{Self}`",
    note = "enable the feature of this database on `migrate-runtime`: `features = [\"sqlite\"]`"
)]
pub trait MigrateBackend: ErasedBackend + sealed::Sealed {
    /// Which one it is.
    const BACKEND: schema::Backend;

    /// The value of a field, of whatever type the database says it has.
    #[doc(hidden)]
    fn cell<'f>(field: &impl Field<'f, Self>) -> Cell;

    /// The connection as a `run` step gets it.
    #[doc(hidden)]
    fn run_access<C>(connection: &mut C) -> RunAccess<'_>
    where
        C: LoadConnection<Backend = Self>;

    /// All values of a row.
    #[doc(hidden)]
    fn cells<'r>(row: &impl Row<'r, Self>) -> Vec<Cell> {
        (0..row.field_count())
            .map(|index| {
                row.get(index)
                    .map_or(Cell::Null, |field| Self::cell(&field))
            })
            .collect()
    }
}

#[cfg(feature = "sqlite")]
impl sealed::Sealed for diesel::sqlite::Sqlite {}

#[cfg(feature = "sqlite")]
impl MigrateBackend for diesel::sqlite::Sqlite {
    const BACKEND: schema::Backend = schema::Backend::Sqlite;

    fn cell<'f>(field: &impl Field<'f, Self>) -> Cell {
        use diesel::sqlite::SqliteType;
        let Some(mut value) = field.value() else {
            return Cell::Null;
        };
        match value.value_type() {
            None => Cell::Null,
            Some(SqliteType::Long | SqliteType::Integer | SqliteType::SmallInt) => {
                Cell::Integer(value.read_long())
            }
            Some(SqliteType::Double | SqliteType::Float) => Cell::Real(value.read_double()),
            Some(SqliteType::Binary) => Cell::Blob(value.read_blob().to_vec()),
            Some(_) => Cell::Text(value.read_text().to_owned()),
        }
    }

    fn run_access<C>(connection: &mut C) -> RunAccess<'_>
    where
        C: LoadConnection<Backend = Self>,
    {
        RunAccess::sqlite_connection(ErasedConnection::inside_transaction(connection))
    }
}
