//! Processes that are killed, and processes that start at once.
//!
//! The test binary runs itself again: `child` does nothing unless a parent set the variable.

use super::chains::{chain, column, rows};
use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::connection::session;
use migrate_runtime::migration::{
    Migration, RunConnection, RunResult, Text, add_column, column as col, run, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, downgrade, upgrade, upgrade_to};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const DATABASE: &str = "MIGRATE_TEST_DATABASE";
const DIE: &str = "MIGRATE_TEST_DIE";

/// Dies as if by `kill -9`, in the middle of a migration, if it is told to.
fn die(conn: &mut RunConnection<'_>) -> RunResult {
    conn.execute("INSERT INTO t (x) VALUES ('half')")?;
    if std::env::var_os(DIE).is_some() {
        let id = std::process::id().to_string();
        if cfg!(unix) {
            Command::new("kill").args(["-9", &id]).status()?;
        } else {
            std::process::abort();
        }
    }
    Ok(())
}

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[sql("CREATE TABLE t (x TEXT)")]),
    Migration::new("b").revises(&["a"]).upgrade(&[
        sql("CREATE TABLE u (x TEXT)"),
        sql("INSERT INTO t (x) VALUES ('whole')"),
        run("die", die),
    ]),
    Migration::new("c")
        .revises(&["b"])
        .upgrade(&[sql("INSERT INTO t (x) VALUES ('last')")]),
]);

#[test]
fn child() {
    let Some(path) = std::env::var_os(DATABASE) else {
        return;
    };
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    upgrade(&mut connection, &SCHEMA).unwrap();
}

fn start(database: &Path, dies: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "runner::processes::child"])
        .env(DATABASE, database)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if dies {
        command.env(DIE, "1");
    }
    command.spawn().unwrap()
}

#[test]
fn a_killed_process_leaves_nothing_half_applied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.db");
    let status = start(&path, true).wait().unwrap();
    assert!(!status.success());
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    assert_eq!(rows(&mut connection), "a");
    assert_eq!(column(&mut connection, "SELECT x FROM t"), [""; 0]);
    assert_eq!(
        column(
            &mut connection,
            "SELECT name FROM sqlite_schema WHERE name = 'u'"
        ),
        [""; 0]
    );
    drop(connection);
    // Nobody has to clear anything up: the next start goes on where it was.
    assert!(start(&path, false).wait().unwrap().success());
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    assert_eq!(rows(&mut connection), "c");
    assert_eq!(
        column(&mut connection, "SELECT x FROM t"),
        ["whole", "half", "last"]
    );
}

#[test]
fn v12_processes_that_start_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.db");
    let children: Vec<Child> = (0..8).map(|_| start(&path, false)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    assert_eq!(rows(&mut connection), "c");
    assert_eq!(
        column(&mut connection, "SELECT x FROM t"),
        ["whole", "half", "last"]
    );
    assert_eq!(
        column(
            &mut connection,
            "SELECT revision || ' ' || outcome FROM __migrate_log ORDER BY id"
        ),
        ["a applied", "b applied", "c applied"]
    );
}

static TWO: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[sql("CREATE TABLE t (x TEXT)")])
        .downgrade(&[sql("DROP TABLE t")]),
    // It cannot be planned for a database that has the column.
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("y", Text))]),
]);

#[test]
fn who_is_overtaken_between_two_migrations_has_nothing_left_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("overtaken.db");
    let connect = || SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let mut migrator = Migrator::new(&TWO).progress(|event: &Event<'_>| {
        if let Event::Finished { revision: "a", .. } = event {
            upgrade(&mut connect(), &TWO).unwrap();
        }
    });
    let report = migrator.upgrade(&mut session(&mut connect()), "head");
    let report = report.unwrap();
    assert_eq!((report.steps.len(), report.to), (1, vec!["b".to_owned()]));
}

#[test]
fn who_is_overtaken_between_rows_and_log_sees_no_lost_rows() {
    for table in ["__migrate_log", "__migrate_version"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("between.db");
        let path = path.to_str().unwrap().to_owned();
        let mut connection = SqliteConnection::establish(&path).unwrap();
        let mut is_overtaken = false;
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event
                && !is_overtaken
                && query.to_string().contains(table)
            {
                is_overtaken = true;
                upgrade(&mut SqliteConnection::establish(&path).unwrap(), &TWO).unwrap();
            }
        });
        let report = upgrade(&mut connection, &TWO).unwrap();
        assert_eq!((report.steps.len(), report.to), (0, vec!["b".to_owned()]));
    }
}

#[test]
fn v03_v04_nothing_is_built_on_what_somebody_else_took_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("back.db");
    let connect = || SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    upgrade_to(&mut connect(), &TWO, "a").unwrap();
    let mut migrator = Migrator::new(&TWO).progress(|event: &Event<'_>| {
        if let Event::Started { revision: "b", .. } = event {
            downgrade(&mut connect(), &TWO, "base").unwrap();
        }
    });
    let error = migrator.upgrade(&mut session(&mut connect()), "head");
    let error = error.unwrap_err().to_string();
    assert!(error.contains("other processes keep changing"), "{error}");
    assert_eq!(rows(&mut connect()), "");
}
