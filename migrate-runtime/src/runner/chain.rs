//! One chain as the runner needs it: the graph of its revisions, and what they do.
//!
//! Which revisions a command runs is the matter of [`graph`](crate::graph); here their ids become migrations
//! again. What several chains are together is the matter of [`chains`](super::chains).

use crate::graph::{Graph, GraphError, Revision};
use crate::migration::{Migration, OperationDef, checksum};
use crate::model::SchemaDef;
use crate::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A set of revision ids.
pub(crate) type Revisions = BTreeSet<&'static str>;

/// A chain: its graph, and the migration behind each revision.
#[derive(Debug)]
pub(crate) struct Chain {
    name: &'static str,
    /// Whether a library brings it.
    is_included: bool,
    graph: Graph,
    by_id: BTreeMap<&'static str, &'static Migration>,
    /// All of its files, those too that another one replaces.
    files: &'static [Migration],
    /// Parents first.
    order: Vec<&'static Migration>,
    /// Who stands on a revision.
    followers: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Chain {
    /// Orders a chain for a database with these version rows.
    pub(super) fn for_rows(
        schema: &SchemaDef,
        is_included: bool,
        rows: &[String],
    ) -> Result<Self, GraphError> {
        let revisions = schema.migrations.iter().map(revision);
        let graph = Graph::for_rows(revisions, rows.iter().map(String::as_str))?;
        let by_id: BTreeMap<_, _> = schema
            .migrations
            .iter()
            .map(|migration| (migration.id, migration))
            .collect();
        // By what each id is on the map: another revision may stand for it, or none.
        let by_id: BTreeMap<_, _> = (schema.migrations.iter())
            .flat_map(|migration| std::iter::once(&migration.id).chain(migration.replaces))
            .filter_map(|id| Some((*id, *by_id.get(graph.get(id)?.id.as_str())?)))
            .collect();
        let order: Vec<&'static Migration> = graph
            .sorted()
            .iter()
            .filter_map(|id| by_id.get(id.as_str()).copied())
            .collect();
        let mut chain = Self {
            name: schema.chain,
            is_included,
            graph,
            by_id,
            files: schema.migrations,
            order,
            followers: BTreeMap::new(),
        };
        let mut followers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for migration in &chain.order {
            for below in chain.needs(migration) {
                followers.entry(below.id).or_default().push(migration.id);
            }
        }
        chain.followers = followers;
        Ok(chain)
    }

    /// The name of the chain.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Its name where it is a library's: those of the schema's own need no saying.
    pub(crate) fn library(&self) -> Option<&'static str> {
        self.is_included.then_some(self.name)
    }

    /// A revision as people see it: with its chain, where a library brings that.
    pub(crate) fn title(&self, id: &str) -> String {
        match self.library() {
            Some(name) => format!("{name}@{id}"),
            None => id.to_owned(),
        }
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

    /// What a migration replaces, in order; `None` where files of it are gone.
    pub(crate) fn replaced(&self, by: &Migration) -> Option<Vec<&'static Migration>> {
        let files = self.files.iter().filter(|it| by.replaces.contains(&it.id));
        let files: BTreeMap<_, _> = files.map(|it| (it.id, it)).collect();
        // Those that one of them replaces in its turn were folded with it.
        let is_inner = |id: &&str| files.values().any(|it| it.replaces.contains(id));
        let outer = by.replaces.iter().filter(|id| !is_inner(id));
        outer.map(|id| files.get(id).copied()).collect()
    }

    /// The migration of that id, or of that label.
    pub(super) fn by_id_or_label(&self, name: &str) -> Option<&'static Migration> {
        self.get(name).or_else(|| {
            let mut order = self.order.iter();
            order
                .find(|migration| migration.branch_labels.contains(&name))
                .copied()
        })
    }

    /// Revisions of the chain by their ids; those that no file has are left out.
    pub(crate) fn known<'i>(&self, ids: impl IntoIterator<Item = &'i String>) -> Revisions {
        ids.into_iter()
            .filter_map(|id| self.get(id))
            .map(|migration| migration.id)
            .collect()
    }

    /// Those revisions and everything of the chain that they stand on.
    pub(crate) fn with_ancestors<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Revisions {
        let mut found = Revisions::new();
        let mut waiting: Vec<&Migration> = ids.into_iter().filter_map(|id| self.get(id)).collect();
        while let Some(migration) = waiting.pop() {
            if found.insert(migration.id) {
                waiting.extend(self.needs(migration));
            }
        }
        found
    }

    /// What a revision stands on, in the chain.
    pub(super) fn needs(
        &self,
        migration: &Migration,
    ) -> impl Iterator<Item = &'static Migration> + use<'_> {
        let below = migration.revises.iter().chain(migration.depends_on);
        below.filter_map(|name| self.by_id_or_label(name))
    }

    /// Who stands on a revision, in the chain.
    pub(super) fn followers(&self, id: &str) -> impl Iterator<Item = &'static str> + '_ {
        self.followers.get(id).into_iter().flatten().copied()
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
        replaces,
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
        replaces: texts(replaces),
    }
}

/// What a revision needs of other chains: `chain@revision`, taken apart.
pub(super) fn needs_elsewhere(
    migration: &Migration,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let depends_on = migration.depends_on.iter();
    depends_on.filter_map(|dependency| dependency.split_once('@'))
}

/// The file a migration is written in.
pub(crate) fn file(migration: &Migration) -> String {
    source_path(migration.location)
}

/// Where the compiler was, and where the reader of our messages is.
static VIEW: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();

/// From now on sources are named as they can be opened from `reader`. The compiler names those of a
/// workspace as seen from its root. Said once, at the start of a command line.
#[cfg(feature = "cli")]
pub(crate) fn name_sources_for(root: &std::path::Path, reader: &std::path::Path) {
    // A second call would be for the same process, so for the same reader.
    let _ = VIEW.set((root.to_owned(), reader.to_owned()));
}

/// Where something is written, as the reader can open it.
pub(crate) fn source_path(location: &Location<'_>) -> String {
    let path = clean_path(location);
    let Some((root, reader)) = VIEW.get() else {
        return path;
    };
    let full = root.join(&path);
    let seen = full.strip_prefix(reader).unwrap_or(&full);
    seen.display().to_string()
}

/// `schema!` includes the files from beside its own, which the compiler spells `src/../migrations/x.rs`.
fn clean_path(location: &Location<'_>) -> String {
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
    let file = clean_path(migration.location);
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
