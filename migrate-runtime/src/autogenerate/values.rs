//! Values of enum types apart from what uses them, up and down.
//!
//! A database that has such types lets nobody use a value before the commit of what added it. What adds
//! values so goes into a revision before what uses them, and what takes values away into one after what
//! stops using them: then the way back adds them first.

use super::PlanError;
use crate::operation::{Irreversible, Operation, apply_all, inverse_all};
use crate::schema::Schema;
use crate::sql::too_early;

/// The operations, revision by revision; all of them in one where that can be.
pub(super) fn apart(
    operations: Vec<Operation>,
    chain: &Schema,
) -> Result<Vec<Vec<Operation>>, PlanError> {
    let mut parts = Vec::new();
    if operations.iter().any(changes_values) {
        part(operations, &mut chain.clone(), &mut parts)?;
    } else {
        parts.push(operations);
    }
    Ok(parts)
}

/// Takes the schema over the operations.
fn part(
    mut operations: Vec<Operation>,
    schema: &mut Schema,
    parts: &mut Vec<Vec<Operation>>,
) -> Result<(), PlanError> {
    if let Some(end) = cut(&operations, schema)? {
        let rest = operations.split_off(end);
        part(operations, schema, parts)?;
        return part(rest, schema, parts);
    }
    apply_all(schema, &operations).map_err(|error| PlanError::internal(&error))?;
    parts.push(operations);
    Ok(())
}

/// How many of the operations go into a revision of their own, before the rest.
fn cut(operations: &[Operation], before: &Schema) -> Result<Option<usize>, PlanError> {
    if let Some(early) = too_early(operations, before) {
        // All values that come, in one revision.
        let more = (operations[early.added + 1..early.used].iter())
            .take_while(|one| changes_values(one))
            .count();
        return Ok(Some(early.added + 1 + more));
    }
    let changed = operations.iter().enumerate().skip(1);
    for (at, _) in changed.filter(|(_, one)| changes_values(one)) {
        let mut after = before.clone();
        let up = &operations[..=at];
        apply_all(&mut after, up).map_err(|error| PlanError::internal(&error))?;
        match inverse_all(up, before) {
            Ok(down) if too_early(&down, &after).is_some() => return Ok(Some(at)),
            Err(Irreversible::Apply(error)) => return Err(PlanError::internal(&error)),
            // What has no way back is in nobody's way.
            Ok(_) | Err(Irreversible::Opaque { .. }) => {}
        }
    }
    Ok(None)
}

fn changes_values(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::AlterEnum { .. } | Operation::CreateEnum { .. }
    )
}
