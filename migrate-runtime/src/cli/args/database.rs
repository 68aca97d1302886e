//! Arguments of the commands that change a database.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `upgrade`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Targets: a revision id or its beginning, `head`, `+N`.

Examples:
  cargo migrate upgrade                to the head
  cargo migrate upgrade +1             one revision
  cargo migrate upgrade 20260125       to that revision
  cargo migrate upgrade --backup       copy the database first
  cargo migrate upgrade --sql          print the script for an empty database
  cargo migrate upgrade --urls-from tenants.txt
                                       every database of a list, four at once")]
pub struct UpgradeArgs {
    /// Where to.
    #[arg(default_value = "head", allow_negative_numbers = true)]
    pub target: String,

    /// Print the SQL script instead of running it; needs no database. The target may be `FROM:TO`.
    #[arg(long)]
    pub sql: bool,

    /// Leave functions of Rust out of the script, which it cannot call.
    #[arg(long, requires = "sql")]
    pub skip_run: bool,

    /// Copy the database first.
    #[arg(long, conflicts_with = "sql")]
    pub backup: bool,

    /// Go on although an applied revision was edited.
    #[arg(long)]
    pub allow_edited: bool,

    /// Copy large tables, or keep writers out of them, where MySQL or MariaDB has no other way.
    #[arg(long, conflicts_with = "sql")]
    pub allow_copy: bool,

    /// Read the schema again after each revision; roll it back where it is not what the revision says.
    #[arg(long, conflicts_with = "sql")]
    pub verify: bool,

    /// Upgrade every database that a file lists, one URL a line, `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    pub urls_from: Option<PathBuf>,

    /// How many of them at once.
    #[arg(long, value_name = "N", default_value = "4", requires = "urls_from")]
    pub jobs: NonZeroUsize,
}

/// Arguments of `downgrade`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Targets: a revision id or its beginning, `base`, `-N`.

Examples:
  cargo migrate downgrade              undo the last revision
  cargo migrate downgrade -2           the last two
  cargo migrate downgrade base --yes   everything, without asking
  cargo migrate downgrade --sql        print the script that undoes the head")]
pub struct DowngradeArgs {
    /// Where to.
    #[arg(default_value = "-1", allow_negative_numbers = true)]
    pub target: String,

    /// Print the SQL script instead of running it; needs no database. The target may be `FROM:TO`.
    #[arg(long)]
    pub sql: bool,

    /// Leave functions of Rust out of the script, which it cannot call.
    #[arg(long, requires = "sql")]
    pub skip_run: bool,

    /// Copy the database first.
    #[arg(long, conflicts_with = "sql")]
    pub backup: bool,

    /// Go on although an applied revision was edited.
    #[arg(long)]
    pub allow_edited: bool,

    /// Copy large tables, or keep writers out of them, where MySQL or MariaDB has no other way.
    #[arg(long, conflicts_with = "sql")]
    pub allow_copy: bool,

    /// Read the schema again after each revision; roll it back where it is not what the revision says.
    #[arg(long, conflicts_with = "sql")]
    pub verify: bool,

    /// Do not ask before rows are destroyed.
    #[arg(short, long)]
    pub yes: bool,
}

/// Arguments of `redo`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate redo              the last revision, down and up again
  cargo migrate redo 3 -y         the last three, without asking
  cargo migrate redo billing@-1   the last one of a branch")]
pub struct RedoArgs {
    /// How many revisions; `BRANCH@-N` of a branch, where the database is at several heads.
    #[arg(default_value = "1", value_name = "N", value_parser = steps_back)]
    pub target: String,

    /// Do not ask before rows are destroyed.
    #[arg(short, long)]
    pub yes: bool,
}

/// The target of a downgrade that a number of revisions is: `-2`, `billing@-2`.
fn steps_back(typed: &str) -> Result<String, &'static str> {
    let (branch, count) = match typed.rsplit_once("@-") {
        Some((branch, count)) => (format!("{branch}@"), count),
        None => (String::new(), typed),
    };
    match count.parse::<NonZeroU32>() {
        Ok(count) if branch != "@" => Ok(format!("{branch}-{count}")),
        _ => Err("it is no number of revisions, and not BRANCH@-N"),
    }
}

/// Arguments of `reset`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate reset         asks first
  cargo migrate reset --yes   for scripts")]
pub struct ResetArgs {
    /// Do not ask before rows are destroyed.
    #[arg(short, long)]
    pub yes: bool,
}

/// Arguments of `stamp`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate stamp head                   the database is already there
  cargo migrate stamp 20260125 20260126      at one on each of two branches
  cargo migrate stamp 20260125 --purge -y    forget what is recorded, then record this")]
pub struct StampArgs {
    /// The revisions: ids, `head`, `heads` or `base`.
    #[arg(value_name = "REV", required = true)]
    pub revisions: Vec<String>,

    /// Forget what the database has recorded first, also revisions that no file has.
    #[arg(long)]
    pub purge: bool,

    /// Do not ask.
    #[arg(short, long)]
    pub yes: bool,
}

/// Arguments of `ensure-version`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
For a role that may write rows and create no tables: make them first, with one that may.

Examples:
  cargo migrate ensure-version")]
pub struct EnsureVersionArgs {}

/// Arguments of `repair`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate repair         asks first
  cargo migrate repair --yes")]
pub struct RepairArgs {
    /// Do not ask.
    #[arg(short, long)]
    pub yes: bool,
}

/// Arguments of `database`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
A server is asked through a database that it has anyway. A file that is no SQLite database is left alone.

Exit code: 3 where it exists already, or is not there to be dropped.

Examples:
  cargo migrate database create
  cargo migrate database drop         asks for its name
  cargo migrate database drop --yes   for scripts")]
pub struct DatabaseArgs {
    /// What to do.
    #[arg(value_enum)]
    pub action: DatabaseAction,

    /// Drop it without asking.
    #[arg(short, long)]
    pub yes: bool,
}

/// What is done to a database as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DatabaseAction {
    /// Create it, empty.
    Create,
    /// Destroy it, with all that is in it.
    Drop,
}

/// Arguments of `backup`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
A server's own tool makes the copy: what is printed is for a shell, and has no password in it.

Examples:
  cargo migrate backup                 beside the database: app.backup-1.db
  cargo migrate backup before-2.0.db   into this file, which must not exist")]
pub struct BackupArgs {
    /// The copy [default: beside the database, or named after it].
    pub path: Option<PathBuf>,
}

/// Arguments of `shell`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate shell
  cargo migrate shell -- \".schema users\"    arguments of the client itself")]
pub struct ShellArgs {
    /// Passed to the client.
    #[arg(last = true, value_name = "ARGS")]
    pub arguments: Vec<std::ffi::OsString>,
}
