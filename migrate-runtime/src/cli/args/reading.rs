//! Arguments of the commands that only look.

use clap::Args;

/// Arguments of `current`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate current
  cargo migrate current -v    with file, message and time")]
pub struct CurrentArgs {}

/// Arguments of `history`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate history
  cargo migrate history -v             with files, dates and whole messages
  cargo migrate history --format json")]
pub struct HistoryArgs {}

/// Arguments of `heads`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate heads
  cargo migrate heads -v")]
pub struct HeadsArgs {}

/// Arguments of `show`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate show            the head
  cargo migrate show -1         the one before it
  cargo migrate show 20260125   by the beginning of its id")]
pub struct ShowArgs {
    /// The revision, `head`, `base`, or `-N` from the head.
    #[arg(
        value_name = "REV",
        default_value = "head",
        allow_negative_numbers = true
    )]
    pub revision: String,
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
