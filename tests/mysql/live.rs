//! A MySQL or MariaDB database with rows that goes from one schema to another and back.

use super::server::Database;
use crate::live::{self, Empty};
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::{Dialect, Mysql};

pub(super) type Live = live::Live<Database>;

impl Empty for Database {
    const ROW_OF_T: &'static str = "INSERT INTO t () VALUES ()";

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
