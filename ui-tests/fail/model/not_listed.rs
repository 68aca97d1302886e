//! Every model is listed in `schema!`.
use migrate_runtime::Model;

#[derive(Model)]
struct User {
    id: i64,
}

fn main() {}
