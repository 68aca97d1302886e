//! Where a struct is embedded, only the compiler knows what columns there are.
use migrate_runtime::Model;

#[derive(Model)]
#[model(embedded)]
struct Address {
    street: String,
    #[model(column = "town")]
    city: String,
}

#[derive(Model)]
#[model(unlisted, table = "shops", index(street, twon), unique("town"))]
struct Shop {
    id: i64,
    #[model(embed)]
    address: Address,
}

fn main() {}
