//! A type without a column type is an error on the field.
use migrate_runtime::Model;

struct Money;

#[derive(Model)]
#[model(unlisted)]
struct Item {
    id: i64,
    price: Money,
}

fn main() {}
