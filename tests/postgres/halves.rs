//! What a killed run left half done is named, and nobody goes past it.

use super::outside::{LOG, SCHEMA, end_its_session, filled, start, texts, wait_for};
use super::runner::connect;
use super::server::Database;
use crate::runner::chains::chain;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use migrate_runtime::Error;
use migrate_runtime::command::{Difference, check, losses};
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{Migration, sql};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, downgrade, stamp, upgrade, upgrade_to};

type PgConnection = AsyncConnectionWrapper<AsyncPgConnection>;

/// What `check` says is half done, without the parts that differ from run to run.
fn half_done(connection: &mut PgConnection, schema: &SchemaDef) -> Vec<String> {
    let check = check(&mut session(connection), &mut Migrator::new(schema)).unwrap();
    let half: Vec<&Difference> = (check.differences.iter())
        .filter(|difference| difference.word() == "half")
        .collect();
    assert!(half.is_empty() || !check.is_clean());
    half.iter()
        .map(|it| without_time(&it.to_string()))
        .collect()
}

fn without_time(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(line_without_time).collect();
    lines.join("\n")
}

/// `2026-01-25 12:00:00 UTC on vm` as `TIME on HOST`.
fn line_without_time(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let Some(zone) = words.iter().position(|word| *word == "UTC") else {
        return line.to_owned();
    };
    let (day, host) = (words[zone - 2], words[zone + 2]);
    let opening = if day.starts_with('(') { "(" } else { "" };
    let end = host.find([')', ',']).map_or("", |end| &host[end..]);
    let before = words[..zone - 2].iter().map(|word| (*word).to_owned());
    let after = words[zone + 3..].iter().map(|word| (*word).to_owned());
    let between = [
        format!("{opening}TIME"),
        "on".to_owned(),
        format!("HOST{end}"),
    ];
    let all: Vec<String> = before.chain(between).chain(after).collect();
    all.join(" ")
}

fn said(error: &Error) -> String {
    without_time(&format!("{error}\n{}", error.hints().join("\n")))
}

#[test]
fn an_index_that_was_killed_is_named_and_downgrade_does_not_go_past_it() {
    let Some(mut database) = filled() else { return };
    let mut connection = connect(&database.url);
    assert_eq!(half_done(&mut connection, &SCHEMA), [""; 0]);
    let mut writer = postgres::Client::connect(&database.url, postgres::NoTls).unwrap();
    writer
        .batch_execute("BEGIN; DELETE FROM t WHERE y < 0")
        .unwrap();
    let mut child = start(&database, 99);
    wait_for(
        &mut database,
        "query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'",
    );
    // It is going on at this moment.
    let now = half_done(&mut connection, &SCHEMA).join("\n");
    assert!(
        now.contains("it may be going on: another process holds the database (server process "),
        "{now}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    end_its_session(&mut database);
    writer.batch_execute("COMMIT").unwrap();

    let mut connection = connect(&database.url);
    insta::assert_snapshot!(half_done(&mut connection, &SCHEMA).join("\n"), @"revision b is half applied: operation 1 of 3 began TIME on HOST, and its end is not recorded");
    let refused = downgrade(&mut connection, &SCHEMA, "base").unwrap_err();
    insta::assert_snapshot!(said(&refused), @r"
    revision b is half applied: operation 1 of 3 began TIME on HOST, and its end is not recorded
    finish the upgrade: cargo migrate upgrade
    to give it up: undo by hand what it did, then say where the database is: cargo migrate stamp a
    ");
    // Before anybody is asked about rows.
    losses(
        &mut session(&mut connection),
        &mut Migrator::new(&SCHEMA),
        "base",
    )
    .unwrap_err();
    assert_eq!(texts(&mut database, "SELECT count(*) FROM t"), ["1000"]);
    let log = texts(&mut database, LOG);
    assert_eq!(log.last().map(String::as_str), Some("b 1 begun"));

    upgrade(&mut connection, &SCHEMA).unwrap();
    assert_eq!(half_done(&mut connection, &SCHEMA), [""; 0]);
    downgrade(&mut connection, &SCHEMA, "a").unwrap();
}

/// A database at `b`, half of which was taken back.
fn half_taken_back() -> Option<(Database, PgConnection)> {
    let mut database = filled()?;
    let mut connection = connect(&database.url);
    upgrade(&mut connection, &SCHEMA).unwrap();
    // As a run leaves it that ends behind the first operation.
    database
        .batch(
            "DROP INDEX t_y; INSERT INTO __migrate_log \
             SELECT id + 1, chain, revision, message, 'downgrade', checksum, started, finished, \
             'applied', host, tool_version, error, 1 FROM __migrate_log ORDER BY id DESC LIMIT 1",
        )
        .unwrap();
    Some((database, connection))
}

#[test]
fn what_is_half_taken_back_is_named_and_upgrade_does_not_go_past_it() {
    let Some((_database, mut connection)) = half_taken_back() else {
        return;
    };
    insta::assert_snapshot!(half_done(&mut connection, &SCHEMA).join("\n"), @"revision b is half taken back: operation 1 of 2 was the last that was done (TIME on HOST)");
    let refused = upgrade(&mut connection, &SCHEMA).unwrap_err();
    insta::assert_snapshot!(said(&refused), @r"
    revision b is half taken back: operation 1 of 2 was the last that was done (TIME on HOST)
    finish the downgrade: cargo migrate downgrade a
    to give it up: undo by hand what it did, then say where the database is: cargo migrate stamp b
    ");
    downgrade(&mut connection, &SCHEMA, "a").unwrap();
    upgrade(&mut connection, &SCHEMA).unwrap();
    assert_eq!(half_done(&mut connection, &SCHEMA), [""; 0]);
}

#[test]
fn a_stamp_decides_what_is_half_done() {
    let Some((mut database, mut connection)) = half_taken_back() else {
        return;
    };
    database.batch("CREATE UNIQUE INDEX t_y ON t (y)").unwrap();
    stamp(&mut connection, &SCHEMA, "b").unwrap();
    assert_eq!(half_done(&mut connection, &SCHEMA), [""; 0]);
    let report = downgrade(&mut connection, &SCHEMA, "a").unwrap();
    assert_eq!(report.steps[0].statements, 2);
}

#[test]
fn a_run_that_failed_leaves_what_it_did() {
    static BY_HAND: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql("CREATE TABLE t (x int, y int)")]),
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[sql("VACUUM t"), sql("VACUUM nowhere")]),
    ]);
    static EDITED: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql("CREATE TABLE t (x int, y int)")]),
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[sql("VACUUM FULL t")]),
    ]);
    static GONE: SchemaDef =
        chain(&[Migration::new("a").upgrade(&[sql("CREATE TABLE t (x int, y int)")])]);
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    upgrade(&mut connection, &BY_HAND).unwrap_err();
    let found = [&BY_HAND, &EDITED, &GONE]
        .map(|schema| half_done(&mut connection, schema).join("\n"))
        .join("\n");
    insta::assert_snapshot!(found, @r"
    revision b is half applied: operation 1 of 2 was the last that was done (TIME on HOST)
    revision b is half applied: operation 1 was the last that was done (TIME on HOST); its file was edited since
    revision b is half applied: operation 1 was the last that was done (TIME on HOST); no file has it
    ");
    upgrade(&mut connection, &EDITED).unwrap();
    assert_eq!(half_done(&mut connection, &EDITED), [""; 0]);
}

#[test]
fn a_log_of_an_earlier_version_gets_its_column() {
    let Some(mut database) = filled() else { return };
    let mut connection = connect(&database.url);
    let older = "ALTER TABLE __migrate_log DROP COLUMN step";
    database.batch(older).unwrap();
    assert_eq!(half_done(&mut connection, &SCHEMA), [""; 0]);
    upgrade(&mut connection, &SCHEMA).unwrap();
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
    database.batch(older).unwrap();
    stamp(&mut connection, &SCHEMA, "a").unwrap();
    assert_eq!(texts(&mut database, LOG).len(), 6);
    upgrade_to(&mut connection, &SCHEMA, "a").unwrap();
}
