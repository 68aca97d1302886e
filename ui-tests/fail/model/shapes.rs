//! What is no row of a table.
use migrate_runtime::Model;

#[derive(Model)]
#[model(unlisted)]
struct Tuple(i64, String);

#[derive(Model)]
#[model(unlisted)]
struct Unit;

#[derive(Model)]
#[model(unlisted)]
union Either {
    id: i64,
    other: u64,
}

#[derive(Model)]
#[model(unlisted)]
struct Parameter<T> {
    id: i64,
    value: T,
}

#[derive(Model)]
#[model(unlisted)]
struct Twice {
    id: i64,
    value: Option<Option<String>>,
}

#[derive(Model)]
#[model(unlisted)]
struct Borrowed {
    id: i64,
    name: &'static str,
    size: usize,
}

fn main() {}
