//! `heads`: the revisions that no other revises, and whether HEAD says the same.

use crate::Error;
use crate::source::{ReadMigration, SourceError, head, scan_directory};
use std::path::Path;

/// The heads of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// The heads, by id.
    pub heads: Vec<ReadMigration>,
    /// What HEAD says of them.
    pub file: HeadFile,
}

/// What HEAD says, beside what the files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadFile {
    /// The same.
    Agrees,
    /// Something else.
    Differs(Vec<String>),
    /// Git left conflict markers in it.
    Conflict,
    /// There is no such file.
    Missing,
}

/// The heads, from the files.
pub fn heads(directory: &Path) -> Result<Heads, Error> {
    let migrations = scan_directory(directory)?;
    let ids = migrations.graph()?.heads();
    let file = match head::read(directory) {
        Ok(named) if named == ids => HeadFile::Agrees,
        Ok(named) => HeadFile::Differs(named),
        Err(SourceError::Conflict { .. }) => HeadFile::Conflict,
        Err(SourceError::NoHead { .. }) => HeadFile::Missing,
        Err(error) => return Err(error.into()),
    };
    let heads = ids.iter().filter_map(|id| migrations.get(id).cloned());
    Ok(Heads {
        heads: heads.collect(),
        file,
    })
}
