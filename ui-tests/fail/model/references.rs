//! A foreign key refers to a key of the same type.
use migrate_runtime::Model;

struct NoModel;

#[derive(Model)]
#[model(unlisted)]
struct Org {
    id: i32,
    slug: String,
    #[model(unique, column = "ticker_symbol")]
    ticker: String,
}

#[derive(Model)]
#[model(unlisted)]
struct NotAModel {
    id: i64,
    #[model(references = NoModel)]
    org: i64,
}

#[derive(Model)]
#[model(unlisted)]
struct OtherType {
    id: i64,
    #[model(references = Org)]
    org: i64,
}

#[derive(Model)]
#[model(unlisted)]
struct NoSuchField {
    id: i64,
    #[model(references = Org(name))]
    org: String,
}

#[derive(Model)]
#[model(unlisted)]
struct NotUnique {
    id: i64,
    #[model(references = Org(slug))]
    org: String,
}

#[derive(Model)]
#[model(unlisted)]
struct NeverNull {
    id: i64,
    #[model(references = Org, on_delete = "set null")]
    org: i32,
}

#[derive(Model)]
#[model(unlisted)]
struct Fits {
    id: i64,
    #[model(references = Org(ticker), on_delete = "set null")]
    org: Option<String>,
}

fn main() {}
