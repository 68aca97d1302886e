//! Attributes of the struct name fields.
use migrate_runtime::Model;

#[derive(Model)]
#[model(unlisted, primary_key(idd), index(nmae), unique(id, other), foreign_key(columns(x), references = User))]
struct User {
    id: i64,
    name: String,
}

fn main() {}
