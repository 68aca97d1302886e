//! A key that does not exist names those that are spelled nearly so, and all.
use migrate_runtime::{Model, SqlEnum};

#[derive(Model)]
#[model(tabel = "users", index(name, naem = "x"), unlisted)]
struct User {
    id: i64,
    #[model(max_lenght = 40)]
    name: String,
    #[model(unique = true, default = MAX)]
    age: i32,
    #[model(sql_type = Varchr(3))]
    code: String,
    #[model(on_delete = "delete", references = User)]
    friend: i64,
}

#[derive(SqlEnum)]
#[sql_enum(rename_all = "snake")]
enum Mood {
    #[sql_enum(name = "x")]
    Good,
}

fn main() {}
