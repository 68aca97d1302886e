//! diesel writes the name of a schema as an identifier; left out, it would ask another table.
use migrate_runtime::Model;

#[derive(Model, diesel::Queryable)]
#[diesel(table_name = things)]
#[model(table = "my-app.things", unlisted)]
struct Thing {
    id: i64,
}

#[derive(Model, diesel::Queryable)]
#[diesel(table_name = others)]
#[model(table = "type.others", unlisted)]
struct Other {
    id: i64,
}

#[derive(Model, diesel::Queryable)]
#[diesel(table_name = orders)]
#[model(table = "sales.orders", unlisted)]
struct Order {
    id: i64,
}

fn main() {}
