//! Nothing is written that was not folded and compared first.

use super::PlanError;
use crate::diff::{RenameHints, diff};
use crate::operation::{Operation, apply_all, describe};
use crate::schema::{Name, Schema, naming};

/// Refuses models that contradict themselves: a key to a table or enum type that is not there.
pub(super) fn models(models: &Schema) -> Result<(), PlanError> {
    let from_nothing = diff(&Schema::new(), models, &RenameHints::default());
    apply_all(&mut Schema::new(), &from_nothing).map_err(PlanError::Models)
}

/// Refuses names that PostgreSQL would cut, which makes two of them one; one chain is for all
/// databases.
pub(super) fn names(upgrade: &[Operation]) -> Result<(), PlanError> {
    for operation in upgrade {
        if let Some(name) = new_names(operation)
            .into_iter()
            .find(|name| name.as_str().len() > naming::MAX_LENGTH)
        {
            return Err(PlanError::NameTooLong {
                name: name.to_string(),
            });
        }
    }
    Ok(())
}

fn new_names(operation: &Operation) -> Vec<&Name> {
    match operation {
        Operation::CreateTable { table, .. } => {
            let columns = table.columns.iter().map(|column| &column.name);
            let uniques = table
                .uniques
                .iter()
                .filter_map(|unique| unique.name.as_ref());
            let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
            let keys = table
                .foreign_keys
                .iter()
                .filter_map(|key| key.name.as_ref());
            (columns.chain(uniques).chain(checks).chain(keys))
                .chain([&table.name.name])
                .collect()
        }
        Operation::RenameTable { to, .. } => vec![&to.name],
        Operation::AddColumn { column, .. } => vec![&column.name],
        Operation::CreateIndex { index, .. } => vec![&index.name],
        Operation::RenameColumn { to, .. } | Operation::RenameIndex { to, .. } => vec![to],
        Operation::AddUnique { unique, .. } => unique.name.iter().collect(),
        Operation::AddCheck { check, .. } => check.name.iter().collect(),
        Operation::AddForeignKey { foreign_key, .. } => foreign_key.name.iter().collect(),
        Operation::CreateEnum { enum_type } => vec![&enum_type.name],
        _ => Vec::new(),
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
