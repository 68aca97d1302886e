//! What can go wrong before the user's own binary runs.

use std::io;
use std::path::PathBuf;

use migrate_runtime::{ErrorKind, Explain};

use crate::unlisted::Unlisted;

/// An error of the tool.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ToolError {
    #[error("the current directory cannot be read")]
    NoDirectory(#[source] io::Error),
    #[error("{} is not inside a cargo package: no Cargo.toml here or above", cwd.display())]
    NotInPackage { cwd: PathBuf },
    #[error("{} does not exist", path.display())]
    NoManifest { path: PathBuf },
    #[error("cargo cannot read the project:\n{message}")]
    Metadata { message: String },
    #[error("no temporary directory can be made")]
    NoTemporary(#[source] io::Error),
    #[error("cargo could not be started")]
    NoCargo(#[source] io::Error),
    #[error(
        "there is no package `{name}` in the workspace; it has {}",
        listed(members)
    )]
    NoSuchPackage { name: String, members: Vec<String> },
    #[error("the package `{name}` is not set up for migrate: {missing}")]
    NotSetUp { name: String, missing: &'static str },
    #[error(
        "no package of this workspace is set up for migrate; it has {}",
        listed(members)
    )]
    NoCandidate { members: Vec<String> },
    #[error(
        "several packages of this workspace could be meant: {}",
        listed(candidates)
    )]
    SeveralCandidates { candidates: Vec<String> },
    #[error(
        "several packages of this workspace could hold the models: {}",
        listed(members)
    )]
    SeveralMembers { members: Vec<String> },
    #[error(
        "the package `{package}` has no binary for migrate: neither `{package}-migrate` nor one that calls `migrate_runtime::cli::intercept`"
    )]
    NoBinary { package: String },
    #[error(
        "the package `{package}` has no binary `{binary}`, which is the command line of its database {database}"
    )]
    NoBinaryOf {
        package: String,
        database: String,
        binary: String,
        url_variable: String,
    },
    #[error("the package `{package}` does not build")]
    BuildFailed {
        package: String,
        unlisted: Option<Unlisted>,
    },
    #[error("cargo built `{binary}` and did not say where it is")]
    NoExecutable { binary: String },
    #[error("{} cannot be started", path.display())]
    NotStarted {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("{} cannot be read", path.display())]
    Read {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("{} cannot be written", path.display())]
    Write {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("{} is not valid TOML", path.display())]
    Toml {
        path: PathBuf,
        #[source]
        error: toml_edit::TomlError,
    },
    #[error("{}: {what}", path.display())]
    UnexpectedToml { path: PathBuf, what: String },
    #[error("{}:{line}: it does not parse: {message}", path.display())]
    Rust {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("the package `{package}` has neither src/lib.rs nor src/main.rs")]
    NoSource { package: String },
    #[error("the directory of the migrations, {}, is outside of the package", dir.display())]
    OutsideOfPackage { dir: PathBuf },
}

impl Explain for ToolError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSuchPackage { .. }
            | Self::SeveralCandidates { .. }
            | Self::SeveralMembers { .. }
            | Self::OutsideOfPackage { .. }
            | Self::NoManifest { .. } => ErrorKind::Usage,
            Self::NoExecutable { .. } => ErrorKind::Internal,
            _ => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotInPackage { .. } => vec![
                "go to the directory of a package, or add `--manifest-path path/to/Cargo.toml`"
                    .into(),
                "for a new package: `cargo new shop && cd shop && cargo migrate init`".into(),
            ],
            Self::NoSuchPackage { members, .. } | Self::SeveralMembers { members } => {
                flags(members)
            }
            Self::OutsideOfPackage { .. } => {
                vec!["name a directory below the package's own, such as `migrations`".into()]
            }
            Self::NotSetUp { name, .. } => vec![format!("run `cargo migrate init -p {name}`")],
            Self::NoCandidate { members } => members
                .iter()
                .map(|name| format!("run `cargo migrate init -p {name}` if the models are there"))
                .collect(),
            Self::SeveralCandidates { candidates } => {
                let mut hints = flags(candidates);
                hints.push(format!(
                    "or say it once in the workspace's Cargo.toml: [workspace.metadata.migrate] default-package = \"{}\"",
                    candidates.first().map_or("name", String::as_str)
                ));
                hints
            }
            Self::BuildFailed {
                unlisted: Some(Unlisted { file, models }),
                ..
            } => vec![format!(
                "models that `schema!` in {} does not list; add to its models = [..]:\n{}",
                file.display(),
                models.join(", ")
            )],
            Self::NoBinary { package } => {
                vec![format!(
                    "run `cargo migrate init -p {package}`, which adds one"
                )]
            }
            Self::NoBinaryOf {
                package,
                database,
                binary,
                url_variable,
            } => vec![
                format!(
                    "write src/bin/{binary}.rs: fn main() -> std::process::ExitCode {{ \
                     migrate_runtime::cli::Program::new(&{}::{}::SCHEMA).database_url({url_variable:?}).main() }}, with \
                     the schema's own path",
                    package.replace('-', "_"),
                    database.replace('-', "_")
                ),
                format!(
                    "and declare it in Cargo.toml: [[bin]] name = \"{binary}\", required-features = [\"migrate\"]"
                ),
            ],
            _ => Vec::new(),
        }
    }
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn flags(names: &[String]) -> Vec<String> {
    names
        .iter()
        .map(|name| format!("add `-p {name}`"))
        .collect()
}
