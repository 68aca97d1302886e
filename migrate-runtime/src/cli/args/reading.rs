//! Arguments of the commands that only look.

use clap::Args;

/// Arguments of `current`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate current
  cargo migrate current -v             with file, parents and time
  cargo migrate current --check-heads  exit code 1 unless every head is applied")]
pub struct CurrentArgs {
    /// Exit with 1 unless the database is at every head.
    #[arg(long)]
    pub check_heads: bool,
}

/// Arguments of `history`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
A range is `FROM:TO`, both included; either may be left out. Each is a revision id or its beginning,
`head`, `base`, `current`, `-N` or `+N` from the other one. `current` and -i look at the database.

Examples:
  cargo migrate history
  cargo migrate history -v                 with files, dates and whole messages
  cargo migrate history -i                 with the revision of the database
  cargo migrate history 20260120:20260125  a part of it
  cargo migrate history -r -3:             the last ones, from three before the head
  cargo migrate history -r current:        from the revision of the database on
  cargo migrate history --graph            with the lines that a terminal shows
  cargo migrate history --format json")]
pub struct HistoryArgs {
    /// The part to list, `FROM:TO`.
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,

    /// The same, where it begins with a `-`.
    #[arg(
        short,
        long,
        value_name = "RANGE",
        allow_hyphen_values = true,
        conflicts_with = "range"
    )]
    pub rev_range: Option<String>,

    /// Mark the revision of the database.
    #[arg(short, long)]
    pub indicate_current: bool,

    /// Draw how branches part and join, as it is always done in a terminal.
    #[arg(long)]
    pub graph: bool,
}

impl HistoryArgs {
    /// The part to list.
    pub fn range(&self) -> Option<&str> {
        self.range.as_deref().or(self.rev_range.as_deref())
    }

    /// Whether the files alone do not say it.
    pub fn needs_database(&self) -> bool {
        let of_database = |range: &str| range.split(':').any(is_of_database);
        self.indicate_current || self.range().is_some_and(of_database)
    }
}

/// Arguments of `list`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate list
  cargo migrate list -v              with files, parents and times
  cargo migrate list --format json")]
pub struct ListArgs {}

/// Arguments of `heads`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate heads
  cargo migrate heads -v
  cargo migrate heads --resolve-dependencies    without those that others depend on")]
pub struct HeadsArgs {
    /// Leave out heads that another revision depends on: they are applied with it.
    #[arg(long)]
    pub resolve_dependencies: bool,
}

/// Arguments of `branches`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate branches
  cargo migrate branches -v")]
pub struct BranchesArgs {}

/// Arguments of `show`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate show            the head
  cargo migrate show -1         the one before it
  cargo migrate show current    where the database is
  cargo migrate show 20260125   by the beginning of its id")]
pub struct ShowArgs {
    /// The revision, `head`, `base`, `current`, or `-N` from the head.
    #[arg(
        value_name = "REV",
        default_value = "head",
        allow_negative_numbers = true
    )]
    pub revision: String,
}

impl ShowArgs {
    /// Whether the files alone do not say it.
    pub fn needs_database(&self) -> bool {
        is_of_database(&self.revision)
    }
}

/// Whether a target begins where the database is, on all branches or on one.
fn is_of_database(target: &str) -> bool {
    let symbol = target.rsplit('@').next().unwrap_or(target);
    symbol.trim_start().starts_with("current")
}

/// Arguments of `check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Compares models with revisions, revisions with the database, and files with what was applied.

Examples:
  cargo migrate check
  cargo migrate check --format json    for CI")]
pub struct CheckArgs {}

/// Arguments of `status`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate status")]
pub struct StatusArgs {}
