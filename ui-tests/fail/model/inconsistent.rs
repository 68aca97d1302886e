//! Keys that need or exclude each other.
use migrate_runtime::Model;

#[derive(Model)]
#[model(unlisted, primary_key(id))]
struct User<'a> {
    #[model(auto_increment, primary_key)]
    id: i64,
    #[model(auto_increment, default = 1)]
    number: i64,
    #[model(generated = "a")]
    a: String,
    #[model(stored)]
    b: String,
    #[model(generated = "a", stored, default = "x")]
    c: String,
    #[model(on_delete = "cascade")]
    d: i64,
    #[model(scale = 2)]
    e: f64,
    #[model(sql_type = Text, max_length = 3)]
    f: String,
    #[model(column = "F")]
    g: &'a str,
    #[model(comment = "x", comment = "y")]
    h: String,
}

#[derive(Model)]
#[model(unlisted, table = "__migrate_version", index(expression = "lower(a)"))]
struct Names {
    id: i64,
    a: String,
}

#[derive(Model)]
#[model(unlisted, index(a), index(a, unique))]
struct TwoOfOneName {
    id: i64,
    a: String,
}

#[derive(Model)]
#[model(unlisted)]
enum NotAStruct {
    A,
}

#[derive(Model)]
#[model(embedded)]
struct Embedded {
    #[model(unique)]
    a: String,
}

fn main() {}
