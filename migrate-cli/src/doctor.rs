//! `doctor`: the package and the build, of which the user's own binary knows nothing; then that binary, which
//! looks at the rest. Where there is no binary, the files are looked at from here.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use migrate_runtime::Error;
use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::doctor::Doctor;
use migrate_runtime::cli::env::Project;
use migrate_runtime::cli::ui::{self, Ui};
use serde_json::Value;

use crate::build::{self, Built};
use crate::project::{self, Package};
use crate::{databases, exec, nearby};

/// Looks at everything, from the tool down to the database.
pub(crate) fn run(
    global: &GlobalArgs,
    typed: &[OsString],
    cwd: &Path,
    ui: Ui,
) -> Result<ExitCode, Error> {
    if global.all {
        return Err(databases::not_of_all("doctor").into());
    }
    let mut doctor = Doctor::new(ui);
    let version = env!("CARGO_PKG_VERSION");
    doctor.well("tool", &format!("cargo-migrate {version}"));
    compiler(&mut doctor);
    let found = project::find(global, cwd)
        .and_then(|found| Ok(databases::of(found, global.database.as_deref())?));
    match found {
        Ok(found) => {
            ui::of_database(found.database.as_deref());
            package(&mut doctor, &found, cwd);
            let project = exec::project(&found, global, cwd);
            match build::build(&found, global, cwd, ui) {
                Ok(built) => {
                    let path = &built.executable;
                    let path = path.strip_prefix(cwd).unwrap_or(path);
                    doctor.well("binary", &path.display().to_string());
                    rest(&mut doctor, &built, &project, typed, ui)?;
                }
                Err(error) => {
                    binary(&mut doctor, &error);
                    files(&mut doctor, &project, global);
                }
            }
        }
        Err(error) => {
            doctor.failed("package", &error);
            if let Some(project) = nearby::project(global, cwd) {
                files(&mut doctor, &project, global);
            }
        }
    }
    Ok(doctor.finish())
}

/// The compiler that builds the package.
fn compiler(doctor: &mut Doctor) {
    let output = Command::new("rustc").arg("--version").output();
    match output {
        Ok(output) if output.status.success() => {
            doctor.well("compiler", String::from_utf8_lossy(&output.stdout).trim());
        }
        _ => {
            let todo = "install Rust: https://rustup.rs".to_owned();
            doctor.wrong("compiler", "rustc does not answer", &[todo]);
        }
    }
}

fn package(doctor: &mut Doctor, package: &Package, cwd: &Path) {
    let manifest = &package.manifest;
    let manifest = manifest.strip_prefix(cwd).unwrap_or(manifest);
    doctor.well(
        "package",
        &format!("{}, {}", package.name, manifest.display()),
    );
    if package.has_feature {
        doctor.well("feature", "migrate");
    } else {
        let todo = "add it: cargo migrate init".to_owned();
        doctor.wrong("feature", "the package has no feature `migrate`", &[todo]);
    }
}

fn binary(doctor: &mut Doctor, error: &Error) {
    if error.hints().is_empty() {
        let todo =
            "mend what is said above; `heads`, `history` and `show` work meanwhile".to_owned();
        doctor.wrong("binary", &error.to_string(), &[todo]);
    } else {
        doctor.failed("binary", error);
    }
}

/// What the binary finds, after what was found here.
fn rest(
    doctor: &mut Doctor,
    built: &Built,
    project: &Project,
    typed: &[OsString],
    ui: Ui,
) -> Result<(), Error> {
    let mut command = exec::command(built, project, typed);
    if !ui.is_json() {
        let status = exec::wait(&mut command, built)?;
        doctor.add(&[], status.success());
        return Ok(());
    }
    let output = exec::output(command.stderr(Stdio::inherit()), built)?;
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_default();
    doctor.add(&findings, output.status.success());
    Ok(())
}

/// What can be told without the binary.
fn files(doctor: &mut Doctor, project: &Project, global: &GlobalArgs) {
    doctor.files(project);
    doctor.url(project, global);
}
