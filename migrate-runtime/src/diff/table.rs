//! What changes inside the tables that both schemas have.

use std::collections::BTreeSet;

use super::{RenameHints, column, constraint, hints, index};
use crate::operation::{Operation, apply_to_database};
use crate::schema::{Name, Schema, Table, TableName};

/// The changes of one table.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// The table.
    pub(super) name: Option<TableName>,
    /// Foreign keys that go before anything else.
    pub(super) first: Vec<Operation>,
    /// Indexes, and constraints made of one, that go before any table comes.
    pub(super) early: Vec<Operation>,
    /// What happens inside the table.
    pub(super) inside: Vec<Operation>,
    /// What must wait until all tables are as they should be.
    pub(super) last: Vec<Operation>,
}

impl Changed {
    /// Whether nothing happens in the table.
    pub(super) const fn is_empty(&self) -> bool {
        self.early.is_empty() && self.inside.is_empty()
    }
}

/// Columns that are not where they were: whatever has their name in an SQL text cannot stay.
#[derive(Debug)]
pub(super) struct Moved<'a> {
    /// The names before of renamed columns.
    pub(super) renamed: BTreeSet<&'a Name>,
    /// Columns that are dropped and added again.
    pub(super) replaced: BTreeSet<&'a Name>,
    /// Columns that are dropped.
    pub(super) dropped: BTreeSet<&'a Name>,
}

impl<'a> Moved<'a> {
    /// All of them.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a Name> {
        (self.renamed.iter())
            .chain(&self.replaced)
            .chain(&self.dropped)
            .copied()
    }
}

/// The changes of every table that both schemas have, by name, foreign keys aside; one without
/// changes is in the list too, since its foreign keys may still change.
pub(super) fn changed(from: &Schema, to: &Schema, hints: &RenameHints) -> Vec<Changed> {
    (from.tables.values())
        .filter_map(|before| Some((before, to.table(&before.name)?)))
        .map(|(before, after)| Changed {
            name: Some(after.name.clone()),
            inside: inside(before, after, hints),
            ..Changed::default()
        })
        .collect()
}

/// The table before, under the columns' new names; its lists keep their order.
pub(super) fn with_new_names(before: &Table, hints: &RenameHints) -> Table {
    let renames = hints::rename_columns(before, hints);
    if renames.is_empty() {
        return before.clone();
    }
    let mut schema = Schema::new();
    schema.insert(before.clone());
    for (old, new) in renames {
        let operation = Operation::RenameColumn {
            table: before.name.clone(),
            from: old,
            to: new,
        };
        // A hint that cannot be followed was left out before.
        drop(apply_to_database(&mut schema, &operation));
    }
    schema
        .tables
        .remove(&before.name)
        .unwrap_or_else(|| before.clone())
}

fn inside(before: &Table, after: &Table, hints: &RenameHints) -> Vec<Operation> {
    if before == after && hints.columns_of(&after.name).next().is_none() {
        return Vec::new();
    }
    let Table {
        name,
        columns: _,
        primary_key: _,
        uniques: _,
        checks: _,
        foreign_keys: _,
        indexes: _,
        comment,
        options,
        stored_sql: _,
    } = after;
    let renamed = with_new_names(before, hints);
    let old_names: BTreeSet<&Name> = hints.columns_of(name).map(|(old, _)| old).collect();
    let dropped: BTreeSet<&Name> = (renamed.columns.iter())
        .filter(|column| after.column(&column.name).is_none())
        .map(|column| &column.name)
        .collect();
    let gone = old_names.union(&dropped).copied().collect();
    let replaced = column::replaced(before, &renamed, after, &gone);
    let moved = Moved {
        renamed: old_names,
        replaced: replaced.iter().collect(),
        dropped,
    };

    let columns = column::compare(before, &renamed, after, &replaced);
    let indexes = index::compare(before, &renamed, after, &moved);
    let constraints = constraint::compare(before, &renamed, after, &moved);
    let mut operations = indexes.drop;
    operations.extend(constraints.drop);
    operations.extend(columns.drop_first);
    operations.extend(
        (hints::rename_columns(before, hints).into_iter()).map(|(from, to)| {
            Operation::RenameColumn {
                table: name.clone(),
                from,
                to,
            }
        }),
    );
    operations.extend(columns.rest);
    // An index may get a name that a constraint leaves; the other way round that is no rename.
    operations.extend(constraints.rename);
    operations.extend(indexes.rename);
    if before.comment != *comment {
        operations.push(Operation::SetTableComment {
            table: name.clone(),
            comment: comment.clone(),
        });
    }
    if before.options != *options {
        operations.push(Operation::SetTableOptions {
            table: name.clone(),
            options: options.clone(),
        });
    }
    operations.extend(constraints.add);
    operations.extend(indexes.create);
    operations
}
