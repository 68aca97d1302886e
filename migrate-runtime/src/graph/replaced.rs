//! Squashed revisions: one that replaces others, and which of the two histories a database is in.
//!
//! The files of both may lie side by side. A database that stopped inside of the old history goes on in it; every
//! other one, and every command without a database, sees the new revision alone. Behind this module there is one
//! history.

use super::{GraphError, Revision};
use std::collections::{BTreeMap, BTreeSet};

/// The revisions of one history, and what the others are in it.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Those that are in it.
    pub(super) revisions: Vec<Revision>,
    /// Ids that stand for one that is in it: the last that was replaced for the one that replaces it, or that one for
    /// the last.
    pub(super) aliases: BTreeMap<String, String>,
    /// Ids in the middle of what was replaced, which stand for nothing, with what replaced them.
    pub(super) inside: BTreeMap<String, Replaced>,
}

/// What replaced a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The revision that replaces it.
    pub by: String,
    /// The last of those that it replaces.
    pub last: String,
}

impl History {
    /// The history that a database with these version rows is in; with none, the new one.
    pub(super) fn of(
        mut revisions: Vec<Revision>,
        rows: &BTreeSet<&str>,
    ) -> Result<Self, GraphError> {
        let mut history = Self::default();
        let squashed = squashed(&revisions);
        let mut there: BTreeSet<String> = revisions.iter().map(|it| it.id.clone()).collect();
        for (id, replaces) in &squashed {
            let Some((last, inner)) = replaces.split_last().filter(|_| there.contains(id)) else {
                continue;
            };
            // It may be known to one that was squashed again, whose own files are gone.
            let is_known = |row: &String| {
                let mut others = squashed.iter().filter(|(other, _)| inner.contains(other));
                there.contains(row) || others.any(|(_, replaces)| replaces.contains(row))
            };
            match inner.iter().find(|id| rows.contains(id.as_str())) {
                None => {
                    history.aliases.insert(last.clone(), id.clone());
                    for inside in inner {
                        let (by, last) = (id.clone(), last.clone());
                        let replaced = Replaced { by, last };
                        history.inside.insert(inside.clone(), replaced);
                    }
                    there.retain(|id| !replaces.contains(id));
                }
                Some(row) if there.contains(last) && is_known(row) => {
                    history.aliases.insert(id.clone(), last.clone());
                    there.remove(id);
                }
                Some(row) => {
                    return Err(GraphError::StoppedInside {
                        id: row.clone(),
                        by: id.clone(),
                        last: last.clone(),
                    });
                }
            }
        }
        revisions.retain(|revision| there.contains(&revision.id));
        history.revisions = revisions;
        Ok(history)
    }
}

/// The revisions that replace others with all that they replace, what those replaced themselves included; first those
/// that replace others of them.
fn squashed(revisions: &[Revision]) -> Vec<(String, Vec<String>)> {
    let squashed = revisions.iter().filter(|it| !it.replaces.is_empty());
    let by_id: BTreeMap<&str, &Revision> = squashed.map(|it| (it.id.as_str(), it)).collect();
    let mut all: Vec<(String, Vec<String>)> = (by_id.keys())
        .map(|&id| {
            let mut replaces = Vec::new();
            collect(id, &by_id, &mut replaces);
            replaces.retain(|replaced| replaced != id);
            (id.to_owned(), replaces)
        })
        .collect();
    all.sort_by_key(|(_, replaces)| std::cmp::Reverse(replaces.len()));
    all
}

/// What a revision replaces, each after what it replaces itself.
fn collect(id: &str, squashed: &BTreeMap<&str, &Revision>, found: &mut Vec<String>) {
    let Some(revision) = squashed.get(id) else {
        return;
    };
    for replaced in &revision.replaces {
        if replaced != id && !found.contains(replaced) {
            // First, so that two that replace each other end.
            found.push(replaced.clone());
            let at = found.len() - 1;
            collect(replaced, squashed, found);
            found[at..].rotate_left(1);
        }
    }
}
