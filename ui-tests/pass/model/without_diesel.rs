//! A model without diesel attributes needs no diesel: this file does not name it, and a struct of the
//! crate may even have its name.
use migrate_runtime::Model;

mod diesel {}

#[derive(Model)]
#[model(unlisted)]
pub struct Note {
    pub id: i64,
    pub text: Option<String>,
    pub count: u32,
}

fn main() {
    assert_eq!(Note::TABLE.columns.len(), 3);
    assert_eq!(Note::NAME.name, "notes");
}
