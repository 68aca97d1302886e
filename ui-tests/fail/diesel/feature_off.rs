//! The cargo feature of a type's crate is missing: one error a field, which says so.
use migrate_runtime::Model;

#[derive(Model)]
#[diesel(table_name = events)]
#[model(unlisted)]
struct Event {
    id: i64,
    payload: serde_json::Value,
    more: Option<serde_json::Value>,
}

fn main() {}
