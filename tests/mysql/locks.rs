//! The lock: named, and as a row where there are no named ones; who has it, who loses it, who takes it over.

use super::server::{Database, Plain};
use crate::runner::chains::chain;
use diesel::Connection;
use migrate_runtime::Explain;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{Integer, Migration, column, create_table, sql};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, RunError};
use std::time::{Duration, Instant};

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[create_table("t", &[column("x", Integer)])]),
    Migration::new("b").revises(&["a"]).upgrade(&[
        sql("INSERT INTO t VALUES (1)"),
        sql("INSERT INTO t VALUES (2)"),
    ]),
]);

fn migrator(by_lease: bool) -> Migrator<'static> {
    Migrator::new(&SCHEMA)
        .lock_by_lease(by_lease)
        .lock_timeout(Duration::from_millis(300))
}

fn connect(database: &Database) -> Plain {
    Plain::establish(&database.url).unwrap()
}

fn numbers(database: &mut Database, sql: &str) -> Vec<i64> {
    let rows = database.query(sql).unwrap();
    rows.iter().filter_map(|row| row.integer(0)).collect()
}

/// Runs something when the first statement of `b` is about to run.
fn upgrade_with(
    database: &Database,
    by_lease: bool,
    mut meanwhile: impl FnMut(i64),
) -> Result<(), RunError> {
    let mut connection = connect(database);
    let mut session = session(&mut connection);
    let id = session.query("SELECT CONNECTION_ID()").unwrap()[0]
        .integer(0)
        .unwrap();
    let mut seen = 0;
    let mut migrator = migrator(by_lease).progress(|event: &Event<'_>| {
        if let Event::Statement { sql } = event
            && sql.starts_with("INSERT")
        {
            seen += 1;
            if seen == 1 {
                meanwhile(id);
            }
        }
    });
    migrator.upgrade(&mut session, "head").map(|_| ())
}

#[test]
fn a_second_process_waits_and_is_told_who_has_the_lock() {
    for by_lease in [false, true] {
        let Some(database) = Database::new() else {
            return;
        };
        let mut said = String::new();
        upgrade_with(&database, by_lease, |_| {
            let mut other = connect(&database);
            let error = migrator(by_lease).upgrade(&mut session(&mut other), "head");
            said = error.unwrap_err().to_string();
        })
        .unwrap();
        let words = "another process holds the database (server thread ";
        assert!(
            said.starts_with(words) && said.contains("user root"),
            "{said}"
        );
    }
}

#[test]
fn databases_of_one_server_do_not_wait_for_each_other() {
    let (Some(one), Some(other)) = (Database::new(), Database::new()) else {
        return;
    };
    upgrade_with(&one, false, |_| {
        let mut connection = connect(&other);
        migrator(false)
            .upgrade(&mut session(&mut connection), "head")
            .unwrap();
    })
    .unwrap();
}

#[test]
fn what_a_dead_process_held_is_taken_over() {
    for by_lease in [false, true] {
        let Some(mut database) = Database::new() else {
            return;
        };
        migrator(by_lease).upgrade(&mut database, "a").unwrap();
        let died = upgrade_with(&database, by_lease, |id| {
            let mut admin = connect(&database);
            session(&mut admin).batch(&format!("KILL {id}")).unwrap();
        });
        let died = died.unwrap_err();
        assert!(matches!(died, RunError::ConnectionLost { .. }), "{died:?}");
        let began = Instant::now();
        migrator(by_lease).upgrade(&mut database, "head").unwrap();
        assert!(began.elapsed() < Duration::from_secs(5));
        assert_eq!(numbers(&mut database, "SELECT x FROM t ORDER BY x"), [1, 2]);
    }
}

#[test]
fn who_lost_the_lease_records_nothing_more() {
    let Some(mut database) = Database::new() else {
        return;
    };
    migrator(true).upgrade(&mut database, "a").unwrap();
    let lost = upgrade_with(&database, true, |_| {
        let mut thief = connect(&database);
        let steal = "UPDATE __migrate_lock SET token = 'thief', thread = 0";
        session(&mut thief).batch(steal).unwrap();
    });
    let lost = lost.unwrap_err();
    assert!(matches!(lost, RunError::LockLost { .. }), "{lost:?}");
    let said = lost.to_string();
    assert!(
        said.starts_with("another process took the lock over (server thread 0"),
        "{said}"
    );
    assert_eq!(lost.hints(), ["run it again"]);
    assert_eq!(numbers(&mut database, "SELECT x FROM t"), [0; 0]);
    // There is no thread 0, so the thief is dead.
    migrator(true).upgrade(&mut database, "head").unwrap();
    assert_eq!(numbers(&mut database, "SELECT x FROM t ORDER BY x"), [1, 2]);
}

#[test]
fn a_lease_of_another_server_is_left_alone_for_an_hour() {
    let Some(mut database) = Database::new() else {
        return;
    };
    migrator(true).upgrade(&mut database, "a").unwrap();
    let held = |minutes: u32| {
        format!(
            "UPDATE __migrate_lock SET token = 'x', thread = 0, server = 'elsewhere:3306', \
             renewed = UTC_TIMESTAMP(3) - INTERVAL {minutes} MINUTE"
        )
    };
    database.batch(&held(59)).unwrap();
    let error = migrator(true).upgrade(&mut database, "head").unwrap_err();
    assert!(matches!(error, RunError::Locked { .. }), "{error:?}");
    database.batch(&held(61)).unwrap();
    migrator(true).upgrade(&mut database, "head").unwrap();
    let free = "SELECT COUNT(*) FROM __migrate_lock WHERE token = ''";
    assert_eq!(numbers(&mut database, free), [1]);
}

#[test]
fn how_long_another_server_keeps_a_lease_is_said() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let migrator = |seconds| migrator(true).lease_timeout(Duration::from_secs(seconds));
    migrator(60).upgrade(&mut database, "a").unwrap();
    database
        .batch(
            "UPDATE __migrate_lock SET token = 'x', thread = 0, server = 'elsewhere:3306', \
             renewed = UTC_TIMESTAMP(3) - INTERVAL 30 SECOND",
        )
        .unwrap();
    let error = migrator(60).upgrade(&mut database, "head").unwrap_err();
    assert!(matches!(error, RunError::Locked { .. }), "{error:?}");
    migrator(20).upgrade(&mut database, "head").unwrap();
}

#[test]
fn a_statement_takes_no_longer_than_it_may() {
    static SLOW: SchemaDef = chain(&[Migration::new("a").upgrade(&[
        create_table("t", &[column("x", Integer)]),
        sql("INSERT INTO t SELECT SLEEP(20)"),
    ])]);
    let Some(mut database) = Database::new() else {
        return;
    };
    let version = database.query("SELECT VERSION()").unwrap()[0].text(0);
    if !version.unwrap_or_default().contains("MariaDB") {
        // MySQL limits what reads only.
        return;
    }
    database.batch("SET max_statement_time = 7.5").unwrap();
    let began = Instant::now();
    let error = Migrator::new(&SLOW)
        .statement_timeout(Duration::from_millis(300))
        .upgrade(&mut database, "head")
        .unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(15));
    let said = error.to_string();
    assert!(said.contains("max_statement_time exceeded"), "{said}");
    let after = database.query("SELECT @@max_statement_time").unwrap();
    assert_eq!(after[0].text(0).as_deref(), Some("7.5"));
}
