//! Several processes that start at the same time, and servers that are not there yet.

use super::APP;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper as Blocking;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};
use migrate_runtime::startup::{Mode, Started, Startup, StartupError};
use std::time::{Duration, Instant};

fn connect(path: &str) -> SqliteConnection {
    SqliteConnection::establish(path).unwrap()
}

#[test]
fn one_of_them_creates_and_fills() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.db");
    let path = path.to_str().unwrap();
    let starts: Vec<Started> = std::thread::scope(|scope| {
        let start = || {
            let startup = Startup::new(&APP).mode(Mode::On).on_create(|connection| {
                let sql = "INSERT INTO users (id, email) SELECT count(*), count(*) FROM users";
                Ok(connection.execute(sql)?)
            });
            startup.run(&mut connect(path)).unwrap()
        };
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(start)).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(starts.len(), 6);
    diesel::table! { users (id) { id -> BigInt, } }
    let users: i64 = users::table.count().get_result(&mut connect(path)).unwrap();
    assert_eq!(users, 1);
}

#[test]
fn a_server_that_comes_later_is_waited_for() {
    let mut attempts = 0;
    let startup = Startup::new(&APP)
        .mode(Mode::On)
        .wait_for(Duration::from_secs(20));
    let establish = || {
        attempts += 1;
        if attempts < 3 {
            return Err(ConnectionError::BadConnection("not yet".into()));
        }
        SqliteConnection::establish(":memory:")
    };
    let (mut connection, started) = startup.connect(establish).unwrap();
    assert!(matches!(started, Started::Created { .. }));
    connection.batch_execute("SELECT bio FROM users").unwrap();
}

#[test]
fn a_server_that_does_not_come_is_told() {
    let startup = Startup::new(&APP).mode(Mode::On);
    let establish = || SqliteConnection::establish("/nowhere/at/all.db");
    let error = startup.connect(establish).err().unwrap();
    let Some(StartupError::Unreachable { message, waited }) = error.downcast_ref() else {
        panic!("{error}");
    };
    assert!(
        message.contains("unable to open database file"),
        "{message}"
    );
    assert_eq!(*waited, Duration::ZERO);
}

/// What is said at once of a server that refuses.
fn refused<C, E: std::error::Error>(
    establish: impl FnMut() -> Result<C, E>,
) -> migrate_runtime::Error
where
    C: diesel::connection::LoadConnection,
    C::Backend: migrate_runtime::connection::MigrateBackend,
{
    let startup = Startup::new(&APP).mode(Mode::On);
    let began = Instant::now();
    let waiting = startup.wait_for(Duration::from_secs(60));
    let error = waiting.connect(establish).err().unwrap();
    assert!(began.elapsed() < Duration::from_secs(20), "{error}");
    let found = error.downcast_ref();
    assert!(
        matches!(found, Some(StartupError::Refused { .. })),
        "{error}"
    );
    error
}

#[test]
fn what_postgres_refuses_is_not_tried_again() {
    let Some(database) = crate::postgres::server::Database::new() else {
        return;
    };
    let (server, _) = database.url.rsplit_once('/').unwrap();
    let error = refused(|| Blocking::<AsyncPgConnection>::establish(&format!("{server}/no_such")));
    let said = format!("{error:?}");
    assert!(
        said.contains("database \"no_such\" does not exist"),
        "{said}"
    );
    assert!(said.contains("hint: create it"), "{said}");
}

#[test]
fn what_mariadb_refuses_is_not_tried_again() {
    let Some(database) = crate::mysql::server::Database::new() else {
        return;
    };
    let (_, place) = database.url.rsplit_once('@').unwrap();
    let url = format!("mysql://nobody:wrong@{place}");
    let error = refused(|| Blocking::<AsyncMysqlConnection>::establish(&url));
    let said = format!("{error:?}");
    assert!(said.contains("Access denied"), "{said}");
    assert!(said.contains("hint: the password is wrong"), "{said}");
}
