//! `shell`: opens the database's own client.

use std::io;
use std::process::{Command, ExitCode};

use super::context::Context;
use super::moving::announce;
use crate::cli::args::ShellArgs;
use crate::cli::url::DatabaseUrl;
use crate::schema::Backend;
use crate::{Error, ErrorKind, Explain};

pub(super) fn shell(context: &Context<'_>, arguments: &ShellArgs) -> Result<ExitCode, Error> {
    let ShellArgs { arguments } = arguments;
    let database = context.open()?;
    announce(context, &database);
    let client = match &database.url {
        DatabaseUrl::SqliteFile(path) => path.clone(),
        DatabaseUrl::SqliteMemory => return Err(ShellError::Memory.into()),
        DatabaseUrl::Server { backend, .. } => {
            return Err(ShellError::Backend { backend: *backend }.into());
        }
    };
    let status = Command::new("sqlite3")
        .arg(client)
        .args(arguments)
        .status()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ShellError::NoClient,
            _ => ShellError::NotStarted(error),
        })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Why there is no shell.
#[derive(Debug, thiserror::Error)]
enum ShellError {
    #[error("the client `sqlite3` is not installed")]
    NoClient,
    #[error("the client `sqlite3` cannot be started")]
    NotStarted(#[source] io::Error),
    #[error("a database in memory lives only as long as one connection; there is nothing to open")]
    Memory,
    #[error("there is no shell for {backend} yet")]
    Backend { backend: Backend },
}

impl Explain for ShellError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoClient | Self::NotStarted(_) => ErrorKind::Config,
            Self::Memory => ErrorKind::Usage,
            Self::Backend { .. } => ErrorKind::Unsupported,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoClient => vec![
                "install it: the package is called `sqlite3` (Debian, Ubuntu) or `sqlite` (Fedora, Homebrew)"
                    .to_owned(),
            ],
            Self::NotStarted(_) | Self::Memory | Self::Backend { .. } => Vec::new(),
        }
    }
}
