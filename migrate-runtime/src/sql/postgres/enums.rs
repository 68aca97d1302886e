//! Enum types whose values change.
//!
//! Renamed and new values change the type in place. A value that goes, or another order, needs a new
//! type under the old name, and so does a new value that a function may use in the same transaction:
//! PostgreSQL lets nobody use it before the commit, which is refused where it can be seen.

use super::Planner;
use super::define::{IndexWords, default_text};
use super::fresh_values::additions;
use crate::dialect::postgres::types::enum_name;
use crate::operation::mentions::mentions;
use crate::operation::{Operation, enum_of};
use crate::schema::{AttachedKind, Column, EnumType, IndexKey, Name, SqlType, Table, TableName};
use crate::sql::{Blame, RenderError, Step};

impl Planner<'_> {
    pub(super) fn create_enum(&mut self, operation: usize, enum_type: &EnumType) {
        let EnumType { name, values } = enum_type;
        let values: Vec<String> = values.iter().map(|one| self.dialect.literal(one)).collect();
        let sql = format!(
            "CREATE TYPE {} AS ENUM ({})",
            enum_name(name),
            values.join(", ")
        );
        self.sql(operation, sql);
    }

    pub(super) fn alter_enum(
        &mut self,
        operation: usize,
        name: &Name,
        values: &[String],
        renames: &[(String, String)],
    ) -> Result<(), RenderError> {
        let before = self.schema.enums.get(name).map(|one| one.values.clone());
        self.apply(operation)?;
        let mut held = before.unwrap_or_default();
        for (from, to) in renames {
            let sql = format!(
                "ALTER TYPE {} RENAME VALUE {} TO {}",
                enum_name(name),
                self.dialect.literal(from),
                self.dialect.literal(to)
            );
            self.sql(operation, sql);
            for value in &mut held {
                if value == from {
                    value.clone_from(to);
                }
            }
        }
        if held == values {
            return Ok(());
        }
        let later = self.operations.get(operation + 1..).unwrap_or_default();
        if !additions(&held, values, &[]).is_empty() && !runs_something(later) {
            for sql in self.additions(name, &held, values) {
                self.sql(operation, sql);
            }
            return Ok(());
        }
        self.swap_type(operation, name, &held, values);
        Ok(())
    }

    /// `ADD VALUE`, each one put beside a neighbour that is there by then.
    fn additions(&self, name: &Name, held: &[String], values: &[String]) -> Vec<String> {
        let mut statements = Vec::new();
        for (at, value) in values.iter().enumerate() {
            if held.contains(value) {
                continue;
            }
            let literal = self.dialect.literal(value);
            let place = match at.checked_sub(1).and_then(|before| values.get(before)) {
                Some(previous) => format!(" AFTER {}", self.dialect.literal(previous)),
                None => match held.first() {
                    Some(first) => format!(" BEFORE {}", self.dialect.literal(first)),
                    None => String::new(),
                },
            };
            let name = enum_name(name);
            statements.push(format!("ALTER TYPE {name} ADD VALUE {literal}{place}"));
        }
        statements
    }

    /// A new type takes the place of the old one in every column.
    fn swap_type(&mut self, operation: usize, name: &Name, held: &[String], values: &[String]) {
        let old = TableName::parse(name.as_str());
        let old = Name::from(match &old.schema {
            Some(schema) => format!("{schema}.__migrate_old_{}", old.name),
            None => format!("__migrate_old_{}", old.name),
        });
        let users: Vec<(Table, Vec<Column>)> = (self.schema.tables.values())
            .map(|table| {
                let columns = table.columns.iter();
                let of_type = columns.filter(|column| enum_of(&column.ty) == Some(name));
                (table.clone(), of_type.cloned().collect::<Vec<_>>())
            })
            .filter(|(_, columns)| !columns.is_empty())
            .collect();
        let gone: Vec<&String> = held.iter().filter(|one| !values.contains(one)).collect();
        for (table, columns) in &users {
            for column in columns {
                self.expect_no_row(operation, &table.name, column, &gone);
                self.expect_unused_column(
                    operation,
                    &table.name,
                    &column.name,
                    &format!(
                        "the type of column {}.{} cannot change",
                        table.name, column.name
                    ),
                );
            }
        }
        let bare = TableName::parse(old.as_str()).name;
        self.sql(
            operation,
            format!(
                "ALTER TYPE {} RENAME TO {}",
                enum_name(name),
                self.quote(&bare)
            ),
        );
        self.create_enum(
            operation,
            &EnumType {
                name: name.clone(),
                values: values.to_vec(),
            },
        );
        for (table, columns) in users {
            self.move_columns(operation, &table, &columns, name);
        }
        self.sql(operation, format!("DROP TYPE {}", enum_name(&old)));
    }

    /// Rows with a value that goes would stop the conversion in the middle of a table.
    fn expect_no_row(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Column,
        gone: &[&String],
    ) {
        if gone.is_empty() {
            return;
        }
        let list: Vec<String> = gone.iter().map(|one| self.dialect.literal(one)).collect();
        let name = self.quote(&column.name);
        let path = self.dialect.quote_table(table);
        let values = match column.ty {
            SqlType::Array(_) => format!("{path} AS t, unnest(t.{name}::text[]) AS v (value)"),
            _ => format!("{path} AS t, LATERAL (SELECT t.{name}::text) AS v (value)"),
        };
        let query = format!(
            "SELECT quote_literal(v.value) || ' in ' || count(*) || \
             CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END \
             FROM {values} WHERE v.value IN ({}) GROUP BY v.value ORDER BY v.value",
            list.join(", ")
        );
        self.push(
            operation,
            Step::Expect {
                blame: Blame::Rows,
                query,
                problem: format!(
                    "column {table}.{} still has values that go away",
                    column.name
                ),
                hint: "change those rows before, with a `sql` step".to_owned(),
            },
        );
    }

    /// Converts columns by way of text; what compares them with constants goes and comes back.
    fn move_columns(&mut self, operation: usize, table: &Table, columns: &[Column], name: &Name) {
        let Some(physical) = self.physical(&table.name) else {
            return;
        };
        let spoken_of =
            |sql: &crate::schema::SqlText| columns.iter().any(|column| mentions(sql, &column.name));
        let checks: Vec<_> = (physical.checks.iter())
            .filter(|check| spoken_of(&check.expression))
            .cloned()
            .collect();
        let indexes: Vec<_> = (physical.indexes.iter())
            .filter(|index| {
                index.predicate.as_ref().is_some_and(spoken_of)
                    || (index.columns.iter()).any(|part| match &part.key {
                        IndexKey::Expression(sql) => spoken_of(sql),
                        IndexKey::Column(_) => false,
                    })
            })
            .cloned()
            .collect();
        for index in &indexes {
            self.drop_index(operation, &table.name, &index.name, false);
        }
        for name in checks.iter().filter_map(|check| check.name.as_ref()) {
            let name = self.quote(name);
            self.alter(operation, &table.name, &format!("DROP CONSTRAINT {name}"));
        }
        for column in columns {
            self.move_column(operation, table, &physical, column, name);
        }
        for check in &checks {
            if let Some(definition) = self.writer(operation).check(check) {
                let tail = self.not_valid(&table.name, check.name.as_ref());
                self.alter(operation, &table.name, &format!("ADD {definition}{tail}"));
            }
        }
        for index in &indexes {
            let sql = self
                .writer(operation)
                .index(&table.name, index, IndexWords::default());
            self.sql(operation, sql);
        }
    }

    /// ` NOT VALID`, for a constraint that the rows which are there need not satisfy.
    fn not_valid(&self, table: &TableName, name: Option<&Name>) -> &'static str {
        let is_lax = (self.schema.attached.iter()).any(|one| {
            one.kind == AttachedKind::NotValidated
                && one.table.as_ref() == Some(table)
                && Some(&one.name) == name
        });
        if is_lax { " NOT VALID" } else { "" }
    }

    fn move_column(
        &mut self,
        operation: usize,
        table: &Table,
        physical: &Table,
        column: &Column,
        name: &Name,
    ) {
        self.suspend_foreign_keys_beside(operation, &table.name, &column.name);
        let quoted = self.quote(&column.name);
        let default = (physical.column(&column.name))
            .and_then(|column| column.default.as_ref())
            .and_then(default_text)
            .map(str::to_owned);
        let dimensions = if matches!(column.ty, SqlType::Array(_)) {
            "[]"
        } else {
            ""
        };
        let ty = format!("{}{dimensions}", enum_name(name));
        if default.is_some() {
            let action = format!("ALTER COLUMN {quoted} DROP DEFAULT");
            self.alter(operation, &table.name, &action);
        }
        let action =
            format!("ALTER COLUMN {quoted} TYPE {ty} USING {quoted}::text{dimensions}::{ty}");
        self.alter(operation, &table.name, &action);
        // One that goes away is replaced by a later step, or is no default of the type.
        let replaced = |later: &Operation| {
            matches!(later, Operation::AlterColumn { table: on, column: other, change }
                if *on == table.name && *other == column.name && change.default.is_some())
        };
        let later = self.operations.get(operation + 1..).unwrap_or_default();
        let kept = default.filter(|_| !later.iter().any(replaced));
        if let Some(text) = kept {
            let action = format!("ALTER COLUMN {quoted} SET DEFAULT {}", recast(&text));
            self.alter(operation, &table.name, &action);
        }
    }
}

/// Whether one of the steps is a function, which may use any value; of everything else it is known.
fn runs_something(steps: &[Operation]) -> bool {
    (steps.iter()).any(|step| matches!(step, Operation::Run { .. }))
}

/// A constant without its cast, which may name the old type.
fn recast(text: &str) -> String {
    match text
        .strip_prefix('\'')
        .and_then(|rest| rest.rsplit_once("'::"))
    {
        Some((inner, _)) if !inner.replace("''", "").contains('\'') => format!("'{inner}'"),
        _ => text.to_owned(),
    }
}
