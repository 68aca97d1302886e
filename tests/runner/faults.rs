//! Rebuilds of a filled table while something goes wrong around them: a process that dies at any statement,
//! readers, write-ahead logging, other databases on the connection.

use super::chains::{chain, column, rows, run};
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::connection::session;
use migrate_runtime::migration::{
    BigInt, Integer, Migration, Text, alter_column, column as col, create_table, primary_key,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, RunError, upgrade, upgrade_to};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

const DATABASE: &str = "MIGRATE_TEST_REBUILT";
const STATEMENT: &str = "MIGRATE_TEST_STATEMENT";

/// A change of type, which SQLite has no statement for.
static SCHEMA: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[create_table(
        "t",
        &[col("id", BigInt).not_null(), col("x", Text)],
    )
    .constraints(&[primary_key(&["id"])])]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[alter_column("t", "x").set_type(Integer)]),
]);

const TYPE: &str = "SELECT type FROM pragma_table_info('t') WHERE name = 'x'";
const ROWS: &str = "SELECT count(*) || ' ' || sum(x) FROM t";

fn open(path: &Path) -> SqliteConnection {
    SqliteConnection::establish(path.to_str().unwrap()).unwrap()
}

/// A database at `a`, with rows.
fn filled(path: &Path) -> SqliteConnection {
    let mut connection = open(path);
    upgrade_to(&mut connection, &SCHEMA, "a").unwrap();
    run(
        &mut connection,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
         INSERT INTO t SELECT i, i % 7 FROM n",
    );
    connection
}

fn assert_before(connection: &mut SqliteConnection) {
    assert_eq!(rows(connection), "a");
    assert_eq!(column(connection, TYPE), ["TEXT"]);
    assert_eq!(column(connection, ROWS), ["5000 14997"]);
}

fn assert_after(connection: &mut SqliteConnection) {
    assert_eq!(rows(connection), "b");
    assert_eq!(column(connection, TYPE), ["INTEGER"]);
    assert_eq!(column(connection, ROWS), ["5000 14997"]);
    assert_eq!(column(connection, "PRAGMA integrity_check"), ["ok"]);
}

/// The test binary runs itself again: this does nothing unless a parent set the variables. It dies without
/// any clearing up when the statement of that number is about to run.
#[test]
fn child() {
    let (Some(path), Ok(statement)) = (std::env::var_os(DATABASE), std::env::var(STATEMENT)) else {
        return;
    };
    let dies_at: usize = statement.parse().unwrap();
    let mut connection = open(path.as_ref());
    let mut number = 0;
    let mut migrator = Migrator::new(&SCHEMA).progress(|event: &Event<'_>| {
        if let Event::Statement { .. } = event {
            number += 1;
            if number == dies_at {
                std::process::abort();
            }
        }
    });
    migrator
        .upgrade(&mut session(&mut connection), "b")
        .unwrap();
}

fn rebuild_and_die(path: &Path, at: usize) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "runner::faults::child"])
        .env(DATABASE, path)
        .env(STATEMENT, at.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
}

#[test]
fn a_rebuild_that_dies_at_any_statement_leaves_the_table_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rebuilt.db");
    drop(filled(&path));
    let mut deaths = 0;
    while !rebuild_and_die(&path, deaths + 1).success() {
        deaths += 1;
        assert_before(&mut open(&path));
    }
    assert!(deaths > 3, "a rebuild has several statements: {deaths}");
    assert_after(&mut open(&path));
}

#[test]
fn with_write_ahead_logging_readers_keep_what_they_see() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wal.db");
    let mut connection = filled(&path);
    assert_eq!(
        column(&mut connection, "PRAGMA journal_mode = WAL"),
        ["wal"]
    );
    let mut reader = open(&path);
    run(&mut reader, "BEGIN");
    assert_before(&mut reader);
    upgrade(&mut connection, &SCHEMA).unwrap();
    assert_before(&mut reader);
    run(&mut reader, "COMMIT");
    assert_after(&mut reader);
    assert_eq!(column(&mut connection, "PRAGMA journal_mode"), ["wal"]);
}

#[test]
fn a_reader_in_the_way_of_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reader.db");
    let mut connection = filled(&path);
    let mut reader = open(&path);
    run(&mut reader, "BEGIN");
    assert_before(&mut reader);
    let error = Migrator::new(&SCHEMA)
        .lock_timeout(Duration::from_millis(10))
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    assert!(matches!(error, RunError::Locked { .. }), "{error}");
    assert_before(&mut connection);
    run(&mut reader, "COMMIT");
    upgrade(&mut connection, &SCHEMA).unwrap();
    assert_after(&mut connection);
}

#[test]
fn databases_beside_it_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = filled(&folder.path().join("main.db"));
    let other = folder.path().join("other.db");
    let attach = format!("ATTACH DATABASE '{}' AS other", other.display());
    run(&mut connection, &attach);
    run(
        &mut connection,
        "CREATE TABLE other.t (id BIGINT NOT NULL, x TEXT, PRIMARY KEY (id)); \
         INSERT INTO other.t VALUES (1, 'kept'); \
         CREATE TABLE other.elsewhere (y TEXT); \
         CREATE TEMP TABLE passing (z TEXT)",
    );
    upgrade(&mut connection, &SCHEMA).unwrap();
    assert_after(&mut connection);
    let tables = "SELECT name || ' ' || coalesce(sql, '') FROM other.sqlite_schema \
                  WHERE type = 'table' ORDER BY name";
    assert_eq!(
        column(&mut connection, tables),
        [
            "elsewhere CREATE TABLE elsewhere (y TEXT)",
            "t CREATE TABLE t (id BIGINT NOT NULL, x TEXT, PRIMARY KEY (id))",
        ]
    );
    assert_eq!(column(&mut connection, "SELECT x FROM other.t"), ["kept"]);
    assert_eq!(
        column(&mut connection, "SELECT count(*) FROM temp.passing"),
        ["0"]
    );
}

/// The application's setting, on or off, is its own, whether the rebuild succeeds or not.
#[test]
fn enforcement_of_foreign_keys_is_put_back() {
    for setting in ["0", "1"] {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = filled(&folder.path().join("keys.db"));
        run(&mut connection, &format!("PRAGMA foreign_keys = {setting}"));
        upgrade(&mut connection, &SCHEMA).unwrap();
        assert_after(&mut connection);
        assert_eq!(column(&mut connection, "PRAGMA foreign_keys"), [setting]);
    }
}
