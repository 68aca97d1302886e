//! What the chain is to become: the models, or with `--only` some of their tables.

use std::collections::BTreeSet;

use super::PlanError;
use crate::diff::RenameHints;
use crate::operation::enum_of;
use crate::schema::{Schema, TableName};

/// The schema that the chain is to become.
pub(super) fn target(
    chain: &Schema,
    models: &Schema,
    renamed_from: &RenameHints,
    only: &[String],
) -> Result<Schema, PlanError> {
    if only.is_empty() {
        return Ok(models.clone());
    }
    let mut target = chain.clone();
    for name in only {
        let table = TableName::parse(name);
        match models.table(&table) {
            Some(model) => {
                target.insert(model.clone());
                for (old, _) in renamed_from.tables.iter().filter(|(_, new)| *new == table) {
                    if !models.tables.contains_key(old) {
                        target.tables.remove(old);
                    }
                }
            }
            None if target.tables.remove(&table).is_some() => {}
            None => {
                let known: Vec<String> = models.tables.keys().map(ToString::to_string).collect();
                let problem = format!(
                    "no model and no migration has it; the models have {}",
                    known.join(", ")
                );
                return Err(PlanError::flag("only", name, problem));
            }
        }
    }
    // The values of an enum type are the models' wherever a chosen table uses it.
    let columns = target.tables.values().flat_map(|table| &table.columns);
    let used: BTreeSet<_> = columns
        .filter_map(|column| enum_of(&column.ty))
        .cloned()
        .collect();
    target.enums.retain(|name, _| used.contains(name));
    for table in only
        .iter()
        .filter_map(|name| models.table(&TableName::parse(name)))
    {
        for name in table
            .columns
            .iter()
            .filter_map(|column| enum_of(&column.ty))
        {
            if let Some(enum_type) = models.enums.get(name) {
                target.enums.insert(name.clone(), enum_type.clone());
            }
        }
    }
    refers_inside(&target, only)?;
    Ok(target)
}

/// Refuses a choice of tables that leaves out what they refer to.
fn refers_inside(target: &Schema, only: &[String]) -> Result<(), PlanError> {
    for table in target.tables.values() {
        for key in &table.foreign_keys {
            if key.target.schema.is_none() && !target.tables.contains_key(&key.target) {
                let problem = format!("{} refers to {}: name that too", table.name, key.target);
                return Err(PlanError::flag("only", &only.join(","), problem));
            }
        }
    }
    Ok(())
}
