//! Who may log in.

use diesel::prelude::*;
use migrate_runtime::Model;

/// Somebody with an account.
#[derive(Debug, Model, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
pub struct User {
    /// The key that applications refer to.
    #[model(auto_increment)]
    pub id: i64,
    /// Where to write to.
    #[model(unique, max_length = 255)]
    pub email: String,
}

migrate_runtime::schema! {
    /// What applications include.
    pub const SCHEMA;
    models = [User],
    migrations = "migrations",
}
