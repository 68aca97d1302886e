//! `backup`: a copy of an SQLite file; of a database on a server, the command of its own tool that makes one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::context::Context;
use super::moving::{announce, copy_of};
#[cfg(feature = "cli-mysql")]
use super::shell::has_mariadb;
use crate::cli::args::BackupArgs;
use crate::cli::url::DatabaseUrl;
use crate::command;
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
use crate::error::shell_word;
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
use crate::schema::Backend;
use crate::{Error, ErrorKind, Explain};

pub(super) fn backup(context: &Context<'_>, arguments: &BackupArgs) -> Result<ExitCode, Error> {
    let BackupArgs { path } = arguments;
    let path = path.as_deref().map(|path| context.project.cwd.join(path));
    let url = context.project.database(context.arguments)?;
    let ui = context.ui;
    if let DatabaseUrl::Server { .. } = &url {
        let Dump { command, password } = dump(&url, path.as_deref())?;
        if ui.is_json() {
            ui.json(&json!({ "command": command }));
        } else {
            ui.data(&command);
            ui.note(password);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut database = context.open()?;
    announce(context, &database);
    let copy = path.or_else(|| copy_of(&database)).ok_or(Memory)?;
    command::backup(&mut *database.session, &copy)?;
    let shown = context.project.shown(&copy).to_string();
    if ui.is_json() {
        ui.json(&json!({ "path": shown }));
    } else {
        ui.status("backup", &shown);
    }
    Ok(ExitCode::SUCCESS)
}

/// A command for a shell.
struct Dump {
    command: String,
    /// How it gets the password, which it does not hold, in words.
    password: &'static str,
}

fn dump(url: &DatabaseUrl, path: Option<&Path>) -> Result<Dump, Error> {
    #[cfg_attr(
        not(any(feature = "cli-postgres", feature = "cli-mysql")),
        expect(unused_variables, reason = "what uses it comes with a driver")
    )]
    let file = |name: Option<&String>, ending: &str| {
        let name = name.map_or("database", String::as_str);
        let path = path.map_or_else(|| PathBuf::from(format!("{name}.{ending}")), Path::to_owned);
        path.display().to_string()
    };
    match url {
        #[cfg(feature = "cli-postgres")]
        DatabaseUrl::Server {
            backend: Backend::Postgres,
            url,
        } => {
            let parameters = crate::cli::postgres::from_environment(url)?;
            let file = file(parameters.get("dbname"), "dump");
            let variables = crate::cli::postgres::as_variables(&parameters)
                .filter(|(name, _)| !["PGPASSWORD", "PGAPPNAME"].contains(name))
                .map(|(name, value)| format!("{name}={}", shell_word(value)));
            let words = ["pg_dump".to_owned(), "--format=custom".to_owned()];
            let file = format!("--file={}", shell_word(&file));
            Ok(Dump {
                command: joined(variables.chain(words).chain([file])),
                password: "it asks for the password, or reads PGPASSWORD or ~/.pgpass",
            })
        }
        #[cfg(feature = "cli-mysql")]
        DatabaseUrl::Server {
            backend: Backend::Mysql,
            url,
        } => {
            let parameters = crate::cli::mysql::from_environment(url)?;
            let file = file(parameters.get("database"), "sql");
            let program = if has_mariadb() {
                "mariadb-dump"
            } else {
                "mysqldump"
            };
            let whole = ["--single-transaction", "--routines", "--events"];
            let (arguments, _) = crate::cli::mysql::client(&parameters);
            let words = std::iter::once(program).chain(whole).map(str::to_owned);
            let file = format!("--result-file={}", shell_word(&file));
            let arguments = arguments.iter().map(|argument| shell_word(argument));
            Ok(Dump {
                command: joined(words.chain([file]).chain(arguments)),
                password: "it reads the password from MYSQL_PWD; with --password behind it, it asks",
            })
        }
        other => Err(NoDump {
            backend: other.backend().to_string(),
        }
        .into()),
    }
}

#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// What is gone with its connection.
#[derive(Debug, thiserror::Error)]
#[error("a database in memory lives only as long as one connection; there is nothing to copy")]
struct Memory;

impl Explain for Memory {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A server that this binary has no driver for.
#[derive(Debug, thiserror::Error)]
#[error("this binary knows nothing of {backend}")]
struct NoDump {
    backend: String,
}

impl Explain for NoDump {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unsupported
    }

    fn hints(&self) -> Vec<String> {
        vec![format!(
            "build it with the feature `cli-{}` of migrate-runtime",
            self.backend
        )]
    }
}
