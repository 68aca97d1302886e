//! Nothing is written that was not folded and compared first.

use super::PlanError;
use crate::dialect::Dialect;
use crate::diff::{RenameHints, diff};
use crate::operation::{Operation, apply_all, describe, too_long};
use crate::schema::Schema;

/// Refuses models that contradict themselves: a key to a table or enum type that is not there.
pub(super) fn models(models: &Schema) -> Result<(), PlanError> {
    let from_nothing = diff(&Schema::new(), models, &RenameHints::default());
    apply_all(&mut Schema::new(), &from_nothing).map_err(PlanError::Models)
}

/// Refuses names that the database would cut, which makes two of them one. Where the database is not
/// known, the first that runs the revision refuses them.
pub(super) fn names(upgrade: &[Operation], dialect: &dyn Dialect) -> Result<(), PlanError> {
    let Some(longest) = dialect.capabilities().longest_name else {
        return Ok(());
    };
    match too_long(upgrade, longest) {
        Some((_, name)) => Err(PlanError::NameTooLong {
            name: name.to_string(),
            backend: dialect.backend(),
            longest,
        }),
        None => Ok(()),
    }
}

/// Folds the new operations onto the chain and compares with where they should lead, both ways.
pub(super) fn leads_there_and_back(
    chain: &Schema,
    target: &Schema,
    upgrade: &[Operation],
    downgrade: &[Operation],
    reversible: bool,
) -> Result<(), PlanError> {
    let mut schema = chain.clone();
    apply_all(&mut schema, upgrade).map_err(|error| PlanError::internal(&error))?;
    equal(&schema, target, "after the upgrade")?;
    if reversible {
        apply_all(&mut schema, downgrade).map_err(|error| PlanError::internal(&error))?;
        equal(&schema, chain, "after the downgrade")?;
    }
    Ok(())
}

fn equal(schema: &Schema, expected: &Schema, when: &str) -> Result<(), PlanError> {
    let rest: Vec<String> = diff(schema, expected, &RenameHints::default())
        .iter()
        .map(describe)
        .collect();
    if rest.is_empty() {
        return Ok(());
    }
    Err(PlanError::internal(&format!(
        "{when} there is still: {}",
        rest.join("; ")
    )))
}
