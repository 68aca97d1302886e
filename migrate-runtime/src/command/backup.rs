//! `backup` and `--backup`: a copy of the database, before it is changed.

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
            Self::Unsupported { .. } => {
                vec!["the server's own tool makes one: cargo migrate backup prints how".to_owned()]
            }
        }
    }
}

/// Copies the database into a file that does not exist yet. The copy is complete and consistent, also
/// while others write: <https://sqlite.org/lang_vacuum.html#vacuuminto>.
///
/// # Errors
/// [`BackupError`]: if the file exists, cannot be written, or the database is on a server.
pub fn backup(session: &mut dyn Session, path: &Path) -> Result<(), BackupError> {
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
