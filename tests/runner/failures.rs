//! A migration that fails leaves the database as it was, and says all that is needed to mend it.

use super::chains::{LINEAR, chain, column, memory, rows, run};
use crate::databases::{each, upgrade as upgraded};
use diesel::connection::{Connection, SimpleConnection};
use diesel::sqlite::SqliteConnection;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{
    Integer, Migration, RunConnection, RunResult, column as column_def, create_table, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, Outcome, RunError, upgrade, upgrade_to};
use migrate_runtime::schema::Backend;
use migrate_runtime::{ErrorKind, Explain};

const FIRST: Migration = Migration::new("a")
    .upgrade(&[create_table("t", &[column_def("id", Integer).not_null()])])
    .downgrade(&[]);

fn fails_with(schema: &SchemaDef) -> (SqliteConnection, RunError) {
    let mut connection = memory();
    let error = Migrator::new(schema)
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    (connection, error)
}

#[test]
fn v14_the_migrations_before_the_failed_one_stay() {
    static SCHEMA: SchemaDef = chain(&[
        FIRST,
        Migration::new("b").revises(&["a"]).upgrade(&[
            sql("INSERT INTO t (id) VALUES (1)"),
            sql("INSERT INTO nowhere VALUES (1);\nSELECT 2"),
        ]),
        Migration::new("c").revises(&["b"]),
    ]);
    let (mut connection, error) = fails_with(&SCHEMA);
    let RunError::Failed(failure) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(failure.revision, "b");
    assert_eq!(failure.operation, Some((2, "sql")));
    let line = failure.location.rsplit_once(':').unwrap().1;
    let text = error.to_string().replace(&format!(":{line})"), ":LINE)");
    insta::assert_snapshot!(text, @r"
    upgrade of revision b failed at operation 2, sql (tests/runner/failures.rs:LINE): no such table: nowhere
      statement: INSERT INTO nowhere VALUES (1);
                 SELECT 2
      rolled back: all of revision b; the database is at a, as before it
    ");
    assert_eq!(error.kind(), ErrorKind::Database);
    assert!(error.hints()[0].contains("may be edited freely"));
    assert_eq!(rows(&mut connection), "a");
    assert_eq!(column(&mut connection, "SELECT count(*) FROM t"), ["0"]);

    // The attempt is in the log, and never trips a later run.
    let log = Migrator::new(&SCHEMA)
        .log(&mut session(&mut connection))
        .unwrap();
    let outcomes: Vec<_> = log
        .iter()
        .map(|entry| (entry.revision.as_str(), entry.outcome))
        .collect();
    assert_eq!(outcomes, [("a", Outcome::Applied), ("b", Outcome::Failed)]);
    assert!(log[1].error.as_ref().unwrap().contains("no such table"));
    static MENDED: SchemaDef = chain(&[
        FIRST,
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("INSERT INTO t (id) VALUES (1)")]),
        Migration::new("c").revises(&["b"]),
    ]);
    let report = upgrade(&mut connection, &MENDED).unwrap();
    assert_eq!(report.to, ["c"]);
}

#[test]
fn the_hint_of_a_failed_downgrade_does_not_speak_of_the_upgrade() {
    static SCHEMA: SchemaDef = chain(&[FIRST.downgrade(&[sql("DROP TABLE nowhere")])]);
    each(|database| {
        let mut migrator = Migrator::new(&SCHEMA);
        let mut session = database.session();
        migrator.upgrade(&mut *session, "head").unwrap();
        let error = migrator.downgrade(&mut *session, "base").unwrap_err();
        let hint = error.hints().join("\n");
        assert!(hint.contains("mend the operation at"), "{hint}");
        assert!(
            hint.ends_with("; a downgrade may be edited at any time"),
            "{hint}"
        );
    });
}

#[test]
fn a_collation_of_the_owning_program_is_said_to_be_missing() {
    static SCHEMA: SchemaDef = chain(&[
        FIRST,
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("CREATE INDEX i ON t (id COLLATE unicase)")]),
    ]);
    let (_, error) = fails_with(&SCHEMA);
    assert!(
        error
            .to_string()
            .contains("no such collation sequence: unicase")
    );
    insta::assert_snapshot!(error.hints().join("\n"), @"if a program registers it on its own connection, apply the revision from that program: migrate_runtime::upgrade");
}

fn refuses(_: &mut RunConnection<'_>) -> RunResult {
    Err("the rows are not as expected".into())
}

fn panics(_: &mut RunConnection<'_>) -> RunResult {
    let none: Option<()> = None;
    none.expect("a row");
    Ok(())
}

#[test]
fn a_function_that_fails_or_panics_is_rolled_back() {
    use migrate_runtime::migration::run;
    static FAILS: SchemaDef = chain(&[
        FIRST,
        Migration::new("b").revises(&["a"]).upgrade(&[
            sql("INSERT INTO t (id) VALUES (1)"),
            run("refuses", refuses),
        ]),
    ]);
    static PANICS: SchemaDef = chain(&[
        FIRST,
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("INSERT INTO t (id) VALUES (1)"), run("panics", panics)]),
    ]);
    for (schema, words) in [
        (&FAILS, "the rows are not as expected"),
        (&PANICS, "the function panicked: a row"),
    ] {
        each(|database| {
            let error = upgraded(database, schema).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            assert_eq!(rows(database), "a");
            let mut session = database.session();
            // The connection is sound: no transaction is left open on it.
            assert!(!session.in_transaction());
            if session.backend() != Backend::Mysql {
                drop(session);
                assert_eq!(column(database, "SELECT count(*) FROM t"), ["0"]);
            }
        });
    }
}

#[test]
fn v16_a_migration_that_ends_the_transaction() {
    static COMMITS: SchemaDef = chain(&[
        FIRST,
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("COMMIT")]),
    ]);
    let (mut connection, error) = fails_with(&COMMITS);
    assert!(
        error
            .to_string()
            .contains("it ended the transaction of the migration"),
        "{error}"
    );
    assert_eq!(rows(&mut connection), "a");
}

#[test]
fn inside_a_transaction_of_the_caller_nothing_runs() {
    let mut connection = memory();
    connection
        .transaction::<_, diesel::result::Error, _>(|connection| {
            let error = upgrade(connection, &LINEAR).unwrap_err();
            assert!(matches!(
                error.downcast_ref(),
                Some(RunError::InTransaction)
            ));
            Ok(())
        })
        .unwrap();
    // One that diesel does not know of.
    connection.batch_execute("BEGIN").unwrap();
    let error = upgrade(&mut connection, &LINEAR).unwrap_err();
    assert!(matches!(
        error.downcast_ref(),
        Some(RunError::InTransaction)
    ));
    connection.batch_execute("ROLLBACK").unwrap();
    assert_eq!(
        column(&mut connection, "SELECT name FROM sqlite_schema"),
        [""; 0]
    );
}

#[test]
fn v20_no_way_back_is_said_before_anything_runs() {
    static SCHEMA: SchemaDef = chain(&[
        Migration::new("a")
            .upgrade(&[create_table("t", &[column_def("id", Integer)])])
            .irreversible("the old values are gone"),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[create_table("u", &[column_def("id", Integer)])]),
        Migration::new("c").revises(&["b"]).downgrade(&[]),
    ]);
    each(|database| {
        let mut migrator = Migrator::new(&SCHEMA);
        migrator.upgrade(&mut *database.session(), "head").unwrap();
        let error = migrator.downgrade(&mut *database.session(), "base");
        assert_eq!(
            error.unwrap_err().to_string(),
            "revision b cannot be taken back: tests/runner/failures.rs has no downgrade"
        );
        assert_eq!(rows(database), "c");
        let mut session = database.session();
        migrator.downgrade(&mut *session, "-1").unwrap();
        migrator.stamp(&mut *session, &["a"], false).unwrap();
        let error = migrator.downgrade(&mut *session, "base").unwrap_err();
        assert_eq!(
            error.to_string(),
            "revision a cannot be taken back: the old values are gone"
        );
    });
}

static BIG: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[sql("CREATE TABLE t (x BLOB)")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[sql("INSERT INTO t VALUES (zeroblob(1000000))")]),
]);

#[test]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("full.db");
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    upgrade_to(&mut connection, &BIG, "a").unwrap();
    session(&mut connection)
        .query("PRAGMA max_page_count = 20")
        .unwrap();
    let error = upgrade(&mut connection, &BIG).unwrap_err();
    assert!(error.to_string().contains("disk is full"), "{error}");
    assert_eq!(rows(&mut connection), "a");
    assert_eq!(column(&mut connection, "PRAGMA integrity_check"), ["ok"]);
    session(&mut connection)
        .query("PRAGMA max_page_count = 2000")
        .unwrap();
    upgrade(&mut connection, &BIG).unwrap();
    assert_eq!(rows(&mut connection), "b");
}

#[test]
fn a_read_only_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("readonly.db");
    SqliteConnection::establish(path.to_str().unwrap())
        .unwrap()
        .batch_execute("CREATE TABLE t (id INTEGER)")
        .unwrap();
    let url = format!("file:{}?mode=ro", path.display());
    let mut connection = SqliteConnection::establish(&url).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = upgrade(&mut connection, &LINEAR).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the bookkeeping tables could not be read or written: attempt to write a readonly database"
    );
    assert!(
        error.hints()[0].contains("not writable"),
        "{:?}",
        error.hints()
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_locked_database() {
    use std::time::Duration;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locked.db");
    let mut holder = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    holder.batch_execute("BEGIN IMMEDIATE").unwrap();
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 7").unwrap();
    let mut told = Vec::new();
    let error = Migrator::new(&LINEAR)
        .lock_timeout(Duration::from_millis(10))
        .progress(|event: &Event<'_>| told.push(format!("{event:?}")))
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    // Somebody who looks at a screen sees what it waits for.
    assert_eq!(told[0], "Queued { holder: None }", "{told:?}");
    assert_eq!(
        error.to_string(),
        "another process holds the database: no lock after 0.0 s"
    );
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(column(&mut connection, "PRAGMA busy_timeout"), ["7"]);
    holder.batch_execute("ROLLBACK").unwrap();
    let mut told = Vec::new();
    Migrator::new(&LINEAR)
        .progress(|event: &Event<'_>| told.push(format!("{event:?}")))
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    assert!(!told.iter().any(|it| it.starts_with("Queued")), "{told:?}");
    assert_eq!(column(&mut connection, "PRAGMA busy_timeout"), ["7"]);
}

#[test]
fn a_file_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.db");
    std::fs::write(
        &path,
        "this is no database, and it is long enough to be read as one".repeat(20),
    )
    .unwrap();
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let error = upgrade(&mut connection, &LINEAR).unwrap_err();
    assert!(
        error.to_string().contains("file is not a database"),
        "{error}"
    );
}

#[test]
fn foreign_keys_are_as_before_whatever_happens() {
    use migrate_runtime::migration::{drop_table, foreign_key, primary_key};
    static SCHEMA: SchemaDef =
        chain(&[
            Migration::new("a").upgrade(&[
                create_table("parent", &[column_def("id", Integer).not_null()])
                    .constraints(&[primary_key(&["id"])]),
                create_table("child", &[column_def("parent", Integer)]).constraints(&[
                    foreign_key("child_parent_fkey", &["parent"], "parent", &["id"])
                        .on_delete(migrate_runtime::migration::Cascade),
                ]),
            ]),
            Migration::new("b").revises(&["a"]).upgrade(&[
                drop_table("child"),
                drop_table("parent"),
                sql("INSERT INTO nowhere VALUES (1)"),
            ]),
        ]);
    let mut connection = memory();
    upgrade_to(&mut connection, &SCHEMA, "a").unwrap();
    run(
        &mut connection,
        "PRAGMA foreign_keys = ON; INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)",
    );
    upgrade(&mut connection, &SCHEMA).unwrap_err();
    assert_eq!(column(&mut connection, "PRAGMA foreign_keys"), ["1"]);
    assert_eq!(column(&mut connection, "SELECT count(*) FROM child"), ["1"]);
}
