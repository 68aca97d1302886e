//! A PostgreSQL database with rows that goes from one schema to another and back.

use super::server::Database;
use crate::live::{self, Empty};
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::{Dialect, Postgres};
use migrate_runtime::schema::Schema;

pub(super) type Live = live::Live<Database>;

impl Empty for Database {
    const ROW_OF_T: &'static str = "INSERT INTO t DEFAULT VALUES";

    fn empty() -> Option<Self> {
        Self::new()
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &Postgres
    }

    fn clear(&mut self) {
        self.batch(
            "DROP SCHEMA IF EXISTS s2 CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
        )
        .unwrap();
    }
}

impl Live {
    /// The server's: 15.
    pub(super) fn version(&mut self) -> u32 {
        self.rows("SELECT current_setting('server_version_num')::int / 10000")[0]
            .parse()
            .unwrap()
    }
}

pub(super) fn comparable(schema: &Schema) -> Schema {
    live::comparable(schema, &Postgres)
}
