//! PostgreSQL: operations to a plan.
//!
//! One operation after the other is applied to a copy of the schema and becomes statements. All of a
//! plan runs in one transaction, unless something of it is `CONCURRENTLY`. What the server would refuse because of objects that no migration
//! knows (views, policies) is asked of its catalog before, as an expectation.

mod alter;
mod client;
mod concurrent;
mod conversion;
mod define;
mod depend;
mod enums;
mod foreign_key;
mod fresh_values;
mod namespace;
mod rename;
mod step;
mod version;

pub(super) use client::Psql;
pub(crate) use fresh_values::{TooEarly, too_early};

use super::{Plan, RenderError, Statement, Step};
use crate::dialect::Dialect;
use crate::operation::{Operation, apply_to_database};
use crate::schema::{Name, Schema, Table, TableName};
use define::Writer;
use std::collections::BTreeMap;

/// Renders operations for PostgreSQL.
pub(super) fn plan(
    operations: &[Operation],
    before: Schema,
    dialect: &dyn Dialect,
) -> Result<Plan, RenderError> {
    let mut planner = Planner {
        operations,
        dialect,
        schema: before,
        statements: Vec::new(),
        done: vec![false; operations.len()],
        is_exact: true,
        suspended: Vec::new(),
    };
    for operation in 0..operations.len() {
        if !planner.done[operation] {
            planner.step(operation)?;
        }
    }
    planner.resume_foreign_keys();
    Ok(Plan {
        statements: planner.statements,
        settings: Vec::new(),
        transactional: !concurrent::any_concurrent(operations),
        after: planner.schema,
        after_is_exact: planner.is_exact,
    })
}

struct Planner<'a> {
    operations: &'a [Operation],
    dialect: &'a dyn Dialect,
    /// What the database holds so far.
    schema: Schema,
    statements: Vec<Statement>,
    /// Operations that an earlier one took along.
    done: Vec<bool>,
    is_exact: bool,
    /// Foreign keys that are gone while the types of their columns change.
    suspended: Vec<(TableName, Name)>,
}

impl Planner<'_> {
    fn push(&mut self, operation: usize, step: Step) {
        self.statements.push(Statement { operation, step });
    }

    fn sql(&mut self, operation: usize, sql: String) {
        self.push(operation, Step::Sql(sql));
    }

    /// `ALTER TABLE … `, then the action.
    fn alter(&mut self, operation: usize, table: &TableName, action: &str) {
        let table = self.dialect.quote_table(table);
        self.sql(operation, format!("ALTER TABLE {table} {action}"));
    }

    fn apply(&mut self, operation: usize) -> Result<(), RenderError> {
        apply_to_database(&mut self.schema, &self.operations[operation]).map_err(|source| {
            RenderError::DoesNotFit {
                operation,
                source: Box::new(source),
            }
        })
    }

    const fn writer(&self, operation: usize) -> Writer<'_> {
        Writer {
            dialect: self.dialect,
            operation,
        }
    }

    fn quote(&self, name: &Name) -> String {
        self.dialect.quote(name)
    }

    /// What PostgreSQL holds for a table of the schema.
    fn physical(&self, name: &TableName) -> Option<Table> {
        let table = self.schema.table(name)?;
        let mut alone = Schema {
            tables: BTreeMap::new(),
            enums: BTreeMap::new(),
            attached: Vec::new(),
        };
        alone.insert(table.clone());
        self.dialect.physical(&alone).tables.remove(name)
    }
}
