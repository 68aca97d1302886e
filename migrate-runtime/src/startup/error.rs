//! Why an application does not start on its database.

use super::mode::UnknownMode;
use super::unrecorded::Unrecorded;
use crate::connection::refusal;
use crate::runner::RunError;
use crate::schema::Backend;
use crate::{ErrorKind, Explain};
use std::time::Duration;

/// Why an application does not start on its database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartupError {
    /// The variable says something else than on or off.
    #[error("{variable}: {source}")]
    Mode {
        /// Its name.
        variable: String,
        /// What it says.
        source: UnknownMode,
    },
    /// The database could not be reached.
    #[error("the database cannot be reached{}: {message}", after(*.waited))]
    Unreachable {
        /// The driver's words at the last attempt.
        message: String,
        /// How long it was tried.
        waited: Duration,
    },
    /// The database lets nobody in with that password, user or name: no later attempt changes it.
    #[error("the database refuses the connection: {message}")]
    Refused {
        /// The kind of database.
        backend: Backend,
        /// The driver's words.
        message: String,
    },
    /// There are tables, and nobody wrote down what they are.
    #[error("{0}")]
    Unrecorded(Box<Unrecorded>),
    /// The database is at revisions that stand on those of this binary.
    #[error(
        "the database is ahead of this binary: at {}, which stands on all that this binary has",
        .revisions.join(", ")
    )]
    Ahead {
        /// The revisions.
        revisions: Vec<String>,
    },
    /// The chain could not be applied, or its state not be told.
    #[error(transparent)]
    Run(#[from] RunError),
}

fn after(time: Duration) -> String {
    if time.is_zero() {
        return String::new();
    }
    format!(" for {} s", time.as_secs())
}

impl Explain for StartupError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Mode { .. } => ErrorKind::Config,
            Self::Unreachable { .. } | Self::Refused { .. } => ErrorKind::Database,
            Self::Unrecorded(_) => ErrorKind::Drift,
            Self::Ahead { .. } => ErrorKind::Conflict,
            Self::Run(error) => error.kind(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Mode { variable, .. } => vec![format!(
                "{variable}=1 lets the application upgrade its database; without it nothing is done"
            )],
            Self::Unreachable { .. } => Vec::new(),
            Self::Refused { backend, message } => refusal::hints(*backend, message),
            Self::Unrecorded(found) => found.hints(),
            Self::Ahead { .. } => vec![
                "deploy the version that wrote them, or a newer one".to_owned(),
                "where an older version may run beside a newer one: .ahead(Ahead::Tolerate)"
                    .to_owned(),
            ],
            Self::Run(error) => error.hints(),
        }
    }
}
