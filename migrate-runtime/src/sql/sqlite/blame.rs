//! Which operation a step of a merged rebuild is about: in goes what the step speaks of, out comes the
//! operation that brought it.

use super::super::{Statement, Step};
use crate::schema::{Check, Column, Index, Name, Table, Unique};

/// What a step of a rebuild speaks of.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// The rebuild as such.
    Table,
    /// A column that is added.
    Added(&'a Column),
    /// A column that is dropped.
    Dropped(&'a Name),
    /// That a column is NOT NULL.
    Required(&'a Column),
    /// A column's type.
    Type(&'a Column),
    /// The primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique(&'a Unique),
    /// A check.
    Check(&'a Check),
    /// An index.
    Index(&'a Index),
}

/// The table after each of the operations that are done together, in their order.
pub(super) struct Stages {
    first: usize,
    tables: Vec<(usize, Table)>,
}

impl Stages {
    pub(super) const fn new(first: usize) -> Self {
        Self {
            first,
            tables: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, operation: usize, after: Table) {
        self.tables.push((operation, after));
    }

    pub(super) const fn first(&self) -> usize {
        self.first
    }

    /// The table after all so far; `before` if there were none.
    pub(super) fn last<'t>(&'t self, before: &'t Table) -> &'t Table {
        self.tables.last().map_or(before, |(_, table)| table)
    }

    /// The operation since which the table has what it has in the end.
    fn blame(&self, subject: Subject<'_>, after: &Table) -> usize {
        let lacks = |(_, table): &(usize, Table)| !subject.is_settled(table, after);
        let since = self.tables.iter().rposition(lacks).map_or(0, |at| at + 1);
        let last = self.tables.last();
        (self.tables.get(since).or(last)).map_or(self.first, |(operation, _)| *operation)
    }

    pub(super) fn statement(&self, subject: Subject<'_>, after: &Table, step: Step) -> Statement {
        Statement {
            operation: self.blame(subject, after),
            step,
        }
    }
}

impl Subject<'_> {
    /// Whether a table is now what it is in the end.
    fn is_settled(self, table: &Table, after: &Table) -> bool {
        let column = |name: &Name| table.column(name);
        match self {
            Self::Table => true,
            Self::Added(wanted) => column(&wanted.name).is_some(),
            Self::Dropped(name) => column(name).is_none(),
            Self::Required(wanted) => column(&wanted.name).is_some_and(|found| !found.nullable),
            Self::Type(wanted) => column(&wanted.name).is_some_and(|found| found.ty == wanted.ty),
            Self::PrimaryKey => table.primary_key == after.primary_key,
            Self::Unique(unique) => table.uniques.contains(unique),
            Self::Check(check) => table.checks.contains(check),
            Self::Index(index) => table.indexes.contains(index),
        }
    }
}
