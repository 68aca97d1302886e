//! How a database differs from the chain.
//!
//! Both are put into the dialect's comparison form first, so the differences are descriptions and
//! never become SQL. What the database has on top is kept and does not block; what it lacks, or has
//! in another form, does.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialect::{Dialect, compared};
use crate::diff::{RenameHints, diff};
use crate::operation::{Object, Operation, describe};
use crate::schema::{Attached, AttachedKind, Schema, TableName};

/// One difference between a database and the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// What it is about; `None` for a view, trigger or virtual table.
    pub object: Option<Object>,
    /// The view, trigger or virtual table that no migration made.
    pub unmanaged: Option<AttachedKind>,
    /// The difference, in one sentence.
    pub description: String,
    /// Whether a new revision would be wrong because of it.
    pub blocking: bool,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The differences between the chain and what introspection reported.
pub fn drift(chain: &Schema, database: &Schema, dialect: &dyn Dialect) -> Vec<Drift> {
    let (from, to) = compared(chain, database, dialect);
    let operations = diff(&from, &to, &RenameHints::default());
    let extra = tables(&operations);
    let mut found = compare(&operations, &extra);
    let is_in_extra = |attached: &&Attached| {
        (attached.table.as_ref()).is_some_and(|table| {
            let lower = TableName::parse(&table.to_string().to_lowercase());
            !from.tables.contains_key(table) && (extra.contains(table) || extra.contains(&lower))
        })
    };
    let attached = database.attached.iter();
    let attached = attached
        .filter(|attached| attached.kind != AttachedKind::ColumnCheck && !is_in_extra(attached));
    let rest: Vec<&Attached> = attached
        .filter(|attached| !say_invalid(&mut found, attached, dialect))
        .collect();
    found.extend(rest.into_iter().map(|attached| {
        let Attached {
            kind,
            name,
            table,
            sql: _,
        } = attached;
        let on = table
            .as_ref()
            .filter(|table| table.to_string() != name.as_str())
            .map(|table| format!(" on {table}"))
            .unwrap_or_default();
        Drift {
            object: None,
            unmanaged: (*kind != AttachedKind::Undecided).then_some(*kind),
            description: if *kind == AttachedKind::Undecided {
                format!("cannot tell whether {name}{on} differs: the connection may not write")
            } else {
                format!("{} {name}{on} is not managed by the chain", kind.as_str())
            },
            blocking: false,
            hint: None,
        }
    }));
    found
}

/// Says of an index that is missing only because it is invalid how it is built again.
fn say_invalid(found: &mut [Drift], attached: &Attached, dialect: &dyn Dialect) -> bool {
    let (AttachedKind::InvalidIndex, Some(table)) = (attached.kind, &attached.table) else {
        return false;
    };
    let missing = found.iter_mut().find(|drift| {
        matches!(&drift.object, Some(Object::Index(on, index))
            if drift.blocking && *index == attached.name && on.name == table.name)
    });
    let Some((drift, object)) = missing.and_then(|drift| {
        let object = drift.object.as_ref()?.to_string();
        Some((drift, object))
    }) else {
        return false;
    };
    let path = dialect.quote_table(&TableName {
        schema: table.schema.clone(),
        name: attached.name.clone(),
    });
    let again = format!("REINDEX INDEX CONCURRENTLY {path}");
    drift.description = format!(
        "{object} is invalid in the database, as building it failed; build it again: {again}"
    );
    drift.hint = Some(format!(
        "build it again, a unique one when the rows are: {again}"
    ));
    true
}

/// An object as the operations see it: gone, new, or both.
#[derive(Default)]
struct Seen {
    missing: bool,
    extra: Option<String>,
    different: Option<String>,
}

/// The tables that the database has on top. What is in one of them is no news.
fn tables(operations: &[Operation]) -> BTreeSet<TableName> {
    let created = operations.iter().filter_map(|operation| match operation {
        Operation::CreateTable { table, .. } => Some(table.name.clone()),
        _ => None,
    });
    created.collect()
}

fn compare(operations: &[Operation], extra: &BTreeSet<TableName>) -> Vec<Drift> {
    let mut seen: BTreeMap<Object, Seen> = BTreeMap::new();
    for operation in operations {
        let Some((object, change)) = change(operation) else {
            continue;
        };
        let is_table = matches!(object, Object::Table(_));
        if !is_table && object.table().is_some_and(|table| extra.contains(table)) {
            continue;
        }
        let entry = seen.entry(object).or_default();
        match change {
            Change::Missing => entry.missing = true,
            Change::Extra(what) => entry.extra = Some(what),
            Change::Different(what) => entry.different = Some(what),
        }
    }
    seen.into_iter()
        .map(|(object, seen)| report(object, seen))
        .collect()
}

fn report(object: Object, seen: Seen) -> Drift {
    let is_key = matches!(object, Object::PrimaryKey(_));
    let (description, blocking) = match seen {
        Seen {
            missing: true,
            extra: Some(what),
            ..
        }
        | Seen {
            different: Some(what),
            ..
        } => (
            format!("{object} is different in the database: {what}"),
            true,
        ),
        Seen { missing: true, .. } => (format!("{object} is missing in the database"), true),
        Seen {
            extra: Some(what), ..
        } if is_key => (
            format!("{object} is different in the database: {what}"),
            true,
        ),
        Seen { .. } => (
            format!("{object} is in the database and in no migration"),
            false,
        ),
    };
    let hint = blocking.then(|| {
        "bring the database back to the chain by hand (cargo migrate status lists every difference)"
            .to_owned()
    });
    Drift {
        object: Some(object),
        unmanaged: None,
        description,
        blocking,
        hint,
    }
}

/// The first of the objects that operations drop, a table before what is in it.
pub(super) fn missing(operations: &[Operation]) -> Option<Object> {
    let found = operations.iter().filter_map(change);
    let dropped = found.filter(|(_, change)| matches!(change, Change::Missing));
    dropped.map(|(object, _)| object).min()
}

enum Change {
    Missing,
    Extra(String),
    Different(String),
}

/// What an operation from the chain to the database says of the database.
fn change(operation: &Operation) -> Option<(Object, Change)> {
    let found = match operation {
        Operation::CreateTable { table, .. } => (
            Object::Table(table.name.clone()),
            Change::Extra(String::new()),
        ),
        Operation::DropTable { table, .. } => (Object::Table(table.clone()), Change::Missing),
        Operation::SetTableComment { table, .. } | Operation::SetTableOptions { table, .. } => {
            let (_, what) = describe::summary(operation);
            (Object::Table(table.clone()), Change::Different(what))
        }
        Operation::AddColumn { table, column, .. } => {
            let object = Object::Column(table.clone(), column.name.clone());
            (object, Change::Extra(describe::column(column)))
        }
        Operation::DropColumn { table, column, .. } => (
            Object::Column(table.clone(), column.clone()),
            Change::Missing,
        ),
        Operation::AlterColumn {
            table,
            column,
            change,
        } => {
            let object = Object::Column(table.clone(), column.clone());
            (object, Change::Different(describe::change(change)))
        }
        Operation::CreateIndex { table, index, .. } => {
            let object = Object::Index(table.clone(), index.name.clone());
            (object, Change::Extra(describe::index(index)))
        }
        Operation::DropIndex { table, index, .. } => {
            (Object::Index(table.clone(), index.clone()), Change::Missing)
        }
        Operation::RenameIndex { table, from, to } => {
            let object = Object::Index(table.clone(), from.clone());
            (object, Change::Different(format!("it is called {to}")))
        }
        Operation::RenameConstraint { table, from, to } => {
            let object = Object::Constraint(table.clone(), from.clone());
            (object, Change::Different(format!("it is called {to}")))
        }
        Operation::AddPrimaryKey { table, primary_key } => {
            let what = describe::primary_key(primary_key);
            (Object::PrimaryKey(table.clone()), Change::Extra(what))
        }
        Operation::DropPrimaryKey { table } => (Object::PrimaryKey(table.clone()), Change::Missing),
        Operation::AddUnique {
            table,
            unique,
            if_not_exists: _,
        } => {
            let name = unique
                .name
                .clone()
                .unwrap_or_else(|| describe::columns(&unique.columns).into());
            (
                Object::Unique(table.clone(), name),
                Change::Extra(describe::unique(unique)),
            )
        }
        Operation::DropUnique { table, name } => {
            (Object::Unique(table.clone(), name.clone()), Change::Missing)
        }
        Operation::AddCheck { table, check, .. } => {
            let name = (check.name.clone())
                .unwrap_or_else(|| format!("({})", describe::text(&check.expression)).into());
            (
                Object::Check(table.clone(), name),
                Change::Extra(describe::check(check)),
            )
        }
        Operation::DropCheck { table, name } => {
            (Object::Check(table.clone(), name.clone()), Change::Missing)
        }
        Operation::AddForeignKey {
            table,
            foreign_key: key,
            if_not_exists: _,
            not_valid: _,
        } => {
            let name = key
                .name
                .clone()
                .unwrap_or_else(|| describe::columns(&key.columns).into());
            (
                Object::ForeignKey(table.clone(), name),
                Change::Extra(describe::foreign_key(key)),
            )
        }
        Operation::DropForeignKey { table, name } => (
            Object::ForeignKey(table.clone(), name.clone()),
            Change::Missing,
        ),
        Operation::CreateEnum { enum_type, .. } => (
            Object::Enum(enum_type.name.clone()),
            Change::Extra(enum_type.values.join(", ")),
        ),
        Operation::AlterEnum { name, values, .. } => (
            Object::Enum(name.clone()),
            Change::Different(values.join(", ")),
        ),
        Operation::DropEnum { name } => (Object::Enum(name.clone()), Change::Missing),
        Operation::RenameTable { .. }
        | Operation::RenameColumn { .. }
        | Operation::ValidateConstraint { .. }
        | Operation::Sql { .. }
        | Operation::Backfill { .. }
        | Operation::Run { .. } => return None,
    };
    Some(found)
}
