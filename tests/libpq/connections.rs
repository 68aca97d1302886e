//! The same chain on every kind of connection that an application may have: libpq's, and those of pools.
#![cfg(unix)]

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use migrate_runtime::connection::Session;
use migrate_runtime::migration::{
    BigInt, Migration, RunConnection, RunResult, Text, add_check, add_column, add_unique, check,
    column as col, create_index, create_table, drop_column, drop_index, drop_table, primary_key,
    run, unique,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{RunError, downgrade, pending, upgrade};
use migrate_runtime::upgrade_async;
use server::Database;

#[path = "../postgres/server.rs"]
mod server;

diesel::table! {
    people (id) {
        id -> BigInt,
        name -> Text,
        initial -> Nullable<Text>,
    }
}

fn fill(conn: &mut RunConnection<'_>) -> RunResult {
    let conn = conn.postgres()?;
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
        chain: "libpq",
        models: &[],
        unmanaged: &[],
        ignore: &[], version_table: None,
        include: &[],
        migrations,
        head: "",
    }
}

const FIRST: Migration = Migration::new("a")
    .upgrade(&[
        create_table("people", &[col("id", BigInt).not_null(), col("name", Text)])
            .constraints(&[primary_key(&["id"])]),
    ])
    .downgrade(&[drop_table("people")]);

static SCHEMA: SchemaDef = chain(&[
    FIRST,
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            add_column("people", col("initial", Text)),
            run("fill", fill),
        ])
        .downgrade(&[drop_column("people", "initial")]),
    Migration::new("c")
        .revises(&["b"])
        .outside_transaction()
        .upgrade(&[create_index("people_name", "people", &["name"]).concurrently()])
        .downgrade(&[drop_index("people_name", "people").concurrently()]),
]);

/// What the chain leaves: the initial of the one row, and no lock.
fn assert_upgraded(database: &mut Database) {
    let rows = database
        .query(
            "SELECT initial || (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) \
             FROM people",
        )
        .unwrap();
    assert_eq!(rows[0].text(0).as_deref(), Some("A0"));
}

fn up_and_down<C: LoadConnection<Backend = Pg>>(connection: &mut C, database: &mut Database) {
    assert_eq!(upgrade(connection, &SCHEMA).unwrap().steps.len(), 3);
    assert_upgraded(database);
    assert_eq!(pending(connection, &SCHEMA).unwrap(), [""; 0]);
    let found = migrate_runtime::check(connection, &SCHEMA).unwrap();
    assert!(!found.to_string().contains("drift"), "{found}");
    downgrade(connection, &SCHEMA, "base").unwrap();
}

#[test]
fn of_libpq() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut connection = PgConnection::establish(&database.url).unwrap();
    up_and_down(&mut connection, &mut database);
}

#[test]
fn of_libpq_in_a_pool() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let manager = ConnectionManager::<PgConnection>::new(&database.url);
    let pool = Pool::builder().max_size(1).build(manager).unwrap();
    up_and_down(&mut pool.get().unwrap(), &mut database);
    // It goes back to the pool as it came.
    let timeout = diesel::dsl::sql::<diesel::sql_types::Text>("current_setting('lock_timeout')");
    let timeout: String = diesel::select(timeout)
        .get_result(&mut pool.get().unwrap())
        .unwrap();
    assert_eq!(timeout, "0");
}

#[test]
fn of_asynchronous_pools() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(&database.url);
        let pool = diesel_async::pooled_connection::deadpool::Pool::builder(manager)
            .build()
            .unwrap();
        let report = upgrade_async(pool.get().await.unwrap(), &SCHEMA).await;
        assert_eq!(report.unwrap().steps.len(), 3);
    });
    assert_upgraded(&mut database);
    database
        .batch("DROP TABLE people, __migrate_version, __migrate_log")
        .unwrap();
    runtime.block_on(async {
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(&database.url);
        let pool = diesel_async::pooled_connection::bb8::Pool::builder()
            .build(manager)
            .await
            .unwrap();
        let report = upgrade_async(pool.get_owned().await.unwrap(), &SCHEMA).await;
        assert_eq!(report.unwrap().steps.len(), 3);
    });
    assert_upgraded(&mut database);
}

#[test]
fn an_operation_that_is_refused_is_named() {
    static REFUSED: SchemaDef = chain(&[
        FIRST,
        Migration::new("b").revises(&["a"]).upgrade(&[
            add_column("people", col("age", BigInt)),
            add_check("people", check("people_age", "length(age) > 0")),
            create_index("people_name", "people", &["name"]),
        ]),
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
    let mut connection = PgConnection::establish(&database.url).unwrap();
    let error = upgrade(&mut connection, &REFUSED).unwrap_err().to_string();
    assert!(
        error.contains("failed at operation 2, add_check ("),
        "{error}"
    );
    // The server's details come with its message.
    connection
        .batch_execute("INSERT INTO people VALUES (1, 'Ann'), (2, 'Ann')")
        .unwrap();
    let error = upgrade(&mut connection, &UNIQUE).unwrap_err().to_string();
    let row = r#"could not create unique index "people_name_key": Key (name)=(Ann) is duplicated"#;
    assert!(error.contains(row), "{error}");
    // A transaction of the caller, begun behind diesel's back.
    connection.batch_execute("BEGIN").unwrap();
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
        Ok(conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")?)
    }
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = PgConnection::establish(&database.url).unwrap();
    let error = upgrade(&mut connection, &LOST).unwrap_err();
    assert!(
        matches!(error.downcast_ref(), Some(RunError::ConnectionLost { .. })),
        "{error}"
    );
}
