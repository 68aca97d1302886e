//! What fails in the middle of a migration: what is done then, what is said, and what the next run does.

use super::server::{Database, Plain};
use crate::runner::chains::chain;
use diesel::Connection;
use migrate_runtime::Explain;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, RunError};
use std::time::Duration;

const TABLES: Migration = Migration::new("a").upgrade(&[
    create_table(
        "org",
        &[column("id", BigInt).not_null(), column("slug", Varchar(9))],
    )
    .constraints(&[primary_key(&["id"])]),
    create_table(
        "users",
        &[
            column("id", BigInt).not_null(),
            column("name", Varchar(20)),
            column("org_id", BigInt),
        ],
    )
    .constraints(&[primary_key(&["id"])]),
]);

const ROWS: &str = "INSERT INTO org VALUES (1, 'one'); \
     INSERT INTO users VALUES (1, 'Ann', 1), (2, NULL, 7), (3, 'Ann', 8)";

/// A database at `a`, with rows.
fn filled(schema: &SchemaDef) -> Option<Database> {
    let mut database = Database::new()?;
    Migrator::new(schema).upgrade(&mut database, "a").unwrap();
    database.batch(ROWS).unwrap();
    Some(database)
}

fn upgrade(database: &mut Database, schema: &SchemaDef) -> Result<(), RunError> {
    let mut migrator = Migrator::new(schema).lock_timeout(Duration::from_secs(1));
    migrator.upgrade(database, "head").map(|_| ())
}

/// The error and what it advises, without what differs from run to run.
fn said(error: &RunError) -> String {
    let mut text = error.to_string();
    for hint in error.hints() {
        text += &format!("\n  hint: {hint}");
    }
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let is_host = words.ends_with(&["TIME".to_owned(), "on".to_owned()]);
        let is_time = word.len() > 20 && word.ends_with('Z');
        words.push(match word {
            _ if is_time => "TIME".to_owned(),
            host if is_host => format!(
                "HOST{}",
                host.trim_start_matches(|it: char| it.is_alphanumeric() || "-._".contains(it))
            ),
            word => word.to_owned(),
        });
    }
    words.join(" ")
}

fn texts(database: &mut Database, sql: &str) -> Vec<String> {
    let rows = database.query(sql).unwrap();
    rows.iter().filter_map(|row| row.text(0)).collect()
}

const LOG: &str = "SELECT CONCAT_WS(' ', revision, step, outcome, error) FROM __migrate_log \
     WHERE revision <> 'a' ORDER BY id";

/// A chain of `a` and another migration with those operations.
macro_rules! then {
    ($name:ident, $($operation:expr),* $(,)?) => {
        static $name: SchemaDef = chain(&[
            TABLES,
            Migration::new("b").revises(&["a"]).upgrade(&[$($operation),*]),
        ]);
    };
}

#[test]
fn rows_in_the_way_are_named_before_anything_changes() {
    then!(REQUIRED, alter_column("users", "name").set_not_null());
    then!(
        KEY,
        add_foreign_key("users", foreign_key("f", &["org_id"], "org", &["id"]))
    );
    then!(NEW, add_column("users", column("n", Integer).not_null()));
    then!(ONCE, add_unique("users", unique("u", &["name"])));
    then!(SHORT, alter_column("users", "name").set_type(Varchar(2)));
    for (about, schema) in [
        ("required", &REQUIRED),
        ("key", &KEY),
        ("new", &NEW),
        ("once", &ONCE),
        ("short", &SHORT),
    ] {
        let Some(mut database) = filled(schema) else {
            return;
        };
        let error = upgrade(&mut database, schema).unwrap_err();
        insta::assert_snapshot!(about, said(&error));
        let log = texts(&mut database, LOG);
        assert!(log.len() == 1 && log[0].starts_with("b failed"), "{log:?}");
        database.batch("DELETE FROM users WHERE id > 1").unwrap();
        if about == "short" {
            database.batch("UPDATE users SET name = 'A'").unwrap();
        }
        if about == "new" {
            database.batch("DELETE FROM users").unwrap();
        }
        upgrade(&mut database, schema).unwrap();
    }
}

#[test]
fn v15_what_was_done_before_the_failure_stays_and_is_not_done_again() {
    then!(
        BROKEN,
        add_column("users", column("n", Integer)),
        backfill("users", "n", "id * 10"),
        sql(
            "INSERT INTO org VALUES (2, 'two'); UPDATE org SET slug = concat(slug, '!'); \
             INSERT INTO org VALUES (1, 'again'); INSERT INTO org VALUES (4, 'four')"
        ),
        add_column("org", column("n", Integer)),
    );
    then!(
        MENDED,
        add_column("users", column("n", Integer)),
        backfill("users", "n", "id * 10"),
        sql(
            "INSERT INTO org VALUES (2, 'two'); UPDATE org SET slug = concat(slug, '!'); \
             INSERT INTO org VALUES (3, 'three'); INSERT INTO org VALUES (4, 'four')"
        ),
        add_column("org", column("m", Integer)),
    );
    then!(
        OTHER,
        add_column("users", column("n", BigInt)),
        backfill("users", "n", "id * 10"),
    );
    then!(
        OTHER_TEXT,
        add_column("users", column("n", Integer)),
        backfill("users", "n", "id * 10"),
        sql("UPDATE org SET slug = 'x'; INSERT INTO org VALUES (3, 'three'); SELECT 1"),
    );
    let Some(mut database) = filled(&BROKEN) else {
        return;
    };
    let error = upgrade(&mut database, &BROKEN).unwrap_err();
    insta::assert_snapshot!("in_the_middle", said(&error));
    // Once more comes to the same place.
    upgrade(&mut database, &BROKEN).unwrap_err();
    // What was done cannot become something else.
    for (about, schema) in [("other_operation", &OTHER), ("other_text", &OTHER_TEXT)] {
        let error = upgrade(&mut database, schema).unwrap_err();
        insta::assert_snapshot!(about, said(&error));
    }
    upgrade(&mut database, &MENDED).unwrap();
    let rows = texts(
        &mut database,
        "SELECT CONCAT(id, ' ', slug) FROM org ORDER BY id",
    );
    assert_eq!(rows, ["1 one!", "2 two!", "3 three", "4 four"]);
    assert_eq!(
        texts(&mut database, "SELECT n FROM users ORDER BY id"),
        ["10", "20", "30"]
    );
}

#[test]
fn a_warning_is_an_error() {
    then!(
        DIVIDED,
        sql("UPDATE org SET slug = concat('x', CAST('7 apples' AS SIGNED))")
    );
    let Some(mut database) = filled(&DIVIDED) else {
        return;
    };
    let error = upgrade(&mut database, &DIVIDED).unwrap_err();
    insta::assert_snapshot!(said(&error));
    assert_eq!(texts(&mut database, "SELECT slug FROM org"), ["one"]);
}

#[test]
fn a_large_table_is_copied_with_permission_only() {
    then!(
        WIDER,
        add_column("users", column("n", Integer)),
        alter_column("users", "org_id").set_type(Integer),
    );
    let Some(mut database) = filled(&WIDER) else {
        return;
    };
    database
        .batch(
            "ALTER TABLE users ADD COLUMN filler varchar(8000); \
             INSERT INTO users SELECT 10 + a.seq, 'n', 1, repeat('x', 8000) FROM seq_1_to_1500 AS a; \
             ANALYZE TABLE users",
        )
        .unwrap();
    let error = upgrade(&mut database, &WIDER).unwrap_err();
    let said = said(&error);
    assert!(
        said.contains("keeping writers out of table users ("),
        "{said}"
    );
    assert!(said.contains("with --allow-copy"), "{said}");
    assert!(said.contains("as before it"), "{said}");
    // Not even what costs nothing was done.
    let log = texts(&mut database, LOG);
    assert!(log.len() == 1 && log[0].starts_with("b failed"), "{log:?}");
    let mut migrator = Migrator::new(&WIDER).allow_copy(true);
    migrator.upgrade(&mut database, "head").unwrap();
}

#[test]
fn a_table_in_use_is_waited_for_and_its_user_is_told() {
    then!(WIDER, add_column("users", column("n", Integer)));
    let Some(mut database) = filled(&WIDER) else {
        return;
    };
    let mut reader = Plain::establish(&database.url).unwrap();
    let mut reader = session(&mut reader);
    reader
        .batch("START TRANSACTION; SELECT * FROM users")
        .unwrap();
    let error = upgrade(&mut database, &WIDER).unwrap_err();
    let said = said(&error);
    assert!(said.contains("Lock wait timeout exceeded"), "{said}");
    assert!(
        said.contains("the oldest open transaction is that of server thread"),
        "{said}"
    );

    let mut waits = 0;
    let mut migrator = Migrator::new(&WIDER).progress(|event: &Event<'_>| {
        if let Event::Waiting { .. } = event {
            waits += 1;
            if waits == 1 {
                reader.batch("COMMIT").unwrap();
            }
        }
    });
    migrator.upgrade(&mut database, "head").unwrap();
    drop(migrator);
    assert_eq!(waits, 1);
}

#[test]
fn settings_of_the_connection_are_put_back() {
    then!(NOTHING, sql("SELECT 1"));
    let Some(mut database) = filled(&NOTHING) else {
        return;
    };
    let settings = "SELECT CONCAT_WS('|', @@sql_mode, @@lock_wait_timeout, @@innodb_lock_wait_timeout, \
                    @@foreign_key_checks, @@lc_messages)";
    database
        .batch("SET sql_mode = 'ANSI_QUOTES', lock_wait_timeout = 77, foreign_key_checks = 0")
        .unwrap();
    let before = texts(&mut database, settings);
    upgrade(&mut database, &NOTHING).unwrap();
    assert_eq!(texts(&mut database, settings), before);
}

#[test]
fn a_transaction_of_the_caller_is_refused() {
    then!(NOTHING, sql("SELECT 1"));
    let Some(mut database) = filled(&NOTHING) else {
        return;
    };
    database
        .batch("START TRANSACTION; INSERT INTO org VALUES (9, 'x')")
        .unwrap();
    let error = upgrade(&mut database, &NOTHING).unwrap_err();
    assert!(matches!(error, RunError::InTransaction), "{error:?}");
    database.batch("ROLLBACK").unwrap();
    assert_eq!(texts(&mut database, "SELECT slug FROM org"), ["one"]);
}

#[test]
fn what_a_step_does_beyond_its_words_is_told_where_somebody_asks() {
    then!(SILENT, sql("ALTER TABLE users DROP COLUMN name"));
    let Some(mut database) = filled(&SILENT) else {
        return;
    };
    for _ in 0..2 {
        let mut migrator = Migrator::new(&SILENT).verify(true);
        let error = migrator.upgrade(&mut database, "head").unwrap_err();
        assert_eq!(
            error.to_string(),
            "upgrade of revision b (tests/mysql/failures.rs) did not do what it says: column users.name is \
             missing in the database; what it did stays, and the revision is not recorded"
        );
    }
    upgrade(&mut database, &SILENT).unwrap();
}

#[test]
fn what_was_mended_and_done_is_recorded_as_it_is_by_now() {
    then!(
        BROKEN,
        sql("INSERT INTO org VALUES (2, 'two'); UPDATE org SET slag = 'x'"),
        sql("CREATE TABLE t (id int); BOOM").changes(&[]),
    );
    then!(
        FIRST_MENDED,
        sql("INSERT INTO org VALUES (2, 'two'); UPDATE org SET slug = concat(slug, '!')"),
        sql("CREATE TABLE t (id int); BOOM").changes(&[]),
    );
    then!(
        MENDED,
        sql("INSERT INTO org VALUES (2, 'two'); UPDATE org SET slug = concat(slug, '!')"),
        sql("CREATE TABLE t (id int); INSERT INTO t VALUES (7)").changes(&[]),
    );
    let Some(mut database) = filled(&BROKEN) else {
        return;
    };
    let error = upgrade(&mut database, &BROKEN).unwrap_err();
    assert!(said(&error).contains("slag"), "{}", said(&error));
    for time in ["first", "second"] {
        let error = upgrade(&mut database, &FIRST_MENDED).unwrap_err();
        assert!(said(&error).contains("BOOM"), "{time}: {}", said(&error));
    }
    upgrade(&mut database, &MENDED).unwrap();
    let slugs = texts(&mut database, "SELECT slug FROM org ORDER BY id");
    assert_eq!(slugs, ["one!", "two!"]);
    assert_eq!(texts(&mut database, "SELECT id FROM t"), ["7"]);
}
