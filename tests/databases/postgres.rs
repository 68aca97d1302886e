//! PostgreSQL, a database of its own on the server of the tests.

use super::{Database, column, run};
use crate::postgres::server;
use diesel::Connection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use migrate_runtime::connection::{Session, session};

struct Postgres {
    connection: AsyncConnectionWrapper<AsyncPgConnection>,
    /// Dropped with it.
    _database: server::Database,
}

pub(super) fn open() -> Option<Box<dyn Database>> {
    let database = server::Database::new()?;
    let connection = AsyncConnectionWrapper::establish(&database.url).unwrap();
    Some(Box::new(Postgres {
        connection,
        _database: database,
    }))
}

impl Database for Postgres {
    fn session(&mut self) -> Box<dyn Session + '_> {
        Box::new(session(&mut self.connection))
    }

    fn clear(&mut self) {
        run(self, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }

    fn tables(&mut self) -> Vec<String> {
        let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
        column(self, sql)
    }

    fn columns(&mut self, table: &str) -> Vec<String> {
        let sql = "SELECT attname::text FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped";
        column(
            self,
            &format!("{sql} AND attrelid = '{table}'::regclass ORDER BY attnum"),
        )
    }
}
