//! The operations of a squashed revision: those of several, one after the other, as few as say the same.
//!
//! Tables that come or go between two steps that only their author understands have no rows that anybody could have
//! seen, so they are made as they are in the end, or dropped at once. What is done to other tables stays as it was
//! written, in its order, and so does every such step.

use crate::diff::{RenameHints, diff};
use crate::operation::{ApplyError, Operation, apply, apply_all};
use crate::schema::{Name, Schema, TableName};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A step of the squashed revision.
#[derive(Debug, Clone, PartialEq)]
pub enum SquashedStep {
    /// The operation at this place, as it was written.
    Kept(usize),
    /// What several became.
    New(Box<Operation>),
}

/// As few steps as do to a schema and to its rows what these operations do. The schema is then the one after them.
///
/// # Errors
/// The first operation that does not fit.
pub fn squash(schema: &mut Schema, way: &[Operation]) -> Result<Vec<SquashedStep>, ApplyError> {
    let mut steps = Vec::new();
    let mut start = 0;
    for at in 0..=way.len() {
        let operation = way.get(at);
        if operation.is_some_and(|operation| !is_opaque(operation)) {
            continue;
        }
        steps.extend(piece(schema, way, start..at)?);
        if let Some(operation) = operation {
            apply(schema, operation)?;
            steps.push(SquashedStep::Kept(at));
        }
        start = at + 1;
    }
    Ok(steps)
}

/// Whether nobody but its author, or only the database, knows what it does.
fn is_opaque(operation: &Operation) -> bool {
    match operation {
        Operation::Sql { .. } | Operation::Run { .. } => true,
        Operation::CreateTable { if_not_exists, .. }
        | Operation::AddColumn { if_not_exists, .. }
        | Operation::CreateIndex { if_not_exists, .. }
        | Operation::AddUnique { if_not_exists, .. }
        | Operation::AddCheck { if_not_exists, .. }
        | Operation::AddForeignKey { if_not_exists, .. }
        | Operation::CreateEnum { if_not_exists, .. } => *if_not_exists,
        Operation::DropTable { if_exists, .. }
        | Operation::DropColumn { if_exists, .. }
        | Operation::DropIndex { if_exists, .. } => *if_exists,
        _ => false,
    }
}

/// The steps for operations that are all understood.
fn piece(
    schema: &mut Schema,
    way: &[Operation],
    range: Range<usize>,
) -> Result<Vec<SquashedStep>, ApplyError> {
    let operations = &way[range.clone()];
    let before = schema.clone();
    apply_all(schema, operations)?;
    let lasting = lasting(&before, operations);
    let as_they_were = || range.clone().map(SquashedStep::Kept).collect();
    let mut reached = before;
    let mut steps = Vec::new();
    for (at, _) in range.clone().zip(&lasting).filter(|(_, lasting)| **lasting) {
        let mut next = reached.clone();
        // What needs a table that is not made yet comes with that table.
        if apply(&mut next, &way[at]).is_ok() {
            reached = next;
            steps.push(SquashedStep::Kept(at));
        }
    }
    let new = diff(&reached, schema, &RenameHints::default());
    let leads_there = apply_all(&mut reached, &new).is_ok()
        && diff(&reached, schema, &RenameHints::default()).is_empty();
    if !leads_there || !new.iter().all(spares_rows) {
        return Ok(as_they_were());
    }
    steps.extend(new.into_iter().map(Box::new).map(SquashedStep::New));
    Ok(steps)
}

/// Which operations are about tables and enum types that are there before them and after.
fn lasting(before: &Schema, operations: &[Operation]) -> Vec<bool> {
    let mut tables: BTreeMap<TableName, usize> = before.tables.keys().cloned().zip(0..).collect();
    let old = tables.len();
    let mut count = old;
    let about: Vec<Option<usize>> = (operations.iter())
        .map(|operation| match operation {
            Operation::CreateTable { table, .. } => {
                tables.insert(table.name.clone(), count);
                count += 1;
                Some(count - 1)
            }
            Operation::DropTable { table, .. } => tables.remove(table),
            Operation::RenameTable { from, to } => {
                let table = tables.remove(from)?;
                tables.insert(to.clone(), table);
                Some(table)
            }
            other => other.table().and_then(|table| tables.get(table).copied()),
        })
        .collect();
    let left: BTreeSet<usize> = tables.into_values().filter(|table| *table < old).collect();
    let coming_or_going: BTreeSet<&Name> = (operations.iter())
        .filter_map(|operation| match operation {
            Operation::CreateEnum { enum_type, .. } => Some(&enum_type.name),
            Operation::DropEnum { name } => Some(name),
            _ => None,
        })
        .collect();
    let lasts = |(operation, about): (&Operation, Option<usize>)| match operation {
        Operation::AlterEnum { name, .. } => !coming_or_going.contains(name),
        _ => about.is_some_and(|table| left.contains(&table)),
    };
    operations.iter().zip(about).map(lasts).collect()
}

/// Whether it does nothing to the values in a table that was there before and is there after.
fn spares_rows(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::CreateTable { .. }
            | Operation::DropTable { .. }
            | Operation::CreateEnum { .. }
            | Operation::DropEnum { .. }
            | Operation::CreateIndex { .. }
            | Operation::DropIndex { .. }
            | Operation::AddPrimaryKey { .. }
            | Operation::AddUnique { .. }
            | Operation::AddCheck { .. }
            | Operation::AddForeignKey { .. }
            | Operation::DropPrimaryKey { .. }
            | Operation::DropUnique { .. }
            | Operation::DropCheck { .. }
            | Operation::DropForeignKey { .. }
            | Operation::SetTableComment { .. }
    )
}
