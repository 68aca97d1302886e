//! Limits, defaults and keys fit the type of the column.
use migrate_runtime::types::Uuid;
use migrate_runtime::{Model, SqlEnum};

#[derive(Debug, SqlEnum)]
enum Mood {
    Good,
    Bad,
}

#[derive(Model)]
#[model(unlisted)]
struct Length {
    id: i64,
    #[model(max_length = 3)]
    age: i32,
}

#[derive(Model)]
#[model(unlisted)]
struct Precision {
    id: Uuid,
    #[model(precision = 10, scale = 2)]
    price: f64,
}

#[derive(Model)]
#[model(unlisted)]
struct DefaultOfAnEnum {
    id: i64,
    #[model(default = "god")]
    mood: Option<Mood>,
}

#[derive(Model)]
#[model(unlisted)]
struct DefaultOfANumber {
    id: i64,
    #[model(default = "0")]
    age: i32,
}

#[derive(Model)]
#[model(unlisted)]
struct NullKey {
    id: Option<i64>,
}

#[derive(Model)]
#[model(unlisted)]
struct Numbered {
    #[model(auto_increment)]
    id: String,
}

fn main() {}
