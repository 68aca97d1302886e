//! diesel has no table without columns; a model may be one.
use migrate_runtime::Model;

#[derive(Model, diesel::Queryable)]
#[diesel(table_name = nothings)]
#[model(no_primary_key, unlisted)]
struct Nothing {}

#[derive(Model)]
#[model(table = "voids", no_primary_key, unlisted)]
struct Void {}

fn main() {}
