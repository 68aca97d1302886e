//! The names that operations bring, against how much of a name a database keeps.

use super::Operation;
use crate::schema::Name;

/// The first operation that brings a name of more bytes, and that name.
pub(crate) fn too_long(operations: &[Operation], longest: usize) -> Option<(usize, &Name)> {
    operations.iter().enumerate().find_map(|(at, operation)| {
        let mut names = new_names(operation).into_iter();
        let name = names.find(|name| name.as_str().len() > longest)?;
        Some((at, name))
    })
}

fn new_names(operation: &Operation) -> Vec<&Name> {
    match operation {
        Operation::CreateTable { table, .. } => {
            let columns = table.columns.iter().map(|column| &column.name);
            let uniques = table
                .uniques
                .iter()
                .filter_map(|unique| unique.name.as_ref());
            let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
            let keys = table
                .foreign_keys
                .iter()
                .filter_map(|key| key.name.as_ref());
            (columns.chain(uniques).chain(checks).chain(keys))
                .chain([&table.name.name])
                .collect()
        }
        Operation::RenameTable { to, .. } => vec![&to.name],
        Operation::AddColumn { column, .. } => vec![&column.name],
        Operation::CreateIndex { index, .. } => vec![&index.name],
        Operation::RenameColumn { to, .. }
        | Operation::RenameIndex { to, .. }
        | Operation::RenameConstraint { to, .. } => vec![to],
        Operation::AddUnique { unique, .. } => unique.name.iter().collect(),
        Operation::AddCheck { check, .. } => check.name.iter().collect(),
        Operation::AddForeignKey { foreign_key, .. } => foreign_key.name.iter().collect(),
        Operation::CreateEnum {
            enum_type,
            if_not_exists: _,
        } => vec![&enum_type.name],
        _ => Vec::new(),
    }
}
