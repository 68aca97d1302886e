//! `migrations/HEAD`: the heads, one a line, sorted.
//!
//! It makes two branches that both add a revision conflict in git before they are merged, and lets
//! the compiler notice new files.

use super::SourceError;
use super::error::Place;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file's name.
pub const FILE_NAME: &str = "HEAD";

/// Reads the heads.
///
/// A file with conflict markers is an error that names the way out; so is a missing one.
pub fn read(directory: &Path) -> Result<Vec<String>, SourceError> {
    let path = directory.join(FILE_NAME);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SourceError::NoHead { path });
        }
        Err(source) => return Err(SourceError::Read { path, source }),
    };
    // Ids look like none of these, so one marker is enough here.
    let marker = |line: &str| {
        ["<<<<<<<", "=======", ">>>>>>>"]
            .iter()
            .any(|m| line.starts_with(m))
    };
    if let Some(line) = text.lines().position(marker).map(|line| line + 1) {
        let place = Place {
            path,
            line,
            column: 1,
        };
        return Err(SourceError::Conflict { place });
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut heads: Vec<String> = lines.map(str::to_owned).collect();
    heads.sort();
    heads.dedup();
    Ok(heads)
}

/// Writes the heads, through a temporary name.
pub fn write(directory: &Path, heads: &[String]) -> Result<PathBuf, SourceError> {
    let mut heads = heads.to_vec();
    heads.sort();
    heads.dedup();
    let text: String = heads.iter().map(|head| head.clone() + "\n").collect();
    let path = directory.join(FILE_NAME);
    write_file(&path, &text)?;
    Ok(path)
}

/// The line where the first conflict begins, from 1.
///
/// Both outer markers must be there: a line of `=======` alone may stand in SQL.
pub(super) fn conflict_marker(text: &str) -> Option<usize> {
    // Both are rare, so that this is one quick search in nearly every file.
    if !text.contains(">>>>>>> ") {
        return None;
    }
    let line = text.lines().position(|line| line.starts_with("<<<<<<< "))?;
    let ends = text
        .lines()
        .skip(line)
        .any(|line| line.starts_with(">>>>>>> "));
    ends.then_some(line + 1)
}

/// A text on the disk, under a temporary name; dropped without [`Staged::persist`] it is gone.
pub(crate) struct Staged {
    temporary: PathBuf,
    path: PathBuf,
}

impl Staged {
    /// Gives it its name, in place of what is there.
    pub(crate) fn persist(self) -> Result<(), SourceError> {
        fs::rename(&self.temporary, &self.path).map_err(|source| SourceError::Write {
            path: self.path.clone(),
            source,
        })
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a rename there is nothing to remove; if it fails there is nothing better to do.
        drop(fs::remove_file(&self.temporary));
    }
}

/// Writes a text beside where it will be.
pub(crate) fn stage(path: &Path, text: &str) -> Result<Staged, SourceError> {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let staged = Staged {
        // Not `.rs`, so that nothing takes it for a migration.
        temporary: path.with_file_name(format!(".{file_name}.{}.tmp", std::process::id())),
        path: path.to_owned(),
    };
    let write = || -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        let mut file = fs::File::create(&staged.temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    match write() {
        Ok(()) => Ok(staged),
        Err(source) => Err(SourceError::Write {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Writes a file so that a reader sees the old text or the new one, never a part of it. Nothing is
/// left behind when it fails.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), SourceError> {
    stage(path, text)?.persist()
}

/// Removes a file.
pub(crate) fn remove_file(path: &Path) -> Result<(), SourceError> {
    fs::remove_file(path).map_err(|source| SourceError::Write {
        path: path.to_owned(),
        source,
    })
}

/// The text of a file.
pub(crate) fn file_text(path: &Path) -> Result<String, SourceError> {
    fs::read_to_string(path).map_err(|source| SourceError::Read {
        path: path.to_owned(),
        source,
    })
}
