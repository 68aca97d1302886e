//! Opens a database by its URL: for the command line, which has no connection of its own.

use super::{Session, refusal};
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
        other => Err(no_driver(other, location)),
    }
}

/// What [`open`] says of a database that this build has no driver for.
pub(crate) fn no_driver(backend: Backend, location: &str) -> OpenError {
    OpenError::NoDriver {
        backend,
        location: location.to_owned(),
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
    /// A pooler gives every transaction another session of the server.
    #[error(
        "{location} is a pooler in transaction mode (as PgBouncer): every transaction gets another \
         session of the server, and a lock cannot be held"
    )]
    Pooled {
        /// Where it is; never with a password.
        location: String,
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

impl OpenError {
    /// Whether the server was given a password, and refuses it.
    #[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
    pub(crate) fn is_wrong_password(&self) -> bool {
        matches!(self, Self::Refused { message, .. } if refusal::is_wrong_password(message))
    }
}

impl Explain for OpenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { .. } => ErrorKind::Database,
            Self::NoDriver { .. } | Self::Pooled { .. } => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Refused {
                backend, message, ..
            } => refusal::hints(*backend, message),
            Self::Pooled { .. } => vec![
                "connect to the server itself, or to a pool in session mode: often another port or host of the same service".to_owned(),
            ],
            Self::NoDriver {
                backend: Backend::Postgres,
                ..
            } => vec![
                "say in Cargo.toml: migrate = [\"migrate-runtime/cli-postgres\"]".to_owned(),
            ],
            Self::NoDriver {
                backend: Backend::Mysql,
                ..
            } => vec!["say in Cargo.toml: migrate = [\"migrate-runtime/cli-mysql\"]".to_owned()],
            Self::NoDriver { backend, .. } => vec![format!(
                "enable the feature `{backend}` of migrate-runtime in Cargo.toml"
            )],
        }
    }
}
