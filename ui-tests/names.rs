//! Dependencies under other names: `crate = path` says what the runtime is called. diesel's own macros
//! look for `diesel`, which `extern crate` provides.

use super::chains::{cargo, lock, manifest, write};

const MODELS: &str = r#"
extern crate db as diesel;

use diesel::prelude::*;
use rt::{ColumnType, Model, SqlEnum};

#[derive(Debug, Clone, PartialEq, ColumnType)]
#[column_type(crate = rt)]
pub struct Email(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
#[sql_enum(crate = rt)]
pub enum Role { Reader, Writer }

/// In a module of its own, where paths begin elsewhere.
pub mod inside {
    use super::{Email, Role};
    use diesel::prelude::*;
    use rt::Model;

    #[derive(Model, Queryable, Insertable, Identifiable)]
    #[diesel(table_name = users)]
    #[model(crate = rt)]
    pub struct User {
        #[model(auto_increment)]
        pub id: i64,
        #[model(unique)]
        #[diesel(sql_type = super::EmailSqlType)]
        pub email: Email,
        #[diesel(sql_type = super::RoleSqlType)]
        pub role: Role,
    }
}

#[derive(Model, Queryable, Selectable, Associations)]
#[diesel(table_name = posts, belongs_to(inside::User, foreign_key = user_id))]
#[model(crate = ::rt)]
pub struct Post {
    pub id: i64,
    #[model(references = inside::User)]
    pub user_id: i64,
}

pub fn joined() -> impl QueryFragmentLike {
    posts::table.inner_join(inside::users::table).select(posts::id)
}

pub trait QueryFragmentLike {}
impl<T: diesel::query_builder::Query> QueryFragmentLike for T {}

rt::schema! {
    pub const SCHEMA;
    crate = rt,
    models = [inside::User, Post],
    migrations = "migrations",
}
"#;

const MIGRATION: &str = r#"
use rt::migration::*;

pub const MIGRATION: Migration = Migration::new("1_a")
    .revises(&[])
    .upgrade(&[
        create_enum("role", &["reader", "writer"]),
        create_table(
            "users",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("email", Text).not_null(),
                column("role", Enum("role")).not_null(),
            ],
        )
        .constraints(&[primary_key(&["id"]), unique("users_email_key", &["email"])]),
        create_table(
            "posts",
            &[column("id", BigInt).not_null(), column("user_id", BigInt).not_null()],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("posts_user_id_fkey", &["user_id"], "users", &["id"]),
        ]),
    ])
    .downgrade(&[drop_table("posts"), drop_table("users"), drop_enum("role")]);
"#;

#[test]
fn dependencies_may_have_other_names() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let diesel = "db = { package = \"diesel\", version = \"2.3\", default-features = false }\n";
    let manifest = manifest("renamed", &["postgres"], &format!("{diesel}[workspace]\n")).replace(
        "migrate-runtime = {",
        "rt = { package = \"migrate-runtime\",",
    );
    write(&root.join("Cargo.toml"), &manifest);
    write(&root.join("src/lib.rs"), MODELS);
    write(&root.join("migrations/1_a.rs"), MIGRATION);
    write(&root.join("migrations/HEAD"), "1_a\n");
    lock(root);
    let said = cargo(root, &["check"], &[]);
    assert_eq!(said.last().unwrap()["success"], true);
    let messages: Vec<_> = (said.iter())
        .filter(|line| line["reason"] == "compiler-message")
        .filter(|line| line["target"]["name"] == "renamed")
        .map(|line| &line["message"]["rendered"])
        .collect();
    assert!(messages.is_empty(), "{messages:#?}");
}
