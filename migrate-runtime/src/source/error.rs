//! What can be wrong with a directory of migrations.

use super::locations::{Location, Locations};
use crate::{ErrorKind, Explain};
use std::io;
use std::path::PathBuf;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// A directory or file that cannot be read, written or understood.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum SourceError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} does not exist", path.display())]
    NoDirectory { path: PathBuf },
    #[error("{} is missing", path.display())]
    NoHead { path: PathBuf },
    #[error("{} names {}, but the head is {head}", path.display(), if named.is_empty() { "nothing".to_owned() } else { named.join(", ") })]
    HeadDiffers {
        path: PathBuf,
        named: Vec<String>,
        head: String,
    },
    #[error("{} names {}, and no file has that revision", path.display(), unknown.join(", "))]
    HeadUnknown {
        path: PathBuf,
        unknown: Vec<String>,
        heads: Vec<String>,
    },
    #[error("{place}: unresolved git conflict")]
    Conflict { place: Place },
    #[error("{place}: the migration does not parse: {message}")]
    Syntax { place: Place, message: String },
    #[error("could not determine revision id from {}: there is no `const MIGRATION: Migration`", path.display())]
    NoMigration { path: PathBuf },
    #[error("{place}: could not determine revision id: {why}")]
    Id { place: Place, why: String },
    #[error("{place}: `{method}` {why}")]
    Method {
        place: Place,
        method: String,
        why: &'static str,
    },
    #[error("{place}: this step calls no function of its own file")]
    NoFunction { place: Place },
    #[error("{}: the file's name does not begin with its revision id {id}", path.display())]
    Stem { path: PathBuf, id: String },
    #[error("revision {id} is present more than once: in {} and {}", first.display(), second.display())]
    Duplicate {
        id: String,
        first: PathBuf,
        second: PathBuf,
    },
    #[error("'{id}' cannot be a revision id: {why}")]
    BadId { id: String, why: String },
    #[error("'{label}' cannot be a branch label: {why}")]
    BadLabel { label: String, why: String },
    #[error("{} exists already", path.display())]
    Exists { path: PathBuf },
    #[error("{} is no directory of the migrations, which are in {locations}", path.display())]
    NoLocation { path: PathBuf, locations: Locations },
    #[error(
        "the form of file names, {file_name:?}, has directories, and {location} is not read with those below it"
    )]
    NotRecursive {
        location: Location,
        file_name: String,
    },
}

impl Explain for SourceError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::BadId { .. }
            | Self::BadLabel { .. }
            | Self::Exists { .. }
            | Self::NoLocation { .. } => ErrorKind::Usage,
            Self::Read { .. }
            | Self::Write { .. }
            | Self::NoDirectory { .. }
            | Self::NoHead { .. }
            | Self::HeadDiffers { .. }
            | Self::HeadUnknown { .. }
            | Self::Syntax { .. }
            | Self::NoMigration { .. }
            | Self::Id { .. }
            | Self::Method { .. }
            | Self::NoFunction { .. }
            | Self::Stem { .. }
            | Self::NotRecursive { .. }
            | Self::Duplicate { .. } => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::HeadUnknown { path, heads, .. } => {
                return vec![
                    "bring the file back, or add its directory to `migrations` of [package.metadata.migrate]"
                        .to_owned(),
                    match heads.as_slice() {
                        [] => format!("if it is gone for good, empty {}", path.display()),
                        heads => format!(
                            "if it is gone for good, write into {}: {}",
                            path.display(),
                            heads.join(", ")
                        ),
                    },
                ];
            }
            Self::NoDirectory { .. } | Self::NoHead { .. } => {
                "`cargo migrate init` makes it; it belongs to the repository"
            }
            Self::HeadDiffers { .. } => {
                "a file came or went by hand; if the files are right, `cargo migrate merge` writes HEAD"
            }
            Self::Conflict { place } if place.path.ends_with("HEAD") => {
                "two branches have added a revision: `cargo migrate merge` joins them, `cargo migrate rebase` puts yours behind theirs; both write HEAD"
            }
            Self::Conflict { .. } => "resolve the conflict in the file, then try again",
            Self::Syntax { .. } => "`cargo check` shows the place",
            Self::NoMigration { .. } => {
                "declare `pub const MIGRATION: Migration = Migration::new(\"…\")`, or move the file elsewhere"
            }
            Self::Id { .. } | Self::Method { .. } => {
                "commands that do not build the crate read it from the source: write string literals"
            }
            Self::NoFunction { .. } => {
                "write the function into that file under a name, `fn fill(..) { .. }`, and name it: `run(\"fill\", fill)`"
            }
            Self::Stem { id, .. } => {
                return vec![format!(
                    "rename the file to {id}_<words>.rs, or change the id"
                )];
            }
            Self::Duplicate { .. } => {
                "give one of them another id, in its name and in `Migration::new`"
            }
            Self::BadId { .. } => "without `--rev-id` the id is made from the time",
            Self::BadLabel { .. } => "targets name a branch by it: billing@head",
            Self::NoLocation { locations, .. } => {
                let flags = locations
                    .iter()
                    .map(|it| format!("add `--version-path {}`", it.directory().display()));
                let declare =
                    "or declare it, in `migrations` of schema! and of [package.metadata.migrate]";
                return flags.chain([declare.to_owned()]).collect();
            }
            Self::NotRecursive { .. } => {
                "let it end with `/**`, in `migrations` of schema! and of [package.metadata.migrate]"
            }
            Self::Exists { .. } => "choose another message or another `--rev-id`",
            Self::Write { .. } => {
                "nothing was changed: look at the space on the disk and at the permissions, then try again"
            }
            Self::Read { .. } => "look at its permissions",
        };
        vec![hint.to_owned()]
    }
}
