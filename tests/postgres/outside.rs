//! Migrations outside of a transaction, whatever happens in the middle of them.
//!
//! The test binary runs itself again: `child` does nothing unless a parent set the variables.

use super::runner::connect;
use super::server::Database;
use crate::runner::chains::chain;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{
    Integer, Migration, column as col, create_index, create_table, drop_index, drop_table, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, upgrade, upgrade_to};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const DATABASE: &str = "MIGRATE_TEST_OUTSIDE";
const STATEMENT: &str = "MIGRATE_TEST_OUTSIDE_STATEMENT";

pub(super) const TABLE: Migration = Migration::new("a")
    .upgrade(&[create_table("t", &[col("x", Integer), col("y", Integer)])])
    .downgrade(&[drop_table("t")]);

pub(super) static SCHEMA: SchemaDef = chain(&[
    TABLE,
    Migration::new("b")
        .revises(&["a"])
        .outside_transaction()
        .upgrade(&[
            create_index("t_x", "t", &["x"]).concurrently(),
            sql("VACUUM t"),
            create_index("t_y", "t", &["y"]).unique().concurrently(),
        ])
        .downgrade(&[
            drop_index("t_y", "t").concurrently(),
            drop_index("t_x", "t").concurrently(),
        ]),
]);

/// Dies without any clearing up when the statement of that number is about to run.
#[test]
fn child() {
    let Ok(url) = std::env::var(DATABASE) else {
        return;
    };
    let dies_at: usize = std::env::var(STATEMENT).unwrap().parse().unwrap();
    let mut connection = connect(&url);
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

pub(super) fn start(database: &Database, dies_at: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "postgres::outside::child"])
        .env(DATABASE, &database.url)
        .env(STATEMENT, dies_at.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A database at `a`, with rows.
pub(super) fn filled() -> Option<Database> {
    let mut database = Database::new()?;
    upgrade_to(&mut connect(&database.url), &SCHEMA, "a").unwrap();
    database
        .batch("INSERT INTO t SELECT n % 7, n FROM generate_series(1, 1000) AS n")
        .unwrap();
    Some(database)
}

pub(super) fn texts(database: &mut Database, sql: &str) -> Vec<String> {
    let rows = database.query(sql).unwrap();
    rows.iter().filter_map(|row| row.text(0)).collect()
}

pub(super) const INDEXES: &str = "SELECT c.relname || ' ' || i.indisvalid || ' ' || i.indisunique \
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid \
    WHERE i.indrelid = 't'::regclass ORDER BY 1";

pub(super) const LOG: &str = "SELECT revision || coalesce(' ' || step, '') || ' ' || outcome \
    FROM __migrate_log ORDER BY id";

/// Runs the migration to its end, and looks at what there is then.
fn finish(database: &mut Database) {
    upgrade(&mut connect(&database.url), &SCHEMA).unwrap();
    assert_eq!(
        texts(database, INDEXES),
        ["t_x true false", "t_y true true"]
    );
    assert_eq!(texts(database, "SELECT count(*) FROM t"), ["1000"]);
    let log = texts(database, LOG);
    assert_eq!(log.first().map(String::as_str), Some("a applied"));
    assert_eq!(log.last().map(String::as_str), Some("b applied"));
    assert!(!log.iter().any(|row| row.ends_with("begun")), "{log:?}");
    assert_eq!(
        texts(database, "SELECT revision FROM __migrate_version"),
        ["b"]
    );
}

/// Back to `a`, for another go.
fn again(database: &mut Database) {
    migrate_runtime::runner::downgrade(&mut connect(&database.url), &SCHEMA, "a").unwrap();
    assert_eq!(texts(database, INDEXES), [""; 0]);
    database
        .batch("DELETE FROM __migrate_log WHERE revision = 'b'")
        .unwrap();
}

#[test]
fn each_operation_has_its_record() {
    let Some(mut database) = filled() else { return };
    finish(&mut database);
    assert_eq!(
        texts(&mut database, LOG),
        [
            "a applied",
            "b 1 applied",
            "b 2 applied",
            "b 3 applied",
            "b applied"
        ]
    );
    // What was recorded for one time says nothing about the next.
    migrate_runtime::runner::downgrade(&mut connect(&database.url), &SCHEMA, "a").unwrap();
    let report = upgrade(&mut connect(&database.url), &SCHEMA).unwrap();
    assert_eq!(report.steps[0].statements, 3);
    assert_eq!(report.steps[0].skipped, [""; 0]);
}

#[test]
fn it_dies_before_any_statement() {
    let Some(mut database) = filled() else { return };
    let mut deaths = 0;
    while !start(&database, deaths + 1).wait().unwrap().success() {
        deaths += 1;
        finish(&mut database);
        again(&mut database);
    }
    assert_eq!(deaths, 3);
}

/// Waits until the server says so.
pub(super) fn wait_for(database: &mut Database, what: &str) {
    let sql = format!(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
         AND pid <> pg_backend_pid() AND {what}"
    );
    for _ in 0..400 {
        if !database.query(&sql).unwrap().is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("never seen: {what}");
}

/// Ends what a dead client left on the server.
pub(super) fn end_its_session(database: &mut Database) {
    let sessions = "FROM pg_stat_activity WHERE datname = current_database() \
                    AND pid <> pg_backend_pid() AND query ~ 'CONCURRENTLY|__migrate_log'";
    database
        .batch(&format!("SELECT pg_terminate_backend(pid) {sessions}"))
        .unwrap();
    for _ in 0..400 {
        if database
            .query(&format!("SELECT 1 {sessions}"))
            .unwrap()
            .is_empty()
        {
            return;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("the session does not end");
}

#[test]
fn it_dies_in_the_middle_of_an_index() {
    let Some(mut database) = filled() else { return };
    for server_goes_on in [false, true] {
        let mut writer = postgres::Client::connect(&database.url, postgres::NoTls).unwrap();
        writer
            .batch_execute("BEGIN; DELETE FROM t WHERE y < 0")
            .unwrap();
        let mut child = start(&database, 99);
        wait_for(
            &mut database,
            "query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'",
        );
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(texts(&mut database, INDEXES), ["t_x false false"]);
        assert_eq!(
            texts(&mut database, LOG).last().map(String::as_str),
            Some("b 1 begun")
        );
        if !server_goes_on {
            end_its_session(&mut database);
        }
        writer.batch_execute("COMMIT").unwrap();
        finish(&mut database);
        again(&mut database);
    }
}

#[test]
fn it_dies_between_a_statement_and_its_record() {
    let Some(mut database) = filled() else { return };
    database
        .batch(
            "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_sleep(60); RETURN new; END $$",
        )
        .unwrap();
    for operation in 1..=3 {
        database
            .batch(&format!(
                "CREATE TRIGGER slowly BEFORE UPDATE ON __migrate_log FOR EACH ROW \
                 WHEN (old.step = {operation}) EXECUTE FUNCTION slowly()"
            ))
            .unwrap();
        let mut child = start(&database, 99);
        wait_for(&mut database, "wait_event = 'PgSleep'");
        child.kill().unwrap();
        child.wait().unwrap();
        end_its_session(&mut database);
        database
            .batch("DROP TRIGGER slowly ON __migrate_log")
            .unwrap();
        let begun = format!("b {operation} begun");
        assert_eq!(texts(&mut database, LOG).last(), Some(&begun));
        finish(&mut database);
        again(&mut database);
    }
}

#[test]
fn what_a_person_wrote_is_not_run_twice() {
    static BY_HAND: SchemaDef = chain(&[
        TABLE,
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[
                sql("CREATE INDEX CONCURRENTLY t_x ON t (x)"),
                sql("CREATE UNIQUE INDEX CONCURRENTLY t_y ON t (y)"),
            ]),
    ]);
    let Some(mut database) = filled() else { return };
    let mut connection = connect(&database.url);
    database.batch("UPDATE t SET y = 1").unwrap();
    let error = upgrade(&mut connection, &BY_HAND).unwrap_err().to_string();
    assert!(error.contains("operation 2, sql"), "{error}");
    assert!(
        error.contains("what earlier operations of revision b did stays"),
        "{error}"
    );
    assert_eq!(
        texts(&mut database, LOG),
        ["a applied", "b 1 applied", "b failed"]
    );
    database
        .batch("DROP INDEX t_y; UPDATE t SET y = x; DELETE FROM t WHERE ctid NOT IN (SELECT min(ctid) FROM t GROUP BY y)")
        .unwrap();
    let report = upgrade(&mut connection, &BY_HAND).unwrap();
    let skipped = &report.steps[0].skipped;
    assert!(
        skipped.len() == 1 && skipped[0].starts_with("operation 1 was done by a run"),
        "{skipped:?}"
    );
    assert_eq!(
        texts(&mut database, INDEXES),
        ["t_x true false", "t_y true true"]
    );
}

#[test]
fn of_what_a_person_wrote_nobody_knows_whether_it_was_done() {
    static BY_HAND: SchemaDef = chain(&[
        TABLE,
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[sql("CREATE INDEX CONCURRENTLY t_x ON t (x)")]),
    ]);
    let Some(mut database) = filled() else { return };
    let mut connection = connect(&database.url);
    upgrade(&mut connection, &BY_HAND).unwrap();
    // As a run leaves it that ends before it can say so.
    database
        .batch(
            "UPDATE __migrate_version SET revision = 'a'; \
             DELETE FROM __migrate_log WHERE revision = 'b' AND step IS NULL; \
             UPDATE __migrate_log SET outcome = 'begun' WHERE step = 1",
        )
        .unwrap();
    let error = upgrade(&mut connection, &BY_HAND).unwrap_err();
    assert!(error.to_string().contains("already exists"), "{error}");
    let hints = error.hints().join("\n");
    assert!(
        hints.contains("may have done it") && hints.contains("IF NOT EXISTS"),
        "{hints}"
    );
}

#[test]
fn a_procedure_may_commit() {
    static CALLS: SchemaDef = chain(&[
        TABLE,
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[sql(
                "SET application_name = 'batches'; -- one; by one\nCALL fill(3); CALL fill(2);",
            )]),
    ]);
    let Some(mut database) = filled() else { return };
    let sabotaged = |by: &str| {
        format!(
            "CREATE OR REPLACE PROCEDURE fill(n integer) LANGUAGE plpgsql AS $$ BEGIN \
             FOR i IN 1..n LOOP INSERT INTO t VALUES (100, i / {by}); COMMIT; END LOOP; END $$"
        )
    };
    let mut connection = connect(&database.url);
    let count = "SELECT count(*) FROM t WHERE x = 100";
    database.batch(&sabotaged("(n - 2)")).unwrap();
    let error = upgrade(&mut connection, &CALLS).unwrap_err().to_string();
    assert!(
        error.contains("division by zero (statement 3 of 3; those before it stay done"),
        "{error}"
    );
    assert_eq!(texts(&mut database, count), ["3"]);
    database
        .batch(&format!("DELETE FROM t WHERE x = 100; {}", sabotaged("1")))
        .unwrap();
    upgrade(&mut connection, &CALLS).unwrap();
    assert_eq!(texts(&mut database, count), ["5"]);
    assert_eq!(
        texts(&mut database, LOG),
        ["a applied", "b failed", "b 1 applied", "b applied"]
    );
}
