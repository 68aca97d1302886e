//! Foreign keys that cannot stay while what they stand on changes.
//!
//! Between two changes of type the columns on either side do not compare; and a key is bound to one
//! index of the table it refers to, also where another one would do. Such a key goes before the change
//! and comes back when all is done.

use super::Planner;
use crate::dialect::postgres::spelling::Spelling;
use crate::schema::{ForeignKey, IndexKey, Name, TableName};
use std::collections::BTreeSet;

impl Planner<'_> {
    /// Drops the foreign keys from and to a column that gets a type of another kind.
    pub(super) fn suspend_foreign_keys(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        from: &Spelling,
        to: &Spelling,
    ) {
        let comparable = from.base() == to.base()
            || (from.is_numeric() && to.is_numeric())
            || (from.is_string() && to.is_string());
        if comparable {
            return;
        }
        self.suspend(operation, |owner, key| {
            (*owner == *table && key.columns.contains(column))
                || (key.target == *table && key.target_columns.contains(column))
        });
    }

    /// Drops the foreign keys to those columns, whose index is about to go.
    pub(super) fn suspend_foreign_keys_to(
        &mut self,
        operation: usize,
        table: &TableName,
        columns: &[Name],
    ) {
        let as_set = |names: &[Name]| names.iter().cloned().collect::<BTreeSet<Name>>();
        let key_columns = as_set(columns);
        self.suspend(operation, |_, key| {
            key.target == *table && as_set(&key.target_columns) == key_columns
        });
    }

    /// Drops the foreign keys to what is unique by an index that holds the column besides: with the type
    /// of the column the server makes that index anew, and does not see who refers to it.
    pub(super) fn suspend_foreign_keys_beside(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
    ) {
        let Some(there) = self.schema.table(table) else {
            return;
        };
        let uniques = (there.uniques.iter())
            .filter(|unique| unique.include.contains(column))
            .map(|unique| unique.columns.clone());
        let indexes = (there.indexes.iter())
            .filter(|index| index.unique && index.include.contains(column))
            .map(|index| {
                let names = index.columns.iter().filter_map(|part| match &part.key {
                    IndexKey::Column(name) => Some(name.clone()),
                    IndexKey::Expression(_) => None,
                });
                names.collect()
            });
        let keys: Vec<Vec<Name>> = uniques.chain(indexes).collect();
        for columns in keys {
            self.suspend_foreign_keys_to(operation, table, &columns);
        }
    }

    fn suspend(&mut self, operation: usize, goes: impl Fn(&TableName, &ForeignKey) -> bool) {
        let keys: Vec<(TableName, Name)> = (self.schema.tables.values())
            .flat_map(|owner| owner.foreign_keys.iter().map(move |key| (&owner.name, key)))
            .filter(|(owner, key)| goes(owner, key))
            .filter_map(|(owner, key)| Some((owner.clone(), key.name.clone()?)))
            .filter(|key| !self.suspended.contains(key))
            .collect();
        for (owner, name) in keys {
            let quoted = self.quote(&name);
            self.alter(operation, &owner, &format!("DROP CONSTRAINT {quoted}"));
            self.suspended.push((owner, name));
        }
    }

    /// Whether the key is gone already; then it does not come back.
    pub(super) fn is_suspended(&mut self, table: &TableName, name: &Name) -> bool {
        let at = (self.suspended.iter())
            .position(|(owner, suspended)| owner == table && suspended == name);
        at.map(|at| self.suspended.remove(at)).is_some()
    }

    /// Adds them again, where they still are.
    pub(super) fn resume_foreign_keys(&mut self) {
        let last = self.operations.len().saturating_sub(1);
        for (owner, name) in std::mem::take(&mut self.suspended) {
            let key = (self.schema.table(&owner))
                .and_then(|table| {
                    (table.foreign_keys.iter()).find(|key| key.name.as_ref() == Some(&name))
                })
                .cloned();
            if let Some(key) = key {
                let definition = self.writer(last).foreign_key(&key);
                self.alter(last, &owner, &format!("ADD {definition}"));
            }
        }
    }
}
