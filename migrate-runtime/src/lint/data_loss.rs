//! Values that are lost, or that stop the step: dropped tables and columns, narrower types; and the
//! values of enums.

use super::Severity::{Compatibility, Destructive, MayFail};
use super::narrowing::severity_of_narrowing;
use super::{Said, Step, narrowing};
use crate::operation::Operation;
use crate::schema::Name;

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
            let severity = severity_of_narrowing(&before.ty, ty);
            (narrowing(&before.ty, ty).into_iter())
                .map(|why| match severity {
                    MayFail => format!("fails if a value does not fit, {table}.{column}: {why}"),
                    _ => format!("{table}.{column}: {why}"),
                })
                .map(|message| ("narrower-type", severity, message))
                .collect()
        }
        Operation::AlterEnum {
            name,
            values,
            renames,
        } => values_of_enum(step, name, values, renames),
        _ => Vec::new(),
    }
}

fn values_of_enum(
    step: &Step<'_>,
    name: &Name,
    values: &[String],
    renames: &[(String, String)],
) -> Vec<Said> {
    let before = step.schema.enums.get(name).map(|there| &there.values[..]);
    let before = before.unwrap_or_default();
    let renamed = |value: &String| {
        let renamed = renames.iter().find(|(from, _)| from == value);
        renamed.map_or_else(|| value.clone(), |(_, to)| to.clone())
    };
    let former: Vec<String> = before.iter().map(renamed).collect();
    let removed = (before.iter())
        .filter(|value| !values.contains(value))
        .filter(|value| !renames.iter().any(|(from, _)| from == *value));
    let mut said: Vec<Said> = removed
        .map(|value| {
            let message = format!("fails while a row holds '{value}'; change those rows before");
            ("enum-value-removed", MayFail, message)
        })
        .collect();
    let kept = former.iter().filter(|value| values.contains(value));
    let now = values.iter().filter(|value| former.contains(value));
    if !now.eq(kept) {
        let message = format!(
            "the values of {name} get another order, by which they are sorted and compared; \
             a database with such a type of its own rewrites every table that has it"
        );
        said.push(("enum-reordered", Compatibility, message));
    }
    said
}
