//! What the normal forms of the dialects have in common: the order of what has none, and keys whose columns
//! are called as the database calls them.

use crate::schema::{Name, PrimaryKey, Unique};

/// The items in an order that says nothing, each once.
pub(super) fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items.dedup();
    items
}

/// A primary key; no statement of a migration takes its name.
pub(super) fn primary_key(key: &PrimaryKey, called: fn(&Name) -> Name) -> PrimaryKey {
    let PrimaryKey { name: _, columns } = key;
    PrimaryKey {
        name: None,
        columns: columns.iter().map(called).collect(),
    }
}

/// A unique constraint; the order of its columns means nothing.
pub(super) fn unique(unique: &Unique, called: fn(&Name) -> Name) -> Unique {
    let Unique {
        name,
        columns,
        include,
        nulls_not_distinct,
        deferrable,
    } = unique;
    Unique {
        name: name.as_ref().map(called),
        columns: sorted(columns.iter().map(called)),
        include: include.iter().map(called).collect(),
        nulls_not_distinct: *nulls_not_distinct,
        deferrable: *deferrable,
    }
}

/// The columns of a foreign key and those they refer to, pair by pair in one order. What cannot be paired
/// (a table that is not there, an error of its author) stays as it is.
pub(super) fn pairs(
    columns: &[Name],
    targets: &[Name],
    called: fn(&Name) -> Name,
) -> (Vec<Name>, Vec<Name>) {
    let (columns, targets) = (columns.iter().map(called), targets.iter().map(called));
    if columns.len() == targets.len() {
        sorted(columns.zip(targets)).into_iter().unzip()
    } else {
        (columns.collect(), targets.collect())
    }
}
