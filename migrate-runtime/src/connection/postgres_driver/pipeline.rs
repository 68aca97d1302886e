//! The session of a connection that takes a query while the rows of another are on their way.
//!
//! The server then works on the next query while the rows of the last are read here.

use crate::connection::diesel_session::{Owned, refused};
use crate::connection::driver_runtime::Shared;
use crate::connection::{DatabaseError, MigrateBackend, Row, RunAccess, Session};
use crate::schema::Backend;
use diesel::pg::Pg;
use diesel::result::QueryResult;
use diesel_async::async_connection_wrapper::{AsyncConnectionWrapper, BlockOn};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};
use futures_util::TryStreamExt;
use futures_util::future::try_join_all;

/// What drives it one by one is the wrapper, as for any other connection.
pub(super) struct Pipeline(Owned<AsyncConnectionWrapper<AsyncPgConnection, Shared>>);

impl Pipeline {
    pub(super) fn new(connection: AsyncPgConnection) -> Self {
        Self(Owned(connection.into()))
    }
}

impl Session for Pipeline {
    fn backend(&self) -> Backend {
        self.0.backend()
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.0.batch(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        self.queries(&[sql]).map(|mut found| found.remove(0))
    }

    fn queries(&mut self, texts: &[&str]) -> Result<Vec<Vec<Row>>, DatabaseError> {
        let connection: &AsyncPgConnection = &self.0.0;
        let all = texts.iter().map(|sql| async move {
            let rows = rows(connection, sql).await;
            rows.map_err(|error| refused(sql, &error))
        });
        Shared::get_runtime().block_on(try_join_all(all))
    }

    fn in_transaction(&mut self) -> bool {
        self.0.in_transaction()
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        self.0.run_access()
    }
}

async fn rows(mut connection: &AsyncPgConnection, sql: &str) -> QueryResult<Vec<Row>> {
    let rows = connection.load(diesel::sql_query(sql)).await?;
    rows.map_ok(|row| Row(Pg::cells(&row))).try_collect().await
}
