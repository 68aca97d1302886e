//! Which operations are done together: all that change one table, up to a barrier.
//!
//! A later operation may come before those of other tables in between, because SQLite looks at
//! foreign keys only when the plan ends. What it may not pass is a step that reads or writes rows
//! (`sql`, `run`, `backfill`), a rename that changes what names mean, and a change of an enum type.

use std::collections::{BTreeMap, BTreeSet};

use super::Planner;
use crate::operation::Operation;
use crate::schema::{Name, Schema, TableName};

/// Where the operations of a list are, so that it is read once and not once per operation.
pub(super) struct Places<'a> {
    of_table: BTreeMap<&'a TableName, Vec<usize>>,
    /// What nothing may pass.
    barriers: Vec<usize>,
    /// The tables that have an index of that name, whatever its case, before or at some time.
    owners: BTreeMap<String, BTreeSet<TableName>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(operations: &'a [Operation], before: &Schema) -> Self {
        let mut places = Self {
            of_table: BTreeMap::new(),
            barriers: Vec::new(),
            owners: BTreeMap::new(),
        };
        for table in before.tables.values() {
            for index in &table.indexes {
                places.own(&index.name, &table.name);
            }
        }
        for (at, operation) in operations.iter().enumerate() {
            if let Some(table) = operation.table() {
                places.of_table.entry(table).or_default().push(at);
            }
            match operation {
                Operation::Sql { .. }
                | Operation::Run { .. }
                | Operation::Backfill { .. }
                | Operation::RenameTable { .. }
                | Operation::CreateEnum { .. }
                | Operation::AlterEnum { .. }
                | Operation::DropEnum { .. } => places.barriers.push(at),
                Operation::CreateIndex { table, index, .. } => places.own(&index.name, table),
                Operation::RenameIndex { table, to, .. } => places.own(to, table),
                _ => {}
            }
        }
        places
    }

    fn own(&mut self, index: &Name, table: &TableName) {
        let name = index.as_str().to_ascii_lowercase();
        self.owners.entry(name).or_default().insert(table.clone());
    }
}

impl Planner<'_> {
    /// The operation at `first` and the later ones on its table.
    pub(super) fn gather(&self, first: usize, table: &TableName) -> Vec<usize> {
        let barriers = &self.places.barriers;
        let end = (barriers.get(barriers.partition_point(|at| *at <= first)))
            .copied()
            .unwrap_or(self.operations.len());
        let of_table = self
            .places
            .of_table
            .get(table)
            .map_or(&[][..], Vec::as_slice);
        let later = of_table.partition_point(|at| *at <= first);
        let mut members = vec![first];
        for at in of_table.iter().skip(later).copied() {
            if at >= end || self.ends_group(&self.operations[at], table) {
                break;
            }
            if !self.done[at] {
                members.push(at);
            }
        }
        members
    }

    /// Whether an operation on the table itself can only be done after those before it.
    fn ends_group(&self, operation: &Operation, table: &TableName) -> bool {
        match operation {
            Operation::CreateTable { .. }
            | Operation::DropTable { .. }
            | Operation::RenameColumn { .. } => true,
            // An index name is one of the whole database: it may have to be dropped elsewhere first.
            Operation::CreateIndex { index, .. } => self.is_taken_elsewhere(&index.name, table),
            Operation::RenameIndex { to, .. } => self.is_taken_elsewhere(to, table),
            _ => false,
        }
    }

    fn is_taken_elsewhere(&self, index: &Name, of: &TableName) -> bool {
        let lower = index.as_str().to_ascii_lowercase();
        let owners = self.places.owners.get(&lower);
        if owners.is_none_or(|owners| owners.len() < 2) {
            return false;
        }
        let same = |name: &Name| name.as_str().eq_ignore_ascii_case(index.as_str());
        (self.schema.tables.values())
            .filter(|table| table.name != *of)
            .flat_map(|table| &table.indexes)
            .any(|there| same(&there.name))
    }
}
