//! `merge`: one head of several.

use super::placement;
use super::revision_file::{Written, new_id, write_new};
use crate::graph::{Graph, merge_parents};
use crate::source::head::file_text;
use crate::source::name::Timestamp;
use crate::source::{Directory, Effects, FileStyle, Locations, MigrationFile, read_directory};
use crate::{Error, ErrorKind, Explain};
use std::collections::{BTreeMap, BTreeSet};

/// What a merge is asked for.
#[derive(Debug, Clone)]
pub struct MergeRequest {
    /// The heads to join; all where none is named.
    pub heads: Vec<String>,
    /// Whether they may be revisions that others follow already.
    pub splice: bool,
    /// The message; made from the ids where there is none.
    pub message: Option<String>,
    /// The id; made from the time where there is none.
    pub id: Option<String>,
    /// Names for the branch that begins here.
    pub branch_labels: Vec<String>,
    /// The time.
    pub at: Timestamp,
    /// How the crate calls the runtime.
    pub runtime: String,
    /// How the file is named and finished.
    pub style: FileStyle,
}

impl MergeRequest {
    /// A merge of all heads, now.
    pub fn new() -> Self {
        Self {
            heads: Vec::new(),
            splice: false,
            message: None,
            id: None,
            branch_labels: Vec::new(),
            at: Timestamp::now(),
            runtime: "migrate_runtime".to_owned(),
            style: FileStyle::default(),
        }
    }
}

impl Default for MergeRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a merge is not written: what it joins does not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Two revisions make the same thing, or take it away.
    #[error("{} and {} both {does} {what}", revisions[0], revisions[1])]
    Both {
        /// The revisions, one of each branch.
        revisions: [String; 2],
        /// `make` or `take away`.
        does: &'static str,
        /// Such as `the column users.bio`.
        what: String,
        /// The head of the second branch.
        head: String,
        /// The head of the first.
        onto: String,
    },
    /// Two revisions change the same thing, each from what it was before both.
    #[error("{} and {} both change {what}: the second would undo the first", revisions[0], revisions[1])]
    Changed {
        /// The revisions, one of each branch.
        revisions: [String; 2],
        /// Such as `the values of the enum type mood`.
        what: String,
        /// The head of the second branch.
        head: String,
        /// The head of the first.
        onto: String,
    },
}

impl Explain for MergeError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Conflict
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Both { head, onto, .. } => vec![format!(
                "put one behind the other, and take that step out of it: cargo migrate rebase {head} --onto {onto}"
            )],
            Self::Changed {
                revisions: [_, second],
                what: _,
                head,
                onto,
            } => vec![
                format!("put one behind the other: cargo migrate rebase {head} --onto {onto}"),
                if second == head {
                    format!(
                        "then write it anew, from models that have both changes: cargo migrate upgrade {onto}, cargo migrate revision --amend --autogenerate"
                    )
                } else {
                    format!(
                        "then edit {second}, which has a new id by then, so that it keeps both changes"
                    )
                },
            ],
        }
    }
}

/// Writes an empty revision that revises several heads, and HEAD.
///
/// The heads come from the files, so it works, and is meant to, while HEAD has conflict markers.
///
/// # Errors
/// [`MergeError`]; heads that are none, and whatever the files say. Nothing is written then.
pub fn merge(locations: &Locations, request: &MergeRequest) -> Result<Written, Error> {
    let MergeRequest {
        heads,
        splice,
        message,
        id,
        branch_labels,
        at,
        runtime,
        style,
    } = request;
    let migrations = read_directory(locations)?;
    let graph = migrations.graph()?;
    let parents = merge_parents(&graph, heads, *splice)?;
    fit_together(&migrations, &graph, &parents)?;
    let id = new_id(&migrations, id.as_deref(), *at)?;
    let message = message.clone().unwrap_or_else(|| message_of(&parents));
    let mut file = MigrationFile::empty(id, message, *at);
    file.revises = parents;
    file.branch_labels = placement::checked(branch_labels)?;
    file.runtime.clone_from(runtime);
    file.style.clone_from(style);
    write_new(locations, &migrations, file)
}

/// What was done, with the revision that does it.
type Did = BTreeMap<String, String>;

/// Refuses what the compiler would: of two branches the second would find done, gone or changed what the first has.
fn fit_together(migrations: &Directory, graph: &Graph, heads: &[String]) -> Result<(), Error> {
    let mut branches: Vec<(&String, Effects)> = Vec::new();
    for head in heads {
        let others = heads.iter().filter(|other| *other != head);
        let others: BTreeSet<String> = others.flat_map(|other| graph.lineage(other)).collect();
        let own = (graph.lineage(head).into_iter()).filter(|id| !others.contains(id));
        let mut effects = Effects::default();
        for migration in own.filter_map(|id| migrations.get(&id)) {
            let text = file_text(&migration.path)?;
            effects.add(migration.id(), &migration.path, &text)?;
        }
        for (onto, before) in &branches {
            let same = |before: &Did, after: &Did| {
                let mut both = before.iter().filter_map(|(what, one)| {
                    Some((what.clone(), [one.clone(), after.get(what)?.clone()]))
                });
                both.next()
            };
            let (head, onto) = (head.clone(), (*onto).clone());
            let both = [
                ("make", same(&before.made, &effects.made)),
                ("take away", same(&before.gone, &effects.gone)),
            ];
            for (does, found) in both {
                if let Some((what, revisions)) = found {
                    return Err(MergeError::Both {
                        revisions,
                        does,
                        what,
                        head,
                        onto,
                    }
                    .into());
                }
            }
            if let Some((what, revisions)) = same(&before.changed, &effects.changed) {
                return Err(MergeError::Changed {
                    revisions,
                    what,
                    head,
                    onto,
                }
                .into());
            }
        }
        branches.push((head, effects));
    }
    Ok(())
}

/// The message of a merge that came without one.
pub(super) fn message_of(parents: &[String]) -> String {
    format!("merge {}", parents.join(" and "))
}
