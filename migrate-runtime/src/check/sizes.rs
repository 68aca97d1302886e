//! The counting pass: how much room the fold of a chain needs.

use crate::migration::{Migration, OperationDef, OperationKind};

/// The lengths of the arrays of [`Folded`](super::Folded).
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The migrations.
    pub migrations: usize,
    /// The objects that the chain ever makes.
    pub objects: usize,
    /// The entries of the index.
    pub slots: usize,
}

/// Counts what a chain makes.
pub const fn sizes(migrations: &[Migration]) -> Sizes {
    let mut objects = 0;
    let mut most = 0;
    let mut all = 0;
    let mut replaces = 0;
    let mut i = 0;
    while i < migrations.len() {
        // Each revision is an object, too.
        objects += 1 + count(migrations[i].upgrade);
        if let Some(downgrade) = migrations[i].downgrade {
            // A downgrade is tried and taken back.
            let made = count(downgrade);
            all += made;
            most = if made > most { made } else { most };
        }
        // It is known by the last of these, too.
        replaces += !migrations[i].replaces.is_empty() as usize;
        i += 1;
    }
    // What leads back from where others are replaced is tried in one go.
    objects += if replaces > 0 { all + replaces } else { most };
    Sizes {
        migrations: migrations.len(),
        objects,
        // Renames enter a second time; half of the index stays free.
        slots: 4 * objects + 1,
    }
}

const fn count(operations: &[OperationDef]) -> usize {
    let mut objects = 0;
    let mut i = 0;
    while i < operations.len() {
        objects += match operations[i].kind {
            OperationKind::CreateTable {
                columns,
                constraints,
                ..
            } => 1 + columns.len() + constraints.len(),
            OperationKind::AddColumn { .. }
            | OperationKind::AlterColumn { .. }
            | OperationKind::CreateIndex { .. }
            | OperationKind::AddConstraint { .. }
            | OperationKind::CreateEnum { .. }
            | OperationKind::RenameTable { .. }
            | OperationKind::RenameColumn { .. }
            | OperationKind::RenameIndex { .. }
            | OperationKind::RenameConstraint { .. }
            // What may have been there before `if_exists`.
            | OperationKind::DropTable { if_exists: true, .. }
            | OperationKind::DropColumn { if_exists: true, .. }
            | OperationKind::DropIndex { if_exists: true, .. } => 1,
            OperationKind::Sql { changes, .. } | OperationKind::Run { changes, .. } => {
                count(changes)
            }
            _ => 0,
        };
        i += 1;
    }
    objects
}
