//! What an application changes in the operations that were found, before they are proven.

use super::PlanError;
use crate::diff::{RenameHints, diff};
use crate::operation::{Operation, apply_all, describe};
use crate::schema::Schema;
use std::fmt;

/// A function that gives other operations for one: with a modifier (`concurrently`, `not_valid`), with `sql` beside
/// it, in several steps. What they lead to has to be what the models say, or nothing is written.
///
/// ```
/// use migrate_runtime::autogenerate::{Flags, Rewrite};
/// use migrate_runtime::operation::Operation;
/// use migrate_runtime::schema::SqlText;
///
/// // Every new table may be read by the reports.
/// let rewrite = Rewrite(|operation| {
///     let grant = match &operation {
///         Operation::CreateTable { table, .. } => format!("GRANT SELECT ON {} TO reports", table.name),
///         _ => return vec![operation],
///     };
///     vec![operation, Operation::Sql { sql: SqlText::new(&grant), changes: Vec::new() }]
/// });
/// let flags = Flags { rewrite: Some(rewrite), ..Flags::default() };
/// # drop(flags);
/// ```
#[derive(Clone, Copy)]
pub struct Rewrite(pub fn(Operation) -> Vec<Operation>);

impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rewrite")
    }
}

impl PartialEq for Rewrite {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Rewrite {}

/// The operations after it, if they still lead from the chain to where they should.
pub(super) fn apply(
    upgrade: Vec<Operation>,
    chain: &Schema,
    target: &Schema,
    rewrite: Option<Rewrite>,
) -> Result<Vec<Operation>, PlanError> {
    let Some(Rewrite(rewrite)) = rewrite else {
        return Ok(upgrade);
    };
    let upgrade: Vec<Operation> = upgrade.into_iter().flat_map(rewrite).collect();
    let mut schema = chain.clone();
    if let Err(error) = apply_all(&mut schema, &upgrade) {
        return Err(PlanError::Rewritten(error.to_string()));
    }
    let rest = diff(&schema, target, &RenameHints::default());
    if rest.is_empty() {
        return Ok(upgrade);
    }
    let rest: Vec<String> = rest.iter().map(describe).collect();
    Err(PlanError::Rewritten(rest.join("; ")))
}
