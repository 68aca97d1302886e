//! The same chain on the connections of libmysqlclient, plain and of a pool.
#![cfg(unix)]

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use migrate_runtime::connection::{Cell, Session, session};
use migrate_runtime::migration::{
    BigInt, Migration, RunConnection, RunResult, Varchar, add_check, add_column, add_unique, check,
    column as col, create_index, create_table, drop_column, drop_index, drop_table, primary_key,
    run, sql, unique,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{RunError, downgrade, pending, upgrade};
use server::Database;
use std::io::Write as _;

#[path = "../mysql/server.rs"]
mod server;

/// Says why tests are not run.
fn not_run(why: &str) {
    let _ = writeln!(std::io::stderr(), "{why}");
}

diesel::table! {
    people (id) {
        id -> BigInt,
        name -> Text,
        initial -> Nullable<Text>,
    }
}

fn fill(conn: &mut RunConnection<'_>) -> RunResult {
    let conn = conn.mysql()?;
    diesel::insert_into(people::table)
        .values((people::id.eq(1), people::name.eq("Ann")))
        .execute(conn)?;
    conn.transaction(|conn| {
        let name: String = people::table.select(people::name).first(conn)?;
        diesel::update(people::table)
            .set(people::initial.eq(name.get(..1)))
            .execute(conn)
    })?;
    Ok(())
}

const fn chain(migrations: &'static [Migration]) -> SchemaDef {
    SchemaDef {
        chain: "libmysqlclient",
        models: &[],
        unmanaged: &[],
        ignore: &[],
        version_table: None,
        include: &[],
        migrations,
        head: "",
    }
}

const FIRST: Migration = Migration::new("a")
    .upgrade(&[create_table(
        "people",
        &[
            col("id", BigInt).not_null(),
            col("name", Varchar(20)).not_null(),
        ],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("people")]);

static SCHEMA: SchemaDef = chain(&[
    FIRST,
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            add_column("people", col("initial", Varchar(1))),
            run("fill", fill),
        ])
        .downgrade(&[drop_column("people", "initial")]),
    Migration::new("c")
        .revises(&["b"])
        .upgrade(&[
            create_index("people_name", "people", &["name"]),
            // The first way to make it is refused.
            create_index("people_words", "people", &["name"]).method("fulltext"),
            sql("DROP TABLE IF EXISTS nowhere"),
        ])
        .downgrade(&[
            drop_index("people_words", "people"),
            drop_index("people_name", "people"),
        ]),
]);

fn up_and_down<C: LoadConnection<Backend = Mysql>>(connection: &mut C, database: &mut Database) {
    assert_eq!(upgrade(connection, &SCHEMA).unwrap().steps.len(), 3);
    let rows = database.query("SELECT initial FROM people").unwrap();
    assert_eq!(rows[0].text(0).as_deref(), Some("A"));
    assert_eq!(pending(connection, &SCHEMA).unwrap(), [""; 0]);
    let found = migrate_runtime::check(connection, &SCHEMA).unwrap();
    assert!(!found.to_string().contains("drift"), "{found}");
    downgrade(connection, &SCHEMA, "base").unwrap();
    let left = database.query("SHOW TABLES LIKE 'people'").unwrap();
    assert_eq!(left.len(), 0);
}

#[test]
fn of_libmysqlclient() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut connection = MysqlConnection::establish(&database.url).unwrap();
    up_and_down(&mut connection, &mut database);
}

#[test]
fn of_libmysqlclient_in_a_pool() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let manager = ConnectionManager::<MysqlConnection>::new(&database.url);
    let pool = Pool::builder().max_size(1).build(manager).unwrap();
    let before = settings(&mut pool.get().unwrap());
    up_and_down(&mut pool.get().unwrap(), &mut database);
    // It goes back to the pool as it came, without the lock.
    assert_eq!(settings(&mut pool.get().unwrap()), before);
    let mut other = MysqlConnection::establish(&database.url).unwrap();
    upgrade(&mut other, &SCHEMA).unwrap();
}

fn settings(connection: &mut impl LoadConnection<Backend = Mysql>) -> Option<String> {
    let all = "SELECT CONCAT_WS(' ', @@sql_mode, @@lock_wait_timeout, @@innodb_lock_wait_timeout, \
               @@foreign_key_checks, @@autocommit)";
    session(connection).query(all).unwrap()[0].text(0)
}

#[test]
fn values_of_every_kind_come_as_cells() {
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = MysqlConnection::establish(&database.url).unwrap();
    let rows = session(&mut connection)
        .query(
            "SELECT NULL, 1, -1, 18446744073709551615, 1.50, CAST(2.5 AS DOUBLE), 'ü', \
             CAST('2026-01-02' AS DATE), CAST('2026-01-02 03:04:05.678' AS DATETIME(3)), \
             CAST('03:04:05' AS TIME), x'ff', repeat('long ', 1000)",
        )
        .unwrap();
    let text = |text: &str| Cell::Text(text.to_owned());
    assert_eq!(
        rows[0].0,
        [
            Cell::Null,
            Cell::Integer(1),
            Cell::Integer(-1),
            text("18446744073709551615"),
            text("1.50"),
            Cell::Real(2.5),
            text("ü"),
            text("2026-01-02"),
            text("2026-01-02 03:04:05.678000"),
            text("03:04:05"),
            Cell::Blob(vec![255]),
            text(&"long ".repeat(1000)),
        ]
    );
}

#[test]
fn an_operation_that_is_refused_is_named() {
    static REFUSED: SchemaDef = chain(&[
        FIRST,
        Migration::new("b").revises(&["a"]).upgrade(&[
            add_column("people", col("age", BigInt)),
            add_check("people", check("people_age", "nonsense(age) > 0")),
        ]),
    ]);
    static WARNED: SchemaDef = chain(&[
        FIRST,
        Migration::new("w").revises(&["a"]).upgrade(&[sql(
            "INSERT IGNORE INTO people (id, name) VALUES (8, repeat('x', 21)), (9, repeat('y', 21))",
        )]),
    ]);
    static UNIQUE: SchemaDef = chain(&[
        FIRST,
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[add_unique("people", unique("people_name_key", &["name"]))]),
    ]);
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = MysqlConnection::establish(&database.url).unwrap();
    let error = upgrade(&mut connection, &REFUSED).unwrap_err().to_string();
    assert!(
        error.contains("failed at operation 2, add_check ("),
        "{error}"
    );
    let error = upgrade(&mut connection, &WARNED).unwrap_err().to_string();
    let warned = "the server warned: Data truncated for column 'name' at row 1; \
                  Data truncated for column 'name' at row 2";
    assert!(error.contains(warned), "{error}");
    connection
        .batch_execute(
            "INSERT INTO people (id, name) VALUES (1, 'Ann'), (2, 'Ann'); \
             ALTER TABLE people DROP COLUMN age; DELETE FROM __migrate_log WHERE revision = 'b'",
        )
        .unwrap();
    let error = upgrade(&mut connection, &UNIQUE).unwrap_err().to_string();
    assert!(error.contains("Duplicate entry 'Ann'"), "{error}");
    // A transaction of the caller, begun behind diesel's back.
    connection.batch_execute("START TRANSACTION").unwrap();
    let error = upgrade(&mut connection, &SCHEMA).unwrap_err();
    assert!(
        matches!(error.downcast_ref(), Some(RunError::InTransaction)),
        "{error}"
    );
}

#[test]
fn a_connection_that_is_lost() {
    static LOST: SchemaDef = chain(&[
        FIRST,
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[run("end", end)]),
    ]);
    fn end(conn: &mut RunConnection<'_>) -> RunResult {
        Ok(conn.execute("KILL CONNECTION_ID()")?)
    }
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = MysqlConnection::establish(&database.url).unwrap();
    let error = upgrade(&mut connection, &LOST).unwrap_err();
    assert!(
        matches!(error.downcast_ref(), Some(RunError::ConnectionLost { .. })),
        "{error}"
    );
}
