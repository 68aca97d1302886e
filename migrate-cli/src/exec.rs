//! Runs the user's binary with the same arguments, where the user is, and passes its exit code on.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use migrate_runtime::Error;
use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::env;

use crate::build::Built;
use crate::error::ToolError;
use crate::project::Package;

/// Runs it; on Unix in our own process, so that signals and the terminal are its own.
pub(crate) fn run(
    built: &Built,
    package: &Package,
    arguments: &GlobalArgs,
    cwd: &Path,
    typed: &[OsString],
) -> Result<ExitCode, Error> {
    let migrations = match &arguments.migrations_dir {
        Some(dir) => cwd.join(dir),
        None => package.migrations.clone(),
    };
    let mut command = Command::new(&built.executable);
    if built.intercepts {
        command.arg("migrate");
    }
    command
        .args(typed)
        .env(env::MANIFEST_DIR, &package.root)
        .env(env::WORKSPACE_ROOT, &package.workspace_root)
        .env(env::MIGRATIONS, migrations)
        .env(env::DATABASE_URL_VAR, &package.url_variable);
    let error = start(&mut command);
    match error {
        Ok(code) => Ok(code),
        Err(error) => Err(ToolError::NotStarted {
            path: built.executable.clone(),
            error,
        }
        .into()),
    }
}

#[cfg(unix)]
fn start(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn start(command: &mut Command) -> std::io::Result<ExitCode> {
    let code = command.status()?.code().unwrap_or(3);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(3)))
}
