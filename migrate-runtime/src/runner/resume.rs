//! Where a migration goes on that an earlier run left half done, on a database whose transactions do not
//! take statements back that change the schema.
//!
//! In go its operations, what the log has of them, and the database; out come the operations that are left.
//! What the log calls done is done. Of what it says began the catalog tells whether it was done: one
//! statement is done or not, and an operation of several is such that it can be made again.

use super::error::RunError;
use super::history::{LogEntry, Outcome};
use crate::dialect::Dialect;
use crate::migration::checksum::checksum;
use crate::operation::{Operation, apply};
use crate::schema::{ForeignKey, Name, Schema, TableName};
use crate::sql::{Plan, RenderError, overlay, plan_from, touched, were_done};

/// What is left of a migration.
pub(super) struct Rest {
    /// The chain at the place where it goes on.
    pub(super) chain: Schema,
    /// The operations that are left, each with its number in the file, from 0.
    pub(super) operations: Vec<(usize, Operation)>,
    /// The tables of what began, and may be done by half.
    open: Vec<TableName>,
}

/// Why it cannot go on.
pub(super) enum Unfit {
    /// An operation that was done is not in the file any more.
    Edited {
        /// The record of it.
        entry: Box<LogEntry>,
        /// How many operations were done.
        done: usize,
    },
    /// An operation does not fit the chain.
    Operation(Box<RenderError>),
}

impl Unfit {
    /// The error of a run.
    pub(super) fn of(self, revision: &str) -> RunError {
        let revision = revision.to_owned();
        match self {
            Self::Edited { entry, done } => RunError::EditedWhatIsDone {
                revision,
                operation: entry.step.unwrap_or_default(),
                done,
                at: entry.finished,
                host: entry.host,
            },
            Self::Operation(source) => RunError::Render { revision, source },
        }
    }
}

impl Rest {
    /// What the database should hold at that place: without the foreign keys that come back when it goes on. What
    /// began is somewhere between two forms of its tables.
    pub(super) fn place(mut self, database: &Schema) -> Schema {
        for table in &self.open {
            if let Some(there) = database.table(table) {
                self.chain.insert(there.clone());
            }
        }
        for (table, key) in missing_keys(&self.chain, database) {
            if let Some(table) = self.chain.table_mut(&table) {
                table.foreign_keys.retain(|it| *it != key);
            }
        }
        self.chain
    }

    /// The plan of what is left, in the numbers of the file.
    pub(super) fn plan(
        self,
        database: &Schema,
        dialect: &dyn Dialect,
    ) -> Result<Plan, RenderError> {
        let Self {
            chain,
            operations,
            open: _,
        } = self;
        let before = overlay(&chain, database, dialect);
        let (numbers, operations): (Vec<usize>, Vec<Operation>) = operations.into_iter().unzip();
        let mut plan = plan_from(&operations, before, dialect)?;
        for statement in &mut plan.statements {
            statement.operation = numbers
                .get(statement.operation)
                .copied()
                .unwrap_or_default();
        }
        Ok(plan)
    }
}

/// The checksum that the log has of an operation: of all up to it, so that those behind it may be edited.
pub(super) fn checksum_to(operations: &[Operation], step: usize) -> String {
    checksum(operations.get(..step).unwrap_or(operations))
}

/// Finds out what is left. `chain` is what the migration starts from.
pub(super) fn rest(
    operations: &[Operation],
    tried: &[LogEntry],
    mut chain: Schema,
    database: &Schema,
    dialect: &dyn Dialect,
) -> Result<Rest, Unfit> {
    let done = done_by_the_log(operations, tried)?;
    fold(&mut chain, operations, 0..done)?;
    let begun = (tried.iter())
        .filter(|it| it.outcome == Outcome::Begun && is_same(operations, it))
        .filter_map(|it| it.step)
        .max()
        .unwrap_or(done)
        .clamp(done, operations.len());
    let mut after = chain.clone();
    fold(&mut after, operations, done..begun)?;
    let group = &operations[done..begun];
    let (done, chain, open) = if begun > done && were_done(group, &after, database, dialect) {
        (begun, after, Vec::new())
    } else {
        let open = group.iter().flat_map(|it| touched(it, &after)).collect();
        (done, chain, open)
    };
    let mut end = chain.clone();
    fold(&mut end, operations, done..operations.len())?;
    let missing = missing_keys(&chain, database);
    let left = operations.iter().enumerate().skip(done);
    let all: Vec<(usize, Operation)> = left.map(|(number, it)| (number, it.clone())).collect();
    let mut operations: Vec<(usize, Operation)> = (all.iter())
        .filter(|(_, operation)| !is_about_one_of(operation, &missing))
        .cloned()
        .collect();
    let last = end_of(&operations, done);
    for (table, key) in missing {
        let index = left_behind(&table, &key, &chain, database);
        let (table, name) = at_the_end(&all, table, key.name);
        if let Some(index) = index {
            let operation = Operation::DropIndex {
                table: table.clone(),
                index,
                if_exists: false,
                concurrently: false,
            };
            operations.push((last, operation));
        }
        let there = end.table(&table).and_then(|it| {
            (it.foreign_keys.iter()).find(|it| it.name.is_some() && it.name == name)
        });
        if let Some(key) = there {
            let operation = Operation::AddForeignKey {
                table,
                foreign_key: key.clone(),
                if_not_exists: false,
                not_valid: false,
            };
            operations.push((last, operation));
        }
    }
    Ok(Rest {
        chain,
        operations,
        open,
    })
}

/// The numbers of operations that began and turned out to be done: they are not among what is left, which
/// begins behind so many.
pub(super) fn found_done(
    operations: &[Operation],
    tried: &[LogEntry],
    before: usize,
) -> impl Iterator<Item = usize> {
    (tried.iter())
        .filter(|it| it.outcome == Outcome::Begun && is_same(operations, it))
        .filter_map(|it| it.step)
        .filter(move |step| *step <= before)
}

/// The number of the last operation.
fn end_of(left: &[(usize, Operation)], done: usize) -> usize {
    left.last()
        .map_or(done.saturating_sub(1), |(number, _)| *number)
}

/// How many operations the log says were done.
fn done_by_the_log(operations: &[Operation], tried: &[LogEntry]) -> Result<usize, Unfit> {
    let mut applied = (tried.iter()).filter(|it| it.outcome == Outcome::Applied);
    let done = (applied.clone().filter_map(|it| it.step).max()).unwrap_or_default();
    match applied.find(|it| !is_same(operations, it)) {
        Some(edited) => Err(Unfit::Edited {
            entry: Box::new(edited.clone()),
            done,
        }),
        None => Ok(done),
    }
}

/// Whether the file still says what was tried then.
fn is_same(operations: &[Operation], entry: &LogEntry) -> bool {
    let step = entry.step.unwrap_or_default();
    step <= operations.len() && checksum_to(operations, step) == entry.checksum
}

fn fold(
    schema: &mut Schema,
    operations: &[Operation],
    range: std::ops::Range<usize>,
) -> Result<(), Unfit> {
    for operation in range {
        apply(schema, &operations[operation]).map_err(|source| {
            Unfit::Operation(Box::new(RenderError::DoesNotFit {
                operation,
                source: Box::new(source),
            }))
        })?;
    }
    Ok(())
}

/// Foreign keys that were taken away while the types of their columns changed.
fn missing_keys(chain: &Schema, database: &Schema) -> Vec<(TableName, ForeignKey)> {
    let mut missing = Vec::new();
    for table in chain.tables.values() {
        let Some(there) = database.table(&table.name) else {
            continue;
        };
        let keys = table.foreign_keys.iter();
        let gone = keys.filter(|key| !there.has_foreign_key(key));
        missing.extend(gone.map(|key| (table.name.clone(), key.clone())));
    }
    missing
}

/// Whether an operation drops or renames one of those.
fn is_about_one_of(operation: &Operation, missing: &[(TableName, ForeignKey)]) -> bool {
    let (Operation::DropForeignKey { table, name }
    | Operation::RenameConstraint {
        table, from: name, ..
    }) = operation
    else {
        return false;
    };
    (missing.iter()).any(|(owner, key)| owner == table && key.name.as_ref() == Some(name))
}

/// The index that was made for a foreign key, and stayed when the key went.
fn left_behind(
    table: &TableName,
    key: &ForeignKey,
    chain: &Schema,
    database: &Schema,
) -> Option<Name> {
    let name = key.name.as_ref()?;
    let is_in =
        |schema: &Schema| (schema.table(table)).is_some_and(|table| table.index(name).is_some());
    (is_in(database) && !is_in(chain)).then(|| name.clone())
}

/// The table and the name that a foreign key has behind operations.
fn at_the_end(
    operations: &[(usize, Operation)],
    mut table: TableName,
    mut name: Option<Name>,
) -> (TableName, Option<Name>) {
    for (_, operation) in operations {
        match operation {
            Operation::RenameTable { from, to } if *from == table => table.clone_from(to),
            Operation::RenameConstraint {
                table: of,
                from,
                to,
            } if *of == table && name.as_ref() == Some(from) => name = Some(to.clone()),
            _ => {}
        }
    }
    (table, name)
}
