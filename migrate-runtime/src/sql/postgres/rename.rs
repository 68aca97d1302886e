//! Renames: of tables, columns and constraints.

use super::Planner;
use crate::schema::{Name, Table, TableName, naming};
use crate::sql::RenderError;

impl Planner<'_> {
    pub(super) fn rename_table(
        &mut self,
        operation: usize,
        from: &TableName,
        to: &TableName,
    ) -> Result<(), RenderError> {
        let before = self.physical(from);
        let between = self.name_between(from, to);
        self.apply(operation)?;
        let mut current = from.clone();
        if let Some(name) = between {
            self.alter_table_name(operation, &mut current, &name);
        }
        if from.schema != to.schema {
            self.move_to_schema(operation, &current, to.schema.as_ref());
            self.drop_schema(operation, from.schema.as_ref());
            current.schema.clone_from(&to.schema);
        }
        self.alter_table_name(operation, &mut current, &to.name);
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

    fn alter_table_name(&mut self, operation: usize, table: &mut TableName, name: &Name) {
        if table.name != *name {
            let quoted = self.quote(name);
            self.alter(operation, table, &format!("RENAME TO {quoted}"));
            table.name = name.clone();
        }
    }

    /// The name that a table must have before it goes to another schema, where one is called as it is.
    fn name_between(&self, from: &TableName, to: &TableName) -> Option<Name> {
        let is_taken = |schema: &Option<Name>, name: &Name| {
            let name = TableName {
                schema: schema.clone(),
                name: name.clone(),
            };
            self.schema.table(&name).is_some()
        };
        if from.schema == to.schema || !is_taken(&to.schema, &from.name) {
            return None;
        }
        let mut name = to.name.clone();
        while is_taken(&from.schema, &name) || (is_taken(&to.schema, &name) && name != to.name) {
            name = Name::new(naming::replacement(name.as_str()).as_str());
        }
        Some(name)
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
                self.alter_name(operation, &after.name, &from, &to);
            }
        }
    }

    pub(super) fn rename_constraint(
        &mut self,
        operation: usize,
        table: &TableName,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        let has_sql = self.has_constraint(table, from);
        self.apply(operation)?;
        for (owner, name) in &mut self.suspended {
            if owner == table && name == from {
                name.clone_from(to);
                return Ok(());
            }
        }
        if has_sql {
            self.alter_name(operation, table, from, to);
        } else {
            self.no_sql(operation);
        }
        Ok(())
    }

    fn alter_name(&mut self, operation: usize, table: &TableName, from: &Name, to: &Name) {
        let action = format!(
            "RENAME CONSTRAINT {} TO {}",
            self.quote(from),
            self.quote(to)
        );
        self.alter(operation, table, &action);
    }
}
