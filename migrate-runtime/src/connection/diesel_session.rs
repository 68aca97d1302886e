//! A [`Session`] of any diesel connection.

use super::{DatabaseError, MigrateBackend, OpenError, Row, RunAccess, Session};
use crate::schema::Backend;
use diesel::connection::{LoadConnection, TransactionManager};
use diesel::result::{Error, QueryResult};

/// The session of a diesel connection: plain, pooled, or wrapped in whatever way.
pub fn session<C>(connection: &mut C) -> impl Session
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    DieselSession(connection)
}

struct DieselSession<'a, C>(&'a mut C);

impl<C> Session for DieselSession<'_, C>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    fn backend(&self) -> Backend {
        C::Backend::BACKEND
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.0
            .batch_execute(sql)
            .map_err(|error| refused(sql, &error))
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        load(self.0, sql).map_err(|error| refused(sql, &error))
    }

    fn in_transaction(&mut self) -> bool {
        let status = C::TransactionManager::transaction_manager_status_mut(self.0);
        // A broken manager means a transaction that could not be ended.
        !matches!(status.transaction_depth(), Ok(None))
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        <C::Backend as MigrateBackend>::run_access(self.0)
    }
}

/// A session that owns its connection.
#[cfg(feature = "sqlite")]
struct OwnedSqlite(diesel::sqlite::SqliteConnection);

/// Opens an SQLite database; the file is created where there is none.
#[cfg(feature = "sqlite")]
pub(super) fn open_sqlite(location: &str) -> Result<Box<dyn Session>, OpenError> {
    use diesel::Connection;
    match diesel::sqlite::SqliteConnection::establish(location) {
        Ok(connection) => Ok(Box::new(OwnedSqlite(connection))),
        Err(error) => Err(OpenError::Refused {
            backend: Backend::Sqlite,
            location: location.to_owned(),
            message: error.to_string(),
        }),
    }
}

#[cfg(feature = "sqlite")]
impl Session for OwnedSqlite {
    fn backend(&self) -> Backend {
        Backend::Sqlite
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        DieselSession(&mut self.0).batch(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        DieselSession(&mut self.0).query(sql)
    }

    fn in_transaction(&mut self) -> bool {
        DieselSession(&mut self.0).in_transaction()
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        MigrateBackend::run_access(&mut self.0)
    }
}

fn load<C>(connection: &mut C, sql: &str) -> QueryResult<Vec<Row>>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    connection
        .load(diesel::sql_query(sql))?
        .map(|row| Ok(Row(C::Backend::cells(&row?))))
        .collect()
}

fn refused(sql: &str, error: &Error) -> DatabaseError {
    let message = match error {
        Error::DatabaseError(_, information) => information.message().to_owned(),
        other => other.to_string(),
    };
    DatabaseError {
        message,
        sql: sql.to_owned(),
    }
}
