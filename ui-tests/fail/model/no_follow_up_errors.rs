//! One model has an error of its own; those that refer to it say nothing about it.
use migrate_runtime::Model;

#[derive(Model)]
#[model(unlisted)]
struct Org {
    id: i64,
    #[model(unique)]
    slug: String,
    #[model(generated("length(slug)", stored))]
    length: i64,
}

#[derive(Model)]
#[model(unlisted)]
struct User {
    id: i64,
    #[model(references = Org)]
    org_id: i64,
    #[model(references = Org(slug))]
    org_slug: String,
}

fn main() {}
