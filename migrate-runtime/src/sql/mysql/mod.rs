//! MySQL and MariaDB: operations to a plan.
//!
//! One operation after the other is applied to a copy of the schema and becomes clauses; clauses of one
//! table that cost the same become one `ALTER TABLE`. No statement of a plan can be taken back, so each
//! operation is such that it can be made again: a run that ended half way goes on from what the database
//! holds.

mod alter;
mod ask;
mod clause;
mod client;
mod define;
mod depend;
mod enums;
mod keys;
mod needs;
mod rename;
mod split;
mod step;

pub(super) use client::MysqlClient;
pub(crate) use split::{statements, words};

use super::{Plan, RenderError, Statement, Step};
use crate::dialect::Dialect;
use crate::dialect::mysql::flavor::Feature;
use crate::operation::{Operation, apply_to_database};
use crate::schema::{Name, Schema, Table, TableName};
use ask::Touched;
use clause::{Clause, Cost, Pending};
use define::Writer;
use std::collections::{BTreeMap, BTreeSet};

/// Renders operations for MySQL and MariaDB.
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
        pending: None,
        is_exact: true,
        fresh: BTreeSet::new(),
        made_with_table: BTreeSet::new(),
        suspended: Vec::new(),
        needs: Vec::new(),
        first: Vec::new(),
        touched: Touched::default(),
    };
    for operation in 0..operations.len() {
        planner.step_with_needs(operation)?;
        planner.touch(operation);
    }
    planner.flush();
    planner.resume_foreign_keys()?;
    planner.flush();
    planner.ask_first();
    planner.expect_needs();
    Ok(Plan {
        statements: planner.statements,
        settings: Vec::new(),
        transactional: false,
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
    /// Clauses that are not a statement yet.
    pending: Option<Pending>,
    is_exact: bool,
    /// Tables that this plan made: they are empty, and nobody uses them.
    fresh: BTreeSet<TableName>,
    /// Indexes that a table was made with, ahead of their operation.
    made_with_table: BTreeSet<(TableName, Name)>,
    /// Foreign keys that are gone while the types of their columns change.
    suspended: Vec<(TableName, Name)>,
    /// What not every server has, and what needs it first.
    needs: Vec<(String, Feature)>,
    /// What is asked before anything is done.
    first: Vec<Statement>,
    /// What changes the answers to that.
    touched: Touched,
}

impl Planner<'_> {
    fn push(&mut self, operation: usize, step: Step) {
        self.flush();
        self.statements.push(Statement { operation, step });
    }

    fn sql(&mut self, operation: usize, sql: String) {
        self.push(operation, Step::Sql(sql));
    }

    /// Adds a clause to the `ALTER TABLE` at hand, or begins another one.
    fn clause(
        &mut self,
        operation: usize,
        table: &TableName,
        cost: Cost,
        sql: impl Into<String>,
        names: &[&String],
    ) {
        let names: Vec<String> = names.iter().copied().cloned().collect();
        let clause = Clause {
            sql: sql.into(),
            names: names.clone(),
        };
        match &mut self.pending {
            Some(pending) if pending.takes(table, cost, &names) => {
                pending.clauses.push(clause);
                pending.is_open = false;
            }
            _ => {
                self.flush();
                self.pending = Some(Pending {
                    operation,
                    table: table.clone(),
                    cost,
                    clauses: vec![clause],
                    is_open: false,
                });
            }
        }
    }

    /// Lets the next clause of the table be in the same statement, whatever it costs.
    fn keep_open(&mut self) {
        if let Some(pending) = &mut self.pending {
            pending.is_open = true;
        }
    }

    /// Makes a statement of the clauses at hand.
    fn flush(&mut self) {
        if let Some(pending) = self.pending.take() {
            let is_fresh = self.fresh.contains(&pending.table);
            self.statements.push(Statement {
                operation: pending.operation,
                step: pending.step(is_fresh, self.dialect),
            });
        }
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

    /// What the database holds for a table of the schema.
    fn physical(&self, name: &TableName) -> Option<Table> {
        self.physical_of(self.schema.table(name)?.clone())
    }

    fn physical_of(&self, table: Table) -> Option<Table> {
        let name = table.name.clone();
        let mut alone = Schema {
            tables: BTreeMap::new(),
            enums: self.schema.enums.clone(),
            attached: Vec::new(),
        };
        alone.insert(table);
        self.dialect.physical(&alone).tables.remove(&name)
    }
}
