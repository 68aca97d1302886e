//! What `init` will write: new texts of files, shown as diffs, and written all at the end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use migrate_runtime::Error;
use migrate_runtime::cli::ui::{Style, Ui};
use similar::{ChangeTag, TextDiff};

use crate::error::ToolError;

/// Texts of files, before and after.
#[derive(Debug, Default)]
pub(super) struct Plan {
    files: BTreeMap<PathBuf, Change>,
}

/// A file before and after; `None` before where it does not exist.
#[derive(Debug)]
pub(super) struct Change {
    path: PathBuf,
    before: Option<String>,
    after: Option<String>,
}

impl Plan {
    /// The text of a file as it will be, or as it is; `None` without the file.
    pub(super) fn text(&mut self, path: &Path) -> Result<Option<String>, Error> {
        Ok(self.file(path)?.after.clone())
    }

    /// Decides the text of a file.
    pub(super) fn set(&mut self, path: &Path, text: String) -> Result<(), Error> {
        self.file(path)?.after = Some(text);
        Ok(())
    }

    /// Decides the text of a file that may exist already, and is left alone then.
    pub(super) fn create(&mut self, path: &Path, text: &str) -> Result<(), Error> {
        let file = self.file(path)?;
        if file.after.is_none() {
            file.after = Some(text.to_owned());
        }
        Ok(())
    }

    /// The files that change.
    pub(super) fn changes(&self) -> Vec<&Change> {
        let changed = |change: &&Change| change.before != change.after;
        self.files.values().filter(changed).collect()
    }

    /// Writes the files that change, each one whole or not at all.
    pub(super) fn write(&self) -> Result<(), Error> {
        for change in self.changes() {
            change.write()?;
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<&mut Change, Error> {
        if !self.files.contains_key(path) {
            let before = read(path)?;
            let change = Change {
                path: path.to_owned(),
                after: before.clone(),
                before,
            };
            self.files.insert(path.to_owned(), change);
        }
        self.files.get_mut(path).ok_or_else(|| {
            // The line above has put it there.
            ToolError::NoManifest {
                path: path.to_owned(),
            }
            .into()
        })
    }
}

/// The text of a file; `None` if there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ToolError::Read {
            path: path.to_owned(),
            error,
        }
        .into()),
    }
}

impl Change {
    /// Prints what changes, as a unified diff.
    pub(super) fn show(&self, cwd: &Path, ui: Ui) {
        let path = super::shown(&self.path, cwd);
        let what = if self.before.is_some() {
            "changed"
        } else {
            "new"
        };
        ui.status(what, &path);
        let after = self.after.as_deref().unwrap_or("");
        let diff = TextDiff::from_lines(self.before.as_deref().unwrap_or(""), after);
        for group in diff.grouped_ops(1) {
            for op in &group {
                for change in diff.iter_changes(op) {
                    let line = change.value().trim_end_matches(['\n', '\r']);
                    ui.note(&match change.tag() {
                        ChangeTag::Insert => ui.paint(Style::Good, &format!("    + {line}")),
                        ChangeTag::Delete => ui.paint(Style::Bad, &format!("    - {line}")),
                        ChangeTag::Equal => format!("      {line}").trim_end().to_owned(),
                    });
                }
            }
        }
    }

    /// Under a temporary name first, then renamed.
    fn write(&self) -> Result<(), Error> {
        let failed = |error| ToolError::Write {
            path: self.path.clone(),
            error,
        };
        let dir = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(dir).map_err(failed)?;
        let mut file = tempfile::Builder::new()
            .prefix(".migrate-")
            .tempfile_in(dir)
            .map_err(failed)?;
        let text = self.after.as_deref().unwrap_or("");
        file.write_all(text.as_bytes()).map_err(failed)?;
        keep_permissions(&self.path, file.as_file()).map_err(failed)?;
        file.persist(&self.path)
            .map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// A temporary file is private; what is written here is as readable as what it replaces.
#[cfg(unix)]
fn keep_permissions(path: &Path, file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions(),
        Err(_) => fs::Permissions::from_mode(0o644),
    };
    file.set_permissions(permissions)
}

#[cfg(not(unix))]
fn keep_permissions(_path: &Path, _file: &fs::File) -> std::io::Result<()> {
    Ok(())
}
