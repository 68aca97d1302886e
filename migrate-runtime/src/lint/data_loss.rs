//! Values that are lost, or that stop the step: dropped tables and columns, narrower types.

use super::Severity::{Destructive, MayFail};
use super::narrowing::severity_of_narrowing;
use super::{Said, Step, narrowing};
use crate::operation::Operation;
use crate::schema::{Schema, SqlType};

pub(super) fn check(step: &Step<'_>) -> Vec<Said> {
    let Step {
        operation,
        earlier: _,
        later,
        schema,
        is_held: _,
    } = step;
    match operation {
        Operation::DropTable {
            table,
            if_exists: _,
        } => {
            vec![(
                "drop-table",
                Destructive,
                format!("all rows of {table} are lost"),
            )]
        }
        Operation::DropColumn {
            table,
            column,
            if_exists: _,
        } => {
            let there = schema.table(table).and_then(|table| table.column(column));
            // A generated column is computed from the others, so nothing is lost with it.
            if there.is_some_and(|there| there.generated.is_some()) {
                return Vec::new();
            }
            let again = later.iter().any(|other| {
                matches!(other, Operation::AddColumn { table: on, column: new, .. }
                    if on == table && new.name == *column)
            });
            let rest = if again {
                "; the column that comes instead is computed"
            } else {
                ""
            };
            vec![(
                "drop-column",
                Destructive,
                format!("the values of {table}.{column} are lost{rest}"),
            )]
        }
        Operation::AlterColumn {
            table,
            column,
            change,
        } => {
            let before = schema.table(table).and_then(|table| table.column(column));
            let (Some(before), Some(ty)) = (before, &change.ty) else {
                return Vec::new();
            };
            if takes_all_values(schema, &before.ty, ty) {
                return Vec::new();
            }
            let severity = severity_of_narrowing(&before.ty, ty);
            (narrowing(&before.ty, ty).into_iter())
                .map(|why| match severity {
                    MayFail => format!("fails if a value does not fit, {table}.{column}: {why}"),
                    _ => format!("{table}.{column}: {why}"),
                })
                .map(|message| ("narrower-type", severity, message))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an enum type has all the values of another.
fn takes_all_values(schema: &Schema, from: &SqlType, to: &SqlType) -> bool {
    let values = |ty: &SqlType| match ty {
        SqlType::Enum(name) => schema.enums.get(name).map(|of| &of.values),
        _ => None,
    };
    let (Some(from), Some(to)) = (values(from), values(to)) else {
        return false;
    };
    from.iter().all(|value| to.contains(value))
}
