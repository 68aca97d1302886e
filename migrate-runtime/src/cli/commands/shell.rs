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
    let mut client = client(&database.url)?;
    let program = client.get_program().to_string_lossy().into_owned();
    let status = client
        .args(arguments)
        .status()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ShellError::NoClient { program },
            _ => ShellError::NotStarted { program, error },
        })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The client of a database, told which one it is.
fn client(url: &DatabaseUrl) -> Result<Command, Error> {
    match url {
        DatabaseUrl::SqliteFile(path) => {
            let mut client = Command::new("sqlite3");
            client.arg(path);
            Ok(client)
        }
        DatabaseUrl::SqliteMemory => Err(ShellError::Memory.into()),
        #[cfg(feature = "cli-postgres")]
        DatabaseUrl::Server {
            backend: Backend::Postgres,
            url,
        } => {
            let mut client = Command::new("psql");
            let parameters = crate::cli::postgres::from_environment(url)?;
            client.envs(crate::cli::postgres::as_variables(&parameters));
            Ok(client)
        }
        #[cfg(feature = "cli-mysql")]
        DatabaseUrl::Server {
            backend: Backend::Mysql,
            url,
        } => {
            let mut client = Command::new(mysql_client());
            let parameters = crate::cli::mysql::from_environment(url)?;
            let (arguments, password) = crate::cli::mysql::client(&parameters);
            client.args(arguments);
            client.envs(password.map(|password| ("MYSQL_PWD", password)));
            Ok(client)
        }
        DatabaseUrl::Server { backend, .. } => {
            Err(ShellError::Backend { backend: *backend }.into())
        }
    }
}

/// MariaDB's client, or MySQL's where that is the one there is.
#[cfg(feature = "cli-mysql")]
fn mysql_client() -> &'static str {
    if has_mariadb() { "mariadb" } else { "mysql" }
}

/// Whether MariaDB's programs are installed.
#[cfg(feature = "cli-mysql")]
pub(super) fn has_mariadb() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|place| place.join("mariadb").is_file())
}

/// Why there is no shell.
#[derive(Debug, thiserror::Error)]
enum ShellError {
    #[error("the client `{program}` is not installed")]
    NoClient { program: String },
    #[error("the client `{program}` cannot be started: {error}")]
    NotStarted { program: String, error: io::Error },
    #[error("a database in memory lives only as long as one connection; there is nothing to open")]
    Memory,
    #[error("there is no shell for {backend} yet")]
    Backend { backend: Backend },
}

impl Explain for ShellError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoClient { .. } | Self::NotStarted { .. } => ErrorKind::Config,
            Self::Memory => ErrorKind::Usage,
            Self::Backend { .. } => ErrorKind::Unsupported,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoClient { program } if program == "psql" => vec![
                "install it: the package is called `postgresql-client` (Debian, Ubuntu), `postgresql` (Fedora) or `libpq` (Homebrew)"
                    .to_owned(),
            ],
            Self::NoClient { program } if program == "mysql" => vec![
                "install it: the package is called `mariadb-client` or `mysql-client` (Debian, Ubuntu), `mariadb` (Fedora, Homebrew)"
                    .to_owned(),
            ],
            Self::NoClient { .. } => vec![
                "install it: the package is called `sqlite3` (Debian, Ubuntu) or `sqlite` (Fedora, Homebrew)"
                    .to_owned(),
            ],
            Self::NotStarted { .. } | Self::Memory | Self::Backend { .. } => Vec::new(),
        }
    }
}
