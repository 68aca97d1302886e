//! What of a migration loses values, may fail on rows that exist, or breaks a program that still
//! runs: as data, for comments in generated files, their `Destructive` line and for review.
//!
//! In go operations and the schema before them; no rows are looked at. A table that the same
//! migration creates has none, so nothing is found there.

mod compatibility;
mod data_loss;
mod enum_values;
mod existing_rows;
mod narrowing;

pub(crate) use enum_values::{ENUM_VALUE_NAMED, texts};
pub use narrowing::narrowing;
pub(crate) use narrowing::{integer_range, text_length};

use std::collections::BTreeSet;

use crate::operation::{Operation, apply_to_database, made_again};
use crate::schema::{Schema, TableName};

/// Something to know before a migration runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The place of the operation in the list.
    pub operation: usize,
    /// The rule, for configuration and documentation: `drop-column`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What happens, in one sentence.
    pub message: String,
}

impl Finding {
    /// Whether the operation may fail, depending on the rows.
    pub fn may_fail(&self) -> bool {
        self.severity == Severity::MayFail
    }
}

/// How bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// A program that still runs may break.
    Compatibility,
    /// It may fail, depending on the rows.
    MayFail,
    /// Values are lost.
    Destructive,
}

/// The findings for a list of operations, in their order.
pub fn lint(operations: &[Operation], before: &Schema) -> Vec<Finding> {
    let mut schema = before.clone();
    let mut created: BTreeSet<TableName> = BTreeSet::new();
    let mut findings = Vec::new();
    let held = held(operations, before);
    for (at, operation) in operations.iter().enumerate() {
        let is_new = operation
            .table()
            .is_some_and(|table| created.contains(table));
        if !is_new {
            let step = Step {
                operation,
                earlier: &operations[..at],
                later: &operations[at + 1..],
                schema: &schema,
                is_held: held.contains(&at),
            };
            let rules = [
                data_loss::check,
                enum_values::check,
                existing_rows::check,
                compatibility::check,
            ];
            for (rule, severity, message) in rules.iter().flat_map(|rule| rule(&step)) {
                findings.push(Finding {
                    operation: at,
                    rule,
                    severity,
                    message,
                });
            }
        }
        if let Operation::CreateTable { table, .. } = operation {
            created.insert(table.name.clone());
        }
        // One that does not fit is reported where the chain is folded.
        drop(apply_to_database(&mut schema, operation));
    }
    findings
}

/// The operations that add a constraint which the rows fit, since they did a moment ago: it is dropped
/// before, and nothing in between changes a row.
fn held(operations: &[Operation], before: &Schema) -> BTreeSet<usize> {
    made_again(operations, before)
        .into_iter()
        .filter(|again| operations[again.drop..again.add].iter().all(keeps_rows))
        .map(|again| again.add)
        .collect()
}

const fn keeps_rows(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::DropUnique { .. }
            | Operation::DropCheck { .. }
            | Operation::DropForeignKey { .. }
            | Operation::AddUnique { .. }
            | Operation::AddCheck { .. }
            | Operation::AddForeignKey { .. }
            | Operation::DropIndex { .. }
            | Operation::RenameIndex { .. }
            | Operation::RenameConstraint { .. }
            | Operation::RenameTable { .. }
            | Operation::RenameColumn { .. }
            | Operation::SetTableComment { .. }
    )
}

/// Whether any of the findings is that values are lost.
pub fn is_destructive(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Destructive)
}

/// An operation with what is around it.
#[derive(Debug)]
struct Step<'a> {
    operation: &'a Operation,
    earlier: &'a [Operation],
    later: &'a [Operation],
    /// The schema before it.
    schema: &'a Schema,
    /// Whether it adds a constraint that was there a moment ago.
    is_held: bool,
}

/// What a rule says: its name, how bad it is, the sentence.
type Said = (&'static str, Severity, String);

#[cfg(test)]
mod tests;
