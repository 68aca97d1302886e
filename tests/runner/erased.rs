//! diesel's query builder on the connection of a `run` step, whatever connection the caller brought.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sqlite::Sqlite;
use migrate_runtime::connection::{Session, session};

diesel::table! {
    people (id) {
        id -> Integer,
        name -> Text,
        weight -> Nullable<Double>,
        photo -> Nullable<Binary>,
    }
}

diesel::table! {
    pets (id) {
        id -> Integer,
        owner -> Integer,
        name -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(people, pets);
diesel::joinable!(pets -> people (owner));

#[derive(Queryable, Selectable, Insertable, QueryableByName, Debug, PartialEq)]
#[diesel(table_name = people)]
struct Person {
    id: i32,
    name: String,
    weight: Option<f64>,
    photo: Option<Vec<u8>>,
}

fn ann() -> Person {
    Person {
        id: 1,
        name: "Ann".to_owned(),
        weight: Some(61.5),
        photo: Some(vec![0, 1, 255]),
    }
}

fn bob() -> Person {
    Person {
        id: 2,
        name: "Bob".to_owned(),
        weight: None,
        photo: None,
    }
}

/// Everything of diesel that a data migration is likely to use; inside a transaction begun with SQL.
fn use_diesel<C>(connection: &mut C)
where
    C: LoadConnection<Backend = Sqlite>,
{
    let mut session = session(connection);
    session
        .batch(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, weight DOUBLE, photo BLOB);
             CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, name TEXT NOT NULL);
             BEGIN IMMEDIATE",
        )
        .unwrap();
    let mut access = session.run_access();
    let conn = access.sqlite().unwrap();

    diesel::insert_into(people::table)
        .values(&vec![ann(), bob()])
        .execute(conn)
        .unwrap();
    diesel::insert_into(pets::table)
        .values((pets::owner.eq(1), pets::name.eq("Rex")))
        .execute(conn)
        .unwrap();
    let all: Vec<Person> = people::table
        .filter(people::name.eq_any(["Ann", "Bob"]))
        .order(people::id)
        .select(Person::as_select())
        .load(conn)
        .unwrap();
    assert_eq!(all, [ann(), bob()]);

    let joined: (String, Option<f64>) = people::table
        .inner_join(pets::table)
        .select((pets::name, people::weight))
        .first(conn)
        .unwrap();
    assert_eq!(joined, ("Rex".to_owned(), Some(61.5)));

    let named: Vec<Person> =
        diesel::sql_query("SELECT photo, weight, name, id FROM people WHERE id > ?")
            .bind::<diesel::sql_types::Integer, _>(1)
            .load(conn)
            .unwrap();
    assert_eq!(named, [bob()]);

    let undone: QueryResult<()> = conn.transaction(|conn| {
        diesel::delete(people::table).execute(conn)?;
        conn.transaction::<(), diesel::result::Error, _>(|_| Ok(()))?;
        Err(diesel::result::Error::RollbackTransaction)
    });
    assert_eq!(undone, Err(diesel::result::Error::RollbackTransaction));
    let changed = diesel::update(people::table.find(2))
        .set(people::weight.eq(70.0))
        .execute(conn)
        .unwrap();
    assert_eq!(changed, 1);
    assert_eq!(people::table.count().get_result(conn), Ok(2));
    assert_eq!(
        people::table
            .find(9)
            .first::<(i32, String, Option<f64>, Option<Vec<u8>>)>(conn),
        Err(diesel::result::Error::NotFound)
    );
    let duplicate = diesel::insert_into(people::table)
        .values(&ann())
        .execute(conn)
        .unwrap_err();
    assert_eq!(duplicate.to_string(), "UNIQUE constraint failed: people.id");

    // The runner's transaction is still open: it alone ends it.
    session.batch("ROLLBACK").unwrap();
    let left = session.query("SELECT count(*) FROM people").unwrap();
    assert_eq!(left[0].integer(0), Some(0));
}

#[test]
fn plain_connection() {
    use_diesel(&mut SqliteConnection::establish(":memory:").unwrap());
}

#[test]
fn pooled_connection() {
    let pool = Pool::builder()
        .max_size(1)
        .build(ConnectionManager::<SqliteConnection>::new(":memory:"))
        .unwrap();
    use_diesel(&mut pool.get().unwrap());
    // The pool takes it back as a sound connection: no transaction is left open on it.
    assert!(
        pool.get()
            .unwrap()
            .batch_execute("SELECT 1 FROM people")
            .is_ok()
    );
}

#[test]
fn values_of_every_kind_come_as_cells() {
    use migrate_runtime::connection::Cell;
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let rows = session(&mut connection)
        .query("SELECT 1, -9223372036854775808, 2.5, 'ü', x'00ff', NULL")
        .unwrap();
    assert_eq!(
        rows[0].0,
        [
            Cell::Integer(1),
            Cell::Integer(i64::MIN),
            Cell::Real(2.5),
            Cell::Text("ü".to_owned()),
            Cell::Blob(vec![0, 255]),
            Cell::Null,
        ]
    );
}

#[test]
fn a_refused_statement_keeps_its_sql() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let mut session = session(&mut connection);
    let error = session.query("SELECT * FROM nowhere").unwrap_err();
    assert_eq!(error.message, "no such table: nowhere");
    assert_eq!(error.sql, "SELECT * FROM nowhere");
}
