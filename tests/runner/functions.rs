//! `run` steps: diesel's query builder in upgrade and downgrade, on every connection of an application.

use super::chains::{chain, column, memory};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use migrate_runtime::connection::{WrongBackend, session};
use migrate_runtime::migration::{
    Backend, BigInt, Migration, RunConnection, RunResult, Text, add_column, column as col,
    create_index, create_table, drop_column, inspect, primary_key, run,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, current, downgrade, pending, stamp, upgrade};

diesel::table! {
    people (id) {
        id -> BigInt,
        name -> Text,
        initial -> Nullable<Text>,
    }
}

fn fill_initials(conn: &mut RunConnection<'_>) -> RunResult {
    assert_eq!(conn.backend(), Backend::Sqlite);
    assert!(inspect(conn).has_table("people")?);
    assert!(inspect(conn).has_column("people", "initial")?);
    assert!(!inspect(conn).has_column("people", "nickname")?);
    assert!(inspect(conn).has_index("people", "people_name_idx")?);
    assert!(!inspect(conn).has_table("it's not there")?);
    let conn = conn.sqlite()?;
    let all: Vec<(i64, String)> = people::table
        .select((people::id, people::name))
        .order(people::id)
        .load(conn)?;
    conn.transaction::<_, diesel::result::Error, _>(|conn| {
        for (id, name) in &all {
            diesel::update(people::table.find(id))
                .set(people::initial.eq(name.get(..1)))
                .execute(conn)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn shout_names(conn: &mut RunConnection<'_>) -> RunResult {
    conn.execute("UPDATE people SET name = upper(name) WHERE id > 1; SELECT 1")?;
    let conn = conn.sqlite()?;
    let names: Vec<String> = people::table
        .filter(people::initial.is_not_null())
        .order(people::id)
        .select(people::name)
        .load(conn)?;
    assert_eq!(names, ["Ann", "BOB"]);
    Ok(())
}

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[
            create_table(
                "people",
                &[col("id", BigInt).not_null(), col("name", Text).not_null()],
            )
            .constraints(&[primary_key(&["id"])]),
            create_index("people_name_idx", "people", &["name"]),
        ])
        .downgrade(&[migrate_runtime::migration::drop_table("people")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            add_column("people", col("initial", Text)),
            run("fill_initials", fill_initials),
        ])
        .downgrade(&[
            run("shout_names", shout_names),
            drop_column("people", "initial"),
        ]),
]);

fn up_and_down<C>(connection: &mut C)
where
    C: diesel::connection::LoadConnection<Backend = diesel::sqlite::Sqlite>,
{
    assert_eq!(pending(connection, &SCHEMA).unwrap(), ["a", "b"]);
    migrate_runtime::runner::upgrade_to(connection, &SCHEMA, "a").unwrap();
    connection
        .batch_execute("INSERT INTO people (id, name) VALUES (1, 'Ann'), (2, 'Bob')")
        .unwrap();
    let report = upgrade(connection, &SCHEMA).unwrap();
    assert_eq!(
        (report.from, report.to),
        (vec!["a".to_owned()], vec!["b".to_owned()])
    );
    assert_eq!(report.steps.len(), 1);
    let initials: Vec<Option<String>> = people::table
        .order(people::id)
        .select(people::initial)
        .load(&mut *connection)
        .unwrap();
    assert_eq!(initials, [Some("A".to_owned()), Some("B".to_owned())]);
    assert_eq!(upgrade(connection, &SCHEMA).unwrap().steps, []);
    downgrade(connection, &SCHEMA, "-1").unwrap();
    let names: Vec<String> = people::table
        .select(people::name)
        .load(&mut *connection)
        .unwrap();
    assert_eq!(names, ["Ann", "BOB"]);
    assert_eq!(current(connection, &SCHEMA).unwrap()[0].id, "a");
    stamp(connection, &SCHEMA, "b").unwrap();
    assert_eq!(pending(connection, &SCHEMA).unwrap(), [""; 0]);
}

#[test]
fn on_a_plain_connection() {
    up_and_down(&mut memory());
}

#[test]
fn on_a_pooled_connection() {
    let pool = Pool::builder()
        .max_size(1)
        .build(ConnectionManager::<SqliteConnection>::new(":memory:"))
        .unwrap();
    up_and_down(&mut pool.get().unwrap());
    assert!(pool.get().is_ok());
}

#[test]
fn another_backend_is_an_error_of_the_migration() {
    let error = WrongBackend {
        wanted: Backend::Postgres,
        is: Backend::Sqlite,
    };
    assert_eq!(
        error.to_string(),
        "this database is sqlite, not postgres; ask `conn.backend()` first"
    );
}

#[test]
fn v19_what_is_told_while_it_runs() {
    let mut connection = memory();
    let mut told = Vec::new();
    Migrator::new(&SCHEMA)
        .progress(|event: &Event<'_>| {
            told.push(match event {
                Event::Started {
                    revision, parents, ..
                } => format!("started {revision}: {parents:?}"),
                Event::Run { name } => format!("run {name}"),
                Event::Finished { revision, .. } => format!("finished {revision}"),
                _ => return,
            });
        })
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    assert_eq!(
        told,
        [
            "started a: []",
            "finished a",
            "started b: [\"a\"]",
            "run fill_initials",
            "finished b",
        ]
    );
    let log = column(
        &mut connection,
        "SELECT revision || ' ' || direction || ' ' || outcome || ' ' || tool_version FROM __migrate_log ORDER BY id",
    );
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        log,
        [
            format!("a upgrade applied {version}"),
            format!("b upgrade applied {version}")
        ]
    );
}
