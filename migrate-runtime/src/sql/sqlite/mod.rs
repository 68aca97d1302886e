//! SQLite: operations to a plan.
//!
//! One operation after the other is applied to a copy of the schema; the physical forms of its table
//! before and after say what there is to do. Where `ALTER TABLE` does not do it, the table is rebuilt,
//! with all that the same list does to it later ([`gather`]).

mod attached;
mod blame;
mod client;
mod compiles;
mod copy;
mod create;
mod default;
mod edit;
mod gather;
mod native;
mod rebuild;
mod rename;
mod step;
mod violations;

pub(super) use client::Sqlite3;

use super::{Plan, RenderError, Setting, Statement, Step};
use crate::dialect::Dialect;
use crate::operation::{Operation, apply_to_database};
use crate::schema::{Name, Schema, Table, TableName};
use create::Writer;
use edit::{Change, edit};
use gather::Places;
use std::collections::{BTreeMap, BTreeSet};

/// Renders operations for SQLite.
pub(super) fn plan(
    operations: &[Operation],
    before: Schema,
    dialect: &dyn Dialect,
) -> Result<Plan, RenderError> {
    let mut planner = Planner {
        operations,
        places: Places::new(operations, &before),
        dialect,
        unchecked: if operations.iter().any(violations::may_drop) {
            violations::unchecked(&before)
        } else {
            BTreeSet::new()
        },
        schema: before,
        statements: Vec::new(),
        done: vec![false; operations.len()],
        drops_tables: false,
        renames: false,
        is_exact: true,
        remembered: Vec::new(),
        renamed: BTreeMap::new(),
    };
    for operation in 0..operations.len() {
        if !planner.done[operation] {
            planner.step(operation)?;
        }
    }
    Ok(planner.finish())
}

struct Planner<'a> {
    operations: &'a [Operation],
    places: Places<'a>,
    dialect: &'a dyn Dialect,
    /// Tables whose foreign keys SQLite cannot check.
    unchecked: BTreeSet<Name>,
    /// What the database holds so far.
    schema: Schema,
    statements: Vec<Statement>,
    /// Operations that an earlier one took along.
    done: Vec<bool>,
    /// A table is dropped, be it to be made anew.
    drops_tables: bool,
    /// Something is renamed or dropped natively, which reads the whole schema.
    renames: bool,
    is_exact: bool,
    /// The statements that only serve what is remembered of foreign keys.
    remembered: Vec<usize>,
    /// The triggers and views whose text a rename has changed.
    renamed: attached::Renamed,
}

impl Planner<'_> {
    fn push(&mut self, operation: usize, step: Step) {
        self.statements.push(Statement { operation, step });
    }

    fn sql(&mut self, operation: usize, sql: String) {
        self.push(operation, Step::Sql(sql));
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

    /// What SQLite holds for a table of the schema.
    fn physical(&self, table: &Table) -> Table {
        let mut alone = Schema {
            tables: BTreeMap::new(),
            enums: self.schema.enums.clone(),
            attached: Vec::new(),
        };
        alone.insert(table.clone());
        let mut physical = self.dialect.physical(&alone);
        physical
            .tables
            .remove(&table.name)
            .unwrap_or_else(|| table.clone())
    }

    /// Keeps the stored statement in step with a change that `ALTER TABLE` made. A statement that
    /// cannot be followed is forgotten, and the next plan asks the database for it.
    fn follow(&mut self, operation: usize, before: &Table, after: &Table, kept: &BTreeSet<Name>) {
        let Some(text) = &before.stored_sql else {
            return;
        };
        let change = Change {
            before,
            after,
            kept,
            written_checks: &BTreeSet::new(),
        };
        let text =
            edit(text, change, self.writer(operation)).map(|statement| statement.to_string());
        self.is_exact &= text.is_ok();
        if let Some(table) = self.schema.table_mut(&after.name) {
            table.stored_sql = text.ok();
        }
    }

    /// Remembers the triggers and views whose text a rename changes: of a column, or of the table.
    fn note_rename(&mut self, table: &TableName, from: &Name, to: &Name) {
        let users: Vec<Name> = attached::users_of_column(&self.schema, &self.renamed, table, from)
            .map(|object| object.name.clone())
            .collect();
        self.is_exact &= users.is_empty();
        for user in users {
            self.renamed.entry(user).or_default().push(to.clone());
        }
    }

    fn finish(mut self) -> Plan {
        let mut settings = Vec::new();
        if self.drops_tables {
            settings.push(FOREIGN_KEYS);
            self.check_foreign_keys();
        } else {
            for at in self.remembered.iter().rev() {
                self.statements.remove(*at);
            }
        }
        if self.drops_tables || self.renames {
            settings.push(LEGACY_ALTER_TABLE);
        }
        Plan {
            statements: self.statements,
            settings,
            transactional: true,
            after: self.schema,
            after_is_exact: self.is_exact,
        }
    }

    /// Keeps what is remembered of foreign keys true, if anything turns out to be.
    fn remembered(&mut self, operation: usize, statements: Vec<String>) {
        for sql in statements {
            self.remembered.push(self.statements.len());
            self.sql(operation, sql);
        }
    }

    /// Rows without a parent are looked for before and after.
    fn check_foreign_keys(&mut self) {
        let last = self.operations.len().saturating_sub(1);
        let mut unchecked = std::mem::take(&mut self.unchecked);
        unchecked.append(&mut violations::unchecked(&self.schema));
        let first = Statement {
            operation: 0,
            step: violations::remember(&unchecked),
        };
        self.statements.insert(0, first);
        for (operation, step) in self.dangling(&unchecked) {
            self.push(operation, step);
        }
        self.push(last, violations::compare(&unchecked));
        self.sql(last, "DROP TABLE temp.__migrate_violations".to_owned());
    }

    /// Keys that the list adds and that are still there are asked for one by one: then the right
    /// operation is blamed, and the values are named.
    fn dangling(&self, unchecked: &BTreeSet<Name>) -> Vec<(usize, Step)> {
        let added = |(at, operation): (usize, &Operation)| {
            let Operation::AddForeignKey {
                table, foreign_key, ..
            } = operation
            else {
                return None;
            };
            let table = self.schema.table(table)?;
            let key = (table.foreign_keys.iter()).find(|key| *key == foreign_key)?;
            let parent = self.schema.table(&key.target)?;
            let is_known = |name: &Name| parent.column(name).is_some();
            let can_be_asked = !unchecked.contains(&table.name.name)
                && key.columns.len() == key.target_columns.len()
                && key.target_columns.iter().all(is_known);
            can_be_asked.then(|| (at, violations::dangling(table, key, self.dialect)))
        };
        self.operations
            .iter()
            .enumerate()
            .filter_map(added)
            .collect()
    }
}

/// A rebuild drops the old table, which deletes its rows, which deletes or clears those that refer to
/// them; inside a transaction the pragma does nothing.
const FOREIGN_KEYS: Setting = Setting {
    name: "foreign_keys",
    read: "PRAGMA foreign_keys",
    set: "PRAGMA foreign_keys = OFF",
    expected: "0",
    set_to: "PRAGMA foreign_keys = ",
};

/// Off, a rename reaches triggers, views and references; a rebuild turns it on for one statement.
const LEGACY_ALTER_TABLE: Setting = Setting {
    name: "legacy_alter_table",
    read: "PRAGMA legacy_alter_table",
    set: "PRAGMA legacy_alter_table = OFF",
    expected: "0",
    set_to: "PRAGMA legacy_alter_table = ",
};
