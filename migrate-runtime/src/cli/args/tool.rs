//! Arguments of the commands about the tool itself.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Of each part one line: `ok`; `note`, where something is left to do, such as revisions that are not applied; or `wrong`,
and what to do. Where one is broken the others are looked at all the same. Nothing is changed. The output is what a bug
report needs; passwords are not in it.

Exit code: 1 where something is wrong, else 0.

Examples:
  cargo migrate doctor
  cargo migrate doctor --format json")]
pub struct DoctorArgs {}

/// Arguments of `completions`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
The script completes `cargo-migrate`; `cargo migrate` is cargo's own to complete.

Examples:
  cargo migrate completions bash > ~/.local/share/bash-completion/completions/cargo-migrate
  cargo migrate completions zsh > ~/.zfunc/_cargo-migrate
  cargo migrate completions fish > ~/.config/fish/completions/cargo-migrate.fish")]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// A shell that completes what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash.
    Bash,
    /// Elvish.
    Elvish,
    /// Fish.
    Fish,
    /// PowerShell.
    #[value(name = "powershell")]
    PowerShell,
    /// Zsh.
    Zsh,
}

/// Arguments of `man`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate man > cargo-migrate.1          the page of the tool
  cargo migrate man ~/.local/share/man/man1    a page of each command, for `man cargo-migrate-upgrade`")]
pub struct ManArgs {
    /// Where to write a page of each command; without it the page of the tool is printed.
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
