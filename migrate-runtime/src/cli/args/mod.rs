//! The grammar of the command line: arguments in, plain data out. It knows no project and no database.
//!
//! `cargo-migrate` and the user's own binary parse with the same grammar, so a mistake in the arguments
//! is reported before anything is built.

mod authoring;
mod database;
mod global;
mod reading;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
mod tool;

pub use authoring::{
    AdoptArgs, EditArgs, InitArgs, MergeArgs, ModelsArgs, RebaseArgs, RevisionArgs, SquashArgs,
};
pub use database::{
    BackupArgs, DatabaseAction, DatabaseArgs, DowngradeArgs, EnsureVersionArgs, RedoArgs,
    RepairArgs, ResetArgs, ShellArgs, StampArgs, UpgradeArgs,
};
pub use global::{Color, Format, GlobalArgs};
pub use reading::{
    BranchesArgs, CheckArgs, CurrentArgs, HeadsArgs, HistoryArgs, ListArgs, ShowArgs, StatusArgs,
};
pub use tool::{CompletionsArgs, DoctorArgs, ManArgs, Shell};

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Code-first database migrations: models in Rust, revisions written from their changes.
///
/// Change a model, let `revision --autogenerate` write the revision, read it, `upgrade`.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "cargo migrate",
    version,
    disable_help_subcommand = true,
    propagate_version = true,
    after_help = "\
Examples:
  cargo migrate init                                    set this package up
  cargo migrate revision --autogenerate -m \"add bio\"    write a revision from the models
  cargo migrate upgrade                                 bring the database to the head
  cargo migrate downgrade -1                            undo the last revision
  cargo migrate check                                   do models, revisions and database agree?

Exit codes: 0 done, 1 differences found (check, current --check-heads, doctor), 2 wrong usage, 3 failure."
)]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: GlobalArgs,

    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Sets a package up, and shows what it changes.
    Init(InitArgs),
    /// Writes a new revision.
    Revision(RevisionArgs),
    /// Applies revisions to the database.
    Upgrade(UpgradeArgs),
    /// Undoes revisions.
    Downgrade(DowngradeArgs),
    /// Undoes the last revisions and applies them again.
    Redo(RedoArgs),
    /// Undoes every revision, then applies them all (for development).
    Reset(ResetArgs),
    /// Shows the revision of the database.
    Current(CurrentArgs),
    /// Lists the revisions, newest first.
    History(HistoryArgs),
    /// Lists the revisions in their order, and which the database has.
    List(ListArgs),
    /// Lists the heads of the chain.
    Heads(HeadsArgs),
    /// Shows where branches part.
    Branches(BranchesArgs),
    /// Shows one revision.
    Show(ShowArgs),
    /// Opens the file of a revision in the editor.
    Edit(EditArgs),
    /// Joins several heads into one.
    Merge(MergeArgs),
    /// Puts a branch that lost the race behind the other head.
    Rebase(RebaseArgs),
    /// Writes one revision in the place of several, or deletes the files of these.
    Squash(SquashArgs),
    /// Records a revision in the database without running it.
    Stamp(StampArgs),
    /// Makes the tables that record revisions, and nothing else.
    EnsureVersion(EnsureVersionArgs),
    /// Accepts edited revisions and clears what an interrupted step left.
    Repair(RepairArgs),
    /// Tells whether models, revisions and database agree; exit code 1 if not.
    Check(CheckArgs),
    /// Shows everything on one screen: database, heads, pending, drift.
    Status(StatusArgs),
    /// Creates the database, or drops it.
    Database(DatabaseArgs),
    /// Copies an SQLite database; for a server, prints the command that does.
    Backup(BackupArgs),
    /// Opens the database's own client.
    Shell(ShellArgs),
    /// Takes over the SQL migrations of another tool.
    Adopt(AdoptArgs),
    /// Writes model structs for an existing database.
    Models(ModelsArgs),
    /// Explains the setup, part by part, and what is wrong with it.
    Doctor(DoctorArgs),
    /// Prints the script that completes commands in a shell.
    Completions(CompletionsArgs),
    /// Prints the manual page, or writes one of each command.
    Man(ManArgs),
}

impl Command {
    /// The word on the command line.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Revision(_) => "revision",
            Self::Upgrade(_) => "upgrade",
            Self::Downgrade(_) => "downgrade",
            Self::Redo(_) => "redo",
            Self::Reset(_) => "reset",
            Self::Current(_) => "current",
            Self::History(_) => "history",
            Self::List(_) => "list",
            Self::Heads(_) => "heads",
            Self::Branches(_) => "branches",
            Self::Show(_) => "show",
            Self::Edit(_) => "edit",
            Self::Merge(_) => "merge",
            Self::Rebase(_) => "rebase",
            Self::Squash(_) => "squash",
            Self::Stamp(_) => "stamp",
            Self::EnsureVersion(_) => "ensure-version",
            Self::Repair(_) => "repair",
            Self::Check(_) => "check",
            Self::Status(_) => "status",
            Self::Database(_) => "database",
            Self::Backup(_) => "backup",
            Self::Shell(_) => "shell",
            Self::Adopt(_) => "adopt",
            Self::Models(_) => "models",
            Self::Doctor(_) => "doctor",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Whether it writes a file that it then has to have compiled in.
    pub const fn writes_for_itself(&self) -> bool {
        match self {
            Self::Revision(revision) => revision.amend && !revision.from_chain,
            Self::Models(models) => models.adopt,
            Self::Adopt(_) => true,
            _ => false,
        }
    }

    /// Whether it can be asked of every database of a package at once.
    pub const fn may_be_of_all(&self) -> bool {
        matches!(
            self,
            Self::Upgrade(_)
                | Self::Current(_)
                | Self::Check(_)
                | Self::Status(_)
                | Self::Heads(_)
                | Self::History(_)
        )
    }

    /// Whether the migration files alone answer it: no build and no database is needed then, and it
    /// works when the crate does not compile.
    pub fn is_static(&self) -> bool {
        match self {
            Self::Revision(revision) => {
                !(revision.autogenerate || revision.from_chain || revision.amend || revision.data)
            }
            Self::History(history) => !history.needs_database(),
            Self::Show(show) => !show.needs_database(),
            Self::Heads(_) | Self::Branches(_) | Self::Merge(_) | Self::Rebase(_) => true,
            Self::Init(_)
            | Self::Upgrade(_)
            | Self::Downgrade(_)
            | Self::Redo(_)
            | Self::Reset(_)
            | Self::Current(_)
            | Self::List(_)
            | Self::Edit(_)
            | Self::Stamp(_)
            | Self::EnsureVersion(_)
            | Self::Repair(_)
            | Self::Check(_)
            | Self::Status(_)
            | Self::Database(_)
            | Self::Backup(_)
            | Self::Shell(_)
            | Self::Adopt(_)
            | Self::Squash(_)
            | Self::Models(_)
            | Self::Doctor(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }

    /// Whether HEAD has to name the head. Not for those that write it, nor for those that only show what
    /// is there.
    pub const fn needs_head_to_agree(&self) -> bool {
        match self {
            Self::Upgrade(_)
            | Self::Downgrade(_)
            | Self::Redo(_)
            | Self::Reset(_)
            | Self::Stamp(_)
            | Self::Repair(_)
            | Self::Check(_) => true,
            Self::Init(_)
            | Self::Revision(_)
            | Self::Adopt(_)
            | Self::Models(_)
            | Self::Merge(_)
            | Self::Rebase(_)
            | Self::Squash(_)
            | Self::Current(_)
            | Self::History(_)
            | Self::List(_)
            | Self::Heads(_)
            | Self::Branches(_)
            | Self::Show(_)
            | Self::Edit(_)
            | Self::Status(_)
            | Self::EnsureVersion(_)
            | Self::Database(_)
            | Self::Backup(_)
            | Self::Shell(_)
            | Self::Doctor(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }
}

impl Cli {
    /// Parses arguments, without the program's name. `program` is what the help calls it.
    pub fn parse_as(
        program: &str,
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Self, clap::Error> {
        let argv = std::iter::once(OsString::from(program)).chain(arguments);
        let matches = grammar(program).try_get_matches_from(argv)?;
        Self::from_arg_matches(&matches)
    }
}

/// The grammar as clap has it, with the program's name in the usage lines.
pub fn grammar(program: &str) -> clap::Command {
    Cli::command().bin_name(program.to_owned())
}
