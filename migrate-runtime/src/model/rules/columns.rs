//! The columns of a model as a list: fields and embedded structs joined, and who is to blame.

use super::super::ModelColumn;
use crate::check::Verdict;
use crate::migration::TypeDef;

/// All columns in one array. `N` is the sum of the lengths.
pub const fn concat_columns<const N: usize>(parts: &[&[ModelColumn]]) -> [ModelColumn; N] {
    let mut columns = [EMPTY; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut i = 0;
        while i < parts[part].len() {
            columns[at] = parts[part][i];
            at += 1;
            i += 1;
        }
        part += 1;
    }
    columns
}

const EMPTY: ModelColumn = ModelColumn {
    field: "",
    column: crate::migration::column("", TypeDef::Text),
    enum_type: None,
    renamed_from: None,
};

/// Whether one of the columns from `start` up to `end` is to blame.
pub const fn blames_any(verdict: &Verdict, start: usize, end: usize) -> bool {
    let mut i = start;
    while i < end {
        if verdict.blames(i) {
            return true;
        }
        i += 1;
    }
    false
}
