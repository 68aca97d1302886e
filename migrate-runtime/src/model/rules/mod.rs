//! The rules of a model that need types: const functions that the derive calls, each with an answer
//! that the emitted code turns into an error on the right token.

mod columns;
mod default;
mod keys;
mod names;
#[cfg(test)]
mod tests;
mod types;

pub use columns::{blames_any, concat_columns};
pub use default::default_problem;
pub use keys::{key_problem, primary_key_problem};
pub use names::{
    column_of, has_field, is_table, is_taken_twice, no_such_column, same_name, unheld,
};
pub use types::{
    has_precision, is_integer, is_varchar, lacks_digits, with_max_length, with_precision,
};

use super::TableDef;
use crate::check::equal;
use crate::migration::ColumnDef;

/// Whether a word is in the list.
pub const fn contains(list: &[&str], word: &str) -> bool {
    let mut i = 0;
    while i < list.len() {
        if same(list[i], word) {
            return true;
        }
        i += 1;
    }
    false
}

const fn find<'a>(table: &'a TableDef, column: &str) -> Option<&'a ColumnDef> {
    let mut i = 0;
    while i < table.columns.len() {
        if same(table.columns[i].column.name, column) {
            return Some(&table.columns[i].column);
        }
        i += 1;
    }
    None
}

const fn same(a: &str, b: &str) -> bool {
    // Most names that are compared differ, and many of them at their end.
    match (a.as_bytes(), b.as_bytes()) {
        ([.., last], [.., other]) if *last != *other => false,
        _ => equal::text(a, b),
    }
}
