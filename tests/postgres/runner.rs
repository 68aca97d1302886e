//! A chain on PostgreSQL, on the connections that an application has.

use super::server::Database;
use crate::runner::chains::chain;
use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{
    Backend, BigInt, Migration, RunConnection, RunResult, Text, add_column, column as col,
    create_index, create_table, drop_column, inspect, primary_key, run, sql,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{
    Event, Migrator, RunError, current, downgrade, pending, stamp, upgrade,
};
use migrate_runtime::startup::{Mode, Started, Startup};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::MoodType;

    people (id) {
        id -> BigInt,
        name -> Text,
        initial -> Nullable<Text>,
        mood -> Nullable<MoodType>,
    }
}

/// A type whose number only the server knows.
#[derive(Debug, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(name = "mood"))]
pub struct MoodType;

#[derive(
    Debug, Clone, Copy, PartialEq, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = MoodType)]
enum Mood {
    Glad,
    Sad,
}

impl diesel::serialize::ToSql<MoodType, Pg> for Mood {
    fn to_sql<'b>(
        &'b self,
        out: &mut diesel::serialize::Output<'b, '_, Pg>,
    ) -> diesel::serialize::Result {
        let text = match self {
            Self::Glad => "glad",
            Self::Sad => "sad",
        };
        std::io::Write::write_all(out, text.as_bytes())?;
        Ok(diesel::serialize::IsNull::No)
    }
}

impl diesel::deserialize::FromSql<MoodType, Pg> for Mood {
    fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
        match bytes.as_bytes() {
            b"glad" => Ok(Self::Glad),
            b"sad" => Ok(Self::Sad),
            other => Err(format!("{other:?} is no mood").into()),
        }
    }
}

fn fill(conn: &mut RunConnection<'_>) -> RunResult {
    assert_eq!(conn.backend(), Backend::Postgres);
    assert!(conn.sqlite().is_err());
    assert!(inspect(conn).has_table("people")?);
    assert!(inspect(conn).has_table("public.people")?);
    assert!(inspect(conn).has_column("people", "initial")?);
    assert!(!inspect(conn).has_column("people", "nickname")?);
    assert!(inspect(conn).has_index("people", "people_name_idx")?);
    assert!(!inspect(conn).has_table("it's not \"there\"")?);
    let conn = conn.postgres()?;
    let all: Vec<(i64, String)> = people::table
        .select((people::id, people::name))
        .order(people::id)
        .load(conn)?;
    conn.transaction::<_, diesel::result::Error, _>(|conn| {
        for (id, name) in &all {
            diesel::update(people::table.find(id))
                .set((
                    people::initial.eq(name.get(..1)),
                    people::mood.eq(Some(if *id == 1 { Mood::Glad } else { Mood::Sad })),
                ))
                .execute(conn)?;
        }
        Ok(())
    })?;
    let undone: QueryResult<()> = conn.transaction(|conn| {
        diesel::delete(people::table).execute(conn)?;
        Err(diesel::result::Error::RollbackTransaction)
    });
    assert_eq!(undone, Err(diesel::result::Error::RollbackTransaction));
    // Binds of a type that is asked of the server, in a query that returns rows.
    let glad: Vec<(i64, Option<Mood>)> = people::table
        .filter(people::mood.eq_any([Mood::Glad]))
        .select((people::id, people::mood))
        .load(conn)?;
    let expected: Vec<_> = (all.iter().filter(|(id, _)| *id == 1))
        .map(|(id, _)| (*id, Some(Mood::Glad)))
        .collect();
    assert_eq!(glad, expected);
    Ok(())
}

fn shout(conn: &mut RunConnection<'_>) -> RunResult {
    conn.execute("UPDATE people SET name = upper(name) WHERE id > 1; SELECT 1")?;
    let names: Vec<String> = people::table
        .filter(people::initial.is_not_null())
        .order(people::id)
        .select(people::name)
        .load(conn.postgres()?)?;
    assert_eq!(names, ["Ann", "BOB"]);
    Ok(())
}

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[
            sql("CREATE TYPE mood AS ENUM ('glad', 'sad')"),
            create_table(
                "people",
                &[col("id", BigInt).not_null(), col("name", Text).not_null()],
            )
            .constraints(&[primary_key(&["id"])]),
            create_index("people_name_idx", "people", &["name"]),
            sql("ALTER TABLE people ADD COLUMN mood mood"),
        ])
        .downgrade(&[
            migrate_runtime::migration::drop_table("people"),
            sql("DROP TYPE mood"),
        ]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            add_column("people", col("initial", Text)),
            run("fill", fill),
        ])
        .downgrade(&[run("shout", shout), drop_column("people", "initial")]),
]);

pub(super) fn connect(url: &str) -> AsyncConnectionWrapper<AsyncPgConnection> {
    AsyncConnectionWrapper::establish(url).unwrap()
}

fn up_and_down<C: LoadConnection<Backend = Pg>>(connection: &mut C) {
    assert_eq!(pending(connection, &SCHEMA).unwrap(), ["a", "b"]);
    migrate_runtime::upgrade_to(connection, &SCHEMA, "a").unwrap();
    connection
        .batch_execute("INSERT INTO people (id, name) VALUES (1, 'Ann'), (2, 'Bob')")
        .unwrap();
    let report = upgrade(connection, &SCHEMA).unwrap();
    assert_eq!(report.to, ["b"]);
    assert_eq!(report.steps.len(), 1);
    let initials: Vec<Option<String>> = people::table
        .order(people::id)
        .select(people::initial)
        .load(&mut *connection)
        .unwrap();
    assert_eq!(initials, [Some("A".to_owned()), Some("B".to_owned())]);
    assert_eq!(upgrade(connection, &SCHEMA).unwrap().steps, []);
    downgrade(connection, &SCHEMA, "-1").unwrap();
    assert_eq!(current(connection, &SCHEMA).unwrap()[0].id, "a");
    stamp(connection, &SCHEMA, "b").unwrap();
    assert_eq!(pending(connection, &SCHEMA).unwrap(), [""; 0]);
    let found = migrate_runtime::check(connection, &SCHEMA).unwrap();
    assert!(!found.is_clean(), "the column is missing: {found}");
    stamp(connection, &SCHEMA, "a").unwrap();
    upgrade(connection, &SCHEMA).unwrap();
    let found = migrate_runtime::check(connection, &SCHEMA).unwrap();
    assert!(!found.to_string().contains("drift"), "{found}");
    downgrade(connection, &SCHEMA, "base").unwrap();
    assert_eq!(current(connection, &SCHEMA).unwrap(), []);
}

#[test]
fn on_a_connection_without_libpq() {
    let Some(database) = Database::new() else {
        return;
    };
    up_and_down(&mut connect(&database.url));
}

#[test]
fn nothing_is_left_on_the_connection() {
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    upgrade(&mut connection, &SCHEMA).unwrap();
    let mut session = session(&mut connection);
    let rows = session
        .query(
            "SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') \
             || ' ' || (SELECT count(*) FROM pg_locks \
             WHERE locktype = 'advisory' AND pid = pg_backend_pid())",
        )
        .unwrap();
    assert_eq!(rows[0].text(0).as_deref(), Some("0 0 0"));
}

#[test]
fn a_transaction_of_the_caller_is_refused() {
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    let result = connection.transaction(|connection| {
        let error = upgrade(connection, &SCHEMA).unwrap_err();
        assert!(matches!(
            error.downcast_ref(),
            Some(RunError::InTransaction)
        ));
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    assert!(result.is_err());
    // Begun with SQL, which diesel does not see; a transaction that failed, too.
    for begun in ["BEGIN", "BEGIN; SELECT 1/0"] {
        let _ = connection.batch_execute(begun);
        let error = upgrade(&mut connection, &SCHEMA).unwrap_err();
        connection.batch_execute("ROLLBACK").unwrap();
        assert!(
            error.to_string().contains("transaction"),
            "{begun}: {error}"
        );
    }
    upgrade(&mut connection, &SCHEMA).unwrap();
}

#[test]
fn a_failed_migration_is_rolled_back_and_logged() {
    static BAD: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql("CREATE TABLE t (x int)")]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("CREATE TABLE u (x int)"), sql("SELECT nonsense")]),
    ]);
    static ENDS: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql("CREATE TABLE t (x int)")]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("CREATE TABLE u (x int); COMMIT; BEGIN")]),
    ]);
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    let error = upgrade(&mut connection, &BAD).unwrap_err();
    assert!(error.to_string().contains("nonsense"), "{error}");
    assert_eq!(current(&mut connection, &BAD).unwrap()[0].id, "a");
    let log = Migrator::new(&BAD)
        .log(&mut session(&mut connection))
        .unwrap();
    assert_eq!(log.len(), 2);
    assert!(log[1].error.is_some());
    let error = upgrade(&mut connection, &ENDS).unwrap_err();
    assert!(
        error.to_string().contains("ended the transaction"),
        "{error}"
    );
    let locks = database.query(
        "SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database \
         WHERE locktype = 'advisory' AND datname = current_database()",
    );
    assert_eq!(locks.unwrap()[0].integer(0), Some(0));
}

#[test]
fn who_holds_the_lock_is_said() {
    let Some(database) = Database::new() else {
        return;
    };
    let url = database.url.clone();
    static SLOW: SchemaDef = chain(&[Migration::new("a").upgrade(&[sql("SELECT pg_sleep(2)")])]);
    let slow = std::thread::spawn(move || upgrade(&mut connect(&url), &SLOW).unwrap());
    std::thread::sleep(Duration::from_millis(700));
    let mut connection = connect(&database.url);
    let error = Migrator::new(&SLOW)
        .lock_timeout(Duration::from_millis(50))
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("another process holds the database (server process "),
        "{error}"
    );
    // With patience it finds that there is nothing left to do.
    let report = upgrade(&mut connection, &SLOW).unwrap();
    assert_eq!((report.steps.len(), report.to), (0, vec!["a".to_owned()]));
    assert_eq!(slow.join().unwrap().steps.len(), 1);
}

#[test]
fn a_table_in_use_is_waited_for() {
    static ALTERS: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql("CREATE TABLE t (x int)")]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("ALTER TABLE t ADD COLUMN y int")]),
    ]);
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    migrate_runtime::upgrade_to(&mut connection, &ALTERS, "a").unwrap();
    database.batch("BEGIN; SELECT * FROM t").unwrap();
    let (seen, reader) = reader(database);
    let report = Migrator::new(&ALTERS)
        .progress(move |event: &Event<'_>| {
            if let Event::Waiting { .. } = event {
                seen.send(()).unwrap();
            }
        })
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    assert_eq!(report.steps.len(), 1);
    let mut database = reader.join().unwrap();
    // Without patience it gives up, and says why.
    database.batch("BEGIN; SELECT * FROM t").unwrap();
    downgrade_refused(&mut connection);
}

/// Somebody who commits when it is seen that he is in the way.
pub(super) fn reader(mut database: Database) -> (Sender<()>, JoinHandle<Database>) {
    let (seen, is_seen) = channel();
    let reader = std::thread::spawn(move || {
        is_seen.recv().expect("the reader was in the way");
        database.batch("COMMIT").unwrap();
        // Whoever is seen again is told nothing.
        is_seen.iter().for_each(drop);
        database
    });
    (seen, reader)
}

fn downgrade_refused<C: LoadConnection<Backend = Pg>>(connection: &mut C) {
    static DROPS: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql("CREATE TABLE t (x int)")]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("ALTER TABLE t ADD COLUMN y int")])
            .downgrade(&[sql("ALTER TABLE t DROP COLUMN y")]),
    ]);
    let error = Migrator::new(&DROPS)
        .lock_timeout(Duration::from_millis(200))
        .allow_edited(true)
        .downgrade(&mut session(connection), "-1")
        .unwrap_err();
    assert!(error.to_string().contains("due to lock timeout"), "{error}");
}

#[test]
fn a_statement_that_takes_too_long_is_ended() {
    static SLOW: SchemaDef = chain(&[Migration::new("a").upgrade(&[sql("SELECT pg_sleep(5)")])]);
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    let error = Migrator::new(&SLOW)
        .statement_timeout(Duration::from_millis(100))
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    assert!(error.to_string().contains("statement timeout"), "{error}");
}

#[test]
fn a_lock_that_somebody_else_took_on_this_connection_means_a_pooler() {
    let Some(database) = Database::new() else {
        return;
    };
    let url = database.url.clone();
    // What a pooler in transaction mode does: the lock was taken by another client of the same session.
    static SLOW: SchemaDef = chain(&[Migration::new("a").upgrade(&[run("inner", inner)])]);
    fn inner(conn: &mut RunConnection<'_>) -> RunResult {
        let error = upgrade(conn.postgres()?, &SCHEMA).unwrap_err();
        assert!(
            matches!(error.downcast_ref(), Some(RunError::InTransaction)),
            "{error}"
        );
        Ok(())
    }
    upgrade(&mut connect(&url), &SLOW).unwrap();
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    connection
        .batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))
        .unwrap();
    let error = upgrade(&mut connection, &SCHEMA).unwrap_err();
    assert!(
        matches!(error.downcast_ref(), Some(RunError::Pooled)),
        "{error}"
    );
    assert!(error.to_string().contains("PgBouncer"), "{error}");
}

/// The number of the lock of `__migrate_version`: it must never change, or versions of the tool would not
/// see each other.
const LOCK: i64 = 639_976_410_302_161_793;

#[test]
fn asynchronous_connections_do_not_block() {
    let Some(database) = Database::new() else {
        return;
    };
    // One thread: whoever blocks it waits for himself.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(async {
        let connection =
            <AsyncPgConnection as diesel_async::AsyncConnection>::establish(&database.url);
        migrate_runtime::upgrade_async(connection.await.unwrap(), &SCHEMA).await
    });
    assert_eq!(report.unwrap().steps.len(), 2);

    // The same at start-up.
    let started = runtime.block_on(async {
        let connection =
            <AsyncPgConnection as diesel_async::AsyncConnection>::establish(&database.url);
        let startup = Startup::new(&SCHEMA).mode(Mode::On);
        startup.run_async(connection.await.unwrap()).await
    });
    assert!(matches!(started, Ok(Started::UpToDate { .. })));
}
