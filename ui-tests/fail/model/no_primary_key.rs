//! A model has a primary key.
use migrate_runtime::Model;

#[derive(Model)]
#[model(unlisted)]
struct Line {
    text: String,
}

fn main() {}
