//! The commands: arguments in, a call of `crate::command`, its result printed.

mod adopt;
mod authoring;
mod backup;
mod beyond;
mod context;
mod database;
mod doctor;
mod edit;
mod looking;
mod many;
mod models;
mod moving;
mod shell;
mod squash;

use std::process::ExitCode;

use super::Program;
use super::args::{Cli, Command};
use super::statics;
use super::ui::Ui;
use crate::command::head_agrees;
use crate::source::SourceError;
use crate::{Error, ErrorKind, Explain};
use context::Context;

/// Runs a command of the user's binary.
pub(super) fn run(cli: &Cli, program: Program<'_>, ui: Ui) -> Result<ExitCode, Error> {
    let context = Context::new(&cli.global, program, ui)?;
    if let Some(done) = statics::run(cli, &context.project, ui) {
        return done;
    }
    if let Command::Doctor(_) = &cli.command {
        return Ok(doctor::doctor(&context));
    }
    context.same_revisions()?;
    // The compiler's check steps aside for this build, so it is said here.
    match head_agrees(&context.project.migrations) {
        Err(SourceError::HeadDiffers { .. } | SourceError::HeadUnknown { .. })
            if !cli.command.needs_head_to_agree() => {}
        agrees => agrees?,
    }
    match &cli.command {
        Command::Init(_) | Command::Completions(_) | Command::Man(_) => {
            Err(OnlyWithCargo(cli.command.name()).into())
        }
        Command::Revision(arguments) => authoring::revision(&context, arguments),
        Command::Adopt(arguments) => adopt::adopt(&context, arguments),
        Command::Squash(arguments) => squash::squash(&context, arguments),
        Command::Models(arguments) => models::models(&context, arguments),
        Command::Upgrade(arguments) => moving::upgrade(&context, arguments),
        Command::Downgrade(arguments) => moving::downgrade(&context, arguments),
        Command::Redo(arguments) => moving::redo(&context, arguments),
        Command::Reset(arguments) => moving::reset(&context, arguments),
        Command::Stamp(arguments) => moving::stamp(&context, arguments),
        Command::EnsureVersion(_) => moving::ensure_version(&context),
        Command::Repair(arguments) => moving::repair(&context, arguments),
        Command::Current(arguments) => looking::current(&context, arguments),
        Command::History(arguments) => looking::history(&context, arguments),
        Command::Show(arguments) => looking::show(&context, arguments),
        Command::List(_) => looking::list(&context),
        Command::Edit(arguments) => edit::edit(&context, arguments),
        Command::Check(_) => looking::check(&context),
        Command::Status(_) => looking::status(&context),
        Command::Database(arguments) => database::database(&context, arguments),
        Command::Backup(arguments) => backup::backup(&context, arguments),
        Command::Shell(arguments) => shell::shell(&context, arguments),
        // Answered above.
        Command::Heads(_)
        | Command::Branches(_)
        | Command::Merge(_)
        | Command::Rebase(_)
        | Command::Doctor(_) => Ok(ExitCode::SUCCESS),
    }
}

/// A command about a package or the tool, not about a chain.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is a command of the tool, and this binary is a part of a package")]
struct OnlyWithCargo(&'static str);

impl Explain for OnlyWithCargo {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        vec![format!("run `cargo migrate {}`", self.0)]
    }
}
