//! Several databases in one package: which of them is meant, and `--all`, which is each of them in its turn.
//!
//! `[package.metadata.migrate.databases.NAME]` declares one: its migrations, the variable with its URL, and
//! the binary that has its command line. `default-database` names the one that is meant where nothing is said.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use migrate_runtime::cli::args::Cli;
use migrate_runtime::cli::report;
use migrate_runtime::cli::ui::{CARGO, Ui};
use migrate_runtime::source::Locations;
use migrate_runtime::{Error, ErrorKind, Explain};
use serde_json::{Map, Value};

use crate::project::{MIGRATIONS, Package, URL_VARIABLE, locations};

pub(crate) const DATABASES: &str = "databases";
pub(crate) const DEFAULT: &str = "default-database";
pub(crate) const BINARY: &str = "bin";

/// A database that a package declares.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) name: String,
    settings: Value,
}

/// The databases of the settings in `[package.metadata.migrate]`, in the order of their names.
pub(crate) fn declared(settings: &Value) -> Vec<Database> {
    let databases = settings[DATABASES].as_object().into_iter().flatten();
    let mut databases: Vec<Database> = databases
        .map(|(name, settings)| Database {
            name: name.clone(),
            settings: settings.clone(),
        })
        .collect();
    databases.sort_by(|one, other| one.name.cmp(&other.name));
    databases
}

/// The one that is meant where none is named, as those settings say.
pub(crate) fn default(settings: &Value) -> Option<String> {
    settings[DEFAULT].as_str().map(str::to_owned)
}

/// The package as it is for one of its databases: the one that is typed, else the default one.
pub(crate) fn of(mut package: Package, typed: Option<&str>) -> Result<Package, DatabasesError> {
    let names: Vec<String> = package.databases.iter().map(|it| it.name.clone()).collect();
    if let (Some(typed), true) = (typed, names.is_empty()) {
        return Err(DatabasesError::OnlyOne {
            package: package.name,
            typed: typed.to_owned(),
        });
    }
    if names.is_empty() {
        return Ok(package);
    }
    let default = package.default_database.as_deref();
    if let Some(default) = default.filter(|it| !names.iter().any(|name| name == it)) {
        let default = default.to_owned();
        return Err(DatabasesError::NoDefault { default, names });
    }
    let found = package
        .databases
        .iter()
        .find(|database| match typed.or(default) {
            Some(name) => database.name == name,
            None => names.len() == 1,
        });
    let Some(database) = found.cloned() else {
        return Err(match typed {
            Some(typed) => DatabasesError::Unknown {
                typed: typed.to_owned(),
                names,
            },
            None => DatabasesError::Several { names },
        });
    };
    let Database { name, settings } = database;
    let is_default = default == Some(&*name);
    let said = |key: &str| settings[key].as_str().map(str::to_owned);
    // The default one is what the package's only one was before there was another.
    if let Some(migrations) = locations(&settings, &package.root) {
        package.migrations = migrations;
    } else if !is_default {
        package.migrations = package.root.join(MIGRATIONS.1).join(&name).into();
    }
    if let Some(variable) = said(URL_VARIABLE.0) {
        package.url_variable = variable;
    } else if !is_default {
        let prefix = name.to_uppercase().replace('-', "_");
        package.url_variable = format!("{prefix}_{}", URL_VARIABLE.1);
    }
    package.binary =
        said(BINARY).or_else(|| (!is_default).then(|| format!("{}-{name}-migrate", package.name)));
    package.database = Some(name);
    Ok(package)
}

/// Where the migrations of each database are; of the only one, where none is declared.
pub(crate) fn all_migrations(package: &Package) -> Vec<Locations> {
    if package.databases.is_empty() {
        return vec![package.migrations.clone()];
    }
    let names = package.databases.iter().map(|it| &*it.name);
    let each = names.filter_map(|name| of(package.clone(), Some(name)).ok());
    each.map(|package| package.migrations).collect()
}

/// What is said of a command that `--all` is not for.
pub(crate) const fn not_of_all(command: &'static str) -> DatabasesError {
    DatabasesError::NotOfAll { command }
}

/// Runs the command for each database, whatever becomes of the others. The worst exit code is that of all.
pub(crate) fn each(
    package: &Package,
    cli: &Cli,
    typed: &[OsString],
    ui: Ui,
) -> Result<ExitCode, Error> {
    if !cli.command.may_be_of_all() {
        return Err(not_of_all(cli.command.name()).into());
    }
    if package.databases.is_empty() {
        return Err(DatabasesError::NoneDeclared {
            package: package.name.clone(),
        }
        .into());
    }
    let mut worst = 0;
    let mut documents = Map::new();
    for Database { name, .. } in &package.databases {
        if !ui.is_json() {
            ui.data(&format!("{name}:"));
        }
        let mut command = Command::new(std::env::current_exe().map_err(DatabasesError::Start)?);
        command.args(["migrate", "--database", name]);
        command.args(typed.iter().filter(|argument| *argument != "--all"));
        if ui.is_json() {
            command.stdout(Stdio::piped());
        }
        let ran = command
            .spawn()
            .and_then(std::process::Child::wait_with_output);
        let output = ran.map_err(DatabasesError::Start)?;
        let code = output
            .status
            .code()
            .and_then(|code| u8::try_from(code).ok());
        worst = worst.max(code.unwrap_or(report::FAILED));
        if ui.is_json() {
            let document = serde_json::from_slice(&output.stdout).unwrap_or_default();
            documents.insert(name.clone(), document);
        }
    }
    if ui.is_json() {
        ui.json(&Value::Object(documents));
    }
    // What the others print comes before what we say next.
    let _ = std::io::stdout().flush();
    Ok(ExitCode::from(worst))
}

/// Why it is not known which database is meant.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabasesError {
    #[error("there is no database `{typed}`: the package `{package}` has one, without a name")]
    OnlyOne { package: String, typed: String },
    #[error("there is no database `{typed}`; the package has {}", names.join(", "))]
    Unknown { typed: String, names: Vec<String> },
    #[error("several databases could be meant: {}", names.join(", "))]
    Several { names: Vec<String> },
    #[error("{DEFAULT} names `{default}`, which is none of the package's databases: {}", names.join(", "))]
    NoDefault { default: String, names: Vec<String> },
    #[error("`{command}` is of one database at a time")]
    NotOfAll { command: &'static str },
    #[error("the package `{package}` declares no databases, of which --all could be")]
    NoneDeclared { package: String },
    #[error("the command cannot be started again for one database")]
    Start(#[source] std::io::Error),
}

impl Explain for DatabasesError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::OnlyOne { .. }
            | Self::Unknown { .. }
            | Self::Several { .. }
            | Self::NotOfAll { .. }
            | Self::NoneDeclared { .. } => ErrorKind::Usage,
            Self::NoDefault { .. } => ErrorKind::Config,
            Self::Start(_) => ErrorKind::Internal,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::OnlyOne { typed, .. } => vec![
                format!("leave `--database {typed}` out"),
                format!(
                    "or declare it in Cargo.toml: [package.metadata.migrate.databases.{typed}]"
                ),
            ],
            Self::Unknown { names, .. } => flags(names),
            Self::Several { names } => {
                let mut hints = flags(names);
                let first = names.first().map_or("NAME", String::as_str);
                hints.push(format!(
                    "or say it once in Cargo.toml: [package.metadata.migrate] {DEFAULT} = \"{first}\""
                ));
                hints
            }
            Self::NotOfAll { command } => {
                vec![format!("name one: `{CARGO} {command} --database NAME`")]
            }
            Self::NoneDeclared { .. } => vec![
                "leave `--all` out".to_owned(),
                "or declare them in Cargo.toml: [package.metadata.migrate.databases.NAME]"
                    .to_owned(),
            ],
            Self::NoDefault { .. } => {
                vec!["correct it in Cargo.toml, [package.metadata.migrate]".to_owned()]
            }
            Self::Start(_) => Vec::new(),
        }
    }
}

fn flags(names: &[String]) -> Vec<String> {
    let flag = |name: &String| format!("add `--database {name}`");
    names.iter().map(flag).collect()
}
