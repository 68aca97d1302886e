//! Indexes that come and go while others write: `CONCURRENTLY`.
//!
//! No transaction holds these statements, so a run may end between one of them and the record of its
//! migration. Each is therefore such that it can be made again: an index of that name that the server
//! calls invalid is one that was given up half way, and one that says what is wanted is the one.

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
        if self.has_equal_index(table, index) {
            let reason = format!("index {} on {table} exists", index.name);
            self.push(operation, Step::Skip { reason });
            return Ok(());
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
        // Gone, or given up half way and no index any more, by a run that ended too early.
        let is_gone = (self.schema.table(table)).is_some_and(|table| table.index(index).is_none());
        if !is_gone {
            self.apply(operation)?;
        }
        let exists = if lenient || is_gone { "IF EXISTS " } else { "" };
        let path = self.in_schema_of(table, index);
        self.sql(operation, format!("DROP INDEX CONCURRENTLY {exists}{path}"));
        Ok(())
    }
}
