//! What the new operations would create and the database already has.
//!
//! It blocks, unless `--adopt` names it: then the operation is recorded so that it leaves in place
//! what it finds, which must be what the models say.

use std::collections::BTreeSet;

use super::there::{Sight, There};
use super::{Database, Drift, Flags, PlanError};
use crate::error::shell_word;
use crate::operation::{Object, Operation, enum_of};
use crate::schema::{Schema, TableName};

/// Marks the adopted operations and adds what is in the way to the drift.
pub(super) fn apply(
    upgrade: &mut [Operation],
    found: &mut Vec<Drift>,
    chain: &Schema,
    target: &Schema,
    database: Database<'_>,
    flags: &Flags,
) -> Result<(), PlanError> {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let sight = Sight::new(chain, target, database);
    for operation in upgrade {
        let Some(object) = created(operation) else {
            continue;
        };
        let names = (flags.adopt.iter().map(String::as_str))
            .filter(|name| is_named(name, &object, target))
            .collect::<Vec<_>>();
        used.extend(&names);
        if let Some(name) = names.first()
            && mark(operation)
        {
            refuse_another(name, &object, operation, &sight)?;
            continue;
        }
        if let Some(drift) = blocks(operation, &object, &sight) {
            found.retain(|drift| drift.object.as_ref() != Some(&object));
            found.push(drift);
        }
    }
    if let Some(name) = (flags.adopt.iter()).find(|name| !used.contains(name.as_str())) {
        let problem = "no new operation creates it; write it into the models first (cargo migrate models --from-database)";
        return Err(PlanError::flag("adopt", name, problem));
    }
    // What is taken over is no difference any more.
    found.retain(|drift| {
        let adopted = drift
            .object
            .as_ref()
            .is_some_and(|object| used.iter().any(|name| is_named(name, object, target)));
        drift.blocking || !adopted
    });
    Ok(())
}

/// What is taken over must be what the models say: the next revision would find the difference as drift.
fn refuse_another(
    name: &str,
    object: &Object,
    operation: &Operation,
    sight: &Sight<'_>,
) -> Result<(), PlanError> {
    if let Some(there) = sight.in_the_way(object) {
        let problem = format!("{object} cannot have that name: {there} has it");
        return Err(PlanError::flag("adopt", name, problem));
    }
    let Some(There {
        what,
        difference: Some(difference),
    }) = sight.find(operation, object)
    else {
        return Ok(());
    };
    let problem = match object {
        Object::Table(_) => difference,
        _ => format!("the database has {object} in another form: {what}; {difference}"),
    };
    Err(PlanError::flag("adopt", name, problem))
}

/// What the database has where the operation creates something.
fn blocks(operation: &Operation, object: &Object, sight: &Sight<'_>) -> Option<Drift> {
    let in_the_way = sight.in_the_way(object);
    let can_be_adopted = in_the_way.is_none() && can_be_adopted(operation);
    let there = in_the_way.map(There::same);
    let There { what, difference } = there.or_else(|| sight.find(operation, object))?;
    if sight.is_of_chain(operation, object) {
        return None;
    }
    let name = shell_word(&object.path());
    let hint = match &difference {
        None if can_be_adopted => format!("take it over with --adopt {name}"),
        Some(_) if can_be_adopted => format!(
            "make {name} the same in the model and in the database, take it over with --adopt {name}, and \
             change the model in the revision after"
        ),
        _ => "drop it in the database, or give the new one another name".to_owned(),
    };
    let difference = (difference.map(|text| format!("; {text}"))).unwrap_or_default();
    Some(Drift {
        description: format!("{object} is to be created and already exists: {what}{difference}"),
        object: Some(object.clone()),
        unmanaged: None,
        blocking: true,
        hint: Some(hint),
    })
}

/// A table's name adopts its indexes too, the keys that come after it for the sake of order, and the enum
/// types of its columns.
fn is_named(name: &str, object: &Object, target: &Schema) -> bool {
    let table = object.table().map(ToString::to_string);
    let goes_with_table = match object {
        Object::Table(_) | Object::Index(..) | Object::ForeignKey(..) => {
            table.as_deref() == Some(name)
        }
        Object::Enum(of) => (target.table(&TableName::parse(name)))
            .is_some_and(|table| table.columns.iter().any(|it| enum_of(&it.ty) == Some(of))),
        _ => false,
    };
    object.path() == name || goes_with_table
}

const fn can_be_adopted(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::CreateTable { .. }
            | Operation::AddColumn { .. }
            | Operation::CreateIndex { .. }
            | Operation::AddUnique { .. }
            | Operation::AddCheck { .. }
            | Operation::AddForeignKey { .. }
            | Operation::CreateEnum { .. }
    )
}

fn mark(operation: &mut Operation) -> bool {
    match operation {
        Operation::CreateTable { if_not_exists, .. }
        | Operation::AddColumn { if_not_exists, .. }
        | Operation::CreateIndex { if_not_exists, .. }
        | Operation::AddUnique { if_not_exists, .. }
        | Operation::AddCheck { if_not_exists, .. }
        | Operation::AddForeignKey { if_not_exists, .. }
        | Operation::CreateEnum { if_not_exists, .. } => {
            *if_not_exists = true;
            true
        }
        _ => false,
    }
}

/// The object that an operation creates.
fn created(operation: &Operation) -> Option<Object> {
    Some(match operation {
        Operation::CreateTable { table, .. } => Object::Table(table.name.clone()),
        Operation::RenameTable { from: _, to } => Object::Table(to.clone()),
        Operation::AddColumn { table, column, .. } => {
            Object::Column(table.clone(), column.name.clone())
        }
        Operation::RenameColumn { table, from: _, to } => Object::Column(table.clone(), to.clone()),
        Operation::CreateIndex { table, index, .. } => {
            Object::Index(table.clone(), index.name.clone())
        }
        Operation::AddUnique { table, unique, .. } => {
            Object::Unique(table.clone(), unique.name.clone()?)
        }
        Operation::AddCheck { table, check, .. } => {
            Object::Check(table.clone(), check.name.clone()?)
        }
        Operation::AddForeignKey {
            table, foreign_key, ..
        } => Object::ForeignKey(table.clone(), foreign_key.name.clone()?),
        Operation::CreateEnum { enum_type, .. } => Object::Enum(enum_type.name.clone()),
        _ => return None,
    })
}
