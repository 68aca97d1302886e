//! Where the migrations of a chain are: one directory, or several, each alone or with those below it.

use super::SourceError;
use super::file::MigrationFile;
use super::head::FILE_NAME;
use super::read::Directory;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// A directory of migrations. It is written `migrations`, and `migrations/**` where those below it are meant, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    directory: PathBuf,
    is_recursive: bool,
}

/// The directories of the migrations. HEAD is in the first.
///
/// ```
/// use migrate_runtime::source::Locations;
///
/// let locations = Locations::from("migrations");
/// assert_eq!(locations.head(), std::path::Path::new("migrations/HEAD"));
/// let several: Locations = ["migrations/**", "plugins/billing"].into_iter().collect();
/// assert_eq!(several.to_string(), "migrations/**, plugins/billing");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locations {
    first: Location,
    further: Vec<Location>,
}

impl Location {
    /// The directory, without what says whether those below it are meant.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether a file in that directory is one of its migrations.
    fn holds(&self, directory: &Path) -> bool {
        let is_in =
            |own: &Path, other: &Path| own == other || self.is_recursive && other.starts_with(own);
        let resolved = |path: &Path| path.canonicalize().ok();
        is_in(&self.directory, directory)
            || resolved(&self.directory)
                .zip(resolved(directory))
                .is_some_and(|(own, other)| is_in(&own, &other))
    }

    /// Adds the migrations to `files`. Hidden files and directories, links to directories and `mod.rs` are none of
    /// ours.
    fn list(&self, files: &mut BTreeSet<PathBuf>) -> Result<(), SourceError> {
        let mut waiting = vec![self.directory.clone()];
        while let Some(directory) = waiting.pop() {
            let failed = |source: io::Error| {
                let path = directory.clone();
                match source.kind() {
                    io::ErrorKind::NotFound => SourceError::NoDirectory { path },
                    _ => SourceError::Read { path, source },
                }
            };
            for entry in fs::read_dir(&directory).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let path = entry.path();
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if name.starts_with('.') {
                    continue;
                }
                let is_rust = path.extension().is_some_and(|extension| extension == "rs");
                if is_rust && name != "mod.rs" && path.is_file() {
                    files.insert(path);
                } else if self.is_recursive && entry.file_type().map_err(failed)?.is_dir() {
                    waiting.push(path);
                }
            }
        }
        Ok(())
    }
}

impl<P: AsRef<Path>> From<P> for Location {
    fn from(text: P) -> Self {
        let path = text.as_ref();
        let is_recursive = path.ends_with("**");
        let directory = if is_recursive { path.parent() } else { None };
        Self {
            directory: directory.unwrap_or(path).to_owned(),
            is_recursive,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = if self.is_recursive { "/**" } else { "" };
        write!(f, "{}{below}", self.directory.display())
    }
}

impl Locations {
    /// The first directory.
    pub fn first(&self) -> &Path {
        &self.first.directory
    }

    /// The file that names the heads.
    pub fn head(&self) -> PathBuf {
        self.first().join(FILE_NAME)
    }

    /// The same, seen from another directory.
    #[must_use]
    pub fn within(&self, directory: &Path) -> Self {
        let seen = |location: &Location| Location {
            directory: directory.join(&location.directory),
            is_recursive: location.is_recursive,
        };
        Self {
            first: seen(&self.first),
            further: self.further.iter().map(seen).collect(),
        }
    }

    /// The same as they are printed: without the beginning that is the directory one is in.
    #[must_use]
    pub fn shown(&self, cwd: &Path) -> Self {
        let seen = |location: &Location| {
            let path = &location.directory;
            Location {
                directory: path.strip_prefix(cwd).unwrap_or(path).to_owned(),
                is_recursive: location.is_recursive,
            }
        };
        Self {
            first: seen(&self.first),
            further: self.further.iter().map(seen).collect(),
        }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Location> {
        std::iter::once(&self.first).chain(&self.further)
    }

    /// The first one that lies in another one of them, or is one of them again.
    pub fn named_twice(&self) -> Option<&Location> {
        self.iter().enumerate().find_map(|(at, location)| {
            let mut others = self.iter().enumerate().filter(|(other, _)| *other != at);
            let is_in = |(other, it): (usize, &Location)| {
                it.holds(location.directory()) && (it.is_recursive || other < at)
            };
            others.any(is_in).then_some(location)
        })
    }

    /// The files of the migrations, sorted; one that two locations hold is there once. A further directory is made with
    /// its first file.
    ///
    /// # Errors
    /// [`SourceError::NoDirectory`], [`SourceError::Read`].
    pub fn files(&self) -> Result<Vec<PathBuf>, SourceError> {
        let mut files = BTreeSet::new();
        self.first.list(&mut files)?;
        let mut further = self.further.iter();
        further.try_for_each(|location| match location.list(&mut files) {
            Err(SourceError::NoDirectory { .. }) => Ok(()),
            listed => listed,
        })?;
        Ok(files.into_iter().collect())
    }

    /// The directory of a new file: the one that was asked for, else the one of the revision that it replaces or
    /// follows, else the first. Where the style has directories they are in it.
    pub(crate) fn place(
        &self,
        migrations: &Directory,
        file: &MigrationFile,
        asked: Option<&Path>,
    ) -> Result<PathBuf, SourceError> {
        let near = file.replaces.iter().chain(&file.revises);
        let mut parents = near.filter_map(|id| migrations.get(id));
        let beside = parents.next().and_then(|parent| parent.path.parent());
        let directory = asked.or(beside).unwrap_or(self.first());
        let location = self.iter().find(|location| location.holds(directory));
        let location = location.ok_or_else(|| SourceError::NoLocation {
            path: directory.to_owned(),
            locations: self.clone(),
        })?;
        let Some(below) = file.style.directory(file.created) else {
            return Ok(directory.to_owned());
        };
        if !location.is_recursive {
            return Err(SourceError::NotRecursive {
                location: location.clone(),
                file_name: file.style.file_name.clone(),
            });
        }
        Ok(asked.unwrap_or(&location.directory).join(below))
    }
}

impl<P: AsRef<Path>> From<P> for Locations {
    fn from(text: P) -> Self {
        Self {
            first: text.into(),
            further: Vec::new(),
        }
    }
}

/// Of none at all the first is the current directory.
impl<P: AsRef<Path>> FromIterator<P> for Locations {
    fn from_iter<I: IntoIterator<Item = P>>(texts: I) -> Self {
        let mut locations = texts.into_iter().map(Location::from);
        Self {
            first: locations.next().unwrap_or_else(|| Location::from("")),
            further: locations.collect(),
        }
    }
}

impl fmt::Display for Locations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.further
            .iter()
            .try_for_each(|location| write!(f, ", {location}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Locations;

    #[test]
    fn a_directory_in_another_one_is_named_twice() {
        let twice = |all: &[&str]| {
            let all: Locations = all.iter().collect();
            all.named_twice().map(ToString::to_string)
        };
        assert_eq!(twice(&["a", "b/**", "c"]), None);
        assert_eq!(
            twice(&["a", "a/b"]),
            None,
            "a is not read with those below it"
        );
        assert_eq!(twice(&["a", "b/**", "b/c"]).as_deref(), Some("b/c"));
        assert_eq!(twice(&["b/c", "b/**"]).as_deref(), Some("b/c"));
        assert_eq!(twice(&["a", "a"]).as_deref(), Some("a"));
    }
}
