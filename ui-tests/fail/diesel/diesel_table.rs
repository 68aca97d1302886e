//! What `diesel::table!` cannot hold, and types whose name was taken for another one.
use migrate_runtime::Model;

#[derive(Model)]
#[diesel(table_name = reserved)]
#[model(unlisted)]
struct Reserved {
    id: i64,
    table: String,
    star: String,
    q: String,
    reserved: String,
    #[model(column = "columns")]
    columns_: String,
}

#[derive(Model)]
#[diesel(table_name = numbers)]
#[model(unlisted)]
struct Numbers {
    id: i64,
    age: u32,
    seen: u64,
    #[diesel(serialize_as = i64, deserialize_as = i64)]
    big: u32,
}

#[derive(Model)]
#[diesel(table_name = shops)]
#[model(embedded)]
struct Address {
    street: String,
}

#[derive(Model)]
#[diesel(table_name = shops)]
#[model(unlisted)]
struct Shop {
    id: i64,
    #[diesel(embed)]
    address: Address,
}

mod own {
    use migrate_runtime::ColumnType;

    #[derive(Debug, ColumnType)]
    pub struct Date(String);
}

#[derive(Model)]
#[diesel(table_name = days)]
#[model(unlisted)]
struct Day {
    id: i64,
    date: own::Date,
}

#[derive(Model)]
#[diesel(table_name = events, check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[model(unlisted)]
struct Event {
    id: i64,
    at: chrono::DateTime<chrono::Utc>,
}

fn main() {}
