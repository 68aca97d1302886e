//! SQLite, in memory.

use super::{Database, column};
use diesel::Connection;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::connection::{Session, session};

pub(super) fn open() -> Option<Box<dyn Database>> {
    Some(Box::new(in_memory()))
}

pub(super) fn in_memory() -> SqliteConnection {
    SqliteConnection::establish(":memory:").unwrap()
}

impl Database for SqliteConnection {
    fn session(&mut self) -> Box<dyn Session + '_> {
        Box::new(session(self))
    }

    fn clear(&mut self) {
        *self = in_memory();
    }

    fn tables(&mut self) -> Vec<String> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        column(self, sql)
    }

    fn columns(&mut self, table: &str) -> Vec<String> {
        column(
            self,
            &format!("SELECT name FROM pragma_table_info('{table}')"),
        )
    }
}
