//! What the new operations would create and the database already has.
//!
//! It blocks, unless `--adopt` names it: then the operation is recorded so that it leaves in place
//! what it finds, which must be what the models say.

use std::collections::BTreeSet;

use super::{Database, Drift, Flags, PlanError};
use crate::dialect::{Dialect, compared};
use crate::diff::{RenameHints, diff};
use crate::operation::{Object, Operation, describe};
use crate::schema::{AttachedKind, Name, Schema, Table};

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
    let normal = normal(database.schema, database.dialect);
    for operation in upgrade {
        let Some(object) = created(operation) else {
            continue;
        };
        let named = (flags.adopt.iter())
            .find(|name| is_named(name, &object))
            .map(String::as_str);
        used.extend(named);
        if let Some(name) = named
            && mark(operation)
        {
            let other = there_in(&object, database.schema)
                .filter(|_| same_there(operation, target, &normal, database.dialect).is_none());
            match other.filter(|_| is_part(operation)) {
                Some(other) => {
                    let problem = format!("the database has it in another form: {other}");
                    return Err(PlanError::flag("adopt", name, problem));
                }
                None => continue,
            }
        }
        // What the chain has under that name is dropped by this revision first.
        if there_in(&object, chain).is_some() {
            continue;
        }
        let there = there_in(&object, database.schema)
            .or_else(|| in_the_way(&object, chain, database, &normal))
            .or_else(|| {
                // Under another name it may be the chain's own, which this revision drops first.
                same_there(operation, target, &normal, database.dialect).filter(|_| {
                    let ours = self::normal(chain, database.dialect);
                    same_there(operation, target, &ours, database.dialect).is_none()
                })
            });
        let Some(there) = there else {
            continue;
        };
        found.retain(|drift| drift.object.as_ref() != Some(&object));
        let hint = can_be_adopted(operation)
            .then(|| format!("take it over with --adopt {}", object.path()))
            .or_else(|| {
                Some("drop it in the database, or give the new one another name".to_owned())
            });
        found.push(Drift {
            description: format!("{object} is to be created and exists already: {there}"),
            object: Some(object),
            unmanaged: None,
            blocking: true,
            hint,
        });
    }
    if let Some(name) = flags
        .adopt
        .iter()
        .find(|name| !used.contains(name.as_str()))
    {
        let problem = "no new operation creates it; write it into the models first (cargo migrate models --from-database)";
        return Err(PlanError::flag("adopt", name, problem));
    }
    same_as_the_models(&used, target, database)?;
    // What is taken over is no difference any more.
    found.retain(|drift| {
        let adopted = drift
            .object
            .as_ref()
            .is_some_and(|object| used.iter().any(|name| is_named(name, object)));
        drift.blocking || !adopted
    });
    Ok(())
}

/// A table's name adopts its indexes too, and the keys that come after it for the sake of order.
fn is_named(name: &str, object: &Object) -> bool {
    let table = object.table().map(ToString::to_string);
    let with_table = matches!(
        object,
        Object::Table(_) | Object::Index(..) | Object::ForeignKey(..)
    );
    object.path() == name || with_table && table.as_deref() == Some(name)
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
    )
}

fn mark(operation: &mut Operation) -> bool {
    match operation {
        Operation::CreateTable { if_not_exists, .. }
        | Operation::AddColumn { if_not_exists, .. }
        | Operation::CreateIndex { if_not_exists, .. }
        | Operation::AddUnique { if_not_exists, .. }
        | Operation::AddCheck { if_not_exists, .. }
        | Operation::AddForeignKey { if_not_exists, .. } => {
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
        _ => return None,
    })
}

/// What a schema has under that name.
fn there_in(object: &Object, database: &Schema) -> Option<String> {
    let of = object.table().and_then(|table| database.table(table));
    let same = |name: &Option<Name>, wanted: &Name| name.as_ref() == Some(wanted);
    match object {
        Object::Table(_) => {
            let names: Vec<Name> = of?
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect();
            Some(describe::columns(&names))
        }
        Object::Column(_, name) => of?.column(name).map(describe::column),
        Object::Index(_, name) => of?.index(name).map(describe::index),
        Object::Unique(_, name) => of?
            .uniques
            .iter()
            .find(|one| same(&one.name, name))
            .map(describe::unique),
        Object::Check(_, name) => of?
            .checks
            .iter()
            .find(|one| same(&one.name, name))
            .map(describe::check),
        Object::ForeignKey(_, name) => of?
            .foreign_keys
            .iter()
            .find(|one| same(&one.name, name))
            .map(describe::foreign_key),
        Object::PrimaryKey(_) | Object::Enum(_) => None,
    }
}

/// Whether it adds to a table that is there. A table is compared as a whole.
const fn is_part(operation: &Operation) -> bool {
    can_be_adopted(operation) && !matches!(operation, Operation::CreateTable { .. })
}

/// The part of a table itself, if the one in the database has it, as the database tells such things apart.
fn same_there(
    operation: &Operation,
    target: &Schema,
    normal: &Schema,
    dialect: &dyn Dialect,
) -> Option<String> {
    let table = target.table(operation.table()?)?;
    let mut holder = Table {
        uniques: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        ..table.clone()
    };
    let what = match operation {
        Operation::AddUnique { unique, .. } => {
            holder.uniques.push(unique.clone());
            describe::unique(unique)
        }
        Operation::AddCheck { check, .. } => {
            holder.checks.push(check.clone());
            describe::check(check)
        }
        Operation::AddForeignKey { foreign_key, .. } => {
            holder.foreign_keys.push(foreign_key.clone());
            describe::foreign_key(foreign_key)
        }
        Operation::CreateIndex { index, .. } => {
            holder.indexes.push(index.clone());
            describe::index(index)
        }
        Operation::AddColumn { column, .. } => {
            holder.columns.retain(|one| one.name == column.name);
            holder.primary_key = None;
            describe::column(column)
        }
        _ => return None,
    };
    // The types of its columns may stand for checks, too.
    let alone = self::normal(&alone(&holder), dialect);
    let Table {
        name,
        columns,
        uniques,
        checks,
        foreign_keys,
        indexes,
        ..
    } = alone.tables.into_values().next()?;
    let there = normal.table(&name)?;
    let is_column = matches!(operation, Operation::AddColumn { .. });
    let is_there = (!is_column || columns.iter().all(|one| there.columns.contains(one)))
        && indexes.iter().all(|one| there.indexes.contains(one))
        && uniques.iter().all(|one| there.uniques.contains(one))
        && checks.iter().all(|one| there.checks.contains(one))
        && foreign_keys
            .iter()
            .all(|one| there.foreign_keys.contains(one));
    is_there.then_some(what)
}

/// What has the name that a new table or index needs and is something else: one that the database does
/// not tell from it, a view, or the index of another table.
fn in_the_way(
    object: &Object,
    chain: &Schema,
    database: Database<'_>,
    normal: &Schema,
) -> Option<String> {
    let same = |one: &Name, other: &Name| one.as_str().eq_ignore_ascii_case(other.as_str());
    match object {
        Object::Table(name) => {
            let alone = self::normal(&alone(&Table::new(name.clone())), database.dialect);
            let table = alone.tables.keys().find_map(|name| normal.table(name));
            let table = table.filter(|_| !chain.tables.keys().any(|it| same(&it.name, &name.name)));
            let attached = (database.schema.attached.iter())
                .filter(|it| it.kind != AttachedKind::Trigger)
                .find(|it| same(&it.name, &name.name));
            (table.map(|table| format!("table {}", table.name)))
                .or_else(|| attached.map(|it| format!("{} {}", it.kind.as_str(), it.name)))
        }
        Object::Index(table, name) if database.dialect.capabilities().schema_wide_indexes => {
            let others = (database.schema.tables.values()).filter(|other| other.name != *table);
            let (other, index) = others
                .flat_map(|other| other.indexes.iter().map(move |index| (other, index)))
                .find(|(_, index)| same(&index.name, name))?;
            let of_chain = (chain.tables.values())
                .any(|table| table.indexes.iter().any(|it| same(&it.name, name)));
            (!of_chain).then(|| format!("{} on {}", index.name, other.name))
        }
        _ => None,
    }
}

fn normal(schema: &Schema, dialect: &dyn Dialect) -> Schema {
    dialect.normalize(&dialect.physical(schema))
}

/// Refuses to adopt a table that the database has in another form than the models: the next revision
/// would find the difference as drift.
fn same_as_the_models(
    adopted: &BTreeSet<&str>,
    target: &Schema,
    database: Database<'_>,
) -> Result<(), PlanError> {
    let dialect = database.dialect;
    let (there, models) = compared(database.schema, target, dialect);
    for table in models.tables.values() {
        let Some(other) = there.table(&table.name) else {
            continue;
        };
        if !adopted.contains(table.name.to_string().as_str()) {
            continue;
        }
        let differences: Vec<String> = diff(&alone(other), &alone(table), &RenameHints::default())
            .iter()
            .filter(|operation| {
                // What the database has beyond the models is kept.
                !matches!(
                    operation,
                    Operation::DropIndex { .. }
                        | Operation::DropColumn { .. }
                        | Operation::DropUnique { .. }
                        | Operation::DropCheck { .. }
                        | Operation::DropForeignKey { .. }
                )
            })
            .map(describe)
            .collect();
        if !differences.is_empty() {
            let problem = format!(
                "the models have it in another form: {}",
                differences.join("; ")
            );
            return Err(PlanError::flag("adopt", &table.name.to_string(), problem));
        }
    }
    Ok(())
}

fn alone(table: &Table) -> Schema {
    let mut schema = Schema::new();
    schema.insert(table.clone());
    schema
}
