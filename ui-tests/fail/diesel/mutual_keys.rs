//! Two models that refer to each other: diesel can join the two tables by one of the keys only.
use migrate_runtime::Model;

#[derive(Model)]
#[diesel(table_name = users)]
#[model(unlisted)]
struct User {
    id: i64,
    #[model(references = Org)]
    org_id: i64,
}

#[derive(Model)]
#[diesel(table_name = orgs)]
#[model(unlisted)]
struct Org {
    id: i64,
    #[model(references = User)]
    owner_id: Option<i64>,
}

fn main() {}
