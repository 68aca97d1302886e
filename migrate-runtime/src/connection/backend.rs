//! Which of diesel's backends a chain can be applied to.

use super::collect::ErasedBackend;
use super::{Cell, RunAccess};
use crate::schema;
use diesel::connection::LoadConnection;
use diesel::row::{Field, Row};

pub(super) mod sealed {
    pub trait Sealed {}
}

/// A diesel backend that migrations can run on. The feature of the same name implements it.
#[diagnostic::on_unimplemented(
    message = "migrations do not run on `{Self}`",
    note = "enable the feature of this database on `migrate-runtime`: `features = [\"sqlite\"]`, `[\"postgres\"]` or `[\"mysql\"]`"
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
