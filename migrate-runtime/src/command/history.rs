//! `history`, `show` and `branches`: revisions and their places on the map.

use crate::Error;
use crate::graph::{self, Graph};
use crate::source::{Directory, Locations, ReadMigration, scan_directory};

/// A revision and its place on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The revision.
    pub migration: ReadMigration,
    /// The revisions that revise it, sorted.
    pub children: Vec<String>,
    /// The revisions that depend on it, sorted.
    pub dependents: Vec<String>,
    /// Whether the database is at it.
    pub is_current: bool,
}

impl Entry {
    /// Whether no other revises it.
    pub fn is_head(&self) -> bool {
        self.children.is_empty()
    }

    /// Whether it is a head that another revision depends on: applied with that one, without a row of its own.
    pub fn is_effective_head(&self) -> bool {
        self.is_head() && !self.dependents.is_empty()
    }

    /// Whether several others revise it.
    pub fn is_branch_point(&self) -> bool {
        self.children.len() > 1
    }

    /// Whether it joins several others.
    pub fn is_merge_point(&self) -> bool {
        self.migration.revision.parents.len() > 1
    }
}

/// The revisions of a range, newest first; all where there is none.
///
/// `current` are the rows of the version table, for `current` in the range and for marking; empty
/// without a database.
pub fn history(
    locations: &Locations,
    range: Option<&str>,
    current: &[String],
) -> Result<Vec<Entry>, Error> {
    let migrations = scan_directory(locations)?;
    let map = migrations.graph_for(current)?;
    let mut ids = match range {
        Some(range) => graph::range(&map, current, range)?,
        None => map.sorted(),
    };
    ids.reverse();
    Ok(entries(&migrations, &map, &ids, current))
}

/// The revisions that a target means: an id or its beginning, `head`, `heads`, `-1`.
pub fn show(locations: &Locations, target: &str, current: &[String]) -> Result<Vec<Entry>, Error> {
    let migrations = scan_directory(locations)?;
    let map = migrations.graph_for(current)?;
    let ids = graph::resolve(&map, current, target)?.ids;
    Ok(entries(&migrations, &map, &ids, current))
}

/// A revision that several others revise, and these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Where the branches part.
    pub point: Entry,
    /// The first revision of each.
    pub children: Vec<Entry>,
}

/// Where branches part, newest first.
pub fn branches(locations: &Locations) -> Result<Vec<Branch>, Error> {
    let migrations = scan_directory(locations)?;
    let map = migrations.graph()?;
    let points = map.branch_points().into_iter().rev();
    let branches = points.filter_map(|(id, children)| {
        Some(Branch {
            point: entries(&migrations, &map, &[id], &[]).pop()?,
            children: entries(&migrations, &map, &children, &[]),
        })
    });
    Ok(branches.collect())
}

pub(super) fn entries(
    migrations: &Directory,
    map: &Graph,
    ids: &[String],
    current: &[String],
) -> Vec<Entry> {
    ids.iter()
        .filter_map(|id| {
            let mut migration = migrations.get(id)?.clone();
            for parent in &mut migration.revision.parents {
                // It may be named by what it replaces.
                if let Some(known) = map.get(parent) {
                    parent.clone_from(&known.id);
                }
            }
            Some(Entry {
                migration,
                children: map.children(id),
                dependents: map.dependents(id),
                is_current: current.contains(id),
            })
        })
        .collect()
}
