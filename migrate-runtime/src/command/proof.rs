//! What the compiler refuses in a chain, for builds that it does not check: those that `cargo migrate`
//! makes, since it must be able to build what does not agree yet.
//!
//! The compiler's fold says more, and says it at the line. Here is what would otherwise be noticed when
//! the revision is applied already: a downgrade that does not restore, and operations that do not go
//! with what the migration says of transactions.

use super::check::{FoldError, replay};
use super::subjects::Subjects;
use crate::check::transactions;
use crate::connection::VALUES_WAIT;
use crate::diff::{RenameHints, diff};
use crate::migration::{Migration, OperationDef, OperationKind};
use crate::operation::{Operation, apply_all, describe};
use crate::runner::{Chains, file, lower};
use crate::schema::{ForeignKey, Schema, TableName};
use crate::sql::{TooEarly, too_early};
use crate::{ErrorKind, Explain};
use std::collections::BTreeSet;

/// A revision that the compiler refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the compiler refuses revision {revision} ({file}): {problem}")]
pub struct Refused {
    /// Its id.
    pub revision: String,
    /// Its file.
    pub file: String,
    /// What is wrong.
    pub problem: String,
}

impl Explain for Refused {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        vec![
            "mend the file before it is applied; `cargo check` shows the place".to_owned(),
            "a downgrade that cannot restore is left out, and the migration says .irreversible(\"why\")"
                .to_owned(),
        ]
    }
}

/// The revisions of the schema's own chain that the compiler refuses, in the order of the chain.
///
/// # Errors
/// Where an upgrade does not fit the chain before it.
pub(super) fn refused(chains: &Chains) -> Result<Vec<Refused>, FoldError> {
    let mut schema = Schema::new();
    let mut refused = Vec::new();
    for (is_own, migration) in chains.order_by_owner() {
        // That of a library was proven where it was written.
        if !is_own {
            replay(&mut schema, migration)?;
            continue;
        }
        let mut problem = transactions(migration).map(|message| message.as_str().to_owned());
        problem = problem.or_else(|| used_too_early(&schema, migration));
        problem = problem.or(leads_elsewhere(&schema, migration, chains)?);
        problem = problem.or(unrestored(&mut schema, migration)?);
        refused.extend(problem.map(|problem| Refused {
            revision: migration.id.to_owned(),
            file: file(migration),
            problem,
        }));
    }
    Ok(refused)
}

/// A squashed migration that does not lead to what those lead to that it replaces, as long as their files are there.
fn leads_elsewhere(
    before: &Schema,
    migration: &Migration,
    chains: &Chains,
) -> Result<Option<String>, FoldError> {
    if migration.replaces.is_empty() {
        return Ok(None);
    }
    let Some(replaced) = chains.own().replaced(migration) else {
        return Ok(None);
    };
    let mut old = before.clone();
    for migration in replaced {
        replay(&mut old, migration)?;
    }
    let mut new = before.clone();
    replay(&mut new, migration)?;
    let problem = remaining(&diff(&new, &old, &RenameHints::default()));
    Ok(problem.map(|problem| {
        format!("it does not lead to what those lead to that it replaces: {problem}")
    }))
}

/// A value of an enum type that is used in the transaction that adds it, where that is seen at all.
fn used_too_early(before: &Schema, migration: &Migration) -> Option<String> {
    if !VALUES_WAIT || migration.outside_transaction {
        return None;
    }
    let upgrade = lower(migration.upgrade);
    let found = too_early(&upgrade, before).or_else(|| {
        let downgrade = lower(migration.downgrade.filter(|steps| alters_enums(steps))?);
        let mut after = before.clone();
        // What does not fit is refused for that.
        apply_all(&mut after, &upgrade).ok()?;
        too_early(&downgrade, &after)
    });
    found.map(|TooEarly { name, value, .. }| {
        format!(
            "it uses the value `{value}` of the enum `{name}` in the transaction that adds it, which \
             PostgreSQL cannot do"
        )
    })
}

/// Most migrations do not, and need no copy of the schema.
fn alters_enums(steps: &[OperationDef]) -> bool {
    steps.iter().any(|step| match &step.kind {
        OperationKind::AlterEnum { .. } => true,
        OperationKind::Sql { changes, .. } | OperationKind::Run { changes, .. } => {
            alters_enums(changes)
        }
        _ => false,
    })
}

/// Takes the schema over a migration, and looks whether its downgrade would lead back.
fn unrestored(schema: &mut Schema, migration: &Migration) -> Result<Option<String>, FoldError> {
    let Some(downgrade) = migration.downgrade.map(lower) else {
        replay(schema, migration)?;
        return Ok(None);
    };
    // Only what it touches is compared: a clone of the whole schema for each revision is quadratic.
    let mut touched = Subjects::default();
    touched.add(&lower(migration.upgrade));
    touched.add(&downgrade);
    let before = part(schema, &touched.tables);
    replay(schema, migration)?;
    let mut back = part(schema, &touched.tables);
    let problem = match apply_all(&mut back, &downgrade) {
        Err(error) => Some(error.to_string()),
        Ok(()) => remaining(&diff(&back, &before, &RenameHints::default())),
    };
    Ok(problem.map(|problem| {
        format!("its downgrade does not restore what its upgrade started from: {problem}")
    }))
}

/// The schema with those tables only, and the ones that refer to them.
fn part(schema: &Schema, tables: &BTreeSet<TableName>) -> Schema {
    let mut part = Schema::new();
    part.enums.clone_from(&schema.enums);
    for (name, table) in &schema.tables {
        let refers = |key: &ForeignKey| tables.contains(&key.target);
        if tables.contains(name) || table.foreign_keys.iter().any(refers) {
            part.insert(table.clone());
        }
    }
    part
}

/// What would still have to be done, in a line.
fn remaining(operations: &[Operation]) -> Option<String> {
    let said = operations.iter().map(|operation| {
        let (verb, what) = describe::summary(operation);
        format!("{verb} {what}")
    });
    let said = said.collect::<Vec<_>>().join("; ");
    (!said.is_empty()).then(|| format!("still to be {said}"))
}
