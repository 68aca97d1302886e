//! Newtypes with parameters, and models that come out of `macro_rules!`: defined, stored, loaded.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use migrate_runtime::{ColumnType, Model};
use std::marker::PhantomData;

/// A key that knows whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnType)]
pub(crate) struct Id<T, const GENERATION: u8 = 0> {
    owner: PhantomData<T>,
    pub(crate) number: i64,
}

impl<T> Id<T> {
    const fn new(number: i64) -> Self {
        Self {
            owner: PhantomData,
            number,
        }
    }
}

/// What wraps anything has the types of what it wraps.
#[derive(Debug, Clone, PartialEq, ColumnType)]
pub(crate) struct Secret<T: Clone>(pub(crate) T);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Shop;

macro_rules! documents {
    ($($module:ident: $model:ident in $table:ident, $extra:ident: $type:ty;)*) => {
        $(
            pub(crate) mod $module {
                use super::*;

                #[derive(Debug, Clone, PartialEq, Model, Queryable, Selectable, Insertable)]
                #[derive(Identifiable, AsChangeset)]
                #[diesel(table_name = $table, check_for_backend(diesel::sqlite::Sqlite))]
                #[model(unlisted, index($extra))]
                pub(crate) struct $model {
                    #[model(auto_increment)]
                    pub(crate) id: Id<Shop>,
                    pub(crate) $extra: $type,
                    pub(crate) r#type: Option<i32>,
                    #[diesel(sql_type = Text)]
                    pub(crate) token: Secret<String>,
                    #[diesel(sql_type = Nullable<BigInt>)]
                    pub(crate) pin: Option<Secret<i64>>,
                }
            }
        )*
    };
}

documents! {
    invoices: Invoice in invoices, amount: i64;
    letters: Letter in letters, body: String;
}

#[test]
fn a_parameter_changes_nothing_of_the_column() {
    let table = letters::Letter::TABLE.lower();
    let shown: Vec<String> = (table.columns.iter())
        .map(|column| {
            format!(
                "{} {} {}",
                column.name,
                column.ty.describe(),
                column.nullable
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "id BIGINT false",
            "body TEXT false",
            "type INTEGER true",
            "token TEXT false",
            "pin BIGINT true",
        ]
    );
    assert_eq!(table.indexes.len(), 1);
}

#[test]
fn what_is_stored_is_loaded() {
    use letters::Letter;
    use letters::letters::dsl;

    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(
        "CREATE TABLE letters (
            id INTEGER PRIMARY KEY, body TEXT NOT NULL, type INTEGER, token TEXT NOT NULL, pin BIGINT
        )",
    )
    .unwrap();
    let letter = Letter {
        id: Id::new(7),
        body: "Dear Ann".to_owned(),
        r#type: Some(1),
        token: Secret("s3cret".to_owned()),
        pin: Some(Secret(1234)),
    };
    diesel::insert_into(dsl::letters)
        .values(&letter)
        .execute(&mut conn)
        .unwrap();
    let found: Letter = dsl::letters
        .filter(dsl::id.eq(letter.id))
        .filter(dsl::token.eq(&letter.token))
        .filter(dsl::r#type.eq(1))
        .select(Letter::as_select())
        .first(&mut conn)
        .unwrap();
    assert_eq!(found, letter);

    let changed = Letter {
        pin: None,
        ..letter
    };
    diesel::update(&changed)
        .set(dsl::pin.eq(changed.pin.clone()))
        .execute(&mut conn)
        .unwrap();
    let pins: Vec<Option<Secret<i64>>> = dsl::letters.select(dsl::pin).load(&mut conn).unwrap();
    assert_eq!(pins, [None]);
}
