//! A shop that brings its database up itself: what its three programs share.

pub mod models;

use diesel::prelude::*;
use migrate_runtime::Error;
use migrate_runtime::runner::{RunConnection, RunResult};
use migrate_runtime::startup::{Ahead, Started, Startup};
use models::{Product, products};
use std::time::Duration;

migrate_runtime::schema! {
    /// The models of the shop and its chain.
    pub const SCHEMA;
    models = [models::Product],
    migrations = "migrations",
}

/// Where the database is.
pub fn database() -> String {
    std::env::var("DATABASE_URL").unwrap_or_else(|_| "shop.db".to_owned())
}

/// What is wanted of the database at the start. It is created or upgraded where `SHOP_AUTO=1` says so; while a
/// new version is rolled out, old and new ones run beside each other.
pub fn startup() -> Startup<'static> {
    Startup::new(&SCHEMA)
        .variable("SHOP_AUTO")
        .wait_for(Duration::from_secs(10))
        .ahead(Ahead::Tolerate)
}

/// Opens the database, as a service does: a new one gets something to sell.
///
/// # Errors
/// If it cannot be reached, or does not fit this program.
pub fn open() -> Result<SqliteConnection, Error> {
    let startup = startup().on_create(first_products);
    let (connection, started) = startup.connect(|| SqliteConnection::establish(&database()))?;
    match started {
        Started::Off => {}
        Started::Created { at } => eprintln!("created the database, at {}", at.join(", ")),
        Started::Upgraded(report) => eprintln!("upgraded to {}", report.to.join(", ")),
        other => eprintln!("{other:?}"),
    }
    Ok(connection)
}

/// Something to sell.
///
/// # Errors
/// If the database refuses.
pub fn first_products(connection: &mut RunConnection<'_>) -> RunResult {
    let connection = connection.sqlite()?;
    let names = ["a lamp", "a table"].map(|name| products::name.eq(name));
    diesel::insert_into(products::table)
        .values(names.to_vec())
        .execute(connection)?;
    Ok(())
}

/// What there is, a line each.
///
/// # Errors
/// If the database refuses.
pub fn shelves(connection: &mut SqliteConnection) -> QueryResult<String> {
    let all = products::table
        .order(products::id)
        .select(Product::as_select())
        .load(connection)?;
    Ok(all
        .iter()
        .map(|it| format!("{} {}\n", it.id, it.name))
        .collect())
}
