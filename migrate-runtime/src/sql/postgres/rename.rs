//! Renames: of tables, columns, and of constraints that the diff drops and adds under another name.

use super::Planner;
use crate::operation::Operation;
use crate::schema::{Check, ForeignKey, Name, Table, TableName, Unique, naming};
use crate::sql::RenderError;

impl Planner<'_> {
    pub(super) fn rename_table(
        &mut self,
        operation: usize,
        from: &TableName,
        to: &TableName,
    ) -> Result<(), RenderError> {
        let before = self.physical(from);
        self.apply(operation)?;
        let mut current = from.clone();
        if from.schema != to.schema {
            self.move_to_schema(operation, &current, to.schema.as_ref());
            self.drop_schema(operation, from.schema.as_ref());
            current.schema.clone_from(&to.schema);
        }
        if from.name != to.name {
            let name = self.quote(&to.name);
            self.alter(operation, &current, &format!("RENAME TO {name}"));
        }
        if let (Some(before), Some(after)) = (before, self.physical(to)) {
            self.rename_ranges(operation, &before, &after, None);
        }
        for (owner, _) in &mut self.suspended {
            if owner == from {
                *owner = to.clone();
            }
        }
        Ok(())
    }

    pub(super) fn rename_column(
        &mut self,
        operation: usize,
        table: &TableName,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        let before = self.physical(table);
        self.apply(operation)?;
        let action = format!("RENAME COLUMN {} TO {}", self.quote(from), self.quote(to));
        self.alter(operation, table, &action);
        if let (Some(before), Some(after)) = (before, self.physical(table)) {
            self.rename_ranges(operation, &before, &after, Some((from, to)));
        }
        Ok(())
    }

    /// The checks that stand for types are named after table and column.
    fn rename_ranges(
        &mut self,
        operation: usize,
        before: &Table,
        after: &Table,
        renamed: Option<(&Name, &Name)>,
    ) {
        for column in &after.columns {
            let old = match renamed {
                Some((from, to)) if column.name == *to => from,
                _ => &column.name,
            };
            let name = |table: &Table, column: &Name| -> Name {
                naming::check(table.name.name.as_str(), &[column.as_str()])
                    .as_str()
                    .into()
            };
            let (from, to) = (name(before, old), name(after, &column.name));
            let is_check = |table: &Table, name: &Name| {
                (table.checks.iter()).any(|check| check.name.as_ref() == Some(name))
            };
            if from != to
                && is_check(before, &from)
                && is_check(after, &to)
                && !is_check(after, &from)
                && !is_check(before, &to)
            {
                self.rename_constraint(operation, &after.name, &from, &to);
            }
        }
    }

    fn rename_constraint(&mut self, operation: usize, table: &TableName, from: &Name, to: &Name) {
        let action = format!(
            "RENAME CONSTRAINT {} TO {}",
            self.quote(from),
            self.quote(to)
        );
        self.alter(operation, table, &action);
    }

    /// A constraint that is dropped here and added again under another name only, with nothing but
    /// constraints changing in between, is renamed: no index is built and no row is looked at.
    pub(super) fn renamed_constraint(&mut self, drop: usize) -> Result<bool, RenderError> {
        let Some((table, from)) = dropped(&self.operations[drop]) else {
            return Ok(false);
        };
        let mut found = None;
        for (at, operation) in self.operations.iter().enumerate().skip(drop + 1) {
            if !is_about_constraints(operation) {
                break;
            }
            if !self.done[at]
                && let Some(to) = self.same_constraint(table, from, operation)
            {
                found = Some((at, to));
                break;
            }
        }
        let Some((add, to)) = found else {
            return Ok(false);
        };
        let (table, from) = (table.clone(), from.clone());
        if self.suspended.contains(&(table.clone(), from.clone())) {
            return Ok(false);
        }
        self.apply(drop)?;
        self.apply(add)?;
        self.done[add] = true;
        self.rename_constraint(drop, &table, &from, &to);
        Ok(true)
    }

    /// The new name, if the operation adds the constraint again.
    fn same_constraint(&self, table: &TableName, from: &Name, add: &Operation) -> Option<Name> {
        if add.table() != Some(table) {
            return None;
        }
        let there = self.schema.table(table)?;
        let free = |name: &Option<Name>| name.clone().filter(|name| name != from);
        match add {
            Operation::AddUnique { unique, .. } => {
                let old = there
                    .uniques
                    .iter()
                    .find(|one| one.name.as_ref() == Some(from))?;
                let renamed = Unique {
                    name: unique.name.clone(),
                    ..old.clone()
                };
                free(&unique.name).filter(|_| renamed == *unique)
            }
            Operation::AddCheck { check, .. } => {
                let old = there
                    .checks
                    .iter()
                    .find(|one| one.name.as_ref() == Some(from))?;
                let renamed = Check {
                    name: check.name.clone(),
                    ..old.clone()
                };
                free(&check.name).filter(|_| renamed == *check)
            }
            Operation::AddForeignKey { foreign_key, .. } => {
                let old =
                    (there.foreign_keys.iter()).find(|one| one.name.as_ref() == Some(from))?;
                let renamed = ForeignKey {
                    name: foreign_key.name.clone(),
                    ..old.clone()
                };
                free(&foreign_key.name).filter(|_| renamed == *foreign_key)
            }
            _ => None,
        }
    }
}

fn dropped(operation: &Operation) -> Option<(&TableName, &Name)> {
    match operation {
        Operation::DropUnique { table, name }
        | Operation::DropCheck { table, name }
        | Operation::DropForeignKey { table, name } => Some((table, name)),
        _ => None,
    }
}

const fn is_about_constraints(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::DropUnique { .. }
            | Operation::DropCheck { .. }
            | Operation::DropForeignKey { .. }
            | Operation::AddUnique { .. }
            | Operation::AddCheck { .. }
            | Operation::AddForeignKey { .. }
            | Operation::CreateIndex { .. }
            | Operation::DropIndex { .. }
            | Operation::RenameIndex { .. }
            | Operation::SetTableComment { .. }
    )
}
