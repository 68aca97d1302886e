//! One operation as clauses and statements.

use super::Planner;
use super::clause::{Cost, about};
use super::define::{default_text, own};
use crate::operation::Operation;
use crate::schema::{Backend, Check, Column, Name, SqlText, Table, TableName, TableOptions};
use crate::sql::{Blame, RenderError, Step, skip};

impl Planner<'_> {
    pub(super) fn step(&mut self, operation: usize) -> Result<(), RenderError> {
        let all = self.operations;
        if let Some(reason) = skip::reason(&all[operation], &self.schema, Backend::Mysql) {
            self.push(operation, Step::Skip { reason });
            return Ok(());
        }
        match &all[operation] {
            Operation::CreateTable {
                table,
                if_not_exists,
            } => self.create_table(operation, &table.name, *if_not_exists),
            Operation::DropTable {
                table,
                if_exists: _,
            } => {
                self.expect_unused_table(operation, table, "is dropped while these use it");
                self.apply(operation)?;
                self.fresh.remove(table);
                let path = self.dialect.quote_table(table);
                self.sql(operation, format!("DROP TABLE {path}"));
                Ok(())
            }
            Operation::RenameTable { from, to } => self.rename_table(operation, from, to),
            Operation::SetTableComment { table, comment } => {
                self.apply(operation)?;
                let text = self.dialect.literal(comment.as_deref().unwrap_or_default());
                self.clause(
                    operation,
                    table,
                    Cost::Instant,
                    format!("COMMENT={text}"),
                    &[],
                );
                Ok(())
            }
            Operation::SetTableOptions { table, .. } => self.set_options(operation, table),
            Operation::AddColumn {
                table,
                column,
                if_not_exists: _,
            } => self.add_column(operation, table, &column.name),
            Operation::DropColumn {
                table,
                column,
                if_exists: _,
            } => {
                self.expect_unused_column(
                    operation,
                    table,
                    column,
                    "is dropped while these use it",
                );
                self.apply(operation)?;
                let sql = format!("DROP COLUMN {}", self.quote(column));
                self.clause(operation, table, Cost::Instant, sql, &[&about(column)]);
                Ok(())
            }
            Operation::RenameColumn { table, from, to } => {
                self.rename_column(operation, table, from, to)
            }
            Operation::AlterColumn {
                table,
                column,
                change,
            } => self.alter_column(operation, table, column, change),
            Operation::CreateIndex {
                table,
                index,
                if_not_exists: _,
                concurrently: _,
            } => self.create_index(operation, table, &index.name),
            Operation::DropIndex {
                table,
                index,
                if_exists: _,
                concurrently: _,
            } => self.drop_index(operation, table, index),
            Operation::RenameIndex { table, from, to } => {
                self.rename_index(operation, table, from, to)
            }
            Operation::RenameConstraint { table, from, to } => {
                self.rename_constraint(operation, table, from, to)
            }
            Operation::AddPrimaryKey { table, primary_key } => {
                self.apply(operation)?;
                self.ask_twice(operation, table, &primary_key.columns);
                let definition = self.writer(operation).primary_key(primary_key);
                self.clause(
                    operation,
                    table,
                    Cost::Online,
                    format!("ADD {definition}"),
                    &[],
                );
                Ok(())
            }
            Operation::DropPrimaryKey { table } => self.drop_primary_key(operation, table),
            Operation::AddUnique {
                table,
                unique,
                if_not_exists: _,
            } => {
                self.apply(operation)?;
                self.add_unique(operation, table, unique)
            }
            Operation::AddCheck {
                table,
                check,
                if_not_exists: _,
                not_valid: _,
            } => self.add_check(operation, table, check),
            Operation::AddForeignKey {
                table,
                foreign_key,
                if_not_exists: _,
                not_valid: _,
            } => {
                self.apply(operation)?;
                self.add_foreign_key(operation, table, foreign_key)
            }
            Operation::ValidateConstraint { .. } => {
                self.apply(operation)?;
                let reason = "the rows were looked at when the constraint was added".to_owned();
                self.push(operation, Step::Skip { reason });
                Ok(())
            }
            Operation::DropUnique { table, name } => self.drop_index(operation, table, name),
            Operation::DropCheck { table, name } => self.drop_check(operation, table, name),
            Operation::DropForeignKey { table, name } => {
                self.drop_foreign_key(operation, table, name)
            }
            Operation::CreateEnum { .. } | Operation::DropEnum { .. } => {
                self.apply(operation)?;
                let reason = "an enum type is a part of its columns".to_owned();
                self.push(operation, Step::Skip { reason });
                Ok(())
            }
            Operation::AlterEnum {
                name,
                values,
                renames,
            } => self.alter_enum(operation, name, values, renames),
            Operation::Sql { sql, changes: _ } => self.raw_sql(operation, sql),
            Operation::Run { name, changes: _ } => {
                self.push(operation, Step::Run { name: name.clone() });
                self.is_exact = false;
                self.apply(operation)
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
        }
    }

    fn create_table(
        &mut self,
        operation: usize,
        name: &TableName,
        lenient: bool,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        let Some(table) = self.physical(name) else {
            return Ok(());
        };
        let numbering = self.numbering_index(operation, &table)?;
        if let Some(index) = &numbering {
            let name = index.name.clone();
            self.made_with_table.insert((table.name.clone(), name));
        }
        let writer = self.writer(operation);
        let sql = writer.table(&table, numbering.as_ref(), lenient)?;
        self.sql(operation, sql);
        self.fresh.insert(name.clone());
        Ok(())
    }

    fn set_options(&mut self, operation: usize, table: &TableName) -> Result<(), RenderError> {
        let options = |table: Option<Table>| table.map(|table| table.options).unwrap_or_default();
        let before = options(self.physical(table));
        self.apply(operation)?;
        let after = self.physical(table);
        let own_collation: Vec<Column> = (after.iter().flat_map(|table| &table.columns))
            .filter(|column| column.collation.is_some())
            .cloned()
            .collect();
        let TableOptions {
            sqlite_strict: _,
            sqlite_without_rowid: _,
            sqlite_no_autoincrement: _,
            postgres_unlogged: _,
            postgres_tablespace: _,
            mysql_engine,
            mysql_charset,
            mysql_collation,
            mysql_row_format,
        } = options(after);
        if before.mysql_engine != mysql_engine {
            let engine = mysql_engine.as_deref().unwrap_or("InnoDB");
            self.clause(
                operation,
                table,
                Cost::Copy,
                format!("ENGINE={engine}"),
                &[],
            );
        }
        if before.mysql_row_format != mysql_row_format {
            let format = mysql_row_format.as_deref().unwrap_or("DEFAULT");
            let sql = format!("ROW_FORMAT={format}");
            self.clause(operation, table, Cost::Online, sql, &[]);
        }
        if before.mysql_charset != mysql_charset || before.mysql_collation != mysql_collation {
            // The columns that have none of their own follow the table.
            let charset = charset_of(mysql_charset.as_deref(), mysql_collation.as_deref());
            let mut sql = format!("CONVERT TO CHARACTER SET {}", charset.unwrap_or("DEFAULT"));
            if let Some(collation) = &mysql_collation {
                sql = format!("{sql} COLLATE {collation}");
            }
            self.clause(operation, table, Cost::Copy, sql, &[]);
            for column in own_collation {
                let definition = self.writer(operation).column(&column)?;
                let sql = format!("MODIFY COLUMN {definition}");
                self.clause(operation, table, Cost::Copy, sql, &[&about(&column.name)]);
            }
        }
        Ok(())
    }

    fn add_column(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        let after = self.physical(table);
        let Some(column) = after.as_ref().and_then(|table| table.column(name)) else {
            return Ok(());
        };
        let is_given = column.nullable
            || column.auto_increment
            || column.generated.is_some()
            || column.default.as_ref().and_then(default_text).is_some();
        if !is_given && !self.fresh.contains(table) {
            self.expect_no_rows(operation, table, name);
        }
        let stored = (column.generated.as_ref()).is_some_and(|generated| generated.stored);
        let cost = if stored || column.auto_increment {
            Cost::Copy
        } else {
            Cost::Instant
        };
        let definition = self.writer(operation).column(column)?;
        let sql = format!("ADD COLUMN {definition}");
        self.clause(operation, table, cost, sql, &[&about(name)]);
        if column.auto_increment {
            self.keep_open();
        }
        Ok(())
    }

    /// Existing rows would get a value that nobody chose: 0, an empty string, the first of an enum.
    fn expect_no_rows(&mut self, operation: usize, table: &TableName, column: &Name) {
        let path = self.dialect.quote_table(table);
        self.ask(
            operation,
            &[(table, &[])],
            Step::Expect {
                query: format!("SELECT 'there are rows' FROM {path} LIMIT 1"),
                problem: format!(
                    "column {table}.{column} is NOT NULL and has no default, so the rows that are there \
                     have no value for it"
                ),
                hint: "give it a default; or add it as NULL, fill it, and make it NOT NULL then"
                    .to_owned(),
                blame: Blame::Rows,
            },
        );
    }

    fn add_check(
        &mut self,
        operation: usize,
        table: &TableName,
        check: &Check,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        match self.writer(operation).check(check) {
            Some(definition) => {
                let sql = format!("ADD {definition}");
                self.ask_check(operation, table, check);
                self.clause(operation, table, Cost::Copy, sql, &[]);
            }
            None => self.no_sql(operation),
        }
        Ok(())
    }

    fn drop_check(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
    ) -> Result<(), RenderError> {
        let text = (self.schema.table(table))
            .and_then(|table| (table.checks.iter()).find(|check| check.name.as_ref() == Some(name)))
            .and_then(|check| own(&check.expression).map(str::to_owned));
        let only_elsewhere = (self.schema.table(table)).is_some_and(|table| {
            (table.checks.iter())
                .any(|check| check.name.as_ref() == Some(name) && own(&check.expression).is_none())
        });
        self.apply(operation)?;
        if only_elsewhere {
            self.no_sql(operation);
            return Ok(());
        }
        if let Some(text) = text
            && self.drop_column_check(operation, table, &text)?
        {
            return Ok(());
        }
        let sql = format!("DROP CONSTRAINT {}", self.quote(name));
        self.clause(operation, table, Cost::Instant, sql, &[]);
        Ok(())
    }

    pub(super) fn no_sql(&mut self, operation: usize) {
        let reason = "there is no SQL for mysql".to_owned();
        self.push(operation, Step::Skip { reason });
    }

    fn raw_sql(&mut self, operation: usize, sql: &SqlText) -> Result<(), RenderError> {
        let text = own(sql).map(str::trim).unwrap_or_default().to_owned();
        if text.is_empty() {
            self.no_sql(operation);
            return Ok(());
        }
        self.sql(operation, text);
        self.is_exact = false;
        self.apply(operation)
    }

    fn backfill(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        value: &SqlText,
        condition: Option<&SqlText>,
    ) {
        let Some(value) = own(value) else {
            self.no_sql(operation);
            return;
        };
        let condition = condition
            .and_then(own)
            .map_or_else(|| format!("{} IS NULL", self.quote(column)), str::to_owned);
        self.update(operation, table, column, value, &condition);
    }

    /// `UPDATE`. Columns that note the time of a change keep it: nobody changed the row.
    pub(super) fn update(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        value: &str,
        condition: &str,
    ) {
        let path = self.dialect.quote_table(table);
        let mut sql = format!("UPDATE {path} SET {} = {value}", self.quote(column));
        let columns = self.physical(table).map(|table| table.columns);
        for stamp in columns.into_iter().flatten() {
            let text = stamp.default.as_ref().and_then(default_text);
            let is_stamp = text.is_some_and(|it| it.to_uppercase().contains("ON UPDATE"));
            if is_stamp && stamp.name != *column {
                let name = self.quote(&stamp.name);
                sql = format!("{sql}, {name} = {name}");
            }
        }
        self.sql(operation, format!("{sql} WHERE {condition}"));
    }
}

/// The character set of a table: the one that is said, else the one its collation is of.
fn charset_of<'t>(charset: Option<&'t str>, collation: Option<&'t str>) -> Option<&'t str> {
    let of_collation = |name: &'t str| name.split('_').next();
    charset.or_else(|| collation.and_then(of_collation))
}
