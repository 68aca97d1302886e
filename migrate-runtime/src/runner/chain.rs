//! The chain as the runner needs it: the graph of its revisions, and what they do.
//!
//! Which revisions a command runs is the matter of [`graph`](crate::graph); here their ids become migrations
//! again, and the version rows follow each step.

use super::plan::Step;
use crate::graph::{Direction, Graph, GraphError, Revision};
use crate::migration::{Migration, OperationDef, checksum};
use crate::model::SchemaDef;
use crate::operation::{Operation, apply};
use crate::schema::Schema;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;

/// A set of revision ids.
pub(crate) type Revisions = BTreeSet<&'static str>;

/// A chain: its graph, and the migration behind each revision.
#[derive(Debug)]
pub(crate) struct Chain {
    name: &'static str,
    graph: Graph,
    by_id: BTreeMap<&'static str, &'static Migration>,
    /// Parents first.
    order: Vec<&'static Migration>,
    /// Who stands on a revision.
    followers: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Chain {
    /// Orders a chain.
    pub(crate) fn new(schema: &SchemaDef) -> Result<Self, GraphError> {
        let graph = Graph::new(schema.migrations.iter().map(revision))?;
        let by_id: BTreeMap<_, _> = schema
            .migrations
            .iter()
            .map(|migration| (migration.id, migration))
            .collect();
        let order: Vec<&'static Migration> = graph
            .sorted()
            .iter()
            .filter_map(|id| by_id.get(id.as_str()).copied())
            .collect();
        let mut followers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for migration in &order {
            for id in needs(migration) {
                followers.entry(id).or_default().push(migration.id);
            }
        }
        Ok(Self {
            name: schema.chain,
            graph,
            by_id,
            order,
            followers,
        })
    }

    /// The name of the chain.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Who follows whom.
    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// All migrations, parents first.
    pub(crate) fn order(&self) -> &[&'static Migration] {
        &self.order
    }

    /// The migration of that id.
    pub(crate) fn get(&self, id: &str) -> Option<&'static Migration> {
        self.by_id.get(id).copied()
    }

    /// Revisions of the chain by their ids; those that no file has are left out.
    pub(crate) fn known<'i>(&self, ids: impl IntoIterator<Item = &'i String>) -> Revisions {
        ids.into_iter()
            .filter_map(|id| self.get(id))
            .map(|migration| migration.id)
            .collect()
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

/// What is applied, step by step, and the version rows that say so: the applied revisions that no other
/// applied one stands on.
#[derive(Debug, Clone)]
pub(crate) struct State {
    applied: Revisions,
    rows: Revisions,
}

impl State {
    /// The state that version rows mean.
    pub(crate) fn new(chain: &Chain, rows: Revisions) -> Self {
        Self {
            applied: chain.with_ancestors(rows.iter().copied()),
            rows,
        }
    }

    /// The version rows.
    pub(crate) fn rows(&self) -> &Revisions {
        &self.rows
    }

    /// Whether the revision is applied.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.applied.contains(id)
    }

    /// The version rows after a step.
    pub(crate) fn rows_after(&self, chain: &Chain, step: Step) -> Revisions {
        let id = step.migration.id;
        let mut rows = self.rows.clone();
        match step.direction {
            Direction::Upgrade => {
                for below in needs(step.migration) {
                    rows.remove(below);
                }
                rows.insert(id);
            }
            Direction::Downgrade => {
                rows.remove(id);
                rows.extend(needs(step.migration).filter(|below| {
                    let followers = chain.followers.get(below).into_iter().flatten();
                    followers
                        .into_iter()
                        .all(|other| *other == id || !self.applied.contains(other))
                }));
            }
        }
        rows
    }

    /// Makes a step.
    pub(crate) fn make(&mut self, chain: &Chain, step: Step) {
        self.rows = self.rows_after(chain, step);
        match step.direction {
            Direction::Upgrade => self.applied.insert(step.migration.id),
            Direction::Downgrade => self.applied.remove(step.migration.id),
        };
    }
}

fn revision(migration: &Migration) -> Revision {
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    let Migration {
        id,
        message: _,
        revises,
        depends_on,
        branch_labels,
        upgrade: _,
        downgrade: _,
        irreversible: _,
        outside_transaction: _,
        location: _,
        downgrade_location: _,
    } = migration;
    Revision {
        id: (*id).to_owned(),
        parents: texts(revises),
        depends_on: texts(depends_on),
        branch_labels: texts(branch_labels),
    }
}

/// What a revision stands on.
fn needs(migration: &Migration) -> impl Iterator<Item = &'static str> {
    migration
        .revises
        .iter()
        .chain(migration.depends_on)
        .copied()
}

/// The file a migration is written in.
pub(crate) fn file(migration: &Migration) -> String {
    source_path(migration.location)
}

/// Where something is written, as people write it: `schema!` includes the files from beside its own, which
/// the compiler spells `src/../migrations/x.rs`.
pub(crate) fn source_path(location: &Location<'_>) -> String {
    let path = location.file().replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match parts.last() {
            Some(&last) if part == ".." && !matches!(last, "" | "." | "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// What a migration is about: its message, else the words of its file's name.
pub(crate) fn message(migration: &Migration) -> String {
    if !migration.message.is_empty() {
        return migration.message.to_owned();
    }
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
