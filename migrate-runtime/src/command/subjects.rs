//! What operations are about, or refer to: tables and enum types.

use crate::operation::{Operation, enum_of};
use crate::schema::{Column, Name, TableName};
use std::collections::BTreeSet;

/// Tables and enum types.
#[derive(Debug, Default)]
pub(crate) struct Subjects {
    pub(crate) tables: BTreeSet<TableName>,
    enums: BTreeSet<Name>,
}

impl Subjects {
    /// Those of these operations.
    #[cfg(feature = "autogenerate")]
    pub(crate) fn of(operations: &[Operation]) -> Self {
        let mut found = Self::default();
        found.add(operations);
        found
    }

    /// Some tables.
    #[cfg(feature = "autogenerate")]
    pub(crate) fn of_tables(tables: &[TableName]) -> Self {
        Self {
            tables: tables.iter().cloned().collect(),
            enums: BTreeSet::new(),
        }
    }

    /// Adds those of further operations.
    pub(crate) fn add(&mut self, operations: &[Operation]) {
        for operation in operations {
            self.tables.extend(operation.table().cloned());
            match operation {
                Operation::RenameTable { from: _, to } => {
                    self.tables.insert(to.clone());
                }
                Operation::CreateTable { table, .. } => {
                    let targets = table.foreign_keys.iter().map(|key| key.target.clone());
                    self.tables.extend(targets);
                    self.add_types(&table.columns);
                }
                Operation::AddColumn { column, .. } => {
                    self.add_types(std::slice::from_ref(column));
                }
                Operation::AlterColumn { change, .. } => {
                    let name = change.ty.as_ref().and_then(enum_of);
                    self.enums.extend(name.cloned());
                }
                Operation::AddForeignKey { foreign_key, .. } => {
                    self.tables.insert(foreign_key.target.clone());
                }
                Operation::CreateEnum { enum_type, .. } => {
                    self.enums.insert(enum_type.name.clone());
                }
                Operation::AlterEnum { name, .. } | Operation::DropEnum { name } => {
                    self.enums.insert(name.clone());
                }
                Operation::Sql { changes, .. } | Operation::Run { changes, .. } => {
                    self.add(changes);
                }
                _ => {}
            }
        }
    }

    fn add_types(&mut self, columns: &[Column]) {
        let names = columns.iter().filter_map(|column| enum_of(&column.ty));
        self.enums.extend(names.cloned());
    }

    /// Whether both have one of them.
    #[cfg(feature = "autogenerate")]
    pub(crate) fn meets(&self, other: &Self) -> bool {
        !self.tables.is_disjoint(&other.tables) || !self.enums.is_disjoint(&other.enums)
    }
}
