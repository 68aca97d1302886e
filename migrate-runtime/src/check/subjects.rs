//! What operations are about: tables and enum types, by their names.
//!
//! After an operation that was refused nothing is known of them. What names them later is neither judged nor
//! compared, since that would be said because of what is said already; everything else is. And a model that
//! the last migrations are not about compares as it did before them.

use super::equal;
use crate::migration::{
    ConstraintDef, ConstraintKind, OperationDef, OperationKind, TableNameDef, TypeDef,
};
use crate::model::TableDef;

/// With more than that, it could be anything.
const MOST: usize = 64;

/// A table or an enum type, by its name.
#[derive(Debug, Clone, Copy)]
enum Named {
    Table(TableNameDef),
    Enum(&'static str),
}

/// A set of tables and enum types.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subjects {
    names: [Option<Named>; MOST],
    count: usize,
}

impl Subjects {
    pub(super) const NOTHING: Self = Self {
        names: [None; MOST],
        count: 0,
    };

    pub(super) const fn is_nothing(&self) -> bool {
        self.count == 0
    }

    /// Whether it could be anything.
    pub(super) const fn is_all(&self) -> bool {
        self.count > MOST
    }

    pub(super) const fn set_all(&mut self) {
        self.count = MOST + 1;
    }

    const fn insert(&mut self, named: Named) {
        if self.count < MOST {
            self.names[self.count] = Some(named);
        }
        self.count += 1;
    }

    pub(super) const fn has_table(&self, table: TableNameDef) -> bool {
        let mut i = 0;
        while i < self.count && i < MOST {
            if let Some(Named::Table(name)) = self.names[i]
                && equal::table_name(name, table)
            {
                return true;
            }
            i += 1;
        }
        self.is_all()
    }

    pub(super) const fn has_enum(&self, name: &str) -> bool {
        let mut i = 0;
        while i < self.count && i < MOST {
            if let Some(Named::Enum(other)) = self.names[i]
                && equal::text(other, name)
            {
                return true;
            }
            i += 1;
        }
        self.is_all()
    }

    const fn has_type(&self, ty: TypeDef) -> bool {
        match equal::enum_of(ty) {
            Some(name) => self.has_enum(name),
            None => false,
        }
    }

    const fn has_target_of(&self, constraint: &ConstraintDef) -> bool {
        matches!(&constraint.kind, ConstraintKind::ForeignKey { target, .. } if self.has_table(*target))
    }

    /// Whether a model is about any of it.
    pub(super) const fn touches(&self, model: &TableDef) -> bool {
        if self.is_nothing() {
            return false;
        }
        let mut i = 0;
        while i < model.columns.len() {
            if self.has_type(model.columns[i].column.ty) {
                return true;
            }
            i += 1;
        }
        let mut i = 0;
        while i < model.constraints.len() {
            if self.has_target_of(&model.constraints[i]) {
                return true;
            }
            i += 1;
        }
        self.has_table(model.name)
    }

    /// Whether one of the operations names any of it.
    pub(super) const fn is_named_by(&self, operations: &[OperationDef]) -> bool {
        let mut i = 0;
        while i < operations.len() {
            if self.is_named(&operations[i].kind) {
                return true;
            }
            i += 1;
        }
        false
    }

    pub(super) const fn is_named(&self, operation: &OperationKind) -> bool {
        let mut at = 0;
        while at < 2 {
            let is_named = match subjects(operation)[at] {
                Some(Named::Table(table)) => self.has_table(table),
                Some(Named::Enum(name)) => self.has_enum(name),
                None => false,
            };
            if is_named {
                return true;
            }
            at += 1;
        }
        match operation {
            OperationKind::CreateTable {
                columns,
                constraints,
                ..
            } => {
                let mut i = 0;
                while i < columns.len() {
                    if self.has_type(columns[i].ty) {
                        return true;
                    }
                    i += 1;
                }
                let mut i = 0;
                while i < constraints.len() {
                    if self.has_target_of(&constraints[i]) {
                        return true;
                    }
                    i += 1;
                }
                false
            }
            OperationKind::AddColumn { column, .. } => self.has_type(column.ty),
            OperationKind::AlterColumn { change, .. } => {
                matches!(change.ty, Some(ty) if self.has_type(ty))
            }
            OperationKind::AddConstraint { constraint, .. } => self.has_target_of(constraint),
            OperationKind::Sql { changes, .. } | OperationKind::Run { changes, .. } => {
                self.is_named_by(changes)
            }
            _ => false,
        }
    }

    /// Adds what operations are about.
    pub(super) const fn add_all(&mut self, operations: &[OperationDef]) {
        let mut i = 0;
        while i < operations.len() {
            self.add(&operations[i].kind);
            i += 1;
        }
    }

    /// Adds what an operation is about.
    pub(super) const fn add(&mut self, operation: &OperationKind) {
        let mut at = 0;
        while at < 2 {
            match subjects(operation)[at] {
                Some(Named::Table(table)) if !self.has_table(table) => {
                    self.insert(Named::Table(table));
                }
                Some(Named::Enum(name)) if !self.has_enum(name) => self.insert(Named::Enum(name)),
                _ => {}
            }
            at += 1;
        }
        if let OperationKind::Sql { changes, .. } | OperationKind::Run { changes, .. } = operation {
            self.add_all(changes);
        }
    }
}

/// What an operation makes, changes or takes away, or a part of it.
const fn subjects(operation: &OperationKind) -> [Option<Named>; 2] {
    match operation {
        OperationKind::RenameTable { from, to } => {
            [Some(Named::Table(*from)), Some(Named::Table(*to))]
        }
        OperationKind::CreateEnum { enum_type, .. } => [Some(Named::Enum(enum_type.name)), None],
        OperationKind::AlterEnum { name, .. } | OperationKind::DropEnum { name } => {
            [Some(Named::Enum(name)), None]
        }
        _ => match table_of(operation) {
            Some(table) => [Some(Named::Table(table)), None],
            None => [None, None],
        },
    }
}

/// Whether one of the operations creates that table.
pub(super) const fn creates(operations: &[OperationDef], name: TableNameDef) -> bool {
    let mut i = 0;
    while i < operations.len() {
        match &operations[i].kind {
            OperationKind::CreateTable { table, .. } if equal::table_name(*table, name) => {
                return true;
            }
            OperationKind::Sql { changes, .. } | OperationKind::Run { changes, .. }
                if creates(changes, name) =>
            {
                return true;
            }
            _ => {}
        }
        i += 1;
    }
    false
}

/// The table that an operation is about, if it is one that has to be there.
pub(super) const fn table_of(operation: &OperationKind) -> Option<TableNameDef> {
    match operation {
        OperationKind::CreateTable { table, .. }
        | OperationKind::DropTable { table, .. }
        | OperationKind::RenameTable { from: table, .. }
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
        | OperationKind::RenameConstraint { table, .. }
        | OperationKind::ValidateConstraint { table, .. }
        | OperationKind::DropPrimaryKey { table }
        | OperationKind::DropUnique { table, .. }
        | OperationKind::DropCheck { table, .. }
        | OperationKind::DropForeignKey { table, .. }
        | OperationKind::Backfill { table, .. } => Some(*table),
        OperationKind::CreateEnum { .. }
        | OperationKind::AlterEnum { .. }
        | OperationKind::DropEnum { .. }
        | OperationKind::Sql { .. }
        | OperationKind::Run { .. } => None,
    }
}
