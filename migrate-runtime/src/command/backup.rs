//! `--backup`: a copy of the database before it is changed.

use crate::connection::{DatabaseError, Session};
use crate::schema::Backend;
use crate::{ErrorKind, Explain};
use std::path::{Path, PathBuf};

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is a file of that name.
    #[error("the copy cannot be written to {path}: there is a file of that name")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The database could not write it.
    #[error("the copy cannot be written to {path}: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// Its words.
        source: DatabaseError,
    },
    /// There is no such thing on this database.
    #[error("--backup copies SQLite files; this database is {backend}")]
    Unsupported {
        /// The database.
        backend: Backend,
    },
}

impl Explain for BackupError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Exists { .. } => ErrorKind::Usage,
            Self::Database { source, .. } => source.kind(),
            Self::Unsupported { .. } => ErrorKind::Unsupported,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Exists { .. } => vec!["move it away, or name another one".to_owned()],
            Self::Database { source, .. } => source.hints(),
            Self::Unsupported {
                backend: Backend::Postgres,
            } => vec!["make a copy first: pg_dump -Fc -f FILE".to_owned()],
            Self::Unsupported { .. } => {
                vec!["make a copy with the database's own tools".to_owned()]
            }
        }
    }
}

/// Copies the database into a file that does not exist yet. The copy is complete and consistent, also
/// while others write: <https://sqlite.org/lang_vacuum.html#vacuuminto>.
pub(super) fn backup(session: &mut dyn Session, copy: Option<&Path>) -> Result<(), BackupError> {
    let Some(path) = copy else { return Ok(()) };
    if session.backend() != Backend::Sqlite {
        return Err(BackupError::Unsupported {
            backend: session.backend(),
        });
    }
    let path = path.to_owned();
    if path.exists() {
        return Err(BackupError::Exists { path });
    }
    let name = path.to_string_lossy().replace('\'', "''");
    session
        .batch(&format!("VACUUM INTO '{name}'"))
        .map_err(|source| BackupError::Database { path, source })
}
