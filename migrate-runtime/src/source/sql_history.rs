//! SQL migrations that another tool applies: in goes its directory, out come its migrations in order.
//!
//! | tool | what a migration is |
//! |---|---|
//! | diesel | `VERSION_name/up.sql` with a `down.sql`; `metadata.toml` may say `run_in_transaction = false` |
//! | refinery | `V1__name.sql` |
//! | sqlx | `VERSION_name.sql` alone, or `VERSION_name.up.sql` and `VERSION_name.down.sql`; `-- no-transaction` in the first line |
//! | plain | any other `*.sql`, in the order of the numbers in their names; `.sql` or `.up.sql` and `.down.sql` belong together |

use super::name;
use crate::{ErrorKind, Explain};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Who applies a directory of SQL migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// diesel, by `diesel migration run` or `diesel_migrations`.
    Diesel,
    /// sqlx.
    Sqlx,
    /// refinery.
    Refinery,
    /// Nobody, or a tool that we do not know.
    Plain,
}

impl std::fmt::Display for Tool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Diesel => "diesel",
            Self::Sqlx => "sqlx",
            Self::Refinery => "refinery",
            Self::Plain => "plain SQL",
        })
    }
}

/// The migrations of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlHistory {
    /// Who applies them.
    pub tool: Tool,
    /// The migrations, in the order in which they are applied.
    pub migrations: Vec<SqlMigration>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlMigration {
    /// The version, as the tool records it.
    pub version: String,
    /// The id as a revision.
    pub id: String,
    /// What it is for, from its name.
    pub message: String,
    /// The way up.
    pub up: SqlFile,
    /// The way down.
    pub down: Option<SqlFile>,
    /// Whether no transaction holds it.
    pub outside_transaction: bool,
}

/// A file of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// A directory that cannot be taken over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum HistoryError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("there are no SQL migrations in {}", path.display())]
    Empty { path: PathBuf },
    #[error("{}: a migration in Rust cannot be taken over", path.display())]
    Rust { path: PathBuf },
    #[error("{} and {} have the same version, {version}", first.display(), second.display())]
    Twice {
        version: String,
        first: PathBuf,
        second: PathBuf,
    },
    #[error("{}:{line}: `{statement}` begins or ends a transaction", path.display())]
    Transaction {
        path: PathBuf,
        line: usize,
        statement: String,
    },
    #[error("{}: no revision id can be made of it: {why}", path.display())]
    Name { path: PathBuf, why: String },
}

impl Explain for HistoryError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty { .. } => ErrorKind::Usage,
            _ => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Read { .. } => "name the directory in which the other tool has its migrations",
            Self::Empty { .. } => {
                "a migration is a directory with an `up.sql`, or a file that ends in `.sql`"
            }
            Self::Rust { .. } => {
                "apply it by the tool that it is for, put its SQL into a file of the same name, and try again"
            }
            Self::Twice { .. } | Self::Name { .. } => "give the file another name",
            Self::Transaction { .. } => {
                "a revision runs in a transaction of its own: delete the statement, and the other end of it"
            }
        };
        vec![hint.to_owned()]
    }
}

/// Reads the migrations of a directory, whoever they are for.
///
/// # Errors
/// [`HistoryError`].
pub fn read_sql_history(directory: &Path) -> Result<SqlHistory, HistoryError> {
    let entries = entries(directory)?;
    let is_diesel = |path: &PathBuf| path.join("up.sql").is_file();
    let (tool, mut migrations) = if entries.iter().any(is_diesel) {
        let migrations = entries
            .iter()
            .filter(|path| is_diesel(path))
            .map(|path| of_diesel(path));
        (Tool::Diesel, migrations.collect::<Result<Vec<_>, _>>()?)
    } else {
        of_files(&entries)?
    };
    if migrations.is_empty() {
        let path = directory.to_owned();
        return Err(HistoryError::Empty { path });
    }
    let number = |version: &str| {
        let end = version.find(|c: char| !c.is_ascii_digit());
        let digits = &version[..end.unwrap_or(version.len())];
        digits.parse::<u128>().unwrap_or(u128::MAX)
    };
    migrations.sort_by(|a, b| {
        let by_text = a.version.cmp(&b.version);
        match tool {
            // To it a version is a text: `20250102000000000` comes before `20250103000000`, and `10` before `2`.
            Tool::Diesel => by_text,
            _ => number(&a.version).cmp(&number(&b.version)).then(by_text),
        }
    });
    for pair in migrations.windows(2) {
        if pair[0].id == pair[1].id {
            return Err(HistoryError::Twice {
                version: pair[0].version.clone(),
                first: pair[0].up.path.clone(),
                second: pair[1].up.path.clone(),
            });
        }
    }
    for migration in &migrations {
        if let Some(why) = name::id_problem(&migration.id) {
            let path = migration.up.path.clone();
            return Err(HistoryError::Name { path, why });
        }
        if !migration.outside_transaction {
            let files = std::iter::once(&migration.up).chain(&migration.down);
            files.into_iter().try_for_each(refuse_transaction)?;
        }
    }
    Ok(SqlHistory { tool, migrations })
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, HistoryError> {
    let failed = |source| HistoryError::Read {
        path: directory.to_owned(),
        source,
    };
    let entries = fs::read_dir(directory).map_err(failed)?;
    let mut paths = entries
        .map(|entry| Ok(entry.map_err(failed)?.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn read(path: PathBuf) -> Result<SqlFile, HistoryError> {
    match fs::read_to_string(&path) {
        Ok(text) => Ok(SqlFile { path, text }),
        Err(source) => Err(HistoryError::Read { path, source }),
    }
}

/// diesel takes the hyphens out of the version before it records it.
fn of_diesel(directory: &Path) -> Result<SqlMigration, HistoryError> {
    let stem = file_name(directory);
    let (version, words) = stem.split_once('_').unwrap_or((&stem, ""));
    let version = version.replace('-', "");
    let down = directory.join("down.sql");
    let metadata = fs::read_to_string(directory.join("metadata.toml")).unwrap_or_default();
    let outside = |line: &str| line.replace(' ', "") == "run_in_transaction=false";
    Ok(SqlMigration {
        id: version.clone(),
        version,
        message: message(words, &stem),
        up: read(directory.join("up.sql"))?,
        down: if down.is_file() {
            Some(read(down)?)
        } else {
            None
        },
        outside_transaction: metadata.lines().any(outside),
    })
}

fn of_files(entries: &[PathBuf]) -> Result<(Tool, Vec<SqlMigration>), HistoryError> {
    let mut downs = BTreeMap::new();
    let mut ups = Vec::new();
    let mut bare = BTreeSet::new();
    for path in entries {
        let file = file_name(path);
        if let Some(stem) = file.strip_suffix(".down.sql") {
            downs.insert(stem.to_owned(), read(path.clone())?);
        } else if let Some(stem) = file.strip_suffix(".sql") {
            let up = stem.strip_suffix(".up");
            if up.is_none() {
                bare.insert(stem.to_owned());
            }
            ups.push((up.unwrap_or(stem).to_owned(), read(path.clone())?));
        } else if path.extension().is_some_and(|it| it == "rs") && of_refinery(&file).is_some() {
            return Err(HistoryError::Rust { path: path.clone() });
        }
    }
    let all = |named: Naming| !ups.is_empty() && ups.iter().all(|(stem, _)| named(stem).is_some());
    let (tool, named): (_, Naming) = if all(of_refinery) {
        (Tool::Refinery, of_refinery)
    } else if all(of_sqlx) && !downs.keys().any(|stem| bare.contains(stem)) {
        (Tool::Sqlx, of_sqlx)
    } else {
        (Tool::Plain, |_| None)
    };
    let migrations = ups.into_iter().map(|(stem, up)| {
        let (version, words) = named(&stem).unwrap_or((&stem, &stem));
        let id = match tool {
            Tool::Plain => name::slug(version),
            // As many digits as it takes for the files to stand in their order.
            _ => format!("{version:0>4}"),
        };
        SqlMigration {
            id,
            version: version.to_owned(),
            message: message(words, &stem),
            outside_transaction: up.text.starts_with("-- no-transaction"),
            up,
            down: downs.remove(&stem),
        }
    });
    Ok((tool, migrations.collect()))
}

/// The version in a name, and what it is for.
type Naming = fn(&str) -> Option<(&str, &str)>;

/// `V1__name`, of which `U1__name` is the form that is applied out of order.
fn of_refinery(stem: &str) -> Option<(&str, &str)> {
    let (version, words) = stem.strip_prefix(['V', 'U'])?.split_once("__")?;
    is_number(version).then_some((version, words))
}

fn of_sqlx(stem: &str) -> Option<(&str, &str)> {
    let (version, words) = stem.split_once('_')?;
    is_number(version).then_some((version, words))
}

fn is_number(version: &str) -> bool {
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
}

fn message(words: &str, stem: &str) -> String {
    let words = if words.is_empty() { stem } else { words };
    words.replace(['_', '-'], " ").trim().to_owned()
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A statement that would end the transaction in which the revision is recorded. In the body of a trigger
/// or a function `BEGIN` and `END` stand without such an ending.
fn refuse_transaction(file: &SqlFile) -> Result<(), HistoryError> {
    const STATEMENTS: [&str; 9] = [
        "BEGIN;",
        "BEGIN TRANSACTION;",
        "BEGIN WORK;",
        "START TRANSACTION;",
        "COMMIT;",
        "COMMIT TRANSACTION;",
        "COMMIT WORK;",
        "END TRANSACTION;",
        "ROLLBACK;",
    ];
    for (index, line) in file.text.lines().enumerate() {
        let statement = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if STATEMENTS.contains(&statement.to_uppercase().as_str()) {
            return Err(HistoryError::Transaction {
                path: file.path.clone(),
                line: index + 1,
                statement,
            });
        }
    }
    Ok(())
}
