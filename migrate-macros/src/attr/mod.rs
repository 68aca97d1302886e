//! The grammar of the attributes: `#[model(..)]`, and what is read of `#[diesel(..)]`.
//!
//! In go attributes, out come typed values with their spans. Which of them fit together is not known
//! here (`check`), nor what fields there are (`ast`).

pub(crate) mod column_type;
pub(crate) mod diesel;
pub(crate) mod field;
pub(crate) mod index;
pub(crate) mod item;
pub(crate) mod model;
pub(crate) mod sql_enum;
pub(crate) mod value;

use crate::ctxt::Ctxt;
use item::{Item, Word};
use syn::Attribute;

/// The words of all attributes of that name; anything but words is an error.
fn words(cx: &Ctxt, attributes: &[Attribute], name: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for attribute in attributes {
        if !attribute.path().is_ident(name) {
            continue;
        }
        let Some(items) = cx.take(attribute.parse_args_with(item::items)) else {
            continue;
        };
        for item in items {
            match item {
                Item::Word(word) => words.push(word),
                Item::Literal(literal) => cx.error(literal.span(), "a key is expected"),
            }
        }
    }
    words
}

/// Sets a value that may be given once.
fn set<T>(cx: &Ctxt, slot: &mut Option<T>, word: &Word, value: syn::Result<T>) {
    if slot.is_some() {
        cx.error(word.key.span(), format!("`{}` is given twice", word.name()));
    }
    if let Some(value) = cx.take(value) {
        *slot = Some(value);
    }
}
