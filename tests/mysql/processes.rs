//! Processes that start at once, and processes that are killed at each of their statements.
//!
//! The test binary runs itself again: `child` does nothing unless a parent set the variables.

use super::server::{Database, Plain};
use crate::runner::chains::chain;
use diesel::Connection;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{
    Integer, Migration, Text, add_column, column, create_index, create_table, drop_column,
    drop_index, drop_table, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator};
use std::process::{Child, Command, Stdio};

const DATABASE: &str = "MIGRATE_TEST_MYSQL_DATABASE";
const TARGET: &str = "MIGRATE_TEST_MYSQL_TARGET";
const STATEMENT: &str = "MIGRATE_TEST_MYSQL_STATEMENT";

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[
            create_table("t", &[column("x", Integer)]),
            sql("INSERT INTO t VALUES (1)"),
        ])
        .downgrade(&[drop_table("t")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            create_table("u", &[column("x", Integer)]),
            add_column("t", column("y", Integer)),
            sql("INSERT INTO t VALUES (2, 2); UPDATE t SET x = x * 10; CREATE VIEW v AS SELECT x FROM t"),
            create_index("t_y", "t", &["y"]),
        ])
        .downgrade(&[
            sql("DROP VIEW v; UPDATE t SET x = x / 10; DELETE FROM t WHERE y = 2"),
            drop_index("t_y", "t"),
            drop_column("t", "y"),
            drop_table("u"),
        ]),
    Migration::new("c")
        .revises(&["b"])
        .upgrade(&[
            add_column("u", column("y", Text)),
            sql("INSERT INTO u VALUES (3, 'c')"),
        ])
        .downgrade(&[sql("DELETE FROM u"), drop_column("u", "y")]),
]);

/// Dies without any clearing up when the statement of that number is about to run.
#[test]
fn child() {
    let Ok(url) = std::env::var(DATABASE) else {
        return;
    };
    let target = std::env::var(TARGET).unwrap();
    let dies_at: Option<usize> = std::env::var(STATEMENT).ok().map(|it| it.parse().unwrap());
    let mut connection = Plain::establish(&url).unwrap();
    let mut number = 0;
    let mut migrator = Migrator::new(&SCHEMA).progress(|event: &Event<'_>| {
        if let Event::Statement { .. } = event {
            number += 1;
            if Some(number) == dies_at {
                std::process::abort();
            }
        }
    });
    let mut session = session(&mut connection);
    if target == "base" {
        migrator.downgrade(&mut session, "base").unwrap();
    } else {
        migrator.upgrade(&mut session, &target).unwrap();
    }
}

fn start(database: &Database, target: &str, dies_at: Option<usize>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "mysql::processes::child"])
        .env(DATABASE, &database.url)
        .env(TARGET, target)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(number) = dies_at {
        command.env(STATEMENT, number.to_string());
    }
    command.spawn().unwrap()
}

fn texts(database: &mut Database, sql: &str) -> Vec<String> {
    let rows = database.query(sql).unwrap();
    rows.iter().filter_map(|row| row.text(0)).collect()
}

/// Each migration was applied once, by whomever.
fn assert_applied_once(database: &mut Database, about: &str) {
    let log = "SELECT CONCAT(revision, ' ', outcome) FROM __migrate_log WHERE step IS NULL \
               AND direction = 'upgrade' ORDER BY id";
    assert_eq!(
        texts(database, log),
        ["a applied", "b applied", "c applied"],
        "{about}"
    );
    let rows = "SELECT CONCAT(x, ' ', COALESCE(y, '-')) FROM t ORDER BY x";
    assert_eq!(texts(database, rows), ["10 -", "20 2"], "{about}");
    assert_eq!(texts(database, "SELECT y FROM u"), ["c"], "{about}");
    assert_eq!(
        texts(database, "SELECT revision FROM __migrate_version"),
        ["c"]
    );
}

fn race(database: &mut Database) {
    let children: Vec<Child> = (0..16).map(|_| start(database, "head", None)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_applied_once(database, "a race");
}

#[test]
fn sixteen_at_once_on_an_empty_database() {
    if let Some(mut database) = Database::new() {
        race(&mut database);
    }
}

#[test]
fn sixteen_at_once_on_a_database_half_way() {
    let Some(mut database) = Database::new() else {
        return;
    };
    // Between two statements of `b`.
    assert!(!start(&database, "head", Some(6)).wait().unwrap().success());
    race(&mut database);
}

#[test]
fn killed_at_any_statement_the_next_start_goes_on() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut deaths = 0;
    while !start(&database, "head", Some(deaths + 1))
        .wait()
        .unwrap()
        .success()
    {
        deaths += 1;
        assert!(
            start(&database, "head", None).wait().unwrap().success(),
            "death {deaths}"
        );
        assert_applied_once(&mut database, &format!("death {deaths}"));
        assert!(start(&database, "base", None).wait().unwrap().success());
        database
            .batch("DROP TABLE __migrate_version, __migrate_log")
            .unwrap();
    }
    assert!(deaths >= 8, "there are many statements: {deaths}");
    deaths = 0;
    while !start(&database, "base", Some(deaths + 1))
        .wait()
        .unwrap()
        .success()
    {
        deaths += 1;
        assert!(
            start(&database, "base", None).wait().unwrap().success(),
            "death {deaths}"
        );
        let left = texts(&mut database, "SHOW TABLES");
        assert_eq!(
            left,
            ["__migrate_log", "__migrate_version"],
            "death {deaths}"
        );
        assert!(start(&database, "head", None).wait().unwrap().success());
    }
    assert!(deaths >= 8, "there are many statements: {deaths}");
}
