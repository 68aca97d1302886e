//! `database create` and `database drop`: the file of an SQLite database, or a database of a server, which is
//! asked through another one of its databases.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::context::Context;
use crate::cli::args::{DatabaseAction, DatabaseArgs};
use crate::cli::prompt;
use crate::cli::url::{DatabaseUrl, redact};
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
use crate::cli::wrong_password::explained;
use crate::connection::{self, Session};
use crate::dialect::dialect;
use crate::runner::RunError;
use crate::schema::{Backend, Name};
use crate::{Error, ErrorKind, Explain};

pub(super) fn database(context: &Context<'_>, arguments: &DatabaseArgs) -> Result<ExitCode, Error> {
    let DatabaseArgs { action, yes } = arguments;
    let url = context.project.database(context.arguments)?;
    let shown = context.shown(&url);
    let agree = |name: &str| match yes {
        true => Ok(()),
        false => {
            let what = format!("{shown} would be destroyed, with all that is in it");
            prompt::confirm_by_name(context.ui, &what, name, "--yes")
        }
    };
    let done = match (&url, action) {
        (DatabaseUrl::SqliteFile(path), DatabaseAction::Create) => {
            File::create_new(path).map_err(|error| NoSuch::file(path, error))?;
            "created"
        }
        (DatabaseUrl::SqliteFile(path), DatabaseAction::Drop) => {
            is_ours(path)?;
            agree(&path.file_name().unwrap_or_default().to_string_lossy())?;
            remove(path).map_err(|error| NoSuch::file(path, error))?;
            "dropped"
        }
        (DatabaseUrl::SqliteMemory, _) => return Err(NoSuch::Memory.into()),
        (DatabaseUrl::Server { backend, url }, action) => {
            let mut server = server(*backend, url)?;
            let dialect = dialect(*backend).map_err(RunError::from)?;
            let quoted = dialect.quote(&Name::from(server.name.as_str()));
            let literal = dialect.literal(&server.name);
            let named = format!("SELECT 1 FROM {} = {literal}", server.named_in);
            let is_there = !server.session.query(&named)?.is_empty();
            let (sql, done) = match action {
                DatabaseAction::Create => {
                    if is_there {
                        return Err(NoSuch::Exists(redact(url)).into());
                    }
                    let options = server.options;
                    (format!("CREATE DATABASE {quoted}{options}"), "created")
                }
                DatabaseAction::Drop => {
                    if !is_there {
                        return Err(NoSuch::Missing(redact(url)).into());
                    }
                    agree(&server.name)?;
                    (format!("DROP DATABASE {quoted}"), "dropped")
                }
            };
            server.session.batch(&sql)?;
            done
        }
    };
    if context.ui.is_json() {
        context.ui.json(&json!({ "database": shown, "done": done }));
    } else {
        context.ui.status(done, &shown);
    }
    Ok(ExitCode::SUCCESS)
}

/// What an SQLite database has beside its file.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that is something else is not ours to remove.
fn is_ours(path: &Path) -> Result<(), Error> {
    if !path.is_file() {
        return Err(NoSuch::file(path, io::ErrorKind::NotFound.into()).into());
    }
    let mut session = connection::open(Backend::Sqlite, &path.to_string_lossy())?;
    session.query("PRAGMA schema_version")?;
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    for ending in BESIDE {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A server, and which of its databases is meant.
struct Server {
    /// In another database of it, or in none.
    session: Box<dyn Session>,
    name: String,
    /// The catalog with the names of its databases.
    named_in: &'static str,
    /// What `CREATE DATABASE` says besides.
    options: &'static str,
}

fn server(backend: Backend, url: &str) -> Result<Server, Error> {
    match backend {
        #[cfg(feature = "cli-postgres")]
        Backend::Postgres => {
            let mut parameters = crate::cli::postgres::from_environment(url)?;
            // Each server has this one, for this purpose.
            let name = parameters.insert("dbname".to_owned(), "postgres".to_owned());
            Ok(Server {
                session: connection::open_postgres(&parameters, &redact(url)).map_err(|error| {
                    explained(error, crate::cli::postgres::password_origin(url))
                })?,
                name: name.ok_or(NoSuch::Name)?,
                named_in: "pg_catalog.pg_database WHERE datname",
                options: "",
            })
        }
        #[cfg(feature = "cli-mysql")]
        Backend::Mysql => {
            let mut parameters = crate::cli::mysql::from_environment(url)?;
            let name = parameters.remove("database").ok_or(NoSuch::Name)?;
            Ok(Server {
                session: connection::open_mysql(&parameters, &redact(url))
                    .map_err(|error| explained(error, crate::cli::mysql::password_origin(url)))?,
                name,
                named_in: "information_schema.schemata WHERE schema_name",
                // MariaDB's own choice was another one for long.
                options: " CHARACTER SET utf8mb4",
            })
        }
        other => {
            connection::open(other, &redact(url))?;
            Err(NoSuch::Name.into())
        }
    }
}

/// Why there is nothing to create, or to drop.
#[derive(Debug, thiserror::Error)]
enum NoSuch {
    #[error("the database {0} exists already")]
    Exists(String),
    #[error("the database {0} does not exist")]
    Missing(String),
    #[error("the database {} cannot be made or removed: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("a database in memory comes and goes with its connection")]
    Memory,
    #[error("the URL names no database of the server")]
    Name,
}

impl NoSuch {
    fn file(path: &Path, error: io::Error) -> Self {
        let shown = path.display().to_string();
        match error.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists(shown),
            io::ErrorKind::NotFound if path.parent().is_none_or(Path::is_dir) => {
                Self::Missing(shown)
            }
            _ => Self::File {
                path: path.to_owned(),
                error,
            },
        }
    }
}

impl Explain for NoSuch {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Exists(_) | Self::Missing(_) | Self::File { .. } => ErrorKind::Database,
            Self::Memory | Self::Name => ErrorKind::Usage,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Exists(_) => vec!["bring it up to date: cargo migrate upgrade".to_owned()],
            Self::Missing(_) => vec!["look at the URL: --database-url".to_owned()],
            Self::File { .. } => vec!["look at the directory, and who may write there".to_owned()],
            Self::Memory => Vec::new(),
            Self::Name => vec!["name it: postgres://host/NAME, mysql://host/NAME".to_owned()],
        }
    }
}
