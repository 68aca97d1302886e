//! Enum types: created and altered before the tables that use them, dropped after.

use super::RenameHints;
use crate::operation::Operation;
use crate::schema::Schema;

/// Enum types that are new, or whose values differ; their order counts.
pub(super) fn create_and_alter(
    from: &Schema,
    to: &Schema,
    hints: &RenameHints,
    operations: &mut Vec<Operation>,
) {
    for (name, after) in &to.enums {
        match from.enums.get(name) {
            None => operations.push(Operation::CreateEnum {
                enum_type: after.clone(),
                if_not_exists: false,
            }),
            Some(before) if before.values != after.values => {
                let renames = (hints.enum_values.iter())
                    .filter(|(of, ..)| of == name)
                    .map(|(_, old, new)| (old.clone(), new.clone()))
                    .collect();
                operations.push(Operation::AlterEnum {
                    name: name.clone(),
                    values: after.values.clone(),
                    renames,
                });
            }
            Some(_) => {}
        }
    }
}

/// Enum types that are gone.
pub(super) fn drop(from: &Schema, to: &Schema, operations: &mut Vec<Operation>) {
    let gone = from
        .enums
        .keys()
        .filter(|name| !to.enums.contains_key(name));
    operations.extend(gone.map(|name| Operation::DropEnum { name: name.clone() }));
}
