//! `rebase`: revisions of a branch that lost the race, put behind another head.

use super::heads::forgets_none;
use crate::graph::{Graph, GraphError, resolve};
use crate::source::name::{self, Timestamp};
use crate::source::{Directory, Locations, ReadMigration, head, read, read_directory, renamed};
use crate::{Error, ErrorKind, Explain};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What a rebase is asked for.
#[derive(Debug, Clone)]
pub struct RebaseRequest {
    /// The head that moves, with what only leads to it.
    pub revision: Option<String>,
    /// The revision that it goes behind; the other head where there is one other.
    pub onto: Option<String>,
    /// The time, for the new ids.
    pub at: Timestamp,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebased {
    /// The revisions, each after those before it.
    pub moved: Vec<Moved>,
    /// What they revised before: nothing, where they were the first.
    pub from: Vec<String>,
    /// What they are behind now.
    pub onto: String,
    /// The heads that HEAD names now.
    pub heads: Vec<String>,
}

/// A revision that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The id before.
    pub old: String,
    /// The id now.
    pub id: String,
    /// The message.
    pub message: String,
    /// The file now.
    pub path: PathBuf,
}

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum RebaseError {
    #[error("there is one head, {head}: nothing has to be put behind it")]
    OneHead { head: String },
    #[error("there are several heads, {}: which of them is yours?", heads.join(" and "))]
    WhichHead { heads: Vec<String> },
    #[error("there are several other heads, {}: behind which of them?", heads.join(" and "))]
    WhichOnto { heads: Vec<String> },
    #[error("revision {id} is behind {onto} already")]
    Behind { id: String, onto: String },
    #[error(
        "revision {id} cannot go behind {onto}: a database that has what {id} replaces counts as having it, \
         and has not {onto}"
    )]
    Replaces {
        id: String,
        head: String,
        onto: String,
    },
}

impl Explain for RebaseError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::OneHead { .. } | Self::Behind { .. } => Vec::new(),
            Self::Replaces { head, onto, .. } => vec![format!(
                "put the others behind it: cargo migrate rebase {onto} --onto {head}"
            )],
            Self::WhichHead { heads } => {
                let command =
                    |head| format!("cargo migrate rebase {head}   puts it behind the other");
                heads.iter().map(command).collect()
            }
            Self::WhichOnto { heads } => {
                let command = |head| format!("add `--onto {head}`");
                heads.iter().map(command).collect()
            }
        }
    }
}

/// Gives the revisions that only lead to a head new ids and another parent, and writes HEAD.
///
/// The ids are new because a database that has the old ones has not what they are behind now. The heads come from
/// the files, so it works while HEAD has conflict markers.
///
/// # Errors
/// Where it is not clear what moves, or it would not move; where a file cannot be read or written, and then all are
/// as they were.
pub fn rebase(locations: &Locations, request: &RebaseRequest) -> Result<Rebased, Error> {
    let migrations = read_directory(locations)?;
    let graph = migrations.graph()?;
    forgets_none(locations, &migrations, &graph)?;
    let (revision, onto) = ends(&graph, request)?;
    let below: BTreeSet<String> = graph.lineage(&onto).into_iter().collect();
    let lineage = graph.lineage(&revision);
    if lineage.contains(&onto) {
        return Err(RebaseError::Behind { id: revision, onto }.into());
    }
    let moved: Vec<String> = (lineage.into_iter())
        .filter(|id| !below.contains(id))
        .collect();
    let replaces =
        |id: &&String| (migrations.get(id)).is_some_and(|it| !it.revision.replaces.is_empty());
    if let Some(id) = moved.iter().find(replaces) {
        return Err(RebaseError::Replaces {
            id: id.clone(),
            head: revision,
            onto,
        }
        .into());
    }
    let ids = new_ids(&migrations, &moved, request.at);
    let mut from = BTreeSet::new();
    let mut changes = Vec::new();
    for (id, migration) in &migrations.migrations {
        let parents = &migration.revision.parents;
        let parents = ids.contains_key(id).then(|| {
            let (stay, go): (Vec<_>, Vec<_>) =
                (parents.iter().cloned()).partition(|parent| ids.contains_key(parent));
            if stay.is_empty() {
                from.extend(go);
                return vec![onto.clone()];
            }
            stay
        });
        changes.extend(Change::of(migration, &ids, parents.as_deref())?);
    }
    let heads = write(locations, &migrations, &changes)?;
    let path = |id: &String| changes.iter().find(|change| change.id == *id);
    let moved = moved.into_iter().filter_map(|old| {
        let id = ids.get(&old)?.clone();
        Some(Moved {
            message: migrations.get(&old)?.message.clone(),
            path: path(&id)?.path.clone(),
            old,
            id,
        })
    });
    Ok(Rebased {
        moved: moved.collect(),
        from: from.into_iter().collect(),
        onto,
        heads,
    })
}

/// The head that moves, and what it goes behind.
fn ends(graph: &Graph, request: &RebaseRequest) -> Result<(String, String), Error> {
    let heads = graph.heads();
    let one = |target: &str| -> Result<String, Error> {
        let mut ids = resolve(graph, &[], target)?.ids;
        match (ids.pop(), ids.is_empty()) {
            (Some(id), true) => Ok(id),
            (last, _) => {
                ids.extend(last);
                Err(GraphError::MultipleHeads {
                    target: target.to_owned(),
                    heads: ids,
                }
                .into())
            }
        }
    };
    let revision = match (&request.revision, heads.as_slice()) {
        (Some(revision), _) => one(revision)?,
        (None, [head]) => return Err(RebaseError::OneHead { head: head.clone() }.into()),
        (None, _) => return Err(RebaseError::WhichHead { heads }.into()),
    };
    if !heads.contains(&revision) {
        return Err(GraphError::NotAHead { id: revision }.into());
    }
    let others: Vec<String> = (heads.into_iter())
        .filter(|head| *head != revision)
        .collect();
    let onto = match (&request.onto, others.as_slice()) {
        (Some(onto), _) => one(onto)?,
        (None, []) => return Err(RebaseError::OneHead { head: revision }.into()),
        (None, [other]) => other.clone(),
        (None, _) => return Err(RebaseError::WhichOnto { heads: others }.into()),
    };
    Ok((revision, onto))
}

fn new_ids(migrations: &Directory, moved: &[String], at: Timestamp) -> BTreeMap<String, String> {
    let mut taken: BTreeSet<String> = migrations.migrations.keys().cloned().collect();
    let ids = moved.iter().map(|old| {
        let id = name::free_id(at, &taken);
        taken.insert(id.clone());
        (old.clone(), id)
    });
    ids.collect()
}

/// A file that is written anew.
struct Change {
    id: String,
    path: PathBuf,
    text: String,
    old_path: PathBuf,
    old_text: String,
}

impl Change {
    /// `None` where nothing in the file changes.
    fn of(
        migration: &ReadMigration,
        ids: &BTreeMap<String, String>,
        parents: Option<&[String]>,
    ) -> Result<Option<Self>, Error> {
        let old_text = head::file_text(&migration.path)?;
        let text = renamed(&migration.path, &old_text, ids, parents)?;
        if text == old_text {
            return Ok(None);
        }
        let old = migration.id();
        let id = ids.get(old).map_or(old, String::as_str);
        let stem = migration.path.file_stem().unwrap_or_default();
        let stem = stem.to_string_lossy();
        let words = stem.strip_prefix(old).unwrap_or_default();
        Ok(Some(Self {
            id: id.to_owned(),
            path: migration.path.with_file_name(format!("{id}{words}.rs")),
            text,
            old_path: migration.path.clone(),
            old_text,
        }))
    }

    fn put_back(&self) {
        // The first error is the one to report.
        drop(head::write_file(&self.old_path, &self.old_text));
        if self.path != self.old_path {
            drop(head::remove_file(&self.path));
        }
    }
}

/// Writes the files and HEAD, if they make a chain; the heads.
fn write(
    locations: &Locations,
    migrations: &Directory,
    changes: &[Change],
) -> Result<Vec<String>, Error> {
    let mut after = migrations.clone();
    let olds: BTreeSet<&PathBuf> = changes.iter().map(|change| &change.old_path).collect();
    after.migrations.retain(|_, one| !olds.contains(&one.path));
    for Change { id, path, text, .. } in changes {
        let read = read::read_text(path, text)?;
        after.migrations.insert(id.clone(), read);
    }
    let heads = after.graph()?.heads();
    let written = changes.iter().try_for_each(|change| {
        head::write_file(&change.path, &change.text)?;
        if change.path == change.old_path {
            return Ok(());
        }
        head::remove_file(&change.old_path)
    });
    let written = written.and_then(|()| head::write(locations.first(), &heads));
    written.inspect_err(|_| changes.iter().for_each(Change::put_back))?;
    Ok(heads)
}
