//! One operation, or several on one table, as steps.

use super::blame::Stages;
use super::edit::Change;
use super::rebuild::{Rebuild, Rebuilt};
use super::{Planner, attached, compiles, native, rename, violations};
use crate::operation::Operation;
use crate::schema::{Backend, DefaultValue, Name, SqlText, SqlType, Table, TableName};
use crate::sql::{RenderError, Statement, Step, TEMPORARY, skip};
use std::collections::{BTreeMap, BTreeSet};

/// How one operation is done.
enum Way {
    /// With these steps.
    Native(Vec<Step>),
    /// With a rebuild of the table.
    Rebuild,
}

impl Planner<'_> {
    pub(super) fn step(&mut self, operation: usize) -> Result<(), RenderError> {
        let all = self.operations;
        if let Some(reason) = skip::reason(&all[operation], &self.schema, Backend::Sqlite) {
            self.push(operation, Step::Skip { reason });
            return Ok(());
        }
        match &all[operation] {
            Operation::CreateTable { table, .. } => self.create_table(operation, &table.name),
            Operation::DropTable { table, .. } => self.drop_table(operation, table),
            Operation::RenameTable { from, to } => self.rename_table(operation, from, to),
            Operation::RenameColumn { table, from, to } => {
                self.rename_column(operation, table, from, to)
            }
            Operation::CreateEnum { .. } | Operation::DropEnum { .. } => self.apply(operation),
            Operation::AlterEnum { name, renames, .. } => self.alter_enum(operation, name, renames),
            Operation::Sql { sql, changes } => self.raw_sql(operation, sql, changes),
            Operation::Run { name, changes } => {
                self.push(operation, Step::Run { name: name.clone() });
                self.opaque(operation, changes)
            }
            Operation::Backfill {
                table,
                column,
                value,
                condition,
            } => {
                self.apply(operation)?;
                self.backfill(operation, table, column, value, condition.as_ref());
                Ok(())
            }
            other => match other.table() {
                Some(table) => self.change_table(operation, &table.clone()),
                None => self.apply(operation),
            },
        }
    }

    /// `CREATE TABLE` with all that the list adds to it later, then its indexes.
    fn create_table(&mut self, first: usize, name: &TableName) -> Result<(), RenderError> {
        for member in self.gather(first, name) {
            self.take(member)?;
        }
        let Some(table) = self.schema.table(name) else {
            return Ok(());
        };
        let physical = self.physical(table);
        let sql = self.writer(first).table(name, &physical)?;
        let indexes: Vec<String> = (physical.indexes.iter())
            .map(|index| self.writer(first).index(name, index))
            .collect();
        if let Some(table) = self.schema.table_mut(name) {
            // SQLite keeps the statement without the schema.
            table.stored_sql = Some(match &name.schema {
                Some(schema) => sql.replacen(&format!("{}.", self.dialect.quote(schema)), "", 1),
                None => sql.clone(),
            });
        }
        self.sql(first, sql);
        for index in indexes {
            self.sql(first, index);
        }
        Ok(())
    }

    /// Applies an operation of a group, unless it is skipped; `false` if it is.
    fn take(&mut self, member: usize) -> Result<bool, RenderError> {
        self.done[member] = true;
        if let Some(reason) = skip::reason(&self.operations[member], &self.schema, Backend::Sqlite)
        {
            self.push(member, Step::Skip { reason });
            return Ok(false);
        }
        self.apply(member)?;
        Ok(true)
    }

    /// Everything else that changes a table: natively if all of it can be, else in one rebuild.
    fn change_table(&mut self, first: usize, name: &TableName) -> Result<(), RenderError> {
        self.rename_first(first, name)?;
        let Some(logical_before) = self.schema.table(name).cloned() else {
            return self.apply(first);
        };
        let members = self.gather(first, name);
        let before = self.physical(&logical_before);
        let mut kept: BTreeSet<Name> = before.columns.iter().map(|one| one.name.clone()).collect();
        let mut ways = Vec::new();
        let mut stages = Stages::new(first);
        let mut users = Vec::new();
        for member in members.iter().copied() {
            let of_member = self.users_of_dropped_column(member)?;
            if !self.take(member)? {
                continue;
            }
            users.extend(of_member);
            note_columns(&self.operations[member], &mut kept);
            let Some(table) = self.schema.table(name) else {
                return Ok(());
            };
            let to = self.physical(table);
            ways.push((member, self.way(member, stages.last(&before), &to)?));
            stages.push(member, to);
        }
        if before == *stages.last(&before) {
            return Ok(());
        }
        if !ways.iter().any(|(_, way)| matches!(way, Way::Rebuild)) {
            for (member, way) in ways {
                if let Way::Native(steps) = way {
                    for step in steps {
                        self.push(member, step);
                    }
                }
            }
            self.follow(first, &before, stages.last(&before), &kept);
            self.statements.extend(users);
            return Ok(());
        }
        let filled = self.filled(&members, &logical_before);
        self.rebuild(
            &stages,
            &logical_before,
            &before,
            &kept,
            filled,
            &BTreeMap::new(),
        )?;
        self.statements.extend(users);
        Ok(())
    }

    /// A view or a trigger of somebody's would be left broken, or refuse the drop later. Where words do
    /// not tell, the steps that ask SQLite when the column is gone.
    fn users_of_dropped_column(&self, operation: usize) -> Result<Vec<Statement>, RenderError> {
        let Operation::DropColumn { table, column, .. } = &self.operations[operation] else {
            return Ok(Vec::new());
        };
        let what = format!("column {table}.{column}");
        let mut steps = Vec::new();
        for user in attached::users_of_column(&self.schema, &self.renamed, table, column) {
            if attached::surely_speaks(user, &self.renamed, table, column) {
                return Err(RenderError::InUse {
                    operation,
                    what,
                    user: attached::describe(user),
                });
            }
            let step = compiles::step(user, &what, self.dialect);
            steps.push(Statement { operation, step });
        }
        Ok(steps)
    }

    fn way(&mut self, operation: usize, before: &Table, after: &Table) -> Result<Way, RenderError> {
        let name = &after.name;
        let native = |sql: String| Ok(Way::Native(vec![Step::Sql(sql)]));
        if before == after {
            return Ok(Way::Native(Vec::new()));
        }
        match &self.operations[operation] {
            Operation::AddColumn { column, .. } => {
                let sql = native::add_column(before, after, &column.name, self.writer(operation))?;
                Ok(sql.map_or(Way::Rebuild, |sql| Way::Native(vec![Step::Sql(sql)])))
            }
            Operation::DropColumn { column, .. } if native::can_drop_column(before, column) => {
                self.renames = true;
                native(format!(
                    "ALTER TABLE {} DROP COLUMN {}",
                    self.dialect.quote_table(name),
                    self.dialect.quote(column)
                ))
            }
            Operation::CreateIndex { index, .. } => {
                let steps = (after.index(&index.name))
                    .map(|index| self.writer(operation).index_steps(name, index));
                Ok(Way::Native(steps.unwrap_or_default()))
            }
            Operation::DropIndex { index, .. } => native(self.drop_index(name, index)),
            Operation::RenameIndex { from, to, .. } => {
                let create =
                    (after.index(to)).map(|index| self.writer(operation).index(name, index));
                let drop = self.drop_index(name, from);
                let statements = std::iter::once(drop).chain(create);
                Ok(Way::Native(statements.map(Step::Sql).collect()))
            }
            _ => Ok(Way::Rebuild),
        }
    }

    fn drop_index(&self, table: &TableName, index: &Name) -> String {
        let name = TableName {
            schema: table.schema.clone(),
            name: index.clone(),
        };
        format!("DROP INDEX {}", self.dialect.quote_table(&name))
    }

    /// Columns that become NOT NULL while the same list gives them a default: only there do NULLs
    /// become that default. A default from before says nothing about rows that are NULL.
    fn filled(&self, members: &[usize], before: &Table) -> Vec<Name> {
        let mut with_default = Vec::new();
        for member in members {
            if let Operation::AlterColumn { column, change, .. } = &self.operations[*member]
                && matches!(&change.default, Some(Some(default)) if !is_null(default))
            {
                with_default.push(column.clone());
            }
        }
        with_default.retain(|name| before.column(name).is_some_and(|column| column.nullable));
        with_default
    }

    fn rebuild(
        &mut self,
        stages: &Stages,
        logical_before: &Table,
        before: &Table,
        kept: &BTreeSet<Name>,
        filled: Vec<Name>,
        renamed_values: &BTreeMap<Name, Vec<(String, String)>>,
    ) -> Result<(), RenderError> {
        let operation = stages.first();
        let name = before.name.clone();
        let Some(logical_after) = self.schema.table(&name).cloned() else {
            return Ok(());
        };
        let after = self.physical(&logical_after);
        let filled = (filled.into_iter())
            .filter(|name| after.column(name).is_some_and(|column| !column.nullable))
            .collect();
        let written_checks = (logical_before.checks.iter())
            .filter_map(|check| check.name.clone())
            .collect();
        let triggers: Vec<_> = attached::triggers(&self.schema, &name).collect();
        let renamed_triggers = triggers
            .iter()
            .any(|one| self.renamed.contains_key(&one.name));
        let rebuild = Rebuild {
            change: Change {
                before,
                after: &after,
                kept,
                written_checks: &written_checks,
            },
            stages,
            logical: (logical_before, &logical_after),
            filled,
            renamed_values: renamed_values.clone(),
            triggers,
            renamed_triggers,
            views: self
                .schema
                .attached
                .iter()
                .map(|object| &object.name)
                .collect(),
            temporary: self.temporary(&name),
            writer: self.writer(operation),
        };
        let Rebuilt {
            steps,
            stored,
            renumbered,
        } = rebuild.steps()?;
        self.statements.extend(steps);
        self.drops_tables = true;
        if renumbered {
            self.sql(operation, violations::renumbered(&name.name));
        }
        for sql in violations::dropped_columns(before, kept) {
            self.sql(operation, sql);
        }
        if let Some(table) = self.schema.table_mut(&name) {
            table.stored_sql = Some(stored);
        }
        Ok(())
    }

    /// `__migrate_new_X`, or with a number where that is taken.
    fn temporary(&self, table: &TableName) -> TableName {
        let named = |suffix: String| TableName {
            schema: table.schema.clone(),
            name: Name::new(format!("{TEMPORARY}{}{suffix}", table.name)),
        };
        // One of as many names as there are tables, and one more, is free.
        std::iter::once(String::new())
            .chain((2..=self.schema.tables.len() + 1).map(|number| format!("_{number}")))
            .map(named)
            .find(|name| self.schema.table(name).is_none())
            .unwrap_or_else(|| named(String::new()))
    }

    fn drop_table(&mut self, operation: usize, table: &TableName) -> Result<(), RenderError> {
        let what = format!("table {table}");
        let users: Vec<Step> = attached::users_of_table(&self.schema, &self.renamed, table)
            .map(|user| compiles::step(user, &what, self.dialect))
            .collect();
        self.apply(operation)?;
        self.schema
            .attached
            .retain(|object| object.table.as_ref() != Some(table));
        self.drops_tables = true;
        self.sql(
            operation,
            format!("DROP TABLE {}", self.dialect.quote_table(table)),
        );
        self.remembered(operation, vec![violations::dropped(&table.name)]);
        for step in users {
            self.push(operation, step);
        }
        Ok(())
    }

    fn rename_table(
        &mut self,
        operation: usize,
        from: &TableName,
        to: &TableName,
    ) -> Result<(), RenderError> {
        self.note_rename(from, &from.name, &to.name);
        self.apply(operation)?;
        self.rewrite_stored(|text, _| rename::table(text, &from.name, &to.name).ok());
        self.renames = true;
        // SQLite takes a name that differs in case only for the same one, and refuses it.
        let between =
            (from.name.as_str().eq_ignore_ascii_case(to.name.as_str())).then(|| self.temporary(to));
        let names: Vec<&TableName> = [from].into_iter().chain(&between).chain([to]).collect();
        for pair in names.windows(2) {
            let (from, to) = (
                self.dialect.quote_table(pair[0]),
                self.dialect.quote(&pair[1].name),
            );
            self.sql(operation, format!("ALTER TABLE {from} RENAME TO {to}"));
        }
        self.remembered(operation, violations::renamed_table(&from.name, &to.name));
        Ok(())
    }

    pub(super) fn rename_column(
        &mut self,
        operation: usize,
        table: &TableName,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        self.note_rename(table, from, to);
        let keys = (self.schema.table(table)).map(|old| violations::renamed_column(old, from, to));
        self.apply(operation)?;
        self.rewrite_stored(|text, own| rename::column(text, own, &table.name, from, to).ok());
        self.renames = true;
        self.sql(
            operation,
            format!(
                "ALTER TABLE {} RENAME COLUMN {} TO {}",
                self.dialect.quote_table(table),
                self.dialect.quote(from),
                self.dialect.quote(to)
            ),
        );
        self.remembered(operation, keys.unwrap_or_default());
        Ok(())
    }

    fn rewrite_stored(&mut self, rewrite: impl Fn(&str, &Name) -> Option<String>) {
        for table in self.schema.tables.values_mut() {
            if let Some(text) = &table.stored_sql {
                table.stored_sql = rewrite(text, &table.name.name);
                self.is_exact &= table.stored_sql.is_some();
            }
        }
    }

    /// Rebuilds the tables with a column of that type: their check lists the values.
    fn alter_enum(
        &mut self,
        operation: usize,
        name: &Name,
        renames: &[(String, String)],
    ) -> Result<(), RenderError> {
        let of_type = |table: &Table| -> Vec<Name> {
            (table.columns.iter())
                .filter(|column| matches!(&column.ty, SqlType::Enum(ty) if ty == name))
                .map(|column| column.name.clone())
                .collect()
        };
        let tables: Vec<TableName> = (self.schema.tables.values())
            .filter(|table| !of_type(table).is_empty())
            .map(|table| table.name.clone())
            .collect();
        for table in tables {
            self.rename_first(operation, &table)?;
        }
        let users: Vec<(Table, Table, Vec<Name>)> = (self.schema.tables.values())
            .map(|table| (table, of_type(table)))
            .filter(|(_, columns)| !columns.is_empty())
            .map(|(table, columns)| (table.clone(), self.physical(table), columns))
            .collect();
        self.apply(operation)?;
        for (logical, before, columns) in users {
            if self.physical(&logical) == before {
                continue;
            }
            // What else happens to the table is done in the same rebuild.
            let mut kept = before.columns.iter().map(|one| one.name.clone()).collect();
            let members = self.gather(operation, &logical.name).split_off(1);
            let mut stages = Stages::new(operation);
            stages.push(operation, self.physical_named(&logical));
            let mut users = Vec::new();
            for member in members.iter().copied() {
                let of_member = self.users_of_dropped_column(member)?;
                if self.take(member)? {
                    users.extend(of_member);
                    note_columns(&self.operations[member], &mut kept);
                    stages.push(member, self.physical_named(&logical));
                }
            }
            let filled = self.filled(&members, &logical);
            let values = if renames.is_empty() {
                BTreeMap::new()
            } else {
                (columns.into_iter())
                    .map(|column| (column, renames.to_vec()))
                    .collect()
            };
            self.rebuild(&stages, &logical, &before, &kept, filled, &values)?;
            self.statements.extend(users);
        }
        Ok(())
    }

    /// The table as it is by now.
    fn physical_named(&self, table: &Table) -> Table {
        self.physical(self.schema.table(&table.name).unwrap_or(table))
    }

    fn raw_sql(
        &mut self,
        operation: usize,
        sql: &SqlText,
        changes: &[Operation],
    ) -> Result<(), RenderError> {
        let text = sql.get(Backend::Sqlite).map(str::trim).unwrap_or_default();
        if text.is_empty() {
            let reason = "there is no SQL for sqlite".to_owned();
            self.push(operation, Step::Skip { reason });
            return Ok(());
        }
        self.sql(operation, text.to_owned());
        // A view or trigger that it speaks of may be gone. If it is not, the guard of a later rebuild
        // finds it.
        self.schema
            .attached
            .retain(|object| !attached::names(text, &object.name));
        self.opaque(operation, changes)
    }

    /// What code of somebody's did: the declared changes, and whatever else.
    fn opaque(&mut self, operation: usize, changes: &[Operation]) -> Result<(), RenderError> {
        self.is_exact = false;
        let before: Vec<Table> = (changes.iter().filter_map(Operation::table))
            .filter_map(|name| self.schema.table(name))
            .cloned()
            .collect();
        self.apply(operation)?;
        for old in before {
            let Some(new) = self.schema.table(&old.name) else {
                continue;
            };
            let mut kept: BTreeSet<Name> = old.columns.iter().map(|one| one.name.clone()).collect();
            kept.retain(|name| new.column(name).is_some());
            let (old, new) = (self.physical(&old), self.physical(new));
            self.follow(operation, &old, &new, &kept);
        }
        Ok(())
    }

    fn backfill(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        value: &SqlText,
        condition: Option<&SqlText>,
    ) {
        let Some(value) = value.get(Backend::Sqlite) else {
            let reason = "there is no SQL for sqlite".to_owned();
            self.push(operation, Step::Skip { reason });
            return;
        };
        let quoted = self.dialect.quote(column);
        let condition = condition
            .and_then(|sql| sql.get(Backend::Sqlite))
            .map_or_else(|| format!("{quoted} IS NULL"), str::to_owned);
        self.sql(
            operation,
            format!(
                "UPDATE {} SET {quoted} = {value} WHERE {condition}",
                self.dialect.quote_table(table)
            ),
        );
    }
}

/// A column that is dropped is not the one of that name that is added behind.
fn note_columns(operation: &Operation, kept: &mut BTreeSet<Name>) {
    if let Operation::DropColumn { column, .. } = operation {
        kept.remove(column);
    }
}

fn is_null(default: &DefaultValue) -> bool {
    matches!(default, DefaultValue::Sql(sql)
        if sql.get(Backend::Sqlite).is_some_and(|text| text.trim().eq_ignore_ascii_case("null")))
}
