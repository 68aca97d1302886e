//! A run is killed right before or right behind one statement of a person's: the next one believes an error
//! only where it says that this statement was done.

use super::server::{Database, Plain};
use crate::runner::chains::chain;
use diesel::Connection;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{Migration, OperationDef, sql};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, RunError};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What each case begins with.
const GIVEN: &str = "CREATE TABLE p (id int PRIMARY KEY); \
     CREATE TABLE t (x int, y int, KEY by_x (x)); \
     CREATE TABLE old (x int); \
     CREATE VIEW seen AS SELECT 1 AS x";

/// A chain of one migration that says this.
fn chain_of(text: &'static str) -> &'static SchemaDef {
    let operations: &'static [OperationDef] = Box::leak(Box::new([sql(text)]));
    let migrations = Box::leak(Box::new([Migration::new("a").upgrade(operations)]));
    Box::leak(Box::new(chain(migrations)))
}

/// What the next run says after one that was killed at the statement, which the server did or did not do.
fn after_a_death(
    database: &mut Database,
    text: &'static str,
    was_done: bool,
) -> Result<(), RunError> {
    let schema = chain_of(text);
    database.batch(GIVEN).unwrap();
    let mut connection = Plain::establish(&database.url).unwrap();
    let killed = catch_unwind(AssertUnwindSafe(|| {
        let mut migrator = Migrator::new(schema).progress(|event: &Event<'_>| {
            if matches!(event, Event::Statement { sql } if *sql == text) {
                if was_done {
                    database.batch(text).unwrap();
                }
                resume_unwind(Box::new("killed"));
            }
        });
        let _ = migrator.upgrade(&mut session(&mut connection), "heads");
    }));
    assert!(killed.is_err(), "{text}: it was not run");
    drop(connection);
    Migrator::new(schema).upgrade(database, "heads").map(|_| ())
}

#[test]
fn an_error_that_says_so_is_believed() {
    for text in [
        "CREATE TABLE made AS SELECT 1 AS x",
        "-- why\nCREATE VIEW made AS SELECT 1",
        "CREATE INDEX i ON t (x)",
        "DROP TABLE old",
        "/* why */ DROP VIEW seen",
        "DROP INDEX by_x ON t",
        "RENAME TABLE old TO fresh",
        "ALTER TABLE `old` RENAME `fresh`",
        "ALTER TABLE t ADD COLUMN z int",
        "ALTER TABLE t ADD PRIMARY KEY (x)",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES p (id)",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0)",
        "ALTER TABLE t DROP COLUMN y",
        "ALTER TABLE t RENAME COLUMN y TO z",
        "ALTER TABLE t CHANGE y z bigint",
        "ALTER TABLE t RENAME INDEX by_x TO of_x",
    ] {
        for was_done in [true, false] {
            let Some(mut database) = Database::new() else {
                return;
            };
            after_a_death(&mut database, text, was_done)
                .unwrap_or_else(|error| panic!("{text}, done {was_done}: {error}"));
        }
    }
}

#[test]
fn an_error_with_another_reason_is_not() {
    for (text, error) in [
        (
            "CREATE TABLE made AS SELECT * FROM missing",
            "missing' doesn't exist",
        ),
        (
            "CREATE VIEW made AS SELECT missing FROM t",
            "Unknown column 'missing'",
        ),
        ("CREATE INDEX i ON missing (x)", "missing' doesn't exist"),
        ("DROP INDEX i ON missing", "missing' doesn't exist"),
        ("RENAME TABLE old TO t", "'t' already exists"),
        (
            "ALTER TABLE missing ADD COLUMN x int",
            "missing' doesn't exist",
        ),
        (
            "ALTER TABLE missing RENAME COLUMN x TO y",
            "missing' doesn't exist",
        ),
        (
            "ALTER TABLE t RENAME COLUMN x TO y",
            "Duplicate column name 'y'",
        ),
        (
            "ALTER TABLE t MODIFY missing int",
            "Unknown column 'missing'",
        ),
    ] {
        let Some(mut database) = Database::new() else {
            return;
        };
        let next = after_a_death(&mut database, text, false);
        let said = next.expect_err(text).to_string();
        assert!(said.contains(error), "{text}: {said}");
        let rows = database.query("SELECT revision FROM __migrate_version");
        assert!(rows.unwrap().is_empty(), "{text}");
    }
}
