//! A small bookshop: what it sells, who buys it, and the migrations that brought the tables about.

pub mod models;

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [
        models::Author,
        models::Book,
        models::BookAuthor,
        models::Category,
        models::Customer,
        models::Order,
        models::OrderLine,
    ],
    migrations = "migrations",
}

/// Where the shop keeps its data: `DATABASE_URL`, or a file beside this crate.
pub fn database_path() -> String {
    std::env::var("DATABASE_URL")
        .ok()
        .and_then(|url| Some(url.strip_prefix("sqlite://")?.to_owned()))
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/bookshop.db").to_owned())
}
