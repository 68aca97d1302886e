//! What is known of renames.

use std::collections::BTreeSet;

use crate::operation::{Operation, apply_to_database};
use crate::schema::{Name, Schema, TableName};

/// The renames between two schemas that somebody vouches for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenameHints {
    /// Tables: the name before and the name after.
    pub tables: Vec<(TableName, TableName)>,
    /// Columns: the table (by its name after), the column's name before and after.
    pub columns: Vec<(TableName, Name, Name)>,
    /// Values of enum types: the type, the value before and after.
    pub enum_values: Vec<(Name, String, String)>,
}

impl RenameHints {
    /// The hints that can be followed: the old name is only on one side and the new name only on the
    /// other. One that was followed in an earlier revision says nothing any more.
    pub(super) fn applicable(&self, from: &Schema, to: &Schema) -> Self {
        let mut tables: Vec<(TableName, TableName)> = (self.tables.iter())
            .filter(|(old, new)| {
                let gone = from.tables.contains_key(old) && !to.tables.contains_key(old);
                let fresh = to.tables.contains_key(new) && !from.tables.contains_key(new);
                gone && fresh
            })
            .cloned()
            .collect();
        one_to_one(&mut tables, |(old, new)| (old.clone(), new.clone()));

        let before = |table: &TableName| {
            let old = tables.iter().find(|(_, new)| new == table);
            from.table(old.map_or(table, |(old, _)| old))
        };
        let mut columns: Vec<(TableName, Name, Name)> = (self.columns.iter())
            .filter(|(table, old, new)| {
                let (Some(before), Some(after)) = (before(table), to.table(table)) else {
                    return false;
                };
                let gone = before.column(old).filter(|_| after.column(old).is_none());
                let fresh = after.column(new).filter(|_| before.column(new).is_none());
                // A generated column has no values of its own to keep.
                (gone.into_iter().chain(fresh))
                    .filter(|one| one.generated.is_none())
                    .count()
                    == 2
            })
            .cloned()
            .collect();
        one_to_one(&mut columns, |(table, old, new)| {
            ((table.clone(), old.clone()), (table.clone(), new.clone()))
        });

        let mut enum_values: Vec<(Name, String, String)> = (self.enum_values.iter())
            .filter(|(name, old, new)| {
                let (Some(before), Some(after)) = (from.enums.get(name), to.enums.get(name)) else {
                    return false;
                };
                let gone = before.values.contains(old) && !after.values.contains(old);
                gone && after.values.contains(new) && !before.values.contains(new)
            })
            .cloned()
            .collect();
        one_to_one(&mut enum_values, |(name, old, new)| {
            ((name.clone(), old.clone()), (name.clone(), new.clone()))
        });
        Self {
            tables,
            columns,
            enum_values,
        }
    }

    /// The name before of a table, by its name after.
    pub(super) fn table_before<'a>(&'a self, table: &'a TableName) -> &'a TableName {
        let renamed = self.tables.iter().find(|(_, new)| new == table);
        renamed.map_or(table, |(old, _)| old)
    }

    /// The column renames of a table, by its name after.
    pub(super) fn columns_of<'a>(
        &'a self,
        table: &'a TableName,
    ) -> impl Iterator<Item = (&'a Name, &'a Name)> + Clone {
        (self.columns.iter())
            .filter(move |(of, ..)| of == table)
            .map(|(_, old, new)| (old, new))
    }
}

/// Sorts pairs and keeps the first for each name before and each name after.
fn one_to_one<T: Ord, A: Ord, B: Ord>(pairs: &mut Vec<T>, names: impl Fn(&T) -> (A, B)) {
    pairs.sort();
    let (mut old, mut new) = (BTreeSet::new(), BTreeSet::new());
    pairs.retain(|pair| {
        let (a, b) = names(pair);
        // Both are looked at, so that a pair left out blocks no other.
        !old.contains(&a) && !new.contains(&b) && old.insert(a) && new.insert(b)
    });
}

/// Renames tables, and returns the schema under the new names.
pub(super) fn rename_tables(
    from: &Schema,
    hints: &RenameHints,
    operations: &mut Vec<Operation>,
) -> Schema {
    let mut schema = from.clone();
    for (old, new) in &hints.tables {
        let operation = Operation::RenameTable {
            from: old.clone(),
            to: new.clone(),
        };
        if apply_to_database(&mut schema, &operation).is_ok() {
            operations.push(operation);
        }
    }
    schema
}
