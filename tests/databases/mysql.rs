//! MySQL or MariaDB, a database of its own on the server of the tests.

use super::{Database, column};
use crate::live::Empty;
use crate::mysql::server;
use migrate_runtime::connection::{Session, session};

pub(super) fn open() -> Option<Box<dyn Database>> {
    Some(Box::new(server::Database::new()?))
}

impl Database for server::Database {
    fn session(&mut self) -> Box<dyn Session + '_> {
        Box::new(session(&mut self.connection))
    }

    fn clear(&mut self) {
        Empty::clear(self);
    }

    fn tables(&mut self) -> Vec<String> {
        let sql = "SELECT table_name FROM information_schema.tables \
                   WHERE table_schema = DATABASE() ORDER BY 1";
        column(self, sql)
    }

    fn columns(&mut self, table: &str) -> Vec<String> {
        let sql =
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()";
        column(
            self,
            &format!("{sql} AND table_name = '{table}' ORDER BY ordinal_position"),
        )
    }
}
