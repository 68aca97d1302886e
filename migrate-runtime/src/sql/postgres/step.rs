//! One operation as steps.

use super::Planner;
use super::define::{IndexWords, own};
use crate::dialect::postgres::types::enum_name;
use crate::operation::Operation;
use crate::schema::{
    Backend, Column, IndexKey, Name, PrimaryKey, SqlText, Table, TableName, TableOptions, Unique,
};
use crate::sql::words::Words;
use crate::sql::{RenderError, Step, skip};

impl Planner<'_> {
    pub(super) fn step(&mut self, operation: usize) -> Result<(), RenderError> {
        let all = self.operations;
        if let Some(reason) = skip::reason(&all[operation], &self.schema, Backend::Postgres) {
            self.push(operation, Step::Skip { reason });
            return Ok(());
        }
        self.expect_version(operation, &all[operation]);
        match &all[operation] {
            Operation::CreateTable {
                table,
                if_not_exists,
            } => self.create_table(operation, &table.name, *if_not_exists),
            Operation::DropTable { table, if_exists } => {
                self.expect_unused_table(operation, table);
                self.apply(operation)?;
                let exists = if *if_exists { "IF EXISTS " } else { "" };
                let path = self.dialect.quote_table(table);
                self.sql(operation, format!("DROP TABLE {exists}{path}"));
                self.drop_schema(operation, table.schema.as_ref());
                Ok(())
            }
            Operation::RenameTable { from, to } => self.rename_table(operation, from, to),
            Operation::SetTableComment { table, comment } => {
                self.apply(operation)?;
                self.comment_on_table(operation, table, comment.as_deref());
                Ok(())
            }
            Operation::SetTableOptions { table, .. } => self.set_options(operation, table),
            Operation::AddColumn {
                table,
                column,
                if_not_exists,
            } => self.add_column(operation, table, &column.name, *if_not_exists),
            Operation::DropColumn {
                table,
                column,
                if_exists,
            } => self.drop_column(operation, table, column, *if_exists),
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
                if_not_exists,
                concurrently: true,
            } => self.create_index_concurrently(operation, table, index, *if_not_exists),
            Operation::CreateIndex {
                table,
                index,
                if_not_exists,
                concurrently: false,
            } => self.create_index(operation, table, &index.name, *if_not_exists),
            Operation::DropIndex {
                table,
                index,
                if_exists,
                concurrently: true,
            } => self.drop_index_concurrently(operation, table, index, *if_exists),
            Operation::DropIndex {
                table,
                index,
                if_exists,
                concurrently: false,
            } => {
                self.suspend_foreign_keys_of_index(operation, table, index);
                self.apply(operation)?;
                self.drop_index(operation, table, index, *if_exists);
                Ok(())
            }
            Operation::RenameIndex { table, from, to } => {
                self.rename_index(operation, table, from, to)
            }
            Operation::AddPrimaryKey { table, primary_key } => {
                self.apply(operation)?;
                let definition = self.writer(operation).primary_key(primary_key);
                self.alter(operation, table, &format!("ADD {definition}"));
                Ok(())
            }
            Operation::DropPrimaryKey { table } => self.drop_primary_key(operation, table),
            Operation::AddUnique {
                table,
                unique,
                if_not_exists: _,
            } => {
                self.apply(operation)?;
                let definition = self.writer(operation).unique(unique);
                self.alter(operation, table, &format!("ADD {definition}"));
                Ok(())
            }
            Operation::AddCheck {
                table,
                check,
                if_not_exists: _,
                not_valid,
            } => self.add_check(operation, table, check, *not_valid),
            Operation::AddForeignKey {
                table,
                foreign_key,
                if_not_exists: _,
                not_valid,
            } => {
                self.apply(operation)?;
                let definition = self.writer(operation).foreign_key(foreign_key);
                let tail = if *not_valid { NOT_VALID } else { "" };
                self.alter(operation, table, &format!("ADD {definition}{tail}"));
                Ok(())
            }
            Operation::ValidateConstraint { table, name } => self.validate(operation, table, name),
            Operation::DropUnique { table, name }
            | Operation::DropCheck { table, name }
            | Operation::DropForeignKey { table, name } => {
                self.drop_constraint(operation, table, name)
            }
            Operation::RenameConstraint { table, from, to } => {
                self.rename_constraint(operation, table, from, to)
            }
            Operation::CreateEnum {
                enum_type,
                if_not_exists: _,
            } => {
                let schema = TableName::parse(enum_type.name.as_str()).schema;
                if let Some(schema) = schema.filter(|schema| !self.uses_schema(schema)) {
                    self.create_schema(operation, &schema);
                }
                self.apply(operation)?;
                self.create_enum(operation, enum_type);
                Ok(())
            }
            Operation::AlterEnum {
                name,
                values,
                renames,
            } => self.alter_enum(operation, name, values, renames),
            Operation::DropEnum { name } => {
                self.apply(operation)?;
                self.sql(operation, format!("DROP TYPE {}", enum_name(name)));
                self.drop_schema(operation, TableName::parse(name.as_str()).schema.as_ref());
                Ok(())
            }
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
        let is_new_schema = (name.schema.as_ref()).is_some_and(|schema| !self.uses_schema(schema));
        self.apply(operation)?;
        let Some(mut table) = self.physical(name) else {
            return Ok(());
        };
        let repeated = take_repeated(&mut table);
        if let Some(schema) = &name.schema
            && is_new_schema
        {
            self.create_schema(operation, schema);
        }
        let sql = self.writer(operation).table(&table, lenient)?;
        self.sql(operation, sql);
        for unique in repeated {
            let definition = self.writer(operation).unique(&unique);
            self.alter(operation, name, &format!("ADD {definition}"));
        }
        if let Some(comment) = &table.comment {
            self.comment_on_table(operation, name, Some(comment));
        }
        for column in table.columns.iter().filter(|one| one.comment.is_some()) {
            self.comment_on_column(operation, name, column);
        }
        Ok(())
    }

    fn comment_on_table(&mut self, operation: usize, table: &TableName, comment: Option<&str>) {
        let text = comment.map_or_else(|| "NULL".to_owned(), |text| self.dialect.literal(text));
        let path = self.dialect.quote_table(table);
        self.sql(operation, format!("COMMENT ON TABLE {path} IS {text}"));
    }

    pub(super) fn comment_on_column(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Column,
    ) {
        let text = (column.comment.as_ref())
            .map_or_else(|| "NULL".to_owned(), |text| self.dialect.literal(text));
        let path = format!(
            "{}.{}",
            self.dialect.quote_table(table),
            self.quote(&column.name)
        );
        self.sql(operation, format!("COMMENT ON COLUMN {path} IS {text}"));
    }

    fn set_options(&mut self, operation: usize, table: &TableName) -> Result<(), RenderError> {
        let options = |table: Option<Table>| table.map(|table| table.options).unwrap_or_default();
        let before = options(self.physical(table));
        self.apply(operation)?;
        let TableOptions {
            sqlite_strict: _,
            sqlite_without_rowid: _,
            sqlite_no_autoincrement: _,
            postgres_unlogged,
            postgres_tablespace,
            mysql_engine: _,
            mysql_charset: _,
            mysql_collation: _,
            mysql_row_format: _,
        } = options(self.physical(table));
        if before.postgres_unlogged != postgres_unlogged {
            let word = if postgres_unlogged {
                "UNLOGGED"
            } else {
                "LOGGED"
            };
            self.alter(operation, table, &format!("SET {word}"));
        }
        if before.postgres_tablespace != postgres_tablespace {
            let space = postgres_tablespace.unwrap_or_else(|| "pg_default".to_owned());
            let space = self.quote(&space.as_str().into());
            self.alter(operation, table, &format!("SET TABLESPACE {space}"));
        }
        Ok(())
    }

    fn add_column(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
        lenient: bool,
    ) -> Result<(), RenderError> {
        let before = self.physical(table);
        self.apply(operation)?;
        let (Some(before), Some(after)) = (before, self.physical(table)) else {
            return Ok(());
        };
        let Some(column) = after.column(name) else {
            return Ok(());
        };
        let exists = if lenient { "IF NOT EXISTS " } else { "" };
        let definition = self.writer(operation).column(column)?;
        self.alter(
            operation,
            table,
            &format!("ADD COLUMN {exists}{definition}"),
        );
        self.add_ranges(operation, &before, &after);
        if column.comment.is_some() {
            self.comment_on_column(operation, table, column);
        }
        Ok(())
    }

    fn drop_column(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        lenient: bool,
    ) -> Result<(), RenderError> {
        self.expect_unreferenced_column(operation, table, column);
        self.apply(operation)?;
        let exists = if lenient { "IF EXISTS " } else { "" };
        let name = self.quote(column);
        self.alter(operation, table, &format!("DROP COLUMN {exists}{name}"));
        Ok(())
    }

    fn create_index(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
        lenient: bool,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        let index = (self.physical(table)).and_then(|table| table.index(name).cloned());
        match index {
            Some(index) => {
                let words = IndexWords {
                    lenient,
                    ..IndexWords::default()
                };
                let sql = self.writer(operation).index(table, &index, words);
                self.sql(operation, sql);
            }
            None => self.no_sql(operation),
        }
        Ok(())
    }

    /// The name of something that lives in the schema of its table.
    pub(super) fn in_schema_of(&self, table: &TableName, name: &Name) -> String {
        self.dialect.quote_table(&TableName {
            schema: table.schema.clone(),
            name: name.clone(),
        })
    }

    pub(super) fn drop_index(
        &mut self,
        operation: usize,
        table: &TableName,
        index: &Name,
        lenient: bool,
    ) {
        let exists = if lenient { "IF EXISTS " } else { "" };
        let path = self.in_schema_of(table, index);
        self.sql(operation, format!("DROP INDEX {exists}{path}"));
    }

    fn suspend_foreign_keys_of_index(&mut self, operation: usize, table: &TableName, index: &Name) {
        let there = (self.schema.table(table)).and_then(|table| table.index(index));
        let Some(index) = there.filter(|index| index.unique && index.predicate.is_none()) else {
            return;
        };
        let columns: Option<Vec<Name>> = (index.columns.iter())
            .map(|part| match &part.key {
                IndexKey::Column(name) => Some(name.clone()),
                IndexKey::Expression(_) => None,
            })
            .collect();
        if let Some(columns) = columns {
            self.suspend_foreign_keys_to(operation, table, &columns);
        }
    }

    /// Its columns may be NULL again, where nothing else forbids it.
    fn drop_primary_key(&mut self, operation: usize, table: &TableName) -> Result<(), RenderError> {
        let key = self
            .schema
            .table(table)
            .and_then(|table| table.primary_key.clone());
        self.apply(operation)?;
        let Some(PrimaryKey { name, columns }) = key else {
            return Ok(());
        };
        self.suspend_foreign_keys_to(operation, table, &columns);
        match name {
            Some(name) => {
                let name = self.quote(&name);
                self.alter(operation, table, &format!("DROP CONSTRAINT {name}"));
            }
            None => self.drop_unnamed_key(operation, table),
        }
        let nullable: Vec<Name> = (self.schema.table(table).into_iter())
            .flat_map(|table| &table.columns)
            .filter(|column| column.nullable && columns.contains(&column.name))
            .map(|column| column.name.clone())
            .collect();
        for column in nullable {
            let column = self.quote(&column);
            let action = format!("ALTER COLUMN {column} DROP NOT NULL");
            self.alter(operation, table, &action);
        }
        Ok(())
    }

    /// Without a name in the migrations the key has the one that the server gave it, which stays when
    /// the table is renamed.
    fn drop_unnamed_key(&mut self, operation: usize, table: &TableName) {
        let path = self.dialect.quote_table(table);
        let body = format!(
            "DECLARE key name := (SELECT conname FROM pg_catalog.pg_constraint \
             WHERE contype = 'p' AND conrelid = to_regclass({})); BEGIN \
             EXECUTE format('ALTER TABLE {} DROP CONSTRAINT %I', key); END",
            self.dialect.literal(&path),
            path.replace('%', "%%").replace('\'', "''"),
        );
        self.sql(operation, format!("DO {}", self.dialect.literal(&body)));
    }

    fn add_check(
        &mut self,
        operation: usize,
        table: &TableName,
        check: &crate::schema::Check,
        not_valid: bool,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        let tail = if not_valid { NOT_VALID } else { "" };
        match self.writer(operation).check(check) {
            Some(definition) => self.alter(operation, table, &format!("ADD {definition}{tail}")),
            None => self.no_sql(operation),
        }
        Ok(())
    }

    fn validate(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
    ) -> Result<(), RenderError> {
        self.apply(operation)?;
        if self.has_constraint(table, name) {
            let name = self.quote(name);
            self.alter(operation, table, &format!("VALIDATE CONSTRAINT {name}"));
        } else {
            self.no_sql(operation);
        }
        Ok(())
    }

    fn drop_constraint(
        &mut self,
        operation: usize,
        table: &TableName,
        name: &Name,
    ) -> Result<(), RenderError> {
        let has_sql = self.has_constraint(table, name);
        let unique = (self.schema.table(table)).and_then(|table| {
            (table.uniques.iter()).find(|unique| unique.name.as_ref() == Some(name))
        });
        if let Some(columns) = unique.map(|unique| unique.columns.clone()) {
            self.suspend_foreign_keys_to(operation, table, &columns);
        }
        self.apply(operation)?;
        if self.is_suspended(table, name) {
            return Ok(());
        }
        if has_sql {
            let name = self.quote(name);
            self.alter(operation, table, &format!("DROP CONSTRAINT {name}"));
        } else {
            self.no_sql(operation);
        }
        Ok(())
    }

    /// Whether PostgreSQL holds it; not so a check that has text for other databases only.
    pub(super) fn has_constraint(&self, table: &TableName, name: &Name) -> bool {
        let only_elsewhere = (self.schema.table(table)).is_some_and(|table| {
            (table.checks.iter())
                .any(|check| check.name.as_ref() == Some(name) && own(&check.expression).is_none())
        });
        !only_elsewhere
    }

    pub(super) fn no_sql(&mut self, operation: usize) {
        let reason = "there is no SQL for postgres".to_owned();
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
        let quoted = self.quote(column);
        let condition =
            (condition.and_then(own)).map_or_else(|| format!("{quoted} IS NULL"), str::to_owned);
        let path = self.dialect.quote_table(table);
        self.sql(
            operation,
            format!("UPDATE {path} SET {quoted} = {value} WHERE {condition}"),
        );
    }
}

const NOT_VALID: &str = " NOT VALID";

/// Unique constraints on the columns of another key: `CREATE TABLE` would make one of the two.
fn take_repeated(table: &mut Table) -> Vec<Unique> {
    let mut keys: Vec<Vec<Name>> = (table.primary_key.iter())
        .map(|key| key.columns.clone())
        .collect();
    let (first, repeated) = std::mem::take(&mut table.uniques)
        .into_iter()
        .partition(|unique| {
            let is_first = !keys.contains(&unique.columns);
            keys.push(unique.columns.clone());
            is_first
        });
    table.uniques = first;
    repeated
}
