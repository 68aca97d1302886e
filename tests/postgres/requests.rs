//! What travels in one request, and who is blamed when it is refused.

use super::runner::connect;
use super::server::Database;
use crate::runner::chains::chain;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{
    BigInt, Integer, Migration, OperationDef, Text, add_check, add_column, check, column as col,
    create_index, create_table, primary_key, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, upgrade};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const TABLE: &[OperationDef] =
    &[
        create_table("t", &[col("id", BigInt).not_null(), col("name", Text)])
            .constraints(&[primary_key(&["id"])]),
    ];

/// How many requests a run makes.
struct Count(Arc<AtomicUsize>);

impl Instrumentation for Count {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { .. } = event {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_migration_is_one_request() {
    const MORE: &[OperationDef] = &[
        add_column("t", col("age", Integer)),
        create_index("t_age", "t", &["age"]),
    ];
    static ONE: SchemaDef = chain(&[Migration::new("a").upgrade(TABLE)]);
    static FOUR: SchemaDef = chain(&[
        Migration::new("a").upgrade(TABLE),
        Migration::new("b").revises(&["a"]).upgrade(MORE),
        Migration::new("c")
            .revises(&["b"])
            .upgrade(&[create_table("u", &[col("id", BigInt)])]),
        Migration::new("d")
            .revises(&["c"])
            .upgrade(&[create_index("u_id", "u", &["id"])]),
    ]);
    let Some(one) = Database::new() else { return };
    let Some(four) = Database::new() else { return };
    let requests = |database: &Database, schema: &SchemaDef| {
        let count = Arc::new(AtomicUsize::new(0));
        let mut connection = connect(&database.url);
        connection.set_instrumentation(Count(count.clone()));
        upgrade(&mut connection, schema).unwrap();
        count.load(Ordering::Relaxed)
    };
    let (one, four) = (requests(&one, &ONE), requests(&four, &FOUR));
    assert!(one < 20, "{one}");
    assert_eq!(four - one, 3);
}

/// The error of a chain whose last revision fails, and what is left.
fn refused(schema: &SchemaDef) -> Option<String> {
    let mut database = Database::new()?;
    let mut connection = connect(&database.url);
    let error = upgrade(&mut connection, schema).unwrap_err().to_string();
    let rows = database.query("SELECT revision FROM __migrate_version");
    assert_eq!(rows.unwrap()[0].text(0).as_deref(), Some("a"), "{error}");
    let marks = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert!(database.query(marks).unwrap().is_empty(), "marks are left");
    // The connection is as good as before.
    assert_eq!(
        session(&mut connection).query("SELECT 1").unwrap()[0].integer(0),
        Some(1)
    );
    let log = Migrator::new(schema).log(&mut session(&mut connection));
    let log = log.unwrap();
    assert!(
        log.last().is_some_and(|entry| entry.error.is_some()),
        "{log:?}"
    );
    Some(error)
}

#[test]
fn the_operation_that_was_refused_is_named() {
    static RUNS: SchemaDef = chain(&[
        Migration::new("a").upgrade(TABLE),
        Migration::new("b").revises(&["a"]).upgrade(&[
            add_column("t", col("age", Integer)),
            create_index("t_id", "t", &["id"]),
            add_check("t", check("t_age", "length(age) > 0")),
            create_index("t_name", "t", &["name"]),
        ]),
    ]);
    let Some(error) = refused(&RUNS) else { return };
    assert!(
        error.contains("failed at operation 3, add_check (") && error.contains("length(integer)"),
        "{error}"
    );
    assert!(error.contains("statement: ALTER TABLE"), "{error}");
}

#[test]
fn so_is_one_that_the_server_cannot_even_read() {
    static READS: SchemaDef = chain(&[
        Migration::new("a").upgrade(TABLE),
        Migration::new("b").revises(&["a"]).upgrade(&[
            add_column("t", col("age", Integer)),
            add_check("t", check("t_age", "age >=")),
            create_index("t_name", "t", &["name"]),
        ]),
    ]);
    static BEHIND: SchemaDef = chain(&[
        Migration::new("a").upgrade(TABLE),
        Migration::new("b").revises(&["a"]).upgrade(&[
            sql("INSERT INTO t VALUES (1, 'a') -- one"),
            add_check("t", check("t_age", "age >=")),
        ]),
    ]);
    let Some(error) = refused(&READS) else { return };
    assert!(
        error.contains("failed at operation 2, add_check ("),
        "{error}"
    );
    assert!(error.contains("syntax error"), "{error}");
    let Some(error) = refused(&BEHIND) else {
        return;
    };
    assert!(
        error.contains("failed at operation 2, add_check ("),
        "{error}"
    );
}

#[test]
fn what_a_person_left_open_swallows_nothing() {
    static OPEN: SchemaDef = chain(&[
        Migration::new("a").upgrade(TABLE),
        Migration::new("b").revises(&["a"]).upgrade(&[
            create_index("t_name", "t", &["name"]),
            sql("INSERT INTO t VALUES (1, 'it"),
            create_index("t_id", "t", &["id"]),
        ]),
    ]);
    let Some(error) = refused(&OPEN) else { return };
    assert!(error.contains("failed at operation 2, sql ("), "{error}");
    assert!(error.contains("unterminated quoted string"), "{error}");
}

#[test]
fn what_fails_at_the_commit_is_no_operation() {
    static DEFERRED: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql(
            "CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        )]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("INSERT INTO t VALUES (1), (1)")]),
    ]);
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    let error = upgrade(&mut connection, &DEFERRED).unwrap_err().to_string();
    assert!(
        error.starts_with("the migration could not be committed: duplicate key"),
        "{error}"
    );
}
