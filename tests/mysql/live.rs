//! A MySQL or MariaDB database with rows that goes from one schema to another and back.

use super::server::Database;
use crate::live::{self, Empty};
use migrate_runtime::autogenerate::{Drift, drift};
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::{Dialect, Mysql};
use migrate_runtime::introspect::introspect_beside;
use migrate_runtime::schema::Schema;

pub(super) type Live = live::Live<Database>;

impl Empty for Database {
    fn empty() -> Option<Self> {
        Self::new()
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &Mysql
    }

    fn clear(&mut self) {
        let name = self.name.clone();
        self.batch(&format!(
            "DROP DATABASE {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4; USE {name}"
        ))
        .unwrap();
    }
}

/// What a database that those statements made has, other than the chain: blocking, and on top.
pub(super) fn found(live: &mut Live, sql: &str, chain: &Schema) -> (Vec<String>, Vec<String>) {
    live.reset();
    live.run(sql);
    let database = introspect_beside(&mut live.database, chain).unwrap();
    let (blocking, extra): (Vec<_>, Vec<_>) = drift(chain, &database, &Mysql)
        .into_iter()
        .partition(|drift| drift.blocking);
    let text = |list: Vec<Drift>| list.into_iter().map(|drift| drift.description).collect();
    (text(blocking), text(extra))
}
