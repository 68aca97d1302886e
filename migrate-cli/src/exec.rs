//! Runs the user's binary with the same arguments, where the user is, and passes its exit code on.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Output};

use migrate_runtime::Error;
use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::env::{self, Project};
use migrate_runtime::cli::report;

use crate::build::Built;
use crate::error::ToolError;
use crate::project::Package;

/// What the binary is told about the project.
pub(crate) fn project(package: &Package, arguments: &GlobalArgs, cwd: &Path) -> Project {
    let typed = arguments.locations(cwd);
    let migrations = typed.unwrap_or_else(|| package.migrations.clone());
    Project {
        root: Some(package.root.clone()),
        workspace_root: Some(package.workspace_root.clone()),
        migrations,
        url_variable: package.url_variable.clone(),
        runtime: package.runtime.clone(),
        files: package.files.clone(),
        cwd: cwd.to_owned(),
    }
}

/// Runs it; on Unix in our own process, so that signals and the terminal are its own.
pub(crate) fn run(built: &Built, project: &Project, typed: &[OsString]) -> Result<ExitCode, Error> {
    start(&mut command(built, project, typed)).map_err(|error| not_started(built, error))
}

/// Runs it and comes back.
pub(crate) fn wait(command: &mut Command, built: &Built) -> Result<ExitStatus, Error> {
    command.status().map_err(|error| not_started(built, error))
}

/// Runs it and comes back with what it printed.
pub(crate) fn output(command: &mut Command, built: &Built) -> Result<Output, Error> {
    command.output().map_err(|error| not_started(built, error))
}

fn not_started(built: &Built, error: io::Error) -> Error {
    let path = built.executable.clone();
    ToolError::NotStarted { path, error }.into()
}

/// The binary, its arguments, and what it is told.
pub(crate) fn command(
    built: &Built,
    project: &Project,
    typed: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Command {
    let Project {
        root,
        workspace_root,
        migrations,
        url_variable,
        runtime,
        files,
        cwd: _,
    } = project;
    let lines: Vec<String> = migrations.iter().map(ToString::to_string).collect();
    let mut command = Command::new(&built.executable);
    if built.intercepts {
        command.arg("migrate");
    }
    command
        .args(typed)
        .envs(root.iter().map(|root| (env::MANIFEST_DIR, root)))
        .envs(
            workspace_root
                .iter()
                .map(|root| (env::WORKSPACE_ROOT, root)),
        )
        .env(env::MIGRATIONS, lines.join("\n"))
        .env(env::DATABASE_URL_VAR, url_variable)
        .env(env::RUNTIME, runtime)
        .env(env::FILES, files.to_string())
        .envs(built.database.iter().map(|name| (env::DATABASE, name)));
    command
}

/// The exit code of a process; that of a failure where a signal ended it.
pub(crate) fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(report::FAILED))
}

#[cfg(unix)]
fn start(command: &mut Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn start(command: &mut Command) -> io::Result<ExitCode> {
    command.status().map(code)
}
