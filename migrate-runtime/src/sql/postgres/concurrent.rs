//! Indexes that come and go while others write: `CONCURRENTLY`.
//!
//! No transaction holds these statements, so a run may end between one of them and the record of its
//! migration. Each is therefore such that it can be made again: an index of that name that the server
//! calls invalid is one that was given up half way, and one that says what is wanted is the one. An index
//! that is exchanged is built under another name first, and renamed when the old one is gone: how far an
//! earlier run came with these three is told from the names that are there.

use super::Planner;
use super::define::IndexWords;
use crate::operation::Operation;
use crate::schema::{AttachedKind, Index, Name, Schema, Table, TableName};
use crate::sql::{RenderError, Step};

/// Whether there is such an operation, which needs a migration without a transaction.
pub(super) fn any_concurrent(operations: &[Operation]) -> bool {
    operations.iter().any(|operation| {
        matches!(
            operation,
            Operation::CreateIndex {
                concurrently: true,
                ..
            } | Operation::DropIndex {
                concurrently: true,
                ..
            }
        )
    })
}

impl Planner<'_> {
    pub(super) fn create_index_concurrently(
        &mut self,
        operation: usize,
        table: &TableName,
        index: &Index,
        lenient: bool,
    ) -> Result<(), RenderError> {
        let exchanged = self.renamed_to(operation, table, &index.name).cloned();
        let names = [Some(index.name.clone()), exchanged].into_iter().flatten();
        for name in names {
            let there = Index {
                name,
                ..index.clone()
            };
            if self.has_equal_index(table, &there) {
                self.is_there(operation, table, &there.name);
                return Ok(());
            }
        }
        let is_invalid = (self.schema.attached.iter()).any(|one| {
            one.kind == AttachedKind::InvalidIndex
                && one.name == index.name
                && one.table.as_ref() == Some(table)
        });
        self.apply(operation)?;
        if is_invalid {
            let path = self.in_schema_of(table, &index.name);
            let sql = format!("DROP INDEX CONCURRENTLY IF EXISTS {path}");
            self.sql(operation, sql);
        }
        let physical = (self.physical(table)).and_then(|table| table.index(&index.name).cloned());
        let Some(physical) = physical else {
            self.no_sql(operation);
            return Ok(());
        };
        let words = IndexWords {
            lenient,
            concurrently: true,
        };
        let sql = self.writer(operation).index(table, &physical, words);
        self.sql(operation, sql);
        Ok(())
    }

    /// Whether the database holds that very index already.
    fn has_equal_index(&self, name: &TableName, index: &Index) -> bool {
        let Some(table) = self.schema.table(name) else {
            return false;
        };
        let normal = |index: &Index| {
            let mut alone = Table::new(name.clone());
            alone.columns.clone_from(&table.columns);
            alone.indexes = vec![index.clone()];
            let mut schema = Schema::new();
            schema.insert(alone);
            let schema = self.dialect.normalize(&self.dialect.physical(&schema));
            schema
                .tables
                .into_values()
                .next()
                .map(|table| table.indexes)
        };
        (table.index(&index.name)).is_some_and(|there| normal(there) == normal(index))
    }

    pub(super) fn drop_index_concurrently(
        &mut self,
        operation: usize,
        table: &TableName,
        index: &Name,
        lenient: bool,
    ) -> Result<(), RenderError> {
        if self.is_exchanged(operation, table, index) {
            self.is_there(operation, table, index);
            return Ok(());
        }
        // Gone, or given up half way and no index any more, by a run that ended too early.
        let is_gone = self.lacks(table, index);
        if !is_gone {
            self.apply(operation)?;
        }
        let exists = if lenient || is_gone { "IF EXISTS " } else { "" };
        let path = self.in_schema_of(table, index);
        self.sql(operation, format!("DROP INDEX CONCURRENTLY {exists}{path}"));
        Ok(())
    }

    pub(super) fn rename_index(
        &mut self,
        operation: usize,
        table: &TableName,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        // What a transaction holds is done as a whole or not at all.
        if any_concurrent(self.operations)
            && (!self.lacks(table, to) || self.is_made_again(operation, table, from))
        {
            self.is_there(operation, table, to);
            return Ok(());
        }
        self.apply(operation)?;
        let from = self.in_schema_of(table, from);
        let sql = format!("ALTER INDEX {from} RENAME TO {}", self.quote(to));
        self.sql(operation, sql);
        Ok(())
    }

    fn is_there(&mut self, operation: usize, table: &TableName, index: &Name) {
        let reason = format!("index {index} on {table} exists");
        self.push(operation, Step::Skip { reason });
    }

    fn lacks(&self, table: &TableName, index: &Name) -> bool {
        (self.schema.table(table)).is_some_and(|table| table.index(index).is_none())
    }

    /// The name that a later operation gives to an index.
    fn renamed_to(&self, operation: usize, table: &TableName, index: &Name) -> Option<&Name> {
        self.later(operation, table).find_map(|later| match later {
            Operation::RenameIndex { from, to, .. } if from == index => Some(to),
            _ => None,
        })
    }

    /// Whether that index is the new one already: the one that was to be renamed to it is not there.
    fn is_exchanged(&self, operation: usize, table: &TableName, index: &Name) -> bool {
        !self.lacks(table, index)
            && self.later(operation, table).any(|later| {
                matches!(later, Operation::RenameIndex { from, to, .. }
                    if to == index && self.lacks(table, from))
            })
    }

    /// Whether the index is what a later operation makes under its name: then its old form was renamed.
    fn is_made_again(&self, operation: usize, table: &TableName, name: &Name) -> bool {
        self.later(operation, table).any(|later| {
            matches!(later, Operation::CreateIndex { index, .. }
                if index.name == *name && self.has_equal_index(table, index))
        })
    }

    fn later(&self, operation: usize, table: &TableName) -> impl Iterator<Item = &Operation> {
        (self.operations.iter().skip(operation + 1))
            .filter(move |later| later.table() == Some(table))
    }
}
