//! What every command has at hand: the arguments, the project, the chain, and the database when it is
//! asked for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::Program;
use crate::cli::args::GlobalArgs;
use crate::cli::env::Project;
use crate::cli::progress::Running;
use crate::cli::ui::Ui;
use crate::cli::url::{DatabaseUrl, redact};
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
use crate::cli::wrong_password::explained;
use crate::command::{LeftOut, same_revisions};
use crate::connection::{self, Session};
use crate::error::shell_word;
use crate::runner::{Migrator, name_sources_for};
use crate::schema::Backend;
use crate::{Error, ErrorKind, Explain};

/// The surroundings of a command.
pub(super) struct Context<'a> {
    pub(super) arguments: &'a GlobalArgs,
    pub(super) program: Program<'a>,
    pub(super) project: Project,
    pub(super) ui: Ui,
}

/// An open database. A file that it created and that stayed empty is removed again.
pub(super) struct Database {
    pub(super) url: DatabaseUrl,
    pub(super) session: Box<dyn Session>,
    created: Option<PathBuf>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        arguments: &'a GlobalArgs,
        program: Program<'a>,
        ui: Ui,
    ) -> Result<Self, Error> {
        let project = Project::from_environment(arguments, program.url_variable)?;
        if let Some(root) = project.workspace_root.as_ref().or(project.root.as_ref()) {
            name_sources_for(root, &project.cwd);
        }
        Ok(Self {
            arguments,
            program,
            project,
            ui,
        })
    }

    /// The runner of the chain, which reports to the terminal.
    pub(super) fn migrator(&self) -> Migrator<'a> {
        self.quiet_migrator().progress(Running::new(self.ui))
    }

    /// The runner of the chain, which reports to nobody.
    pub(super) fn quiet_migrator(&self) -> Migrator<'a> {
        let timeout = Duration::from_secs(self.arguments.lock_timeout.into());
        let mut migrator = Migrator::new(self.program.schema).lock_timeout(timeout);
        if let Some(seconds) = self.arguments.statement_timeout {
            migrator = migrator.statement_timeout(Duration::from_secs(seconds.into()));
        }
        match self.program.hooks {
            Some(hooks) => migrator.hooks(hooks()),
            None => migrator,
        }
    }

    /// Whether the files are those that are compiled in, where the tool says where they are. Of a directory that was
    /// typed nobody expects it.
    pub(super) fn same_revisions(&self) -> Result<(), LeftOut> {
        let Project { root, cwd, .. } = &self.project;
        if root.is_none() || self.arguments.locations(cwd).is_some() {
            return Ok(());
        }
        same_revisions(&self.project.migrations.shown(cwd), self.program.schema)
    }

    /// What brings a database up to date: of several heads all are meant.
    pub(super) fn upgrade_command(&self) -> &'static str {
        let heads = self.quiet_migrator().heads().unwrap_or_default();
        if heads.iter().filter(|head| !head.contains('@')).count() > 1 {
            "cargo migrate upgrade heads"
        } else {
            "cargo migrate upgrade"
        }
    }

    /// Opens the database, and creates the file where there is none.
    pub(super) fn open_or_create(&self) -> Result<Database, Error> {
        open_or_create_at(self.project.database(self.arguments)?)
    }

    /// Opens a database that exists.
    pub(super) fn open(&self) -> Result<Database, Error> {
        match self.missing()? {
            Some(path) => Err(DatabaseError::Missing { path }.into()),
            None => connect(self.project.database(self.arguments)?, None),
        }
    }

    /// The file of the database, where it is not there yet and could be.
    pub(super) fn missing(&self) -> Result<Option<PathBuf>, Error> {
        match self.project.database(self.arguments)? {
            DatabaseUrl::SqliteFile(path) if !path.exists() => {
                if !cfg!(feature = "sqlite") {
                    let location = path.display().to_string();
                    return Err(connection::no_driver(Backend::Sqlite, &location).into());
                }
                has_directory(&path)?;
                Ok(Some(path))
            }
            _ => Ok(None),
        }
    }

    /// The kind of database, also where none is there: the one configured, else the one there is.
    pub(super) fn backend(&self) -> Result<Backend, Error> {
        match self.project.database(self.arguments) {
            Ok(url) => Ok(url.backend()),
            Err(_) if self.arguments.database_url.is_none() => Ok(Backend::Sqlite),
            Err(error) => Err(error),
        }
    }

    /// The database as it is printed.
    pub(super) fn shown(&self, url: &DatabaseUrl) -> String {
        format!("{}  {}", url.backend(), url.shown(&self.project.cwd))
    }
}

/// As [`Context::open_or_create`], whatever the project's database is.
pub(super) fn open_or_create_at(url: DatabaseUrl) -> Result<Database, Error> {
    let created = match &url {
        DatabaseUrl::SqliteFile(path) if !path.exists() => {
            has_directory(path)?;
            Some(path.clone())
        }
        _ => None,
    };
    connect(url, created)
}

/// Whether a file can be made there: SQLite makes no directories.
fn has_directory(path: &Path) -> Result<(), DatabaseError> {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() && !directory.is_dir() => {
            Err(DatabaseError::NoDirectory {
                directory: directory.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

fn connect(url: DatabaseUrl, created: Option<PathBuf>) -> Result<Database, Error> {
    let session = match &url {
        DatabaseUrl::SqliteFile(path) => {
            connection::open(Backend::Sqlite, &sqlite_location(path)?)?
        }
        DatabaseUrl::SqliteMemory => connection::open(Backend::Sqlite, ":memory:")?,
        DatabaseUrl::Server { backend, url } => open_server(*backend, url)?,
    };
    Ok(Database {
        url,
        session,
        created,
    })
}

fn open_server(backend: Backend, url: &str) -> Result<Box<dyn Session>, Error> {
    match backend {
        #[cfg(feature = "cli-postgres")]
        Backend::Postgres => {
            let parameters = crate::cli::postgres::from_environment(url)?;
            connection::open_postgres(&parameters, &redact(url))
                .map_err(|error| explained(error, crate::cli::postgres::password_origin(url)))
        }
        #[cfg(feature = "cli-mysql")]
        Backend::Mysql => {
            let parameters = crate::cli::mysql::from_environment(url)?;
            connection::open_mysql(&parameters, &redact(url))
                .map_err(|error| explained(error, crate::cli::mysql::password_origin(url)))
        }
        other => Ok(connection::open(other, &redact(url))?),
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(path) = &self.created
            && std::fs::metadata(path).is_ok_and(|file| file.len() == 0)
        {
            // An empty file is in nobody's way; nothing depends on its removal.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn sqlite_location(path: &Path) -> Result<String, DatabaseError> {
    if path.is_dir() {
        return Err(DatabaseError::Directory {
            path: path.to_owned(),
        });
    }
    let text = path.to_str().ok_or_else(|| DatabaseError::NotUnicode {
        path: path.to_owned(),
    })?;
    Ok(text.to_owned())
}

/// Why there is no database to open.
#[derive(Debug, thiserror::Error)]
enum DatabaseError {
    #[error("the database {} does not exist", path.display())]
    Missing { path: PathBuf },
    #[error("the database has no directory to be in: {} does not exist", directory.display())]
    NoDirectory { directory: PathBuf },
    #[error("the database {} is a directory", path.display())]
    Directory { path: PathBuf },
    #[error("the path of the database, {}, is not valid Unicode", path.display())]
    NotUnicode { path: PathBuf },
}

impl Explain for DatabaseError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Database
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Missing { .. } => vec![
                "run `cargo migrate upgrade`, which creates it".to_owned(),
                "or name another one: `--database-url sqlite://path`".to_owned(),
            ],
            Self::NoDirectory { directory } => vec![
                format!(
                    "make it: mkdir -p {}",
                    shell_word(&directory.display().to_string())
                ),
                "or name another database: `--database-url sqlite://path`".to_owned(),
            ],
            Self::Directory { .. } | Self::NotUnicode { .. } => {
                vec!["name another one: `--database-url sqlite://path`".to_owned()]
            }
        }
    }
}
