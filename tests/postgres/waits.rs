//! Who waits says for whom: a table in use, another upgrade, a transaction older than an index.

use super::outside::{INDEXES, TABLE, filled, texts};
use super::runner::connect;
use super::server::Database;
use crate::runner::chains::chain;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{
    Integer, Migration, add_column, column as col, create_index, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, Report, RunError, upgrade_to};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

static ALTERS: SchemaDef = chain(&[
    TABLE,
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("z", Integer))]),
]);

/// Somebody else, by the name of `reports`.
fn reports(database: &Database, sql: &str) -> postgres::Client {
    let url = format!("{}?application_name=reports", database.url);
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client.batch_execute(sql).unwrap();
    client
}

/// Upgrades, and calls somebody with each event, in words.
fn upgrade(
    url: &str,
    schema: &SchemaDef,
    patience: Duration,
    mut tell: impl FnMut(&str),
) -> Result<Report, RunError> {
    Migrator::new(schema)
        .lock_timeout(patience)
        .progress(|event: &Event<'_>| match event {
            Event::Statement { .. } => tell("statement"),
            Event::Waiting { user, .. } => tell(user.unwrap_or("nobody")),
            Event::Queued { holder } => tell(&format!("queued behind {}", holder.unwrap_or("?"))),
            Event::Behind { transaction } => tell(&format!("behind {transaction}")),
            _ => {}
        })
        .upgrade(&mut session(&mut connect(url)), "heads")
}

/// The text with the server's numbers and times left out.
fn plain(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let is_number = word.trim_end_matches(',').parse::<u32>().is_ok();
        if is_number {
            if word.ends_with(',') { "N," } else { "N" }
        } else if word.contains(':') && word.starts_with(|it: char| it.is_ascii_digit()) {
            "TIME"
        } else if word.starts_with("20") && word.matches('-').count() == 2 {
            "DAY"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn who_uses_a_table_is_named_before_each_new_attempt() {
    let Some(mut database) = Database::new() else {
        return;
    };
    upgrade_to(&mut connect(&database.url), &ALTERS, "a").unwrap();
    database.batch("CREATE TABLE other (x int)").unwrap();
    let mut bystander = reports(&database, "BEGIN; LOCK TABLE other");
    let mut other = Some(reports(&database, "BEGIN;  LOCK TABLE t\nIN SHARE MODE"));
    let mut said = Vec::new();
    upgrade(&database.url, &ALTERS, Duration::from_secs(30), |event| {
        said.push(plain(event));
        if event.starts_with("table") {
            other.take();
        }
    })
    .unwrap();
    insta::assert_snapshot!(said.join("\n"), @r"
    statement
    table t is in use by server process N, user postgres, reports, from 127.0.0.1, in a transaction since DAY TIME (idle in transaction): BEGIN; LOCK TABLE t IN SHARE MODE
    statement
    ");

    // Who has no patience left says it in the error.
    database.batch("ALTER TABLE t DROP COLUMN z").unwrap();
    bystander
        .batch_execute("COMMIT; BEGIN; SELECT * FROM t")
        .unwrap();
    migrate_runtime::runner::stamp(&mut connect(&database.url), &ALTERS, "a").unwrap();
    let error = upgrade(&database.url, &ALTERS, Duration::from_millis(500), |_| {}).unwrap_err();
    let hints = migrate_runtime::Error::from(error).hints().join("\n");
    insta::assert_snapshot!(plain(&hints), @"wait for its end, or raise --lock-timeout: table t is in use by server process N, user postgres, reports, from 127.0.0.1, in a transaction since DAY TIME (idle in transaction): COMMIT; BEGIN; SELECT * FROM t");
    drop(bystander);
}

#[test]
fn a_prepared_transaction_has_no_process() {
    let Some(mut database) = Database::new() else {
        return;
    };
    if texts(&mut database, "SHOW max_prepared_transactions") == ["0"] {
        return;
    }
    upgrade_to(&mut connect(&database.url), &ALTERS, "a").unwrap();
    database
        .batch("BEGIN; LOCK TABLE t; PREPARE TRANSACTION 'left'")
        .unwrap();
    let error = upgrade(&database.url, &ALTERS, Duration::from_millis(200), |_| {}).unwrap_err();
    let hints = migrate_runtime::Error::from(error).hints().join("\n");
    database.batch("ROLLBACK PREPARED 'left'").unwrap();
    assert!(
        hints.contains("--lock-timeout: table t is in use by the prepared transaction 'left'"),
        "{hints}"
    );
}

#[test]
fn another_upgrade_is_named_while_it_is_waited_for() {
    static SLOW: SchemaDef = chain(&[Migration::new("a").upgrade(&[sql("SELECT pg_sleep(3)")])]);
    let Some(database) = Database::new() else {
        return;
    };
    let first = {
        let url = database.url.clone();
        std::thread::spawn(move || upgrade(&url, &SLOW, Duration::from_secs(9), |_| {}))
    };
    std::thread::sleep(Duration::from_millis(500));
    let mut said = Vec::new();
    let report = upgrade(&database.url, &SLOW, Duration::from_secs(9), |event| {
        said.push(plain(event));
    });
    assert_eq!(report.unwrap().steps.len(), 0);
    assert_eq!(first.join().unwrap().unwrap().steps.len(), 1);
    let said = said.join("\n");
    assert!(
        said.starts_with("queued behind server process N, user postgres"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn what_is_built_concurrently_waits_for_as_long_as_it_takes_and_says_for_whom() {
    static INDEX: SchemaDef = chain(&[
        TABLE,
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[
                create_index("t_x", "t", &["x"]).concurrently(),
                create_index("t_y", "t", &["y"]).unique().concurrently(),
            ]),
    ]);
    let Some(mut database) = filled() else { return };
    // What the role is allowed elsewhere.
    let name = database.url.rsplit_once('/').unwrap().1.to_owned();
    let set = format!("ALTER DATABASE {name} SET lock_timeout = '300ms'");
    database.batch(&set).unwrap();
    let writer = reports(&database, "BEGIN; DELETE FROM t WHERE y < 0");
    std::thread::sleep(Duration::from_millis(1100));
    let said = Arc::new(Mutex::new(Vec::new()));
    let ends = {
        let said = Arc::clone(&said);
        std::thread::spawn(move || {
            while !said
                .lock()
                .unwrap()
                .iter()
                .any(|it: &String| it.starts_with("behind"))
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(Duration::from_millis(800));
            drop(writer);
        })
    };
    upgrade(&database.url, &INDEX, Duration::from_millis(500), |event| {
        said.lock().unwrap().push(plain(event));
    })
    .unwrap();
    ends.join().unwrap();
    assert_eq!(
        texts(&mut database, INDEXES),
        ["t_x true false", "t_y true true"]
    );
    insta::assert_snapshot!(said.lock().unwrap().join("\n"), @r"
    statement
    behind server process N, user postgres, reports, from 127.0.0.1, in a transaction since DAY TIME (idle in transaction): BEGIN; DELETE FROM t WHERE y < N
    statement
    ");
}

#[test]
fn what_a_person_wrote_waits_outside_of_a_transaction_as_long_as_it_may() {
    static FULL: SchemaDef = chain(&[
        TABLE,
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[sql("VACUUM FULL t")]),
    ]);
    let Some(mut database) = filled() else { return };
    database.batch("SET lock_timeout = 0").unwrap();
    let reader = reports(&database, "BEGIN; SELECT * FROM t");
    let began = Instant::now();
    let mut connection = connect(&database.url);
    let mut own = session(&mut connection);
    own.batch("SET lock_timeout = '7s'").unwrap();
    let error = Migrator::new(&FULL)
        .lock_timeout(Duration::from_millis(400))
        .upgrade(&mut own, "heads")
        .unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(5), "{error}");
    let error = migrate_runtime::Error::from(error);
    let hints = error.hints().join("\n");
    assert!(
        hints.contains("table t is in use by server process "),
        "{error} {hints}"
    );
    // What the caller had set is set again.
    let rows = own.query("SHOW lock_timeout").unwrap();
    assert_eq!(rows[0].text(0).as_deref(), Some("7s"));
    drop(reader);
}
