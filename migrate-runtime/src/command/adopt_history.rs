//! `adopt`: migrations that another tool applied, as revisions that include its SQL files.

use super::ledger::{Ledger, Recorded};
use super::plan_files::empty_file;
use super::revision::{NewRevision, RevisionRequest};
use super::revision_file::write_all;
use crate::connection::Session;
use crate::operation::Operation;
use crate::schema::SqlText;
use crate::source::{
    CommentedOperation, Downgrade, Locations, MigrationFile, SqlFile, SqlMigration, Tool,
    read_directory, read_sql_history,
};
use crate::{Error, ErrorKind, Explain};
use std::path::{Component, Path, PathBuf};

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptedHistory {
    /// Who applied it so far.
    pub tool: Tool,
    /// The revisions, in order.
    pub revisions: Vec<NewRevision>,
    /// The table in which that tool records, if the database has it.
    pub ledger: Option<&'static str>,
    /// The last of the revisions that the database has, as that table says.
    pub at: Option<String>,
}

/// Why nothing was taken over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum AdoptError {
    #[error("the chain has revisions already, {} of them", .0)]
    NotEmpty(usize),
    #[error("{ledger} has {version}, and no file in {} is that", directory.display())]
    NoFile {
        ledger: &'static str,
        version: String,
        directory: PathBuf,
    },
    #[error("{ledger} has {after} and not {version}, which comes before it")]
    Gap {
        ledger: &'static str,
        version: String,
        after: String,
    },
    #[error("{ledger} says that {version} did not succeed")]
    Failed {
        ledger: &'static str,
        version: String,
    },
}

impl Explain for AdoptError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotEmpty(_) => ErrorKind::Usage,
            Self::NoFile { .. } | Self::Gap { .. } | Self::Failed { .. } => ErrorKind::Drift,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NotEmpty(_) => {
                "what another tool did comes before all of them: begin with an empty directory of migrations"
            }
            Self::NoFile { .. } => {
                "look for the file in the history of the repository; a database of somebody else's branch is not the one to begin with"
            }
            Self::Gap { .. } | Self::Failed { .. } => {
                "let the other tool apply what is missing first, then try again"
            }
        };
        vec![hint.to_owned()]
    }
}

/// Writes a revision for each SQL migration in `from`, which includes the file, and tells which of them the
/// database has. Their files stay where they are, since the revisions read them; from then on an edit of
/// one is an edit of its revision. What the SQL does to tables is not known: the baseline of the models
/// follows, see [`adopt`](super::adopt).
///
/// # Errors
/// [`AdoptError`], and [`HistoryError`](crate::source::HistoryError) if the directory cannot be taken over.
/// Nothing is written then.
pub fn adopt_history(
    locations: &Locations,
    from: &Path,
    session: &mut dyn Session,
    request: &RevisionRequest,
) -> Result<AdoptedHistory, Error> {
    let migrations = read_directory(locations)?;
    if !migrations.migrations.is_empty() {
        return Err(AdoptError::NotEmpty(migrations.migrations.len()).into());
    }
    let history = read_sql_history(from)?;
    let ledger = match history.tool {
        Tool::Diesel => Some(Ledger::DIESEL),
        Tool::Sqlx => Some(Ledger::SQLX),
        Tool::Refinery => Some(Ledger::REFINERY),
        Tool::Plain => None,
    };
    let recorded = match ledger {
        Some(ledger) => (ledger.read(session)?).map(|recorded| (ledger.table(), recorded)),
        None => None,
    };
    let at = match &recorded {
        Some((ledger, recorded)) => last_applied(ledger, recorded, &history.migrations, from)?,
        None => None,
    };
    let empty = empty_file(request, String::new(), &[]);
    let directory = request.place(locations, &migrations, &empty)?;
    let mut parent = None;
    let mut revisions = Vec::new();
    for migration in &history.migrations {
        let mut file = file_of(migration, &directory, request);
        file.revises = parent.replace(file.id.clone()).into_iter().collect();
        revisions.push(NewRevision::in_directory(&directory, file));
    }
    if !request.dry_run {
        let written = write_all(locations, &migrations, &revisions)?;
        for (revision, written) in revisions.iter_mut().zip(written) {
            revision.written = Some(written);
        }
    }
    Ok(AdoptedHistory {
        tool: history.tool,
        revisions,
        ledger: recorded.map(|(ledger, _)| ledger),
        at,
    })
}

/// The last migration that is applied; with all before it, or a version row would say more than is true.
fn last_applied(
    ledger: &'static str,
    recorded: &[Recorded],
    migrations: &[SqlMigration],
    directory: &Path,
) -> Result<Option<String>, AdoptError> {
    for Recorded {
        version,
        is_finished,
    } in recorded
    {
        let version = version.clone();
        if !is_finished {
            return Err(AdoptError::Failed { ledger, version });
        }
        if !migrations.iter().any(|it| is_version(it, &version)) {
            return Err(AdoptError::NoFile {
                ledger,
                version,
                directory: directory.to_owned(),
            });
        }
    }
    let is_applied =
        |migration: &SqlMigration| (recorded.iter()).any(|row| is_version(migration, &row.version));
    let Some(last) = migrations.iter().rposition(is_applied) else {
        return Ok(None);
    };
    match migrations[..last].iter().find(|it| !is_applied(it)) {
        Some(missing) => Err(AdoptError::Gap {
            ledger,
            version: missing.version.clone(),
            after: migrations[last].version.clone(),
        }),
        None => Ok(Some(migrations[last].id.clone())),
    }
}

/// A number is recorded without the zeros before it.
fn is_version(migration: &SqlMigration, recorded: &str) -> bool {
    let without = |version: &str| version.trim_start_matches('0').to_owned();
    without(&migration.version) == without(recorded)
}

fn file_of(migration: &SqlMigration, directory: &Path, request: &RevisionRequest) -> MigrationFile {
    let SqlMigration {
        version: _,
        id,
        message,
        up,
        down,
        outside_transaction,
    } = migration;
    let step = |file: &SqlFile| CommentedOperation {
        included_from: Some(seen_from(directory, &file.path)),
        ..CommentedOperation::from(Operation::Sql {
            sql: SqlText {
                any: Some(file.text.clone()),
                ..SqlText::default()
            },
            changes: Vec::new(),
        })
    };
    let request = RevisionRequest {
        messages: vec![message.clone()],
        ..request.clone()
    };
    MigrationFile {
        upgrade: vec![step(up)],
        downgrade: match down {
            Some(down) => Downgrade::Operations(vec![step(down)]),
            None => Downgrade::Irreversible("there was no SQL for the way down".to_owned()),
        },
        outside_transaction: *outside_transaction,
        ..empty_file(&request, id.clone(), &[])
    }
}

/// The way from a directory to a file, with `/` as `include_str!` has it on every system.
fn seen_from(directory: &Path, file: &Path) -> String {
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (directory, file) = (absolute(directory), absolute(file));
    let common = (directory.components().zip(file.components()))
        .take_while(|(a, b)| a == b)
        .count();
    let up = directory.components().skip(common).map(|_| "..".to_owned());
    let down = file.components().skip(common).map(|part| match part {
        Component::Normal(name) => name.to_string_lossy().into_owned(),
        other => other.as_os_str().to_string_lossy().into_owned(),
    });
    up.chain(down).collect::<Vec<_>>().join("/")
}
