//! A table without a primary key: diesel tells its rows apart by all fields, or by those it is told.

use diesel::prelude::*;
use migrate_runtime::Model;

#[derive(Model, Queryable, Selectable, Insertable)]
#[diesel(table_name = log)]
#[model(no_primary_key, unlisted)]
struct Log {
    id: i64,
    line: Option<String>,
}

#[derive(Model, Queryable, Selectable, Insertable)]
#[diesel(table_name = links, primary_key(a, b))]
#[model(no_primary_key, unique(a, b), unlisted)]
struct Link {
    a: i64,
    b: i64,
    note: Option<String>,
}

fn main() {
    assert!(Log::PRIMARY_KEY.is_empty());
    assert!(Log::TABLE.constraints.is_empty());
    assert_eq!(Link::TABLE.constraints.len(), 1);
    let sql = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&links::table.find((1, 2))).to_string();
    assert!(sql.contains("`links`.`b` = ?"), "{sql}");
}
