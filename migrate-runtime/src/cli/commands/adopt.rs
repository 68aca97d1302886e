//! `adopt`, printed.

use std::process::ExitCode;

use serde_json::json;

use super::authoring::NoNote;
use super::context::Context;
use super::moving::announce;
use crate::Error;
use crate::cli::args::AdoptArgs;
use crate::cli::follow_up::FollowUp;
use crate::cli::statics;
use crate::command::{self, AdoptedHistory, NewRevision, RevisionRequest};

/// `adopt`: writes the files; `cargo migrate` then records what is applied, once they are compiled in.
pub(super) fn adopt(context: &Context<'_>, arguments: &AdoptArgs) -> Result<ExitCode, Error> {
    let AdoptArgs { dir, dry_run } = arguments;
    let mut database = context.open_or_create()?;
    announce(context, &database);
    let request = RevisionRequest {
        style: context.project.style()?,
        at: context.project.now()?,
        runtime: context.project.runtime.clone(),
        dry_run: *dry_run,
        ..RevisionRequest::new("")
    };
    let from = context.project.cwd.join(dir);
    let directory = &context.project.migrations;
    let adopted = command::adopt_history(directory, &from, &mut *database.session, &request)?;
    report(context, &adopted)?;
    Ok(ExitCode::SUCCESS)
}

fn report(context: &Context<'_>, adopted: &AdoptedHistory) -> Result<(), Error> {
    let AdoptedHistory {
        tool,
        revisions,
        ledger,
        at,
    } = adopted;
    let ui = context.ui;
    let is_written = revisions.iter().any(|revision| revision.written.is_some());
    let is_left = match at {
        Some(revision) if is_written => {
            let revision = revision.clone();
            FollowUp::Stamp { revision }.leave().map_err(NoNote)?
        }
        _ => false,
    };
    if ui.is_json() {
        let paths: Vec<_> = (revisions.iter())
            .map(|revision| context.project.shown(&revision.path).to_string())
            .collect();
        ui.json(&json!({
            "tool": tool.to_string(),
            "written": if is_written { &paths[..] } else { &[] },
            "planned": paths,
            "ledger": ledger,
            "at": at,
        }));
        return Ok(());
    }
    let all: Vec<&NewRevision> = revisions.iter().collect();
    if is_written {
        ui.status("adopted", &format!("{} migrations of {tool}", all.len()));
        statics::report_paths(&context.project, &all, ui);
    } else {
        statics::report_revisions(&context.project, &all, "", ui);
    }
    match (ledger, at) {
        (Some(ledger), Some(at)) => ui.status("applied", &format!("up to {at}, says {ledger}")),
        (Some(ledger), None) => ui.status("applied", &format!("none, says {ledger}")),
        (None, _) => ui.status(
            "applied",
            "not known; if the database has their tables: cargo migrate stamp REV",
        ),
    }
    if !is_written {
        return Ok(());
    }
    let mut next = Vec::new();
    if let (Some(at), false) = (at, is_left) {
        next.push(format!("cargo migrate stamp {at}"));
    }
    let is_behind = revisions.last().map(|last| &last.file.id) != at.as_ref();
    if is_behind {
        next.push(statics::UPGRADE.to_owned());
    }
    next.push(
        "cargo migrate models --from-database --adopt   once the models are listed".to_owned(),
    );
    let mut label = "next";
    for step in next {
        ui.status(label, &step);
        label = "";
    }
    Ok(())
}
