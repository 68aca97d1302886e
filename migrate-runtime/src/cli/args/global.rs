//! Options that every command understands.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args, ValueEnum};

use crate::source::Locations;

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    /// The database; otherwise the environment variable of the project (`DATABASE_URL`), else `.env`.
    #[arg(long, global = true, value_name = "URL", help_heading = "Database")]
    pub database_url: Option<String>,

    /// Which database, where the package declares several.
    #[arg(long, global = true, value_name = "NAME", help_heading = "Database")]
    pub database: Option<String>,

    /// Each of these databases: with upgrade, current, check, status, heads and history.
    #[arg(
        long,
        global = true,
        conflicts_with_all = ["database", "database_url", "migrations_dir"],
        help_heading = "Database"
    )]
    pub all: bool,

    /// How long to wait for somebody else: another run of migrate, and on PostgreSQL whoever uses a table
    /// that a migration changes, which is tried for a second at a time. `CONCURRENTLY` waits without a limit:
    /// nobody has to wait behind it.
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value_t = 60,
        help_heading = "Database"
    )]
    pub lock_timeout: u32,

    /// How long one statement of a migration may take (PostgreSQL, MariaDB; MySQL only where it reads).
    #[arg(long, global = true, value_name = "SECONDS", help_heading = "Database")]
    pub statement_timeout: Option<u32>,

    /// How to print results.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub format: Format,

    /// Print results and errors only.
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    pub quiet: bool,

    /// Print more; twice prints every SQL statement.
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,

    /// When to use colour.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub color: Color,

    /// The package with `schema!`, where the workspace has several.
    #[arg(
        short,
        long,
        global = true,
        value_name = "NAME",
        help_heading = "Project"
    )]
    pub package: Option<String>,

    /// Path to its `Cargo.toml`.
    #[arg(long, global = true, value_name = "PATH", help_heading = "Project")]
    pub manifest_path: Option<PathBuf>,

    /// Features to build the package with, besides `migrate`.
    #[arg(
        long,
        global = true,
        value_name = "FEATURES",
        value_delimiter = ',',
        help_heading = "Project"
    )]
    pub features: Vec<String>,

    /// The directory of the migrations, if not the one of the project: `DIR`, or `DIR/**` with those below it. Of
    /// several, once for each.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Project")]
    pub migrations_dir: Vec<PathBuf>,
}

impl GlobalArgs {
    /// Where the migrations are, if that was typed; seen from `cwd`.
    pub fn locations(&self, cwd: &Path) -> Option<Locations> {
        let typed = &self.migrations_dir;
        (!typed.is_empty()).then(|| typed.iter().collect::<Locations>().within(cwd))
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON document on standard output.
    Json,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// In a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
