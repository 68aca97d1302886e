//! Empty databases.

use super::{APP, BIO, POSTS, USERS, start};
use crate::databases::{Database, column, each, run};
use crate::runner::chains::chain;
use migrate_runtime::migration::Migration;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, RunConnection, RunResult};
use migrate_runtime::schema::{Backend, Schema};
use migrate_runtime::startup::{Mode, Started, Startup};
use migrate_runtime::{Error, introspect::introspect};

fn first_user(connection: &mut RunConnection<'_>) -> RunResult {
    Ok(connection.execute("INSERT INTO users (id, email) VALUES (1, 'first@example.com')")?)
}

fn start_with(
    database: &mut dyn Database,
    schema: &'static SchemaDef,
    fill: fn(&mut RunConnection<'_>) -> RunResult,
) -> Result<Started, Error> {
    let startup = Startup::new(schema).mode(Mode::On).on_create(fill);
    startup.run_on(&mut *database.session())
}

/// How the revisions came into the database.
fn directions(database: &mut dyn Database) -> String {
    let sql =
        "SELECT direction FROM __migrate_log WHERE revision <> '' AND step IS NULL ORDER BY id";
    column(database, sql).join(" ")
}

/// What is there, but for the blanks in what SQLite keeps of a statement.
fn introspected(database: &mut dyn Database) -> Schema {
    let mut schema = introspect(&mut *database.session()).unwrap();
    for table in schema.tables.values_mut() {
        table.stored_sql = None;
    }
    schema
}

#[test]
fn it_gets_what_the_chain_would_make_and_its_first_rows() {
    each(|database| {
        let started = start_with(database, &APP, first_user).unwrap();
        assert!(matches!(started, Started::Created { at } if at == ["c"]));
        assert_eq!(
            column(database, "SELECT email FROM users"),
            ["first@example.com"]
        );
        let at_once = database.session().backend() != Backend::Mysql;
        let expected = if at_once {
            "stamp stamp stamp"
        } else {
            "upgrade upgrade upgrade"
        };
        assert_eq!(directions(database), expected);

        let made = introspected(database);
        let again = start_with(database, &APP, first_user).unwrap();
        assert!(matches!(again, Started::UpToDate { at } if at == ["c"]));
        assert_eq!(column(database, "SELECT email FROM users").len(), 1);

        database.clear();
        let mut migrator = Migrator::new(&APP);
        migrator.upgrade(&mut *database.session(), "head").unwrap();
        assert_eq!(made, introspected(database));

        // The rows that it has now are nobody's first ones.
        let again = start_with(database, &APP, first_user).unwrap();
        assert!(matches!(again, Started::UpToDate { .. }));
        assert!(column(database, "SELECT email FROM users").is_empty());
    });
}

#[test]
fn a_chain_that_does_something_to_rows_is_run() {
    fn add_second(connection: &mut RunConnection<'_>) -> RunResult {
        Ok(connection.execute("INSERT INTO users (id, email) VALUES (2, 'second@example.com')")?)
    }
    static CHAIN: SchemaDef = chain(&[
        USERS,
        POSTS,
        BIO,
        Migration::new("d")
            .revises(&["c"])
            .upgrade(&[migrate_runtime::migration::run("add_second", add_second)])
            .downgrade(&[]),
    ]);
    each(|database| {
        let started = start_with(database, &CHAIN, first_user).unwrap();
        assert!(matches!(started, Started::Created { at } if at == ["d"]));
        assert_eq!(directions(database), "upgrade upgrade upgrade upgrade");
        let emails = column(database, "SELECT email FROM users ORDER BY id");
        assert_eq!(emails, ["first@example.com", "second@example.com"]);
    });
}

#[test]
fn first_rows_that_fail_leave_nothing_and_are_tried_again() {
    fn fails(connection: &mut RunConnection<'_>) -> RunResult {
        first_user(connection)?;
        Err("the fixtures are not there".into())
    }
    each(|database| {
        let error = start_with(database, &APP, fails).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the first rows of a new database could not be loaded: the fixtures are not there; none of them \
             stays"
        );
        assert!(column(database, "SELECT email FROM users").is_empty());

        let started = start_with(database, &APP, first_user).unwrap();
        assert!(matches!(started, Started::UpToDate { .. }));
        assert_eq!(column(database, "SELECT email FROM users").len(), 1);
        run(database, "DELETE FROM users");
        start_with(database, &APP, first_user).unwrap();
        assert!(column(database, "SELECT email FROM users").is_empty());
    });
}

#[test]
fn a_chain_without_revisions_creates_nothing() {
    static NOTHING: SchemaDef = chain(&[]);
    each(|database| {
        let started = start(database, &NOTHING).unwrap();
        let (Started::Created { at } | Started::UpToDate { at }) = started else {
            panic!("{started:?}");
        };
        assert!(at.is_empty());
    });
}
