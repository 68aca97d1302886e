//! The kinds of databases that the shared tests run on.
//!
//! A test that says nothing of one database takes a [`Database`] and runs on each. A new kind is a file beside
//! this one and a line in `KINDS`.

#[cfg(unix)]
mod mysql;
#[cfg(unix)]
mod postgres;
mod sqlite;

use migrate_runtime::connection::{DatabaseError, Row, RunAccess, Session};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, Report, RunError};
use migrate_runtime::schema::Backend;

/// An empty database, on a connection of diesel, as an application has it.
pub(crate) trait Database {
    fn session(&mut self) -> Box<dyn Session + '_>;

    /// Empties it.
    fn clear(&mut self);

    /// The names of all tables, sorted.
    fn tables(&mut self) -> Vec<String>;

    /// The names of the columns of a table, in their order.
    fn columns(&mut self, table: &str) -> Vec<String>;
}

type Open = fn() -> Option<Box<dyn Database>>;

const KINDS: &[(&str, Open)] = &[
    ("SQLite", sqlite::open),
    #[cfg(unix)]
    ("PostgreSQL", postgres::open),
    #[cfg(unix)]
    ("MariaDB", mysql::open),
];

/// Runs a test on an empty database of each kind that there is here.
pub(crate) fn each(test: impl Fn(&mut dyn Database)) {
    each_of_its_own(|mut database| test(&mut *database));
}

/// As [`each`], for what keeps the database.
pub(crate) fn each_of_its_own(test: impl Fn(Box<dyn Database>)) {
    for (kind, open) in KINDS {
        if let Some(database) = open() {
            said(kind);
            insta::allow_duplicates!(test(database));
        }
    }
}

/// An empty database of SQLite.
pub(crate) fn sqlite() -> Box<dyn Database> {
    Box::new(sqlite::in_memory())
}

#[expect(clippy::print_stdout, reason = "it is shown where the test fails")]
fn said(kind: &str) {
    println!("on {kind}:");
}

/// Counts the requests that reach a database.
pub(crate) struct Counting<'s>(pub(crate) Box<dyn Session + 's>, pub(crate) usize);

impl Session for Counting<'_> {
    fn backend(&self) -> Backend {
        self.0.backend()
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.1 += 1;
        self.0.batch(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        self.1 += 1;
        self.0.query(sql)
    }

    fn in_transaction(&mut self) -> bool {
        self.0.in_transaction()
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        self.0.run_access()
    }
}

/// Runs SQL.
#[track_caller]
pub(crate) fn run(database: &mut dyn Database, sql: &str) {
    database.session().batch(sql).unwrap();
}

/// The first column of a query.
#[track_caller]
pub(crate) fn column(database: &mut dyn Database, sql: &str) -> Vec<String> {
    let rows = database.session().query(sql).unwrap();
    rows.iter()
        .map(|row| row.text(0).unwrap_or_default())
        .collect()
}

/// Brings it to the head of a chain.
pub(crate) fn upgrade(database: &mut dyn Database, schema: &SchemaDef) -> Result<Report, RunError> {
    Migrator::new(schema).upgrade(&mut *database.session(), "head")
}
