//! A diesel project with a `schema.rs` and SQL migrations of its own, which began to use migrate: what
//! `docs/from-diesel.md` makes of it, and one revision later.

pub mod models;
pub mod schema;

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [models::User, models::Post],
    migrations = "revisions",
}
