//! A [`Session`] of any diesel connection.

use super::{DatabaseError, MigrateBackend, Row, RunAccess, Session};
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
#[cfg(any(feature = "sqlite", feature = "cli-postgres", feature = "cli-mysql"))]
pub(super) struct Owned<C>(pub(super) C);

#[cfg(any(feature = "sqlite", feature = "cli-postgres", feature = "cli-mysql"))]
impl<C> Session for Owned<C>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    fn backend(&self) -> Backend {
        C::Backend::BACKEND
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
        <C::Backend as MigrateBackend>::run_access(&mut self.0)
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

pub(super) fn refused(sql: &str, error: &Error) -> DatabaseError {
    let (message, details) = match error {
        Error::DatabaseError(_, information) => {
            let details = information.details().map(str::to_owned);
            (information.message().to_owned(), details)
        }
        other => (other.to_string(), None),
    };
    DatabaseError {
        message,
        details,
        sql: sql.to_owned(),
    }
}
