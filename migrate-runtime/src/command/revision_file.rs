//! Writes a revision: its file, and the HEAD that names it.

use super::heads::forgets_none;
use super::merge;
use super::revision::NewRevision;
use crate::Error;
use crate::graph::Graph;
use crate::source::name::{self, Timestamp};
use crate::source::{
    Directory, Locations, MigrationFile, ReadMigration, SourceError, head, message_from_operations,
    read, read_directory,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The id of the new revision.
    pub id: String,
    /// Its file.
    pub path: PathBuf,
    /// The text of the file.
    pub text: String,
    /// The HEAD file.
    pub head: PathBuf,
    /// The heads that HEAD names now, sorted.
    pub heads: Vec<String>,
    /// Those without a branch label; the compiler takes one.
    pub unlabelled: Vec<String>,
    /// What the commands of `after-write` printed.
    pub said: String,
}

/// The id of a new revision: the requested one, checked, or one made from the time.
pub fn new_id(
    migrations: &Directory,
    requested: Option<&str>,
    at: Timestamp,
) -> Result<String, Error> {
    let Some(id) = requested else {
        let taken: BTreeSet<String> = migrations.migrations.keys().cloned().collect();
        return Ok(name::free_id(at, &taken));
    };
    if let Some(why) = name::id_problem(id) {
        let id = id.to_owned();
        return Err(SourceError::BadId { id, why }.into());
    }
    Ok(id.to_owned())
}

/// Where a revision will be written. Without a word in the message the words come from `slug`.
pub fn path_of(directory: &Path, file: &MigrationFile, slug: Option<&str>) -> PathBuf {
    let first_line = if file.message == merge::message_of(&file.revises) {
        // The ids are in the file; cut in the middle they are none.
        "merge"
    } else {
        file.message.trim().lines().next().unwrap_or_default()
    };
    let style = &file.style;
    let own = style.slug(slug.unwrap_or(first_line));
    let words = if own.is_empty() {
        let operations: Vec<_> = file
            .upgrade
            .iter()
            .map(|step| step.operation.clone())
            .collect();
        style.slug(&message_from_operations(&operations))
    } else {
        own
    };
    directory.join(style.name(&file.id, &words, file.created))
}

/// Writes the file and then HEAD, each through a temporary name. When either fails, nothing is left
/// behind.
///
/// The heads are taken from the files, so a HEAD with conflict markers, or a missing one, is mended.
pub fn write_revision(locations: &Locations, file: &MigrationFile) -> Result<Written, Error> {
    let migrations = read_directory(locations)?;
    write_new(locations, &migrations, file.clone())
}

/// [`write_revision`] where the migrations were read already.
pub(super) fn write_new(
    locations: &Locations,
    migrations: &Directory,
    file: MigrationFile,
) -> Result<Written, Error> {
    let directory = locations.place(migrations, &file, None)?;
    let new = NewRevision::in_directory(&directory, file);
    write_one(locations, migrations, &new)
}

/// Writes a revision, and HEAD.
pub(super) fn write_one(
    locations: &Locations,
    migrations: &Directory,
    new: &NewRevision,
) -> Result<Written, Error> {
    // One in, one out.
    let mut written = write_all(locations, migrations, std::slice::from_ref(new))?;
    Ok(written.remove(0))
}

/// Writes revisions of which each may follow the one before, and HEAD: all of it, or nothing. Then the files
/// are given to the commands of the style; where one fails they stay.
pub(super) fn write_all(
    locations: &Locations,
    migrations: &Directory,
    new: &[NewRevision],
) -> Result<Vec<Written>, Error> {
    forgets_none(locations, migrations, &migrations.graph()?)?;
    let mut after = migrations.clone();
    for one in new {
        add(&mut after, one)?;
    }
    let graph = after.graph()?;
    let written = (new.iter())
        .try_for_each(|one| head::write_file(&one.path, &one.text))
        .and_then(|()| head::write(locations.first(), &graph.heads()));
    let head = written.inspect_err(|_| {
        for one in new {
            // The first error is the one to report.
            drop(fs::remove_file(&one.path));
        }
    })?;
    let mut written = written_all(new, &head, &graph);
    for (one, written) in new.iter().zip(&mut written) {
        written.said = one.file.style.finish(&one.path, &head)?;
    }
    Ok(written)
}

fn written_all(new: &[NewRevision], head: &Path, graph: &Graph) -> Vec<Written> {
    let written = |one: &NewRevision| Written {
        id: one.file.id.clone(),
        path: one.path.clone(),
        text: one.text.clone(),
        head: head.to_owned(),
        heads: graph.heads(),
        unlabelled: graph.unlabelled_heads(),
        said: String::new(),
    };
    new.iter().map(written).collect()
}

/// What the directory would hold with one more file; an error where it cannot.
fn add(migrations: &mut Directory, new: &NewRevision) -> Result<(), Error> {
    let NewRevision {
        file,
        path,
        text,
        written: _,
    } = new;
    if let Some(why) = name::id_problem(&file.id) {
        let id = file.id.clone();
        return Err(SourceError::BadId { id, why }.into());
    }
    if let Some(other) = migrations.get(&file.id) {
        let error = SourceError::Duplicate {
            id: file.id.clone(),
            first: other.path.clone(),
            second: path.clone(),
        };
        return Err(error.into());
    }
    if path.exists() {
        return Err(SourceError::Exists { path: path.clone() }.into());
    }
    // What will be read back is what was meant; it also proves that the text parses.
    let read = read::read_text(path, text)?;
    migrations.migrations.insert(file.id.clone(), read);
    Ok(())
}

/// Puts a revision in the place of one with the same id, and those behind it that follow. `ready` is what has
/// to happen first; the text is on the disk by then, so that little can go wrong after it. Whatever fails,
/// the old file is there, and no new one.
pub(super) fn replace(
    locations: &Locations,
    migrations: &Directory,
    old: &ReadMigration,
    new: &[NewRevision],
    ready: impl FnOnce() -> Result<(), Error>,
) -> Result<Vec<Written>, Error> {
    let Some((first, further)) = new.split_first() else {
        return Ok(Vec::new());
    };
    if first.path != old.path && first.path.exists() {
        let path = first.path.clone();
        return Err(SourceError::Exists { path }.into());
    }
    let before = head::file_text(&old.path)?;
    let mut after = migrations.clone();
    let read = read::read_text(&first.path, &first.text)?;
    after.migrations.insert(first.file.id.clone(), read);
    for one in further {
        add(&mut after, one)?;
    }
    let graph = after.graph()?;

    let staged = head::stage(&first.path, &first.text)?;
    ready()?;
    staged.persist()?;
    // Where HEAD says the same as before, the compiler looks whether it is new.
    let result = (further.iter())
        .try_for_each(|one| head::write_file(&one.path, &one.text))
        .and_then(|()| head::write(locations.first(), &graph.heads()))
        .and_then(|head| {
            if first.path != old.path {
                head::remove_file(&old.path)?;
            }
            Ok(head)
        });
    let head = result.inspect_err(|_| {
        // The first error is the one to report.
        drop(head::write_file(&old.path, &before));
        for one in new.iter().filter(|one| one.path != old.path) {
            drop(fs::remove_file(&one.path));
        }
    })?;
    Ok(written_all(new, &head, &graph))
}
