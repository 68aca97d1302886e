//! SQLite: its values as cells, its queries collected, its files opened.

use super::backend::{MigrateBackend, sealed};
use super::collect::{BindData, ErasedBackend, collected};
use super::diesel_session::Owned;
use super::erased::{ErasedConnection, ErasedQuery};
use super::{Cell, OpenError, RunAccess, Session};
use crate::schema::Backend;
use diesel::Connection;
use diesel::connection::LoadConnection;
use diesel::query_builder::{CollectedQuery, MoveableBindCollector, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::Field;
use diesel::sqlite::{Sqlite, SqliteConnection, SqliteType};

impl sealed::Sealed for Sqlite {}

impl MigrateBackend for Sqlite {
    const BACKEND: Backend = Backend::Sqlite;

    fn cell<'f>(field: &impl Field<'f, Self>) -> Cell {
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

impl ErasedBackend for Sqlite {
    type Collected = CollectedQuery<BindData<Self>>;

    fn collect(
        query: &dyn QueryFragment<Self>,
        _: &mut ErasedConnection<'_, Self>,
    ) -> QueryResult<Self::Collected> {
        let query = ErasedQuery(query);
        let mut binds = <Self as diesel::backend::Backend>::BindCollector::default();
        query.collect_binds(&mut binds, &mut (), &Self)?;
        collected(&query, binds.moveable())
    }
}

/// Opens a database; the file is created where there is none.
pub(super) fn open(location: &str) -> Result<Box<dyn Session>, OpenError> {
    match SqliteConnection::establish(location) {
        Ok(connection) => Ok(Box::new(Owned(connection))),
        Err(error) => Err(OpenError::Refused {
            backend: Backend::Sqlite,
            location: location.to_owned(),
            message: error.to_string(),
        }),
    }
}
