//! `squash`: what the chain says comes from the binary, functions from the files.

use std::process::ExitCode;

use super::context::Context;
use super::moving::announce;
use crate::Error;
use crate::cli::args::SquashArgs;
use crate::cli::statics;
use crate::command::{self, SquashRequest};

pub(super) fn squash(context: &Context<'_>, arguments: &SquashArgs) -> Result<ExitCode, Error> {
    let SquashArgs {
        range,
        message,
        rev_id,
        dry_run,
        prune,
    } = arguments;
    let project = &context.project;
    if let Some(target) = prune {
        statics::prune(project, target, &held(context)?, context.ui)?;
        return Ok(ExitCode::SUCCESS);
    }
    let request = SquashRequest {
        range: range.clone().unwrap_or_default(),
        message: message.clone(),
        id: rev_id.clone(),
        at: project.now()?,
        dry_run: *dry_run,
        runtime: project.runtime.clone(),
        style: project.style()?,
    };
    let squashed = command::squash(&project.migrations, context.program.schema, &request)?;
    statics::report_squashed(project, &squashed, context.ui);
    Ok(ExitCode::SUCCESS)
}

/// Where the database is, and what is half done in it; nowhere, if it is not there yet.
fn held(context: &Context<'_>) -> Result<Vec<String>, Error> {
    if context.missing()?.is_some() {
        return Ok(Vec::new());
    }
    let mut database = context.open()?;
    announce(context, &database);
    let session = &mut *database.session;
    let mut migrator = context.migrator();
    let current = command::current(session, &mut migrator)?.into_iter();
    let own = current.filter(|revision| revision.library.is_none());
    let half = migrator.half_done(session)?.into_iter();
    Ok(own
        .map(|revision| revision.id)
        .chain(half.map(|half| half.revision))
        .collect())
}
