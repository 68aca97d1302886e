//! Which operations are done together: all that change one table, up to a barrier.
//!
//! A later operation may come before those of other tables in between, because SQLite looks at
//! foreign keys only when the plan ends. What it may not pass is a step that reads or writes rows
//! (`sql`, `run`, `backfill`), a rename that changes what names mean, and a change of an enum type.

use super::Planner;
use crate::operation::Operation;
use crate::schema::{Name, TableName};

impl Planner<'_> {
    /// The operation at `first` and the later ones on its table.
    pub(super) fn gather(&self, first: usize, table: &TableName) -> Vec<usize> {
        let mut members = vec![first];
        for (at, operation) in self.operations.iter().enumerate().skip(first + 1) {
            if self.is_barrier(operation, table) {
                break;
            }
            if !self.done[at] && operation.table() == Some(table) {
                members.push(at);
            }
        }
        members
    }

    fn is_barrier(&self, operation: &Operation, of: &TableName) -> bool {
        match operation {
            Operation::Sql { .. }
            | Operation::Run { .. }
            | Operation::Backfill { .. }
            | Operation::RenameTable { .. }
            | Operation::CreateEnum { .. }
            | Operation::AlterEnum { .. }
            | Operation::DropEnum { .. } => true,
            Operation::CreateTable { table, .. } => table.name == *of,
            Operation::DropTable { table, .. } | Operation::RenameColumn { table, .. } => {
                table == of
            }
            // An index name is one of the whole database: it may have to be dropped elsewhere first.
            Operation::CreateIndex { table, index, .. } => {
                table == of && self.is_taken_elsewhere(&index.name, of)
            }
            Operation::RenameIndex { table, to, .. } => {
                table == of && self.is_taken_elsewhere(to, of)
            }
            _ => false,
        }
    }

    fn is_taken_elsewhere(&self, index: &Name, of: &TableName) -> bool {
        let same = |name: &Name| name.as_str().eq_ignore_ascii_case(index.as_str());
        (self.schema.tables.values())
            .filter(|table| table.name != *of)
            .flat_map(|table| &table.indexes)
            .any(|there| same(&there.name))
    }
}
