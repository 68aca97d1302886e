//! A forum. Its posts have authors, whom the library `accounts` knows.

use accounts::{User, users};
use diesel::prelude::*;
use migrate_runtime::Model;

/// What somebody said.
#[derive(Debug, Model, Queryable, Selectable, Identifiable)]
#[diesel(table_name = posts)]
pub struct Post {
    /// The key.
    #[model(auto_increment)]
    pub id: i64,
    /// Who said it.
    #[model(references = User, on_delete = "cascade", index, joinable = false)]
    pub author_id: i64,
    /// What.
    pub body: String,
}

// A join to a table of another crate is said by hand.
diesel::joinable!(posts -> users (author_id));

migrate_runtime::schema! {
    /// The forum's tables, and those of the library.
    pub const SCHEMA;
    models = [Post],
    include = [accounts::SCHEMA],
    // What somebody makes in the database to look at something is nobody's business.
    ignore = ["scratch_*"],
    migrations = "migrations",
}

/// What everybody said, with the address of who did.
///
/// # Errors
/// If the database cannot be read.
pub fn all(connection: &mut SqliteConnection) -> QueryResult<Vec<(String, String)>> {
    posts::table
        .inner_join(users::table)
        .select((users::email, posts::body))
        .order(posts::id)
        .load(connection)
}
