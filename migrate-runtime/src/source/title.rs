//! What a revision is called that nobody gave a message.

use crate::operation::{ColumnChange, Operation};
use crate::schema::{Name, TableName};
use std::collections::BTreeSet;

/// How much an operation says of what a revision is for, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Table,
    Column,
    Enum,
    Alter,
    Index,
    Constraint,
    /// Somebody's own.
    Own,
    /// What only makes way for the others, or comes back after them.
    Aside,
}

/// A message for operations that came without one: `create table users and 2 more`, the most telling of them and how
/// many more. With tables and columns, what else there is says nothing more.
pub fn message_from_operations(operations: &[Operation]) -> String {
    let weighed: Vec<(Weight, &Operation)> = (operations.iter())
        .filter_map(|operation| Some((weight(operation, operations)?, operation)))
        .collect();
    let Some((most, leading)) = weighed.iter().min_by_key(|(weight, _)| *weight) else {
        return "empty".to_owned();
    };
    let least = match most {
        Weight::Table | Weight::Column => Weight::Column,
        Weight::Aside => Weight::Aside,
        _ => Weight::Own,
    };
    let counted = weighed.iter().filter(|(weight, _)| *weight <= least);
    let said: BTreeSet<String> = counted.map(|(_, operation)| words(operation)).collect();
    match said.len() {
        1 => words(leading),
        several => format!("{} and {} more", words(leading), several - 1),
    }
}

/// `None` for what the same revision makes again.
fn weight(operation: &Operation, all: &[Operation]) -> Option<Weight> {
    let kind = kind(operation);
    let others = || all.iter().filter(|other| self::kind(other) == kind);
    if let Some(one) = dropped(operation)
        && others().any(|other| added(other) == Some(one))
    {
        return None;
    }
    let is_again =
        added(operation).is_some_and(|one| others().any(|other| dropped(other) == Some(one)));
    // An enum type changes while no column has a default of it.
    let is_alter_enum = |other: &Operation| matches!(other, Operation::AlterEnum { .. });
    let is_around = sets_default_only(operation) && all.iter().any(is_alter_enum);
    Some(if is_again || is_around {
        Weight::Aside
    } else {
        kind
    })
}

fn sets_default_only(operation: &Operation) -> bool {
    let Operation::AlterColumn { change, .. } = operation else {
        return false;
    };
    let rest = ColumnChange {
        default: None,
        ..change.clone()
    };
    rest.is_empty()
}

const fn kind(operation: &Operation) -> Weight {
    match operation {
        Operation::CreateTable { .. }
        | Operation::DropTable { .. }
        | Operation::RenameTable { .. } => Weight::Table,
        Operation::AddColumn { .. }
        | Operation::DropColumn { .. }
        | Operation::RenameColumn { .. } => Weight::Column,
        Operation::CreateEnum { .. } | Operation::AlterEnum { .. } | Operation::DropEnum { .. } => {
            Weight::Enum
        }
        Operation::AlterColumn { .. }
        | Operation::SetTableComment { .. }
        | Operation::SetTableOptions { .. } => Weight::Alter,
        Operation::CreateIndex { .. }
        | Operation::DropIndex { .. }
        | Operation::RenameIndex { .. } => Weight::Index,
        Operation::AddPrimaryKey { .. }
        | Operation::DropPrimaryKey { .. }
        | Operation::AddUnique { .. }
        | Operation::DropUnique { .. }
        | Operation::AddCheck { .. }
        | Operation::DropCheck { .. }
        | Operation::AddForeignKey { .. }
        | Operation::ValidateConstraint { .. }
        | Operation::DropForeignKey { .. }
        | Operation::RenameConstraint { .. } => Weight::Constraint,
        Operation::Sql { .. } | Operation::Run { .. } => Weight::Own,
        Operation::Backfill { .. } => Weight::Aside,
    }
}

/// What an operation takes away that another may make again.
fn dropped(operation: &Operation) -> Option<(&TableName, Option<&Name>)> {
    match operation {
        Operation::DropColumn { table, column, .. } => Some((table, Some(column))),
        Operation::DropIndex { table, index, .. } => Some((table, Some(index))),
        Operation::DropUnique { table, name }
        | Operation::DropCheck { table, name }
        | Operation::DropForeignKey { table, name } => Some((table, Some(name))),
        Operation::DropPrimaryKey { table } => Some((table, None)),
        _ => None,
    }
}

fn added(operation: &Operation) -> Option<(&TableName, Option<&Name>)> {
    let (table, name) = match operation {
        Operation::AddColumn { table, column, .. } => (table, Some(&column.name)),
        Operation::CreateIndex { table, index, .. } => (table, Some(&index.name)),
        Operation::AddUnique { table, unique, .. } => (table, Some(unique.name.as_ref()?)),
        Operation::AddCheck { table, check, .. } => (table, Some(check.name.as_ref()?)),
        Operation::AddForeignKey {
            table, foreign_key, ..
        } => (table, Some(foreign_key.name.as_ref()?)),
        Operation::AddPrimaryKey { table, .. } => (table, None),
        _ => return None,
    };
    Some((table, name))
}

fn words(operation: &Operation) -> String {
    let verb = operation.word().replace('_', " ");
    match object(operation) {
        Some(object) => format!("{verb} {object}"),
        None => verb,
    }
}

fn object(operation: &Operation) -> Option<String> {
    match operation {
        Operation::AddColumn { table, column, .. } => Some(format!("{} to {table}", column.name)),
        Operation::DropColumn { table, column, .. } => Some(format!("{column} from {table}")),
        Operation::AlterColumn { table, column, .. }
        | Operation::Backfill { table, column, .. } => Some(format!("{table} {column}")),
        Operation::CreateIndex { index, .. } => Some(index.name.to_string()),
        Operation::DropIndex { index, .. } => Some(index.to_string()),
        Operation::RenameTable { from, to } => Some(format!("{from} to {to}")),
        Operation::RenameColumn { table, from, to } => Some(format!("{table} {from} to {to}")),
        Operation::CreateEnum { enum_type, .. } => Some(enum_type.name.to_string()),
        Operation::AlterEnum { name, .. } | Operation::DropEnum { name } => Some(name.to_string()),
        Operation::Run { name, .. } => Some(name.clone()),
        other => other.table().map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::*;

    const ID: &[ColumnDef] = &[column("id", BigInt)];

    fn title(steps: &[OperationDef]) -> String {
        let operations: Vec<_> = steps.iter().map(OperationDef::lower).collect();
        message_from_operations(&operations)
    }

    #[test]
    fn a_revision_is_called_after_what_it_is_for() {
        assert_eq!(title(&[]), "empty");
        assert_eq!(
            title(&[
                drop_column("products", "gross"),
                rename_column("products", "price", "net"),
                add_column("products", column("gross", BigInt)),
            ]),
            "rename column products price to net"
        );
        assert_eq!(
            title(&[
                sql("SELECT 1"),
                backfill("orders", "note", "''"),
                alter_column("orders", "note").set_not_null(),
            ]),
            "alter column orders note and 1 more"
        );
        assert_eq!(
            title(&[
                alter_column("orders", "status").drop_default(),
                alter_enum("status", &["new", "paid"]),
                alter_column("orders", "status").set_default(text("new")),
            ]),
            "alter enum status"
        );
        assert_eq!(
            title(&[
                add_column("users", column("bio", Text)),
                create_table("tags", ID),
                create_index("tags_i", "tags", &["id"]),
            ]),
            "create table tags and 1 more"
        );
        assert_eq!(
            title(&[
                drop_check("users", "users_ck"),
                drop_index("users_old", "users"),
                add_check("users", check("users_ck", "age > 1")),
            ]),
            "drop index users_old"
        );
        assert_eq!(
            title(&[
                drop_check("users", "users_ck"),
                add_check("users", check("users_ck", "age > 1")),
            ]),
            "add check users"
        );
    }
}
