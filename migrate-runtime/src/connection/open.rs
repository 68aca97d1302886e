//! Opens a database by its URL: for the command line, which has no connection of its own.

use super::Session;
use crate::schema::Backend;
use crate::{ErrorKind, Explain};

/// Opens a connection that owns itself.
///
/// `location` is what the database's own driver takes: for SQLite a path, `:memory:` or a `file:` URI.
/// Reading users' spellings of URLs is the command line's matter.
///
/// # Errors
/// [`OpenError`] if the database does not answer, or this build has no driver for it.
pub fn open(backend: Backend, location: &str) -> Result<Box<dyn Session>, OpenError> {
    match backend {
        #[cfg(feature = "sqlite")]
        Backend::Sqlite => super::sqlite::open(location),
        other => Err(OpenError::NoDriver {
            backend: other,
            location: location.to_owned(),
        }),
    }
}

/// Why a database could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The driver said no.
    #[error("cannot open {backend} database {location}: {message}")]
    Refused {
        /// The kind of database.
        backend: Backend,
        /// Where it is; never with a password.
        location: String,
        /// The driver's words.
        message: String,
    },
    /// The binary was built without that database.
    #[error("this build cannot open a {backend} database")]
    NoDriver {
        /// The kind of database.
        backend: Backend,
        /// Where it is.
        location: String,
    },
}

impl Explain for OpenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { .. } => ErrorKind::Database,
            Self::NoDriver { .. } => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Refused { .. } => vec![
                "check that the directory exists and that you may read and write it".to_owned(),
            ],
            Self::NoDriver { backend, .. } => vec![format!(
                "enable the feature `{backend}` of migrate-runtime in Cargo.toml"
            )],
        }
    }
}
