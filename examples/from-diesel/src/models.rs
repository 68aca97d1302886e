//! The structs of before, each of a whole table a model now.

use crate::schema::{posts, users};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use migrate_runtime::Model;
use migrate_runtime::migration::TypeDef;
use migrate_runtime::model::ColumnType;

#[derive(Debug, Model, Queryable, Selectable, Identifiable)]
#[diesel(table_name = crate::schema::users)]
pub struct User {
    #[model(auto_increment)]
    pub id: i32,
    #[model(unique)]
    pub email: String,
    pub settings: Option<String>,
}

#[derive(Debug, Model, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = crate::schema::posts, belongs_to(User))]
pub struct Post {
    #[model(auto_increment)]
    pub id: i32,
    #[model(on_delete = "cascade", index)]
    pub user_id: i32,
    pub title: String,
    // Your own type, with diesel's traits by hand, says its diesel type …
    #[diesel(sql_type = Text)]
    pub mood: Mood,
    #[model(default = false)]
    pub published: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Mood {
    Good,
    Bad,
}

// … and what its columns are.
impl ColumnType for Mood {
    const TYPE: TypeDef = TypeDef::Text;
}

impl ToSql<Text, Sqlite> for Mood {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let text = if *self == Self::Good { "good" } else { "bad" };
        <str as ToSql<Text, Sqlite>>::to_sql(text, out)
    }
}

impl FromSql<Text, Sqlite> for Mood {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(if text == "good" {
            Self::Good
        } else {
            Self::Bad
        })
    }
}

/// Not a table: a view of one, plain diesel.
#[derive(Debug, Insertable)]
#[diesel(table_name = users)]
pub struct NewUser<'a> {
    pub email: &'a str,
}

/// The titles of a user, newest first, by a join.
pub fn titles(conn: &mut SqliteConnection, email: &str) -> QueryResult<Vec<String>> {
    posts::table
        .inner_join(users::table)
        .filter(users::email.eq(email))
        .order(posts::id.desc())
        .select(posts::title)
        .load(conn)
}
