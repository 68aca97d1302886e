//! Table names in full, for the rare name that `schema.table` cannot say.

use super::operation::{OperationDef, OperationKind};
use super::types::TableNameDef;

impl OperationDef {
    /// The table of the operation, in full, where its name has a dot in it.
    #[track_caller]
    pub const fn in_table(mut self, name: TableNameDef) -> Self {
        match &mut self.kind {
            OperationKind::RenameTable { from: table, .. }
            | OperationKind::CreateTable { table, .. }
            | OperationKind::DropTable { table, .. }
            | OperationKind::SetTableComment { table, .. }
            | OperationKind::SetTableOptions { table, .. }
            | OperationKind::AddColumn { table, .. }
            | OperationKind::DropColumn { table, .. }
            | OperationKind::RenameColumn { table, .. }
            | OperationKind::AlterColumn { table, .. }
            | OperationKind::CreateIndex { table, .. }
            | OperationKind::DropIndex { table, .. }
            | OperationKind::RenameIndex { table, .. }
            | OperationKind::AddConstraint { table, .. }
            | OperationKind::ValidateConstraint { table, .. }
            | OperationKind::DropPrimaryKey { table }
            | OperationKind::DropUnique { table, .. }
            | OperationKind::DropCheck { table, .. }
            | OperationKind::DropForeignKey { table, .. }
            | OperationKind::RenameConstraint { table, .. }
            | OperationKind::Backfill { table, .. } => *table = name,
            OperationKind::CreateEnum { .. }
            | OperationKind::AlterEnum { .. }
            | OperationKind::DropEnum { .. }
            | OperationKind::Sql { .. }
            | OperationKind::Run { .. } => panic!("`in_table` belongs to operations on a table"),
        }
        self
    }

    /// The new name of a `rename_table`, in full, where it has a dot in it.
    #[track_caller]
    pub const fn to_table(mut self, name: TableNameDef) -> Self {
        let OperationKind::RenameTable { to, .. } = &mut self.kind else {
            panic!("`to_table` belongs to `rename_table`")
        };
        *to = name;
        self
    }
}
