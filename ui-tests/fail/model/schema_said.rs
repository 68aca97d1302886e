//! A schema is one name, said once.
use migrate_runtime::Model;

#[derive(Model)]
#[model(table = "sales.orders", schema = "shop", unlisted)]
struct Order {
    id: i64,
}

#[derive(Model)]
#[model(schema = "sales.things", unlisted)]
struct Thing {
    id: i64,
}

fn main() {}
