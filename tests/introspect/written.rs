//! The models of an existing database, as `cargo migrate models --from-database` wrote them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use migrate_runtime::Model;

/// A row of `country`.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = country, primary_key(country_))]
#[model(unlisted)]
pub struct Country {
    #[model(column = "country", max_length = 50)]
    pub country_: String,
    #[model(column = "2nd name", max_length = 20)]
    pub column_2nd_name: Option<String>,
    #[model(column = "diesel", default_sql = "1 + 1")]
    pub diesel_: Option<i16>,
}

/// A row of `teams`.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = teams, primary_key(org, team))]
#[model(sqlite(without_rowid))]
#[model(unlisted)]
pub struct Team {
    #[model(sql_type(sqlite = "INTEGER"))]
    pub team: i64,
    #[model(sql_type(sqlite = "INTEGER"))]
    pub org: i64,
    pub name: Option<String>,
}

/// A row of `type`.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = type_)]
#[model(table = "type")]
#[model(unique(type__, key))]
#[model(check("length(\"key\") < 9"))]
#[model(check("price >= 0"))]
#[model(check("\"Id\" <> 7"))]
#[model(unlisted)]
pub struct Type {
    #[model(column = "Id", auto_increment)]
    pub id: i64,
    #[model(default = "it's \"quoted\"", collate = "nocase")]
    pub key: String,
    #[model(column = "type", max_length = 40)]
    pub type__: Option<String>,
    #[model(column = "match", default = true)]
    pub match_: bool,
    #[model(sql_type(sqlite = "DECIMAL(10, 2)"), default = 1.5, unique)]
    pub price: Option<f64>,
    #[model(default = -0.5)]
    pub ratio: Option<f64>,
    #[model(column = "createdAt", default = now)]
    pub created_at: NaiveDateTime,
    #[model(default = today)]
    pub day: Option<NaiveDate>,
    #[model(default_sql = "lower(hex(randomblob(4)))")]
    pub token: Option<String>,
    #[diesel(skip_insertion)]
    #[model(generated = "price * 2", stored)]
    pub total: Option<f64>,
    #[diesel(skip_insertion)]
    #[model(sql_type(sqlite = ""), generated = "price / 2", virtual)]
    pub half: Option<String>,
    #[model(sql_type(sqlite = ""))]
    pub anything: Option<String>,
    pub picture: Option<String>,
    #[model(default_sql = "x'00'")]
    pub raw: Option<Vec<u8>>,
    #[model(sql_type(sqlite = "TINYINT(1)"), default = false)]
    pub small: Option<bool>,
    #[model(
        sql_type(sqlite = "INT"),
        references = Type,
        on_delete = "set null",
        deferrable = "initially deferred"
    )]
    pub parent: Option<i64>,
}

/// A row of `users`.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = users)]
#[model(foreign_key(
    columns(org, team),
    references = Team,
    on_update = "cascade",
    name = "member"
))]
#[model(foreign_key(
    columns(best),
    references = UsersBest,
    joinable = false,
    name = "users_best_fkey_2"
))]
#[model(index(
    expression("lower(email)", desc),
    best(collate = "rtrim"),
    name = "users_by_email",
    unique,
    where = "best IS NOT NULL"
))]
#[model(unlisted)]
pub struct User {
    #[model(sql_type(sqlite = "TEXT"))]
    pub id: Option<String>,
    #[model(
        sql_type = Char(80),
        unique(name = "users_email_key_2"),
        index(name = "users_email_key")
    )]
    pub email: Option<String>,
    #[model(sql_type(sqlite = "INTEGER"), references = Type, index)]
    pub best: Option<i64>,
    #[model(sql_type(sqlite = "INT"), index(desc, name = "users_org_desc"))]
    pub org: Option<i64>,
    #[model(sql_type(sqlite = "INT"))]
    pub team: Option<i64>,
}

/// A row of `users_best`.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = users_best, primary_key(user))]
#[model(sqlite(strict, no_autoincrement))]
#[model(unlisted)]
pub struct UsersBest {
    #[model(auto_increment)]
    pub user: i64,
    #[model(column = "users_best", references = User, joinable = false)]
    pub users_best_: Option<String>,
}
