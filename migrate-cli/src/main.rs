//! `cargo migrate`: finds the package with the models, and runs the command line that is compiled into
//! it. It links no database and knows no schema; what the migration files alone can answer, it answers.

mod build;
mod databases;
mod doctor;
mod error;
mod exec;
mod follow_up;
mod init;
mod manual;
mod modules;
mod nearby;
mod project;
mod settings;
mod unlisted;

use std::ffi::OsString;
use std::process::ExitCode;

use migrate_runtime::Error;
use migrate_runtime::cli::args::{Cli, Command};
use migrate_runtime::cli::report;
use migrate_runtime::cli::statics;
use migrate_runtime::cli::ui::{self, Ui};

fn main() -> ExitCode {
    let arguments = arguments();
    let cli = match Cli::parse_as("cargo migrate", arguments.clone()) {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error),
    };
    let ui = Ui::new(&cli.global);
    report::finish(ui, run(&cli, &arguments, ui))
}

/// What was typed after `cargo migrate` or `cargo-migrate`; cargo passes the word `migrate` on.
fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "migrate") {
        arguments.remove(0);
    }
    arguments
}

fn run(cli: &Cli, arguments: &[OsString], ui: Ui) -> Result<ExitCode, Error> {
    let cwd = std::env::current_dir().map_err(error::ToolError::NoDirectory)?;
    if let Command::Init(init) = &cli.command {
        return init::run(init, &cli.global, &cwd, ui);
    }
    if let Some(done) = manual::run(&cli.command, &cwd, ui) {
        return done;
    }
    if let Command::Doctor(_) = &cli.command {
        return doctor::run(&cli.global, arguments, &cwd, ui);
    }
    if cli.command.is_static()
        && let Some(project) = nearby::project(&cli.global, &cwd)
        && let Some(done) = statics::run(cli, &project, ui)
    {
        return done;
    }
    let package = project::find(&cli.global, &cwd)?;
    if cli.global.all {
        return databases::each(&package, cli, arguments, ui);
    }
    let package = databases::of(package, cli.global.database.as_deref())?;
    ui::of_database(package.database.as_deref());
    let project = exec::project(&package, &cli.global, &cwd);
    if let Some(done) = statics::run(cli, &project, ui) {
        return done;
    }
    let binary = build::build(&package, &cli.global, &cwd, ui)?;
    if !cli.command.writes_for_itself() {
        return exec::run(&binary, &project, arguments);
    }
    let build = || build::build(&package, &cli.global, &cwd, ui);
    follow_up::run(&binary, &project, (arguments, &cli.global), build, ui)
}
