//! The chain as the runner needs it: which revisions come before which.
//!
//! In goes the const chain of a crate, out come orders and sets of revisions. The compiler has checked the
//! chain already; it is checked again because a tool may have switched that off. A revision stands on its
//! parents and on what it depends on; both must be applied before it.

use crate::migration::{Migration, OperationDef, checksum};
use crate::model::SchemaDef;
use crate::operation::{Operation, apply};
use crate::schema::Schema;
use crate::{ErrorKind, Explain};
use std::collections::{BTreeMap, BTreeSet};

/// A set of revision ids.
pub(crate) type Revisions = BTreeSet<&'static str>;

/// A chain whose revisions are in an order in which they can be applied.
#[derive(Debug)]
pub(crate) struct Chain {
    name: &'static str,
    /// Parents first; of two that are independent, the one whose file comes first.
    order: Vec<&'static Migration>,
    by_id: BTreeMap<&'static str, &'static Migration>,
}

/// A chain that cannot be ordered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// Two files with one id.
    #[error("revision {revision} exists twice: in {first} and in {second}")]
    Duplicate {
        /// The id.
        revision: String,
        /// A file.
        first: String,
        /// The other file.
        second: String,
    },
    /// A parent that no file has.
    #[error("revision {revision} ({file}) follows {parent}, which no migration file has")]
    MissingParent {
        /// The id.
        revision: String,
        /// Its file.
        file: String,
        /// The parent.
        parent: String,
    },
    /// Revisions that follow each other in a circle.
    #[error("these revisions follow each other in a circle: {}", .0.join(", "))]
    Cycle(Vec<String>),
}

impl Explain for ChainError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        vec![
            match self {
                Self::Duplicate { .. } => {
                    "give one of them another id, in its name and in `Migration::new`"
                }
                Self::MissingParent { .. } => {
                    "bring the file back, or correct `.revises(…)`: cargo migrate history"
                }
                Self::Cycle(_) => "correct `.revises(…)` of one of them: cargo migrate history",
            }
            .to_owned(),
        ]
    }
}

impl Chain {
    /// Orders a chain.
    pub(crate) fn new(schema: &SchemaDef) -> Result<Self, ChainError> {
        let mut by_id: BTreeMap<&'static str, &'static Migration> = BTreeMap::new();
        for migration in schema.migrations {
            if let Some(first) = by_id.insert(migration.id, migration) {
                return Err(ChainError::Duplicate {
                    revision: migration.id.to_owned(),
                    first: file(first),
                    second: file(migration),
                });
            }
        }
        for migration in schema.migrations {
            if let Some(parent) = needs(migration).find(|id| !by_id.contains_key(id)) {
                return Err(ChainError::MissingParent {
                    revision: migration.id.to_owned(),
                    file: file(migration),
                    parent: parent.to_owned(),
                });
            }
        }
        Ok(Self {
            name: schema.chain,
            order: order(schema.migrations)?,
            by_id,
        })
    }

    /// The name of the chain.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// All migrations, parents first.
    pub(crate) fn order(&self) -> &[&'static Migration] {
        &self.order
    }

    /// The migration of that id.
    pub(crate) fn get(&self, id: &str) -> Option<&'static Migration> {
        self.by_id.get(id).copied()
    }

    /// The revisions that no other one follows.
    pub(crate) fn heads(&self) -> Revisions {
        let all: Revisions = self.by_id.keys().copied().collect();
        self.parents_only_tips(&all)
    }

    fn parents_only_tips(&self, of: &Revisions) -> Revisions {
        let followed: Revisions = self
            .order
            .iter()
            .flat_map(|migration| migration.revises.iter().copied())
            .collect();
        of.difference(&followed).copied().collect()
    }

    /// Those revisions and everything they stand on.
    pub(crate) fn with_ancestors<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Revisions {
        let mut found = Revisions::new();
        let mut waiting: Vec<&Migration> = ids.into_iter().filter_map(|id| self.get(id)).collect();
        while let Some(migration) = waiting.pop() {
            if found.insert(migration.id) {
                waiting.extend(needs(migration).filter_map(|id| self.get(id)));
            }
        }
        found
    }

    /// Everything that stands on a revision, itself not included.
    pub(crate) fn descendants(&self, of: &str) -> Revisions {
        let mut found = Revisions::new();
        for migration in &self.order {
            if needs(migration).any(|id| id == of || found.contains(id)) {
                found.insert(migration.id);
            }
        }
        found
    }

    /// Of those revisions, the ones that nothing else among them stands on: the rows of the
    /// version table.
    pub(crate) fn tips(&self, of: &Revisions) -> Revisions {
        let below: Revisions = of
            .iter()
            .filter_map(|id| self.get(id))
            .flat_map(needs)
            .collect();
        of.difference(&below).copied().collect()
    }
}

impl Chain {
    /// The schema that the applied revisions lead to. An operation that does not fit is left out: the
    /// database holds what it holds, and what it does not say is not worth refusing an upgrade for.
    pub(crate) fn fold(&self, rows: &Revisions) -> Schema {
        let applied = self.with_ancestors(rows.iter().copied());
        let mut schema = Schema::new();
        for migration in self.order.iter().filter(|it| applied.contains(it.id)) {
            for operation in lower(migration.upgrade) {
                let _ = apply(&mut schema, &operation);
            }
        }
        schema
    }
}

/// What a revision stands on.
pub(crate) fn needs(migration: &Migration) -> impl Iterator<Item = &'static str> {
    migration
        .revises
        .iter()
        .chain(migration.depends_on)
        .copied()
}

/// The file a migration is written in.
pub(crate) fn file(migration: &Migration) -> String {
    migration.location.file().replace('\\', "/")
}

/// What a migration is about, from the name of its file: the const data has no message.
pub(crate) fn message(migration: &Migration) -> String {
    let file = file(migration);
    let stem = file.rsplit('/').next().unwrap_or_default();
    let stem = stem.strip_suffix(".rs").unwrap_or(stem);
    stem.strip_prefix(migration.id)
        .unwrap_or_default()
        .trim_start_matches('_')
        .replace('_', " ")
}

/// The owned form of operations.
pub(crate) fn lower(operations: &[OperationDef]) -> Vec<Operation> {
    operations.iter().map(OperationDef::lower).collect()
}

/// The checksum of a migration.
pub(crate) fn checksum_of(migration: &Migration) -> String {
    checksum::checksum(&lower(migration.upgrade))
}

/// Kahn's algorithm; among those that are ready, the first file goes first.
fn order(migrations: &'static [Migration]) -> Result<Vec<&'static Migration>, ChainError> {
    let place: BTreeMap<&str, usize> = migrations
        .iter()
        .enumerate()
        .map(|(place, migration)| (migration.id, place))
        .collect();
    let mut missing: Vec<usize> = migrations.iter().map(|m| needs(m).count()).collect();
    let mut followers = vec![Vec::new(); migrations.len()];
    for (index, migration) in migrations.iter().enumerate() {
        for id in needs(migration) {
            followers[place[id]].push(index);
        }
    }
    let mut ready: BTreeSet<usize> = (0..migrations.len())
        .filter(|index| missing[*index] == 0)
        .collect();
    let mut order = Vec::with_capacity(migrations.len());
    while let Some(index) = ready.pop_first() {
        order.push(&migrations[index]);
        for follower in &followers[index] {
            missing[*follower] -= 1;
            if missing[*follower] == 0 {
                ready.insert(*follower);
            }
        }
    }
    if order.len() < migrations.len() {
        let stuck = migrations
            .iter()
            .zip(&missing)
            .filter(|(_, missing)| **missing > 0)
            .map(|(migration, _)| migration.id.to_owned())
            .collect();
        return Err(ChainError::Cycle(stuck));
    }
    Ok(order)
}
