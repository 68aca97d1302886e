//! `upgrade --urls-from`: one chain on many databases, from a list of their addresses.
//!
//! Each is upgraded as if it were the only one, and none stops the others. What is done is not done again, so
//! the same list goes on where it stopped.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::context::{Context, Database, open_or_create_at};
use super::moving::{as_json, copy_of, rows};
use crate::cli::args::UpgradeArgs;
use crate::cli::report::FAILED;
use crate::cli::ui::Style;
use crate::cli::url::{DatabaseUrl, UrlError};
use crate::command;
use crate::runner::Report;
use crate::{Error, ErrorKind, Explain};

/// What became of a database.
struct Outcome {
    /// How it is printed.
    shown: String,
    json: serde_json::Value,
    became: Became,
}

enum Became {
    Upgraded,
    Same,
    Failed,
}

pub(super) fn upgrade(
    context: &Context<'_>,
    arguments: &UpgradeArgs,
    list: &Path,
    at_once: NonZeroUsize,
) -> Result<ExitCode, Error> {
    if context.arguments.database_url.is_some() {
        return Err(ListError::TwoAddresses.into());
    }
    let databases = databases(list, &context.project.cwd)?;
    let outcomes = command::each(&databases, at_once.get(), |url| {
        one(context, arguments, url)
    });
    let named = |became: fn(&Became) -> bool| -> Vec<&str> {
        let those = outcomes.iter().filter(|outcome| became(&outcome.became));
        those.map(|outcome| outcome.shown.as_str()).collect()
    };
    let upgraded = named(|it| matches!(it, Became::Upgraded)).len();
    let same = named(|it| matches!(it, Became::Same)).len();
    let failed = named(|it| matches!(it, Became::Failed));
    if context.ui.is_json() {
        let all: Vec<&serde_json::Value> = outcomes.iter().map(|it| &it.json).collect();
        context
            .ui
            .json(&serde_json::json!({ "databases": all, "failed": failed.len() }));
    } else {
        let summary = format!(
            "{upgraded} upgraded, {same} with nothing to do, {} failed",
            failed.len()
        );
        context.ui.status("databases", &summary);
        for shown in &failed {
            context
                .ui
                .message(&format!("  {}", context.ui.labelled("failed", shown)));
        }
    }
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    context
        .ui
        .note("the same list again goes on: what is done is not done twice");
    Ok(ExitCode::from(FAILED))
}

/// Upgrades one, and says so.
fn one(context: &Context<'_>, arguments: &UpgradeArgs, url: &DatabaseUrl) -> Outcome {
    let shown = context.shown(url);
    match attempt(context, arguments, url) {
        Ok((database, report)) => {
            let is_same = report.steps.is_empty();
            let (from, to) = (rows(&report.from), rows(&report.to));
            let (label, text) = if is_same {
                ("at", format!("{shown}  at {to}, nothing to do"))
            } else {
                ("upgraded", format!("{shown}  {from} -> {to}"))
            };
            context.ui.status(label, &text);
            Outcome {
                json: as_json(context, &database, &report),
                shown,
                became: if is_same {
                    Became::Same
                } else {
                    Became::Upgraded
                },
            }
        }
        Err(error) => {
            let mut text = format!("{shown}: {error}");
            for hint in error.hints() {
                text = format!("{text}\nhint: {hint}");
            }
            if !context.ui.is_json() {
                let label = context.ui.paint(Style::Bad, "error:");
                let text = text.replace('\n', "\n  ");
                context.ui.message(&format!("{label} {text}"));
            }
            let json = serde_json::json!({
                "database": shown,
                "error": error.to_string(),
                "hints": error.hints(),
            });
            Outcome {
                shown,
                json,
                became: Became::Failed,
            }
        }
    }
}

fn attempt(
    context: &Context<'_>,
    arguments: &UpgradeArgs,
    url: &DatabaseUrl,
) -> Result<(Database, Report), Error> {
    let UpgradeArgs {
        target,
        sql: _,
        skip_run: _,
        backup,
        allow_edited,
        allow_copy,
        verify,
        urls_from: _,
        jobs: _,
    } = arguments;
    let mut database = open_or_create_at(url.clone())?;
    let migrator = context.quiet_migrator().allow_edited(*allow_edited);
    let mut migrator = migrator.verify(*verify).allow_copy(*allow_copy);
    let copy = backup.then(|| copy_of(&database)).flatten();
    let report = command::upgrade(
        &mut *database.session,
        &mut migrator,
        target,
        copy.as_deref(),
    )?;
    Ok((database, report))
}

/// The addresses of a list: one a line; empty lines and those that begin with `#` say nothing. A path is seen
/// from the list's directory.
fn databases(list: &Path, cwd: &Path) -> Result<Vec<DatabaseUrl>, ListError> {
    let is_input = list.as_os_str() == "-";
    let unreadable = |source| ListError::Unreadable {
        list: list.to_owned(),
        source,
    };
    let text = if is_input {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map(|_| text).map_err(unreadable)?
    } else {
        std::fs::read_to_string(cwd.join(list)).map_err(unreadable)?
    };
    let file = cwd.join(list);
    let base = (file.parent()).filter(|_| !is_input).unwrap_or(cwd);
    let databases = read(&text, base, list)?;
    if databases.is_empty() {
        return Err(ListError::Empty(list.to_owned()));
    }
    Ok(databases)
}

fn read(text: &str, base: &Path, list: &Path) -> Result<Vec<DatabaseUrl>, ListError> {
    let mut databases = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for (line, url) in (1..).zip(text.lines().map(str::trim)) {
        if url.is_empty() || url.starts_with('#') {
            continue;
        }
        let place = || format!("{}:{line}", list.display());
        let parsed = DatabaseUrl::parse(url, base).map_err(|source| ListError::Url {
            place: place(),
            source,
        })?;
        if let Some(first) = lines.insert(format!("{parsed:?}"), line) {
            return Err(ListError::Twice {
                place: place(),
                first,
            });
        }
        databases.push(parsed);
    }
    Ok(databases)
}

/// Why there is no list of databases.
#[derive(Debug, thiserror::Error)]
enum ListError {
    #[error("{} cannot be read: {source}", list.display())]
    Unreadable {
        list: PathBuf,
        source: std::io::Error,
    },
    #[error("{} lists no database", .0.display())]
    Empty(PathBuf),
    #[error("{place}: {source}")]
    Url { place: String, source: UrlError },
    #[error("{place}: the database is on line {first} already")]
    Twice { place: String, first: usize },
    #[error("--urls-from and --database-url both say which databases are meant")]
    TwoAddresses,
}

impl Explain for ListError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Unreadable { .. } | Self::Empty(_) => {
                vec!["write one URL a line; `-` reads them from standard input".to_owned()]
            }
            Self::Url { source, .. } => source.hints(),
            Self::Twice { .. } => vec!["take one of the two lines away".to_owned()],
            Self::TwoAddresses => vec!["leave one of them out".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        match read(text, Path::new("/srv"), Path::new("list")) {
            Ok(databases) => format!("{databases:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_list_says_which_line_is_wrong() {
        let two = found("# tenants\n\nsqlite://a.db\n  sqlite://b.db  \n");
        assert!(
            two.contains("/srv/a.db") && two.contains("/srv/b.db"),
            "{two}"
        );
        let error = found("sqlite://a.db\nsqlite://a.db\n");
        assert_eq!(error, "list:2: the database is on line 1 already");
        let error = found("sqlite://a.db\noracle://x/y\n");
        assert!(error.starts_with("list:2: "), "{error}");
        assert_eq!(found("#\n"), "[]");
    }
}
