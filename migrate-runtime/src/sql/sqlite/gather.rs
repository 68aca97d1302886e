//! Which operations are done together: all that change one table, up to a barrier.
//!
//! A later operation may come before those of other tables in between, because SQLite looks at
//! foreign keys only when the plan ends. What it may not pass is a step that reads or writes rows
//! (`sql`, `run`, `backfill`), a rename that changes what names mean, and a change of an enum type. A
//! column is renamed before the rest, where that says the same.

use std::collections::{BTreeMap, BTreeSet};

use super::Planner;
use crate::operation::Operation;
use crate::schema::{Column, Name, Schema, TableName};
use crate::sql::RenderError;

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
        let mut members = vec![first];
        for at in self.later(first, table) {
            let operation = &self.operations[at];
            if self.ends_group(operation, table) || self.gives_rows(&members, operation) {
                break;
            }
            members.push(at);
        }
        members
    }

    /// What is to be done on the table after `first`, up to the next barrier.
    fn later(&self, first: usize, table: &TableName) -> impl Iterator<Item = usize> + use<'_> {
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
        (of_table.iter().skip(later).copied())
            .take_while(move |at| *at < end)
            .filter(|at| !self.done[*at])
    }

    /// Renames columns before what else is to be done on the table from `first` on, where it makes no
    /// difference: SQLite does that by itself, and what stands on either side is one rebuild then.
    pub(super) fn rename_first(
        &mut self,
        first: usize,
        table: &TableName,
    ) -> Result<(), RenderError> {
        let all = self.operations;
        for at in self.later(first, table).collect::<Vec<usize>>() {
            let Operation::RenameColumn { table, from, to } = &all[at] else {
                continue;
            };
            let passes = |before: usize| {
                let operation = &all[before];
                self.done[before]
                    || if operation.table() == Some(table) {
                        is_the_same_after(operation, [from, to])
                    } else {
                        !refers_to(operation, table)
                    }
            };
            let same = |column: &Column| column.name.as_str().eq_ignore_ascii_case(to.as_str());
            let is_taken =
                (self.schema.table(table)).is_none_or(|table| table.columns.iter().any(same));
            if is_taken || !(first..at).all(passes) {
                return Ok(());
            }
            self.done[at] = true;
            self.rename_column(at, table, from, to)?;
        }
        Ok(())
    }

    /// Whether the operation changes the default of a column that one of these adds: the rows that are there have the
    /// one that it was added with.
    fn gives_rows(&self, members: &[usize], operation: &Operation) -> bool {
        let Operation::AlterColumn { column, change, .. } = operation else {
            return false;
        };
        let adds = |at: &usize| matches!(&self.operations[*at], Operation::AddColumn { column: new, .. } if new.name == *column);
        change.default.is_some() && members.iter().any(adds)
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

/// Whether it does the same before those columns of its table are renamed as after.
fn is_the_same_after(operation: &Operation, names: [&Name; 2]) -> bool {
    match operation {
        Operation::DropIndex { .. }
        | Operation::DropPrimaryKey { .. }
        | Operation::DropUnique { .. }
        | Operation::DropCheck { .. }
        | Operation::DropForeignKey { .. }
        | Operation::RenameConstraint { .. }
        | Operation::SetTableComment { .. }
        | Operation::SetTableOptions { .. } => true,
        Operation::AlterColumn {
            table: _,
            column,
            change,
        } => {
            let same = |name: &&Name| name.as_str().eq_ignore_ascii_case(column.as_str());
            change.generated.is_none() && !names.iter().any(same)
        }
        _ => false,
    }
}

/// Whether it makes a foreign key to the table, which names its columns.
fn refers_to(operation: &Operation, table: &TableName) -> bool {
    match operation {
        Operation::AddForeignKey { foreign_key, .. } => foreign_key.target == *table,
        Operation::CreateTable { table: new, .. } => {
            new.foreign_keys.iter().any(|key| key.target == *table)
        }
        _ => false,
    }
}
