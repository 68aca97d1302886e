//! What the surroundings say: where the project is, and which database is meant. It opens nothing.
//!
//! `cargo-migrate` knows the project from cargo and hands it over in environment variables; a deployed
//! binary finds neither, and uses the current directory.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::args::GlobalArgs;
use super::file_style;
use super::url::{DatabaseUrl, UrlError};
use crate::source::name::Timestamp;
use crate::source::{FileStyle, Locations};
use crate::{Error, ErrorKind, Explain};

/// The root of the package with `schema!`.
pub const MANIFEST_DIR: &str = "CARGO_MIGRATE_MANIFEST_DIR";
/// The root of its workspace.
pub const WORKSPACE_ROOT: &str = "CARGO_MIGRATE_WORKSPACE_ROOT";
/// The directories of the migrations, one a line.
pub const MIGRATIONS: &str = "CARGO_MIGRATE_MIGRATIONS";
/// The name of the variable with the database URL.
pub const DATABASE_URL_VAR: &str = "CARGO_MIGRATE_DATABASE_URL_VAR";
/// The variable with the database URL, where nobody names another one.
pub const URL_VARIABLE: &str = "DATABASE_URL";
/// The name of the database, where the package has several.
pub const DATABASE: &str = "CARGO_MIGRATE_DATABASE";

/// What the package calls the runtime: `migrate_runtime`.
pub const RUNTIME: &str = "CARGO_MIGRATE_RUNTIME";

/// The settings about files, as JSON.
pub const FILES: &str = "CARGO_MIGRATE_FILES";

/// Where everything is.
#[derive(Debug, Clone)]
pub struct Project {
    /// The root of the package, if a tool that knows cargo started us.
    pub root: Option<PathBuf>,
    /// The root of its workspace.
    pub workspace_root: Option<PathBuf>,
    /// Where the migrations are.
    pub migrations: Locations,
    /// The name of the variable with the database URL.
    pub url_variable: String,
    /// What the package calls the runtime.
    pub runtime: String,
    /// The settings about files.
    pub files: Value,
    /// Where the user is.
    pub cwd: PathBuf,
}

impl Project {
    /// What `cargo-migrate` handed over, or the defaults of a deployed binary, whose URL is in `url_variable`.
    pub fn from_environment(arguments: &GlobalArgs, url_variable: &str) -> Result<Self, Error> {
        let cwd = std::env::current_dir().map_err(EnvError::NoDirectory)?;
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let root = variable(MANIFEST_DIR).map(PathBuf::from);
        if root.is_none() && (arguments.database.is_some() || arguments.all) {
            return Err(EnvError::OneDatabase.into());
        }
        let handed_over = || match std::env::var(MIGRATIONS) {
            Ok(lines) if !lines.is_empty() => lines.lines().collect(),
            _ => Locations::from(root.as_deref().unwrap_or(&cwd).join("migrations")),
        };
        let migrations = arguments.locations(&cwd).unwrap_or_else(handed_over);
        Ok(Self {
            root,
            workspace_root: variable(WORKSPACE_ROOT).map(PathBuf::from),
            migrations,
            url_variable: std::env::var(DATABASE_URL_VAR)
                .unwrap_or_else(|_| url_variable.to_owned()),
            runtime: std::env::var(RUNTIME).unwrap_or_else(|_| "migrate_runtime".to_owned()),
            files: (std::env::var(FILES).ok())
                .and_then(|files| serde_json::from_str(&files).ok())
                .unwrap_or_default(),
            cwd,
        })
    }

    /// How files of migrations are named and finished.
    pub fn style(&self) -> Result<FileStyle, Error> {
        let root = self.root.as_deref().unwrap_or(&self.cwd);
        Ok(file_style::parse(&self.files, root)?)
    }

    /// The time, in the zone of the project.
    pub fn now(&self) -> Result<Timestamp, Error> {
        Ok(file_style::now(&self.files)?)
    }

    /// The database: from `--database-url`, else the variable, else a `.env` file.
    pub fn database(&self, arguments: &GlobalArgs) -> Result<DatabaseUrl, Error> {
        self.database_if_any(arguments)?.ok_or_else(|| {
            let (variable, files) = (self.url_variable.clone(), self.env_files());
            EnvError::NoDatabase { variable, files }.into()
        })
    }

    /// [`Self::database`], where one is named.
    pub fn database_if_any(&self, arguments: &GlobalArgs) -> Result<Option<DatabaseUrl>, Error> {
        if let Some(url) = &arguments.database_url {
            return Ok(Some(resolved(url, &self.cwd, "--database-url")?));
        }
        match std::env::var(&self.url_variable) {
            Ok(url) if !url.trim().is_empty() => {
                return Ok(Some(resolved(&url, &self.cwd, &self.url_variable)?));
            }
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(EnvError::NotUnicode(self.url_variable.clone()).into());
            }
            Ok(_) | Err(std::env::VarError::NotPresent) => {}
        }
        for file in &self.env_files() {
            if let Some(url) = read_env_file(file, &self.url_variable)? {
                // A file that is committed means the same from every directory.
                let base = file.parent().unwrap_or(&self.cwd);
                return Ok(Some(resolved(&url, base, &file.display().to_string())?));
            }
        }
        Ok(None)
    }

    /// A path as it is printed.
    pub fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.cwd).unwrap_or(path).display()
    }

    /// The `.env` files that may say it, nearest first: from the package up to its workspace.
    fn env_files(&self) -> Vec<PathBuf> {
        let start = self.root.as_deref().unwrap_or(&self.cwd);
        let end = self.workspace_root.as_deref().unwrap_or(start);
        let mut files = Vec::new();
        for dir in start.ancestors() {
            files.push(dir.join(".env"));
            if dir == end || !start.starts_with(end) {
                break;
            }
        }
        files
    }
}

fn resolved(url: &str, base: &Path, origin: &str) -> Result<DatabaseUrl, EnvError> {
    DatabaseUrl::parse(url, base).map_err(|error| EnvError::Url {
        origin: origin.to_owned(),
        error,
    })
}

/// The variable in a `.env` file; `None` without the file or the variable.
fn read_env_file(file: &Path, variable: &str) -> Result<Option<String>, EnvError> {
    if !file.is_file() {
        return Ok(None);
    }
    let unreadable = |error| match error {
        // What is printed must not have the line in it: a password may be there.
        dotenvy::Error::LineParse(text, _) => EnvError::EnvLine {
            file: file.to_owned(),
            line: line_of(file, &text),
        },
        error => EnvError::EnvFile {
            file: file.to_owned(),
            error,
        },
    };
    for entry in dotenvy::from_path_iter(file).map_err(unreadable)? {
        let (name, value) = entry.map_err(unreadable)?;
        if name == variable && !value.trim().is_empty() {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// The number of the line where a piece of a file begins.
fn line_of(file: &Path, piece: &str) -> usize {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let at = text.find(piece.trim()).unwrap_or_default();
    text[..at].matches('\n').count() + 1
}

/// Why the surroundings say too little.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    /// The current directory is gone.
    #[error("the current directory cannot be read")]
    NoDirectory(#[source] std::io::Error),
    /// A binary is of one database; which there are, the tool knows from cargo.
    #[error("--database and --all need cargo: this binary is of one database")]
    OneDatabase,
    /// Nothing says which database is meant.
    #[error(
        "no database is configured: no --database-url, {variable} is not set, and {}",
        looked_at(files)
    )]
    NoDatabase {
        /// The variable.
        variable: String,
        /// The files that could have said it.
        files: Vec<PathBuf>,
    },
    /// The URL makes no sense.
    #[error("{error} (from {origin})")]
    Url {
        /// Who said it.
        origin: String,
        /// What is wrong.
        error: UrlError,
    },
    /// The variable is no text.
    #[error("the environment variable {0} is not valid Unicode")]
    NotUnicode(String),
    /// A `.env` file cannot be read.
    #[error("{} cannot be read", file.display())]
    EnvFile {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        error: dotenvy::Error,
    },
    /// A line of a `.env` file is none.
    #[error("{}:{line}: not a line of the form NAME=value", file.display())]
    EnvLine {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

fn looked_at(files: &[PathBuf]) -> String {
    let listed: Vec<String> = files
        .iter()
        .map(|file| {
            let what = if file.is_file() {
                "does not have it"
            } else {
                "does not exist"
            };
            format!("{} {what}", file.display())
        })
        .collect();
    listed.join(", ")
}

impl Explain for EnvError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoDirectory(_)
            | Self::NoDatabase { .. }
            | Self::EnvFile { .. }
            | Self::EnvLine { .. } => ErrorKind::Config,
            Self::Url { .. } | Self::NotUnicode(_) | Self::OneDatabase => ErrorKind::Usage,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoDatabase { variable, files } => {
                let mut hints = Vec::new();
                if let Some(file) = files.first() {
                    hints.push(format!(
                        "write {variable}=sqlite://app.db into {}",
                        file.display()
                    ));
                }
                hints.push("or add `--database-url sqlite://app.db`".to_owned());
                hints
            }
            Self::Url { error, .. } => error.hints(),
            Self::EnvLine { .. } => vec![
                "write NAME=value, a value with spaces in quotes, which end where they begin"
                    .to_owned(),
            ],
            Self::OneDatabase => {
                vec!["call the binary of that database, without the flag".to_owned()]
            }
            Self::NoDirectory(_) | Self::NotUnicode(_) | Self::EnvFile { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(root: &Path, package: &str) -> Project {
        Project {
            root: Some(root.join(package)),
            workspace_root: Some(root.to_owned()),
            migrations: root.join(package).join("migrations").into(),
            // No test may depend on what the machine has set.
            url_variable: "MIGRATE_TEST_URL_THAT_NOBODY_SETS".to_owned(),
            runtime: "migrate_runtime".to_owned(),
            files: Value::Null,
            cwd: root.join("elsewhere"),
        }
    }

    fn arguments(url: Option<&str>) -> GlobalArgs {
        let line = url.map_or(vec![], |url| vec!["--database-url".into(), url.into()]);
        let line = line.into_iter().chain(["current".into()]);
        super::super::args::Cli::parse_as("cargo migrate", line)
            .unwrap()
            .global
    }

    #[test]
    fn a_flag_is_relative_to_where_the_user_is() {
        let url = project(Path::new("/w"), "p")
            .database(&arguments(Some("app.db")))
            .unwrap();
        assert_eq!(url, DatabaseUrl::SqliteFile("/w/elsewhere/app.db".into()));
    }

    #[test]
    fn an_env_file_is_relative_to_itself_and_the_nearest_wins() {
        let dir = tempfile::tempdir().unwrap();
        let project = project(dir.path(), "p");
        std::fs::create_dir(dir.path().join("p")).unwrap();
        let line = |name: &str| format!("OTHER=1\n{}=sqlite://{name}\n", project.url_variable);
        std::fs::write(dir.path().join(".env"), line("outer.db")).unwrap();
        let found = project.database(&arguments(None)).unwrap();
        assert_eq!(found, DatabaseUrl::SqliteFile(dir.path().join("outer.db")));
        std::fs::write(dir.path().join("p/.env"), line("inner.db")).unwrap();
        let found = project.database(&arguments(None)).unwrap();
        assert_eq!(
            found,
            DatabaseUrl::SqliteFile(dir.path().join("p/inner.db"))
        );
    }

    #[test]
    fn without_any_the_error_lists_what_was_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".env"), "OTHER=1\n").unwrap();
        let error = project(dir.path(), "p")
            .database(&arguments(None))
            .unwrap_err();
        let text = error
            .to_string()
            .replace(&dir.path().display().to_string(), "[DIR]");
        insta::assert_snapshot!(text, @"no database is configured: no --database-url, MIGRATE_TEST_URL_THAT_NOBODY_SETS is not set, and [DIR]/p/.env does not exist, [DIR]/.env does not have it");
    }

    #[test]
    fn a_url_error_says_where_the_url_came_from() {
        let error = project(Path::new("/w"), "p")
            .database(&arguments(Some("oracle://x")))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(
            error.to_string().ends_with("(from --database-url)"),
            "{error}"
        );
    }
}
