//! Commands that write files from models: revision --autogenerate and --amend.

use std::process::ExitCode;

use serde_json::json;

use super::beyond;
use super::context::{Context, Database};
use super::moving::{agree, announce};
use crate::autogenerate::{Flags, Plan};
use crate::cli::args::RevisionArgs;
use crate::cli::follow_up::FollowUp;
use crate::cli::prompt;
use crate::cli::statics;
use crate::cli::ui::Ui;
use crate::command::{self, Amended, NewRevision, RevisionRequest};
use crate::connection::Session;
use crate::diff::{Answer, Asker, RenameFlags, RenameQuestion};
use crate::lint::{Finding, Severity};
use crate::operation::{Line, Operation};
use crate::schema::TableName;
use crate::{Error, ErrorKind, Explain};

/// `revision`, where the files alone do not say all.
pub(super) fn revision(context: &Context<'_>, arguments: &RevisionArgs) -> Result<ExitCode, Error> {
    let RevisionArgs {
        autogenerate,
        from_chain,
        amend,
        data,
        ..
    } = arguments;
    if !(*autogenerate || *from_chain || *amend || *data) {
        // It depends on the chain of a library.
        let done = statics::revision(
            &context.project,
            Some(context.schema),
            arguments,
            context.ui,
        );
        return done.map(|()| ExitCode::SUCCESS);
    }
    let request = statics::request(&context.project, Some(context.schema), arguments)?;
    if *data {
        return revision_data(context, arguments, &request);
    }
    let flags = flags(arguments);
    let mut database = if *from_chain {
        None
    } else {
        Some(context.open_or_create()?)
    };
    if let Some(database) = &mut database {
        announce_position(context, database)?;
    }
    let ui = context.ui;
    let mut ask = |question: &RenameQuestion| answer(ui, question);
    let asker: Option<&mut Asker<'_>> = if ui.is_interactive() {
        Some(&mut ask)
    } else {
        None
    };
    let directory = &context.project.migrations;
    let session = database
        .as_mut()
        .map(|database| &mut *database.session as &mut dyn Session);
    if !amend {
        let found =
            command::autogenerate(directory, context.schema, session, &flags, &request, asker)?;
        conclude(context, &found.plan, found.revision.as_ref());
        return Ok(ExitCode::SUCCESS);
    }
    let amended = command::amend(
        directory,
        &mut context.migrator(),
        session,
        &flags,
        &request,
        asker,
        &mut |losses| agree(context, losses, arguments.yes),
    )?;
    conclude_amended(context, &amended)?;
    Ok(ExitCode::SUCCESS)
}

/// `revision --data`: the chain says it all, no database is opened.
fn revision_data(
    context: &Context<'_>,
    arguments: &RevisionArgs,
    request: &RevisionRequest,
) -> Result<ExitCode, Error> {
    statics::stands_alone(arguments)?;
    let only: Vec<TableName> = (arguments.only.iter())
        .map(|table| TableName::parse(table))
        .collect();
    let directory = &context.project.migrations;
    let backend = context.backend()?;
    let new = command::revision_data(directory, context.schema, backend, &only, request)?;
    let path = context.project.shown(&new.path);
    let next = format!("write the function in {path}, then {}", statics::UPGRADE);
    statics::report_revision(&context.project, &new, &next, context.ui);
    Ok(ExitCode::SUCCESS)
}

/// The new text is not compiled in yet: it is applied by the next build, or by the user.
fn conclude_amended(context: &Context<'_>, amended: &Amended) -> Result<(), Error> {
    let Amended {
        plan,
        revision,
        before: (old_path, old_text),
        downgraded,
    } = amended;
    let Some(revision) = revision else {
        if context.ui.is_json() {
            context.ui.json(&json!({ "written": null }));
        } else {
            let what = "no changes: the head says what the models say";
            context.ui.status("models", what);
        }
        return Ok(());
    };
    let follow_up = FollowUp::Upgrade {
        revision: revision.file.id.clone(),
        path: revision.path.clone(),
        old_path: old_path.clone(),
        old_text: old_text.clone(),
    };
    let left = *downgraded && follow_up.leave().map_err(NoNote)?;
    if context.ui.is_json() || !left {
        conclude(context, plan, Some(revision));
        return Ok(());
    }
    print_plan(context.ui, plan);
    statics::report_path(&context.project, revision, context.ui);
    Ok(())
}

/// The file that `cargo-migrate` waits for.
#[derive(Debug, thiserror::Error)]
#[error("cargo migrate cannot be told that the revision is to be applied again")]
pub(super) struct NoNote(#[source] pub(super) std::io::Error);

impl Explain for NoNote {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        vec!["the file is written; apply it: cargo migrate upgrade".to_owned()]
    }
}

fn flags(arguments: &RevisionArgs) -> Flags {
    let RevisionArgs {
        message: _,
        autogenerate: _,
        from_chain: _,
        amend: _,
        data: _,
        yes: _,
        only,
        rev_id: _,
        depends_on: _,
        dry_run: _,
        adopt,
        ignore_drift,
        rename,
        drop,
        fill,
    } = arguments;
    Flags {
        only: only.clone(),
        adopt: adopt.clone(),
        ignore_drift: *ignore_drift,
        renames: RenameFlags {
            renames: rename.clone(),
            drops: drop.clone(),
        },
        fills: fill.clone(),
        ..Flags::default()
    }
}

/// `  database  sqlite  app.db  at head 20260120_100000`.
fn announce_position(context: &Context<'_>, database: &mut Database) -> Result<(), Error> {
    let current = command::current(&mut *database.session, &mut context.migrator())
        .inspect_err(|_| announce(context, database))?;
    let at: Vec<String> = current
        .iter()
        .map(|revision| {
            let head = if revision.is_head { "head " } else { "" };
            format!("{head}{}", revision.id)
        })
        .collect();
    let at = if at.is_empty() {
        "base".to_owned()
    } else {
        at.join(", ")
    };
    let shown = context.shown(&database.url);
    context.ui.status("database", &format!("{shown}  at {at}"));
    Ok(())
}

/// Renamed or dropped: the user says it. Nobody is asked twice; no answer stops the command.
fn answer(ui: Ui, question: &RenameQuestion) -> Option<Answer> {
    let RenameQuestion {
        gone,
        kind,
        candidates,
    } = question;
    let mut answers: Vec<String> = candidates
        .iter()
        .map(|candidate| {
            let evidence = candidate.evidence.join(", ");
            let flag = candidate.what.flag();
            let name = flag.rsplit(':').next().unwrap_or_default();
            format!("renamed to {name}   ({evidence})")
        })
        .collect();
    answers.push("dropped, and its values are removed".to_owned());
    // The terminal adds a colon.
    let text = format!("The {kind} {gone} is gone from the models. It was");
    // Without flags: the error of the plan lists them when there is no answer.
    let index = prompt::choose(ui, &text, &answers, &[]).ok()?;
    Some(if index < candidates.len() {
        Answer::Rename(index)
    } else {
        Answer::Drop
    })
}

pub(super) fn conclude(context: &Context<'_>, plan: &Plan, revision: Option<&NewRevision>) {
    let ui = context.ui;
    if !ui.is_json() {
        print_plan(ui, plan);
    }
    match revision {
        Some(revision) => {
            statics::report_revision(&context.project, revision, statics::UPGRADE, ui);
        }
        None if ui.is_json() => ui.json(&json!({ "written": null })),
        None => ui.status("models", "no changes: nothing to write"),
    }
}

pub(super) fn print_plan(ui: Ui, plan: &Plan) {
    let Plan {
        upgrade,
        downgrade: _,
        irreversible,
        drift,
        notes,
        destructive: _,
        findings,
        findings_down: _,
        summary,
    } = plan;
    let many = beyond::summed_up(ui, drift.iter());
    for drift in drift {
        if many.is_none() || beyond::kind(drift).is_none() {
            ui.status("drift", &drift.description);
        }
    }
    if let Some(many) = many {
        ui.status("drift", &many);
    }
    for Line {
        operation,
        verb,
        what,
    } in summary
    {
        let is_adopted = upgrade.get(*operation).is_some_and(Operation::adopts);
        ui.status(if is_adopted { "adopted" } else { verb }, what);
    }
    for Finding {
        operation: _,
        rule: _,
        severity,
        message,
    } in findings
    {
        let label = match severity {
            Severity::Destructive => "destroys",
            Severity::MayFail => "may fail",
            Severity::Compatibility => "note",
        };
        ui.status(label, message);
    }
    for note in notes {
        ui.status("note", note);
    }
    if let Some(reason) = irreversible {
        ui.status("no way back", reason);
    }
}
