//! Commands that write files from models and databases: revision --autogenerate, models.

use std::process::ExitCode;

use serde_json::json;

use super::context::{Context, Database};
use super::moving::{agree, announce};
use crate::autogenerate::{Flags, Plan};
use crate::cli::args::{ModelsArgs, RevisionArgs};
use crate::cli::follow_up::FollowUp;
use crate::cli::prompt;
use crate::cli::statics;
use crate::cli::ui::Ui;
use crate::command::{self, Amended, NewRevision, RevisionRequest};
use crate::connection::Session;
use crate::diff::{Answer, Asker, RenameFlags, RenameQuestion};
use crate::lint::{Finding, Severity};
use crate::operation::describe::summary;
use crate::schema::TableName;
use crate::source::models::{Inexpressible, ModelsOptions, ModelsSource};
use crate::source::name::Timestamp;
use crate::{Error, ErrorKind, Explain};

/// `revision --autogenerate` and `--from-chain`.
pub(super) fn revision(context: &Context<'_>, arguments: &RevisionArgs) -> Result<ExitCode, Error> {
    let flags = flags(arguments);
    let request = statics::request(arguments, &context.project);
    let mut database = if arguments.from_chain {
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
    if !arguments.amend {
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
    let path = context.project.shown(&revision.path);
    context.ui.status("written", &format!("{path}, HEAD"));
    Ok(())
}

/// The file that `cargo-migrate` waits for.
#[derive(Debug, thiserror::Error)]
#[error("cargo migrate cannot be told that the revision is to be applied again")]
struct NoNote(#[source] std::io::Error);

impl Explain for NoNote {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        vec!["the file is written; apply it: cargo migrate upgrade".to_owned()]
    }
}

/// `models --from-database`.
pub(super) fn models(context: &Context<'_>, arguments: &ModelsArgs) -> Result<ExitCode, Error> {
    let ModelsArgs {
        from_database: _,
        tables,
        adopt,
    } = arguments;
    let mut database = context.open()?;
    announce(context, &database);
    if *adopt {
        let request = RevisionRequest {
            messages: vec!["baseline".to_owned()],
            id: None,
            at: Timestamp::now(),
            runtime: context.project.runtime.clone(),
            dry_run: false,
        };
        let directory = &context.project.migrations;
        let found = command::adopt(directory, context.schema, &mut *database.session, &request)?;
        conclude(context, &found.plan, found.revision.as_ref());
        return Ok(ExitCode::SUCCESS);
    }
    let options = ModelsOptions {
        tables: tables.iter().map(|table| TableName::parse(table)).collect(),
        ..ModelsOptions::default()
    };
    let found = command::models(&mut *database.session, &options)?;
    print_models(context.ui, &found);
    Ok(ExitCode::SUCCESS)
}

fn print_models(ui: Ui, found: &ModelsSource) {
    let ModelsSource {
        source,
        models,
        inexpressible,
        expressible,
        total,
    } = found;
    if ui.is_json() {
        let missing: Vec<_> = inexpressible
            .iter()
            .map(|missing| {
                json!({
                    "table": missing.table.to_string(),
                    "object": missing.object,
                    "reason": missing.reason,
                })
            })
            .collect();
        ui.json(&json!({
            "source": source,
            "models": models,
            "inexpressible": missing,
            "expressible": expressible,
            "total": total,
        }));
        return;
    }
    ui.data(source.trim_end());
    for Inexpressible {
        table,
        object,
        reason,
    } in inexpressible
    {
        ui.status("left out", &format!("{table}: {object}: {reason}"));
    }
    ui.status(
        "models",
        &format!("{expressible} of {total} objects are in them"),
    );
    ui.status(
        "next",
        &format!("list them in `schema!`: models = [{}]", models.join(", ")),
    );
    ui.status("", "cargo migrate models --from-database --adopt");
}

fn flags(arguments: &RevisionArgs) -> Flags {
    let RevisionArgs {
        message: _,
        autogenerate: _,
        from_chain: _,
        amend: _,
        yes: _,
        only,
        rev_id: _,
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
        allow: Vec::new(),
    }
}

/// `  database  sqlite  app.db  at head 20260120_100000`.
fn announce_position(context: &Context<'_>, database: &mut Database) -> Result<(), Error> {
    let current = command::current(&mut *database.session, &mut context.migrator())?;
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
            format!("renamed: {}   ({evidence})", candidate.what.flag())
        })
        .collect();
    answers.push(format!("dropped: {gone} and its values are removed"));
    let text = format!("The {kind} {gone} is gone from the models. What happened?");
    // Without flags: the error of the plan lists them when there is no answer.
    let index = prompt::choose(ui, &text, &answers, &[]).ok()?;
    Some(if index < candidates.len() {
        Answer::Rename(index)
    } else {
        Answer::Drop
    })
}

fn conclude(context: &Context<'_>, plan: &Plan, revision: Option<&NewRevision>) {
    let ui = context.ui;
    if !ui.is_json() {
        print_plan(ui, plan);
    }
    match revision {
        Some(revision) => statics::report_revision(&context.project, revision, ui),
        None if ui.is_json() => ui.json(&json!({ "written": null })),
        None => ui.status("models", "no changes: nothing to write"),
    }
}

fn print_plan(ui: Ui, plan: &Plan) {
    let Plan {
        upgrade,
        downgrade: _,
        irreversible,
        drift,
        notes,
        destructive: _,
        findings,
        summary: _,
    } = plan;
    for drift in drift {
        ui.status("drift", &drift.description);
    }
    for operation in upgrade {
        let (verb, what) = summary(operation);
        ui.status(verb, &what);
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
