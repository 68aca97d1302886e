//! `heads`: the revisions that no other revises, and whether HEAD says the same.

use super::history::{Entry, entries};
use crate::Error;
use crate::graph::Graph;
use crate::source::{Directory, Locations, ReadMigration, SourceError, head, scan_directory};
use std::collections::BTreeSet;

/// The heads of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// The heads, by id.
    pub heads: Vec<Entry>,
    /// Those that no branch label stands before: with several, nobody says which is meant.
    pub unlabelled: Vec<String>,
    /// What HEAD says of them.
    pub file: HeadFile,
    /// The libraries whose chains revisions depend on. These chains are elsewhere.
    pub libraries: BTreeSet<String>,
}

/// What HEAD says, beside what the files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadFile {
    /// The same.
    Agrees,
    /// Something else.
    Differs(Vec<String>),
    /// These, which no file has.
    Unknown(Vec<String>),
    /// Git left conflict markers in it.
    Conflict,
    /// There is no such file.
    Missing,
}

/// The heads, from the files.
pub fn heads(locations: &Locations) -> Result<Heads, Error> {
    let migrations = scan_directory(locations)?;
    let graph = migrations.graph()?;
    let ids = graph.heads();
    let file = match head::read(locations.first()) {
        Ok(named) if named == ids => HeadFile::Agrees,
        Ok(named) => match unknown(&named, &migrations) {
            unknown if unknown.is_empty() => HeadFile::Differs(named),
            unknown => HeadFile::Unknown(unknown),
        },
        Err(SourceError::Conflict { .. }) => HeadFile::Conflict,
        Err(SourceError::NoHead { .. }) => HeadFile::Missing,
        Err(error) => return Err(error.into()),
    };
    Ok(Heads {
        heads: entries(&migrations, &graph, &ids, &[]),
        unlabelled: graph.unlabelled_heads(),
        file,
        libraries: libraries(migrations.migrations.values()),
    })
}

/// Whether HEAD names the head, which the compiler asks, but not in the builds of the tool.
///
/// What cannot be read at all is left to those who read it, as are several heads.
///
/// # Errors
/// Conflict markers in HEAD; another revision in it than the head, or one that no file has.
pub fn head_agrees(locations: &Locations) -> Result<(), SourceError> {
    let named = match head::read(locations.first()) {
        Ok(named) => named,
        Err(conflict @ SourceError::Conflict { .. }) => return Err(conflict),
        Err(_) => return Ok(()),
    };
    let Ok(migrations) = scan_directory(locations) else {
        return Ok(());
    };
    let Ok(graph) = migrations.graph() else {
        return Ok(());
    };
    forgets_none(locations, &migrations, &graph)?;
    match graph.heads().as_slice() {
        [head] if named != [head.as_str()] => Err(SourceError::HeadDiffers {
            path: locations.head(),
            named,
            head: head.clone(),
        }),
        _ => Ok(()),
    }
}

/// Whether HEAD can be written anew. One that names a revision which no file has would forget it: the file may be in
/// a directory that is left out.
///
/// # Errors
/// [`SourceError::HeadUnknown`]. What cannot be read is mended by who writes it.
pub(super) fn forgets_none(
    locations: &Locations,
    migrations: &Directory,
    graph: &Graph,
) -> Result<(), SourceError> {
    let named = head::read(locations.first()).unwrap_or_default();
    match unknown(&named, migrations) {
        unknown if unknown.is_empty() => Ok(()),
        unknown => Err(SourceError::HeadUnknown {
            path: locations.head(),
            unknown,
            heads: graph.heads(),
        }),
    }
}

/// What HEAD names and no file has.
fn unknown(named: &[String], migrations: &Directory) -> Vec<String> {
    let unknown = named.iter().filter(|id| migrations.get(id).is_none());
    unknown.cloned().collect()
}

/// The chains of libraries that revisions depend on: `accounts` of `accounts@20260101`.
pub fn libraries<'m>(migrations: impl IntoIterator<Item = &'m ReadMigration>) -> BTreeSet<String> {
    let migrations = migrations.into_iter();
    let needed = migrations.flat_map(|migration| &migration.revision.depends_on);
    needed
        .filter_map(|needed| Some(needed.split_once('@')?.0.to_owned()))
        .collect()
}
