//! Processes that start at once, and processes that are killed.
//!
//! The test binary runs itself again: `child` does nothing unless a parent set the variable.

use super::runner::connect;
use super::server::Database;
use crate::runner::chains::chain;
use migrate_runtime::connection::Session;
use migrate_runtime::migration::{
    Integer, Migration, Text, add_column, column as col, create_table, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::upgrade;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const DATABASE: &str = "MIGRATE_TEST_POSTGRES_DATABASE";

/// How often a process is killed; more by hand.
const KILLS: &str = "MIGRATE_TEST_KILLS";

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[
        sql("CREATE TABLE t (x text)"),
        sql("INSERT INTO t VALUES ('a')"),
    ]),
    Migration::new("b").revises(&["a"]).upgrade(&[
        sql("CREATE TABLE u (x text)"),
        sql("SELECT pg_sleep(0.03)"),
        sql("INSERT INTO t VALUES ('b')"),
    ]),
    Migration::new("c").revises(&["b"]).upgrade(&[
        sql("ALTER TABLE u ADD COLUMN y text"),
        sql("SELECT pg_sleep(0.03)"),
        sql("INSERT INTO t VALUES ('c')"),
    ]),
    Migration::new("d").revises(&["c"]).upgrade(&[
        sql("CREATE INDEX u_y ON u (y)"),
        sql("INSERT INTO t VALUES ('d')"),
    ]),
]);

#[test]
fn child() {
    if let Ok(url) = std::env::var(DATABASE) {
        upgrade(&mut connect(&url), &SCHEMA).unwrap();
    }
}

fn start(database: &Database) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "postgres::processes::child"])
        .env(DATABASE, &database.url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn texts(database: &mut Database, sql: &str) -> Vec<String> {
    let rows = database.query(sql).unwrap();
    rows.iter().filter_map(|row| row.text(0)).collect()
}

/// Each migration was applied once, by whomever.
fn assert_applied_once(database: &mut Database) {
    assert_eq!(
        texts(database, "SELECT x FROM t ORDER BY x"),
        ["a", "b", "c", "d"]
    );
    assert_eq!(
        texts(
            database,
            "SELECT revision || ' ' || outcome FROM __migrate_log ORDER BY id"
        ),
        ["a applied", "b applied", "c applied", "d applied"]
    );
    assert_eq!(
        texts(database, "SELECT revision FROM __migrate_version"),
        ["d"]
    );
}

fn race(database: &mut Database) {
    let children: Vec<Child> = (0..16).map(|_| start(database)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_applied_once(database);
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
    migrate_runtime::upgrade_to(&mut connect(&database.url), &SCHEMA, "b").unwrap();
    race(&mut database);
}

/// Its last step cannot be planned for a database that has the column.
static SLOW: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[create_table("t", &[col("x", Integer)])]),
    Migration::new("b").revises(&["a"]).upgrade(&[
        sql("INSERT INTO t VALUES (1)"),
        sql("SELECT pg_sleep(1)"),
        add_column("t", col("y", Text)),
    ]),
]);

#[test]
fn who_comes_while_a_migration_runs_has_nothing_to_do() {
    let Some(mut database) = Database::new() else {
        return;
    };
    migrate_runtime::upgrade_to(&mut connect(&database.url), &SLOW, "a").unwrap();
    let url = database.url.clone();
    let first = std::thread::spawn(move || upgrade(&mut connect(&url), &SLOW).unwrap());
    let sleeps = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
                  AND wait_event = 'PgSleep'";
    while database.query(sleeps).unwrap().is_empty() && !first.is_finished() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let second = upgrade(&mut connect(&database.url), &SLOW).unwrap();
    assert_eq!((second.steps.len(), second.to), (0, vec!["b".to_owned()]));
    assert_eq!(first.join().unwrap().steps.len(), 1);
    assert_eq!(texts(&mut database, "SELECT x::text FROM t"), ["1"]);
}

#[test]
fn whatever_the_moment_of_a_kill_the_next_start_goes_on() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let kills = std::env::var(KILLS).ok().and_then(|text| text.parse().ok());
    for kill in 0..kills.unwrap_or(12_u64) {
        let mut child = start(&database);
        // Spread over the time that a whole run takes, start of the process included.
        std::thread::sleep(Duration::from_millis(kill * 37 % 180));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(start(&database).wait().unwrap().success(), "kill {kill}");
        assert_applied_once(&mut database);
        database
            .batch("DROP TABLE t, u, __migrate_version, __migrate_log")
            .unwrap();
    }
}
