//! `squash`: what the chain says comes from the binary, functions from the files.

use std::process::ExitCode;

use super::context::Context;
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
        prune: _,
    } = arguments;
    let project = &context.project;
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
