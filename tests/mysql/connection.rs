//! Sessions on a server: values, statements in one text, errors in the middle of it, `run` access.

use super::server::Database;
use crate::runner::chains::chain;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use migrate_runtime::connection::{Cell, MysqlParameters, Session, open_mysql, session};
use migrate_runtime::migration::{Migration, RunConnection, RunResult, run, sql};
use migrate_runtime::model::SchemaDef;

/// The parameters of a URL of the test server, `mysql://root@127.0.0.1:1/name`.
pub(super) fn parameters(url: &str) -> MysqlParameters {
    let (user, place) = url.split_once("://").unwrap().1.rsplit_once('@').unwrap();
    let (address, database) = place.split_once('/').unwrap();
    let (host, port) = address.split_once(':').unwrap_or((address, "3306"));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    [
        ("user", user),
        ("password", password),
        ("host", host),
        ("port", port),
        ("database", database),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

#[test]
fn values_of_every_kind_come_as_cells() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let rows = database
        .query(
            "SELECT NULL, 1, -1, 18446744073709551615, 1.50, CAST(2.5 AS DOUBLE), 'ü', \
             CAST('2026-01-02' AS DATE), CAST('2026-01-02 03:04:05.678' AS DATETIME(3)), \
             CAST('03:04:05' AS TIME), x'ff', DATABASE() IS NOT NULL",
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
            Cell::Integer(1),
        ]
    );
}

#[test]
fn a_batch_stops_at_the_statement_that_fails() {
    let Some(mut database) = Database::new() else {
        return;
    };
    database
        .batch("CREATE TABLE a (id int); INSERT INTO a VALUES (1); SELECT * FROM a; INSERT INTO a VALUES (2)")
        .unwrap();
    let error = database
        .batch("INSERT INTO a VALUES (3); SELECT 1; INSERT INTO nowhere VALUES (1); INSERT INTO a VALUES (4)")
        .unwrap_err();
    assert!(error.message.contains("nowhere"), "{error}");
    let rows = database.query("SELECT id FROM a ORDER BY id").unwrap();
    let ids: Vec<_> = rows.iter().filter_map(|row| row.integer(0)).collect();
    assert_eq!(ids, [1, 2, 3]);
    // The connection goes on.
    database.batch("DROP TABLE a").unwrap();
}

#[test]
fn a_run_step_has_diesels_language_and_savepoints() {
    diesel::table! {
        people (id) {
            id -> BigInt,
            name -> Text,
        }
    }
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut session = session(&mut database.connection);
    session
        .batch("CREATE TABLE people (id bigint PRIMARY KEY, name varchar(20) NOT NULL); START TRANSACTION")
        .unwrap();
    let mut access = session.run_access();
    let connection = access.mysql().unwrap();
    diesel::insert_into(people::table)
        .values((people::id.eq(1), people::name.eq("Ann")))
        .execute(connection)
        .unwrap();
    let undone = connection.transaction(|connection| {
        diesel::delete(people::table).execute(connection)?;
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    assert!(undone.is_err());
    let found: Vec<(i64, String)> = people::table
        .filter(people::name.like("A%"))
        .load(connection)
        .unwrap();
    assert_eq!(found, [(1, "Ann".to_owned())]);
    let sum: Option<i64> = diesel::sql_query("SELECT count(*) AS n FROM people WHERE name = ?")
        .bind::<Text, _>("Ann")
        .get_result::<Counted>(connection)
        .optional()
        .unwrap()
        .map(|row| row.n);
    assert_eq!(sum, Some(1));
    session.batch("ROLLBACK").unwrap();
}

#[test]
fn the_function_of_a_migration_gets_that_connection() {
    diesel::table! {
        people (id) {
            id -> BigInt,
            name -> Text,
        }
    }
    fn shout(connection: &mut RunConnection<'_>) -> RunResult {
        let connection = connection.mysql()?;
        let all: Vec<(i64, String)> = people::table.load(connection)?;
        for (id, name) in all {
            diesel::update(people::table.find(id))
                .set(people::name.eq(name.to_uppercase()))
                .execute(connection)?;
        }
        Ok(())
    }
    static CHAIN: SchemaDef = chain(&[Migration::new("a")
        .upgrade(&[
            sql("CREATE TABLE people (id bigint PRIMARY KEY, name varchar(20) NOT NULL); INSERT INTO people VALUES (1, 'Ann')"),
            run("shout", shout),
        ])
        .downgrade(&[sql("DROP TABLE people")])]);
    let Some(mut database) = Database::new() else {
        return;
    };
    migrate_runtime::upgrade(&mut database.connection, &CHAIN).unwrap();
    let names: Vec<String> = people::table
        .select(people::name)
        .load(&mut database.connection)
        .unwrap();
    assert_eq!(names, ["ANN"]);
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[test]
fn the_command_lines_own_driver_is_strict() {
    let Some(mut database) = Database::new() else {
        return;
    };
    database
        .batch("CREATE TABLE t (n tinyint NOT NULL, s varchar(2))")
        .unwrap();
    let mut session = open_mysql(&parameters(&database.url), "here").unwrap();
    for (sql, word) in [
        ("INSERT INTO t VALUES (1000, 'a')", "Out of range"),
        ("INSERT INTO t VALUES (1, 'abc')", "too long"),
        ("INSERT INTO t VALUES (NULL, 'a')", "cannot be null"),
    ] {
        let error = session.batch(sql).unwrap_err();
        assert!(error.message.contains(word), "{error}");
    }
    // A backslash is what it is in the statements that are written.
    let rows = session.query(r"SELECT 'a\\b', @@time_zone").unwrap();
    assert_eq!(rows[0].text(0).as_deref(), Some("a\\b"));
    assert_eq!(rows[0].text(1).as_deref(), Some("+00:00"));
}

#[test]
fn a_server_that_says_no_is_quoted_without_the_password() {
    let Some(database) = Database::new() else {
        return;
    };
    let mut wrong = parameters(&database.url);
    wrong.insert("password".to_owned(), "s3cret".to_owned());
    wrong.insert("user".to_owned(), "nobody".to_owned());
    let error = open_mysql(&wrong, "mysql://nobody:***@here/x")
        .map(drop)
        .unwrap_err();
    let message = error.to_string();
    assert!(message.contains("Access denied"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
    let mut unknown = parameters(&database.url);
    unknown.insert("database".to_owned(), "no_such".to_owned());
    let message = open_mysql(&unknown, "here")
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(message.contains("no_such"), "{message}");
    let mut nobody = parameters(&database.url);
    nobody.insert("port".to_owned(), "1".to_owned());
    let message = open_mysql(&nobody, "here")
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(message.contains("refused"), "{message}");
    nobody.insert("port".to_owned(), "x".to_owned());
    let message = open_mysql(&nobody, "here")
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(message.contains("`port` is no port: x"), "{message}");
}
