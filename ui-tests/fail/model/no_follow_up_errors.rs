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

#[derive(Model, diesel::Queryable, diesel::Selectable, diesel::Insertable)]
#[diesel(table_name = gadgets)]
#[model(unlisted)]
struct Gadget {
    id: i64,
    #[model(unqiue)]
    name: String,
}

#[derive(Model, diesel::Queryable)]
#[diesel(table_name = parts)]
#[model(unlisted)]
struct Part {
    id: i64,
    #[model(references = Gadget)]
    gadget_id: i64,
}

fn names(connection: &mut diesel::SqliteConnection) -> Vec<String> {
    use diesel::prelude::*;
    let parts = gadgets::table.inner_join(parts::table).filter(parts::id.gt(1));
    parts.select(gadgets::name).load(connection).unwrap_or_default()
}

fn main() {}
