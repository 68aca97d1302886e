//! What can go wrong while a chain is applied.

use super::clock::shown;
use super::halves::HalfDone;
use crate::autogenerate::IgnoreError;
use crate::connection::DatabaseError;
use crate::dialect::Unsupported;
use crate::graph::{Direction, GraphError};
use crate::introspect::IntrospectError;
use crate::sql::RenderError;
use crate::{ErrorKind, Explain};
use std::fmt::{self, Write as _};
use std::time::Duration;

/// Why a chain could not be applied, or its state not be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The connection is inside a transaction of the caller.
    #[error("the connection is already inside a transaction; migrations begin their own")]
    InTransaction,
    /// Somebody else holds the lock.
    #[error("another process holds the database{}: no lock after {}", who(.holder.as_deref()), seconds(*.waited))]
    Locked {
        /// How long it was waited for.
        waited: Duration,
        /// Who it is, where the database says so.
        holder: Option<String>,
    },
    /// Another process took the lock away.
    #[error("another process took the lock over{}; nothing more is done here", who(.holder.as_deref()))]
    LockLost {
        /// Who it is, where the database says so.
        holder: Option<String>,
    },
    /// The connection is not the same session of the server all the time.
    #[error(
        "the connection changes from one session of the server to another, as behind a pooler in \
         transaction mode (PgBouncer): a lock cannot be held on it"
    )]
    Pooled,
    /// Nothing can be written.
    #[error("{}", if *.is_standby {
        "the server is a standby: it can only be read"
    } else {
        "the connection can only read: default_transaction_read_only is on"
    })]
    ReadOnly {
        /// Whether the server follows another one.
        is_standby: bool,
    },
    /// The database refused something that is not a step of a migration.
    #[error("{doing}: {source}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// Its words.
        source: DatabaseError,
    },
    /// A hook of the application refused.
    #[error("the hook {when} revision {revision} failed: {message}")]
    Hook {
        /// `before` or `after`.
        when: &'static str,
        /// The revision.
        revision: String,
        /// What it said.
        message: String,
    },
    /// The connection is gone.
    #[error(
        "the connection to the server was lost during the {} of revision {revision}: {cause}",
        .direction.as_str()
    )]
    ConnectionLost {
        /// The revision.
        revision: String,
        /// Up or down.
        direction: Direction,
        /// What was heard last.
        cause: String,
    },
    /// A setting of the connection did not take.
    #[error("the connection does not let `{name}` be set: it is {is}, not {wanted}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        is: String,
    },
    /// A revision in the database that no file has.
    #[error("{0}")]
    UnknownRevision(Box<UnknownRevision>),
    /// Applied revisions whose files were changed since.
    #[error("{}", edited_sentence(revisions))]
    EditedRevisions {
        /// Each of them.
        revisions: Vec<EditedRevision>,
        /// The way that the run would have gone; `None`: it was no run.
        direction: Option<Direction>,
    },
    /// The version rows contradict each other.
    #[error("the version table holds {} and {}, but one stands on the other", .above, .below)]
    Inconsistent {
        /// The revision that implies the other.
        above: String,
        /// The one that is implied.
        below: String,
    },
    /// There is no version row, and the log ends with a revision that is applied.
    #[error("the version table has no row, but {0}")]
    LostRows(LostRows),
    /// The version table holds a revision more than once.
    #[error("the version table holds {revision} more than once; it has lost its primary key")]
    DuplicateRow {
        /// The revision.
        revision: String,
    },
    /// A way back that does not exist.
    #[error("revision {revision} cannot be taken back: {reason}")]
    Irreversible {
        /// The revision.
        revision: String,
        /// Why.
        reason: String,
    },
    /// A run of the other direction left a revision half done.
    #[error("{half}")]
    HalfDone {
        /// What is left.
        half: Box<HalfDone>,
        /// Where the version table says that the database is, as a target.
        held: String,
    },
    /// What was done of a migration is not what its file says by now.
    #[error(
        "operation {operation} of revision {revision} was done {at} on {host}, and the file says something \
         else by now"
    )]
    EditedWhatIsDone {
        /// The revision.
        revision: String,
        /// The number of the operation, from 1.
        operation: usize,
        /// How many operations were done to their end: none of them can be edited. Of `operation`, where it is
        /// behind them, some statements were done.
        done: usize,
        /// When it was done.
        at: String,
        /// The machine it was done on.
        host: String,
    },
    /// The first rows of a new database could not be loaded.
    #[error("the first rows of a new database could not be loaded: {message}; none of them stays")]
    NotFilled {
        /// What the function said.
        message: String,
    },
    /// A step of a migration failed.
    #[error("{0}")]
    Failed(Box<StepFailure>),
    /// The database did not become what the chain says.
    #[error("{} of revision {revision} ({file}) did not do what it says: {}; {}", .direction.as_str(), .differences.join("; "), if *.rolled_back {
        "it was rolled back"
    } else {
        "what it did stays, and the revision is not recorded"
    })]
    NotAsWritten {
        /// The revision.
        revision: String,
        /// Up or down.
        direction: Direction,
        /// Its file.
        file: String,
        /// What is missing or different.
        differences: Vec<String>,
        /// Whether nothing of it is left.
        rolled_back: bool,
    },
    /// The operations cannot be written for this database.
    #[error("revision {revision} cannot be run: {source}")]
    Render {
        /// The revision.
        revision: String,
        /// Why.
        source: Box<RenderError>,
    },
    /// The schema could not be read.
    #[error(transparent)]
    Introspect(Box<IntrospectError>),
    /// The chain or the target makes no sense.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// What is to be left out of comparisons makes no sense.
    #[error(transparent)]
    Ignore(#[from] IgnoreError),
    /// There is no support for this database.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The application ended first.
    #[error("the runtime was shut down before the upgrade began")]
    ShutDown,
    /// Other processes changed the revision again and again.
    #[error("other processes keep changing the revision of the database")]
    Contended,
}

impl RunError {
    /// The same, with who it was that used a table.
    pub(super) fn in_use(mut self, user: Option<String>) -> Self {
        if let (Self::Failed(failure), Some(user)) = (&mut self, user) {
            failure.hint = Some(format!("wait for its end, or raise --lock-timeout: {user}"));
        }
        self
    }

    /// The same, known to be about a connection that is gone.
    pub(super) fn lost(self, revision: &str, direction: Direction) -> Self {
        let cause = match self {
            Self::Failed(failure) => failure.message,
            Self::Database { source, .. } => source.message,
            other => return other,
        };
        Self::ConnectionLost {
            revision: revision.to_owned(),
            direction,
            cause,
        }
    }
}

impl From<IntrospectError> for RunError {
    fn from(error: IntrospectError) -> Self {
        Self::Introspect(Box::new(error))
    }
}

/// A revision in the version table that no migration file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRevision {
    /// The id.
    pub revision: String,
    /// What the log says of it: message, when it was applied, on which machine.
    pub recorded: Option<(String, String, String)>,
    /// The revision and file with the same operations: it was only renamed.
    pub renamed_to: Option<(String, String)>,
    /// Where that one was put behind revisions that are not applied, too: what the first of these follows, and
    /// the last of them.
    pub behind: Option<(String, String)>,
}

impl fmt::Display for UnknownRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            revision,
            recorded,
            renamed_to,
            behind: _,
        } = self;
        write!(f, "Can't locate revision identified by '{revision}'")?;
        if let Some((message, at, host)) = recorded {
            if !message.is_empty() {
                write!(f, " (\"{message}\")")?;
            }
            write!(f, ", applied {at} on {host}")?;
        }
        if let Some((id, file)) = renamed_to {
            write!(f, "; {file} has the same operations as revision {id}")?;
        }
        Ok(())
    }
}

/// An applied revision whose operations were changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedRevision {
    /// The id.
    pub revision: String,
    /// Its file.
    pub file: String,
    /// When it was applied.
    pub applied: String,
    /// The machine it was applied on.
    pub host: String,
    /// Its checksum then.
    pub recorded: String,
    /// Its checksum now.
    pub is: String,
}

/// What the log has, and the version table has lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the log says that {revision} was applied at {} on {host}, and was not taken back",
    shown(finished)
)]
pub struct LostRows {
    /// The revision that was recorded last.
    pub revision: String,
    /// When, RFC 3339.
    pub finished: String,
    /// The machine.
    pub host: String,
}

impl LostRows {
    /// What to do, in either case.
    pub fn hints(&self) -> [String; 2] {
        [
            format!(
                "if the tables are as after it, record that: cargo migrate stamp {}",
                self.revision
            ),
            "if there is nothing of it in the database: cargo migrate stamp base".to_owned(),
        ]
    }
}

/// A step of a migration that failed, with everything needed to mend it.
#[derive(Debug)]
pub struct StepFailure {
    /// The revision.
    pub revision: String,
    /// Up or down.
    pub direction: Direction,
    /// The number of the operation, from 1, and its word: `add_column`.
    pub operation: Option<(usize, &'static str)>,
    /// Where the operation is written, `file:line`.
    pub location: String,
    /// The SQL, where it was SQL.
    pub sql: Option<String>,
    /// The database's words, the function's error, or what was found in the way.
    pub message: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
    /// Whether the operation is to blame, and not rows, the disk, a permission or another process.
    pub is_of_the_file: bool,
    /// Whether nothing of the migration is left; not so outside of a transaction.
    pub rolled_back: bool,
    /// The version rows after it.
    pub left_at: Vec<String>,
}

impl fmt::Display for StepFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            revision,
            direction,
            operation,
            location,
            sql,
            message,
            hint: _,
            is_of_the_file: _,
            rolled_back,
            left_at,
        } = self;
        write!(f, "{} of revision {revision} failed", direction.as_str())?;
        if let Some((number, word)) = operation {
            write!(f, " at operation {number}, {word}")?;
        }
        writeln!(f, " ({location}): {message}")?;
        if let Some(sql) = sql {
            writeln!(f, "  statement: {}", sql.replace('\n', "\n             "))?;
        }
        let at = if left_at.is_empty() {
            "base".to_owned()
        } else {
            left_at.join(", ")
        };
        if *rolled_back {
            write!(
                f,
                "  rolled back: all of revision {revision}; the database is at {at}, as before it"
            )
        } else {
            write!(
                f,
                "  no transaction: what earlier operations of revision {revision} did stays, and is not done \
                 again; the database is recorded at {at}"
            )
        }
    }
}

impl Explain for RunError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::InTransaction => ErrorKind::Usage,
            Self::Pooled | Self::ReadOnly { .. } => ErrorKind::Config,
            Self::Locked { .. }
            | Self::LockLost { .. }
            | Self::UnknownRevision(_)
            | Self::EditedRevisions { .. }
            | Self::ShutDown
            | Self::Contended => ErrorKind::Conflict,
            Self::Database { .. }
            | Self::ConnectionLost { .. }
            | Self::Setting { .. }
            | Self::NotFilled { .. }
            | Self::Hook { .. }
            | Self::Failed(_) => ErrorKind::Database,
            Self::HalfDone { .. }
            | Self::EditedWhatIsDone { .. }
            | Self::Inconsistent { .. }
            | Self::LostRows(_)
            | Self::DuplicateRow { .. }
            | Self::NotAsWritten { .. } => ErrorKind::Drift,
            Self::Irreversible { .. } => ErrorKind::Unsupported,
            Self::Render { source, .. } => source.kind(),
            Self::Introspect(source) => source.kind(),
            Self::Graph(source) => source.kind(),
            Self::Ignore(source) => source.kind(),
            Self::Unsupported(_) => ErrorKind::Unsupported,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::InTransaction => vec![
                "commit or roll back first, or give migrate a connection of its own".to_owned(),
            ],
            Self::Locked { .. } => vec![
                "run it again when the other process is done; nothing was changed".to_owned(),
            ],
            Self::Pooled => vec![
                "connect to the server itself, or to a pool in session mode: often another port, or `direct` in the name of the host".to_owned(),
            ],
            Self::ReadOnly { is_standby: true } => vec!["connect to the primary server".to_owned()],
            Self::ReadOnly { is_standby: false } => vec![
                "connect as a role that may write; if it is this database or role that is set so: SHOW default_transaction_read_only".to_owned(),
            ],
            Self::Database { source, .. } => source.hints(),
            Self::ConnectionLost { .. } => vec![
                "run it again: what was not committed is gone, and what was is recorded".to_owned(),
            ],
            Self::Setting { name, .. } => vec![format!(
                "a rebuild of a table needs `{name}`; use a connection without a wrapper that sets it"
            )],
            Self::UnknownRevision(unknown) => unknown_hints(unknown),
            Self::EditedRevisions { revisions: _, direction } => [
                "undo the edit, and write a new revision for the change: cargo migrate revision --autogenerate".to_owned(),
                "if the database already has what the file says now: cargo migrate repair".to_owned(),
            ]
            .into_iter()
            .chain(direction.map(|way| {
                format!("to go on this once: cargo migrate {} --allow-edited", way.as_str())
            }))
            .collect(),
            Self::Inconsistent { above, .. } => vec![format!(
                "record where the database really is: cargo migrate stamp --purge {above}"
            )],
            Self::LostRows(lost) => lost.hints().to_vec(),
            Self::DuplicateRow { revision } => vec![format!(
                "record where the database really is: cargo migrate stamp --purge {revision}"
            )],
            Self::HalfDone { half, held } => half.hints(held),
            Self::EditedWhatIsDone { operation, done, .. } => vec![
                match done {
                    _ if operation > done => format!(
                        "bring back the statements of operation {operation} that were done, as they were; what is behind them may be edited"
                    ),
                    1 => "bring back operation 1 as it was; those behind it may be edited".to_owned(),
                    _ => format!("bring back operations 1 to {done} as they were; those behind them may be edited"),
                },
                "or undo by hand what was done, then say where the database is: cargo migrate stamp REVISION"
                    .to_owned(),
            ],
            Self::LockLost { .. } => vec!["run it again".to_owned()],
            Self::Hook { .. } => vec![
                "the revision is not recorded; mend what the hook met, and run it again".to_owned(),
            ],
            Self::Irreversible { .. } => vec![
                "restore a backup, or write a new revision that goes forward".to_owned(),
            ],
            Self::Failed(failure) => failure_hints(failure),
            Self::NotAsWritten { .. } => vec![
                "say what its sql and run steps do to the schema: sql(..).changes(&[..])".to_owned(),
                "or correct the step; to go on as it is, upgrade without --verify".to_owned(),
            ],
            Self::Render { source, .. } => source.hints(),
            Self::Introspect(source) => source.hints(),
            Self::Graph(source) => source.hints(),
            Self::Ignore(source) => source.hints(),
            Self::Unsupported(error) => vec![error.hint.clone()],
            Self::NotFilled { .. } => vec![
                "the tables are there; the next start tries again to fill them".to_owned(),
            ],
            Self::Contended | Self::ShutDown => vec!["run it again".to_owned()],
        }
    }
}

fn unknown_hints(unknown: &UnknownRevision) -> Vec<String> {
    let mut hints = vec![
        "bring the file back (another branch or a newer release has it), then run this again"
            .to_owned(),
    ];
    if let (Some((id, _)), Some((from, last))) = (&unknown.renamed_to, &unknown.behind) {
        let steps = [
            format!(
                "it was put behind revisions that are not applied; first: cargo migrate stamp --purge {from}"
            ),
            format!("then, to apply those: cargo migrate upgrade {last}"),
            format!("then: cargo migrate stamp {id}"),
        ];
        hints.splice(0..0, steps);
    } else if let Some((id, _)) = &unknown.renamed_to {
        hints.insert(
            0,
            format!("the file was renamed: cargo migrate stamp --purge {id}"),
        );
    } else {
        hints.push(
            "if it is gone for good, record where the database is: cargo migrate stamp --purge REVISION"
                .to_owned(),
        );
    }
    hints
}

fn failure_hints(failure: &StepFailure) -> Vec<String> {
    let mut hints: Vec<String> = failure.hint.iter().cloned().collect();
    if !failure.is_of_the_file {
        return hints;
    }
    let location = &failure.location;
    let freedom = match failure.direction {
        Direction::Downgrade => "; a downgrade may be edited at any time",
        Direction::Upgrade if failure.rolled_back => {
            "; a revision that was rolled back may be edited freely"
        }
        Direction::Upgrade => "",
    };
    hints.push(format!(
        "mend the operation at {location}, then run the command again{freedom}"
    ));
    hints
}

fn edited_sentence(edited: &[EditedRevision]) -> String {
    let mut sentence = String::new();
    for (index, revision) in edited.iter().enumerate() {
        let EditedRevision {
            revision,
            file,
            applied,
            host,
            recorded: _,
            is: _,
        } = revision;
        let separator = if index > 0 { "; " } else { "" };
        // Writing to a string does not fail.
        let _ = write!(
            sentence,
            "{separator}revision {revision} ({file}) was edited after it was applied ({} on {host})",
            shown(applied)
        );
    }
    sentence
}

fn who(holder: Option<&str>) -> String {
    holder.map_or_else(String::new, |holder| format!(" ({holder})"))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
