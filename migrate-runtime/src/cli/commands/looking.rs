//! Commands that look at the database and change nothing: current, check, status.

use std::borrow::Cow;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::beyond;
use super::context::Context;
use super::moving::announce;
use crate::autogenerate::Drift;
use crate::cli::args::{CurrentArgs, HistoryArgs, ShowArgs};
use crate::cli::report;
use crate::cli::statics;
use crate::cli::ui::Style;
use crate::command::{self, Check, Difference, Status};
use crate::operation::{Object, Operation};
use crate::runner::{Listed, Revision, shown};
use crate::schema::TableName;
use crate::{Error, Explain};

pub(super) fn current(context: &Context<'_>, arguments: &CurrentArgs) -> Result<ExitCode, Error> {
    let CurrentArgs { check_heads } = arguments;
    let mut database = context.open()?;
    announce(context, &database);
    let mut migrator = context.migrator();
    let revisions = command::current(&mut *database.session, &mut migrator)?;
    let ui = context.ui;
    if ui.is_json() {
        ui.json(&revisions.iter().map(revision_json).collect());
    } else if revisions.is_empty() {
        ui.data("base");
    } else {
        for revision in &revisions {
            ui.data(&revision_text(context, revision));
        }
    }
    let missing = if *check_heads {
        migrator.pending(&mut *database.session)?
    } else {
        Vec::new()
    };
    for half in migrator.half_done(&mut *database.session)? {
        ui.status("half", &half.to_string());
    }
    if missing.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    ui.status("pending", &missing.join(", "));
    ui.status("next", context.upgrade_command());
    Ok(ExitCode::from(report::DIFFERENT))
}

/// `history` of a range that only the database knows, or with its place in it.
pub(super) fn history(context: &Context<'_>, arguments: &HistoryArgs) -> Result<ExitCode, Error> {
    let current = announced_rows(context)?;
    statics::history(&context.project, arguments, &current, context.ui)?;
    Ok(ExitCode::SUCCESS)
}

/// `show` of the revision that the database is at.
pub(super) fn show(context: &Context<'_>, arguments: &ShowArgs) -> Result<ExitCode, Error> {
    let current = announced_rows(context)?;
    statics::show(&context.project, arguments, &current, context.ui)?;
    Ok(ExitCode::SUCCESS)
}

/// The ids that the database is at, once it is said which one that is.
fn announced_rows(context: &Context<'_>) -> Result<Vec<String>, Error> {
    let mut database = context.open()?;
    announce(context, &database);
    let revisions = command::current(&mut *database.session, &mut context.migrator())?;
    Ok(revisions.into_iter().map(|revision| revision.id).collect())
}

pub(super) fn list(context: &Context<'_>) -> Result<ExitCode, Error> {
    let mut database = context.open()?;
    announce(context, &database);
    let listed = command::list(&mut *database.session, &mut context.migrator())?;
    let ui = context.ui;
    if ui.is_json() {
        let listed = listed.iter().map(|one| {
            let mut json = revision_json(&one.revision);
            json["is_applied"] = json!(one.is_applied);
            json
        });
        ui.json(&listed.collect());
        return Ok(ExitCode::SUCCESS);
    }
    if listed.is_empty() {
        ui.note("no revisions yet");
    }
    for Listed {
        revision,
        is_applied,
    } in &listed
    {
        let text = revision_text(context, revision);
        if *is_applied {
            ui.data(&format!("[x] {text}"));
        } else {
            ui.data(&ui.paint(Style::Warning, &format!("[ ] {text}")));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check(context: &Context<'_>) -> Result<ExitCode, Error> {
    let mut database = context.open()?;
    announce(context, &database);
    let check = command::check(&mut *database.session, &mut context.migrator())?;
    if context.ui.is_json() {
        context.ui.json(&check_json(&check));
    } else {
        print_differences(context, &check);
        if check.is_clean() {
            context.ui.data("  models, revisions and database agree");
        } else {
            for next in next_steps(&check, context.upgrade_command()) {
                context.ui.status("next", &next);
            }
        }
    }
    Ok(if check.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(report::DIFFERENT)
    })
}

pub(super) fn status(context: &Context<'_>) -> Result<ExitCode, Error> {
    let head_file = command::head_agrees(&context.project.migrations).err();
    let mut database = context.open()?;
    let found = command::status(&mut *database.session, &mut context.migrator())
        .inspect_err(|_| announce(context, &database))?;
    let Status {
        current,
        heads,
        check,
    } = &found;
    let ui = context.ui;
    if ui.is_json() {
        let current: Vec<Value> = current.iter().map(revision_json).collect();
        ui.json(&json!({
            "database": context.shown(&database.url),
            "current": current,
            "heads": heads,
            "head_file": head_file.map(|error| error.to_string()),
            "check": check_json(check),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let line = |label: &str, text: &str| ui.data(&format!("  {}", ui.labelled(label, text)));
    line("database", &context.shown(&database.url));
    if current.is_empty() {
        line("at", "base");
    }
    for revision in current {
        line("at", &revision_text(context, revision));
    }
    line(
        "head",
        &if heads.is_empty() {
            "none".to_owned()
        } else {
            heads.join(", ")
        },
    );
    print_differences(context, check);
    if let Some(error) = &head_file {
        line("wrong", &error.to_string());
        for hint in error.hints() {
            line("next", &hint);
        }
    } else if check.is_clean() && !check.differences.is_empty() {
        line(
            "agree",
            "models, revisions and database, in all that migrations made",
        );
    } else if check.is_clean() {
        line("agree", "models, revisions and database");
    }
    for next in next_steps(check, context.upgrade_command()) {
        line("next", &next);
    }
    let schema = context.program.schema;
    if check.is_clean() && schema.migrations.is_empty() && schema.models.is_empty() {
        line("next", first_step(check));
    }
    Ok(ExitCode::SUCCESS)
}

/// What to do in a project in which nothing was done yet.
fn first_step(check: &Check) -> &'static str {
    let is_table = |drift: &Drift| matches!(drift.object, Some(Object::Table(_)));
    if (check.differences.iter().filter_map(drift_of)).any(is_table) {
        "cargo migrate models --from-database   (writes models of the tables that are there)"
    } else {
        "write a model, list it in `schema!`, then cargo migrate revision --autogenerate -m \"...\""
    }
}

fn revision_text(context: &Context<'_>, revision: &Revision) -> String {
    let Revision {
        id,
        library,
        message,
        revises,
        file,
        is_head,
        applied,
    } = revision;
    let mut text = match library {
        Some(library) => format!("{library}@{id}"),
        None => id.clone(),
    };
    if *is_head {
        text.push_str(" (head)");
    }
    if file.is_none() {
        text.push_str(" (no file has it)");
    }
    if !message.is_empty() {
        text.push_str("  ");
        text.push_str(message);
    }
    if context.ui.verbosity() > 0 {
        let revises = (!revises.is_empty()).then(|| revises.join(", "));
        let applied = applied.as_deref().map(shown);
        let lines = [("file", file), ("revises", &revises), ("applied", &applied)];
        for (label, value) in lines {
            if let Some(value) = value {
                text = format!("{text}\n    {label:<8} {value}");
            }
        }
    }
    text
}

fn revision_json(revision: &Revision) -> Value {
    let Revision {
        id,
        library,
        message,
        revises,
        file,
        is_head,
        applied,
    } = revision;
    json!({
        "id": id,
        "library": library,
        "message": message,
        "revises": revises,
        "file": file,
        "head": is_head,
        "known": file.is_some(),
        "applied": applied,
    })
}

fn print_differences(context: &Context<'_>, check: &Check) {
    let ui = context.ui;
    let summary = beyond::summed_up(ui, check.differences.iter().filter_map(drift_of));
    for difference in &check.differences {
        let is_unmanaged = drift_of(difference).and_then(beyond::kind).is_some();
        if summary.is_none() || !is_unmanaged {
            ui.data(&difference_text(context, difference));
        }
    }
    if let Some(summary) = summary {
        let line = format!("  {}", ui.labelled("extra", &summary));
        ui.data(&ui.paint(Style::Dim, &line));
    }
}

pub(super) const fn drift_of(difference: &Difference) -> Option<&Drift> {
    match difference {
        Difference::Drift(drift) => Some(drift),
        _ => None,
    }
}

fn difference_text(context: &Context<'_>, difference: &Difference) -> String {
    let text = difference.to_string();
    let line = format!("  {}", context.ui.labelled(difference.word(), &text));
    match difference {
        Difference::Drift(drift) if !drift.blocking => context.ui.paint(Style::Dim, &line),
        _ => line,
    }
}

fn check_json(check: &Check) -> Value {
    let differences: Vec<Value> = check
        .differences
        .iter()
        .map(|difference| json!({ "kind": difference.word(), "text": difference.to_string() }))
        .collect();
    json!({ "clean": check.is_clean(), "differences": differences })
}

/// What to type, once each, in the order in which it helps.
fn next_steps<'c>(check: &'c Check, upgrade: &'c str) -> Vec<Cow<'c, str>> {
    // Whatever else there is, it may only look so as long as the files are not what was applied.
    let first = (check.differences.iter()).find_map(|difference| match difference {
        Difference::Unknown(_) => Some(vec![
            "cargo migrate current, then take the missing file back, or stamp".into(),
        ]),
        Difference::Edited(_) => Some(vec![
            "undo the edit, or accept it: cargo migrate repair".into(),
        ]),
        Difference::Lost(lost) => Some(lost.hints().map(Cow::from).into()),
        _ => None,
    });
    if let Some(first) = first {
        return first;
    }
    let model = if lacks_baseline(check) {
        "cargo migrate models --from-database --adopt"
    } else {
        "cargo migrate revision --autogenerate -m \"...\""
    };
    let mut steps: Vec<&str> = Vec::new();
    // A revision is written at the head only.
    let is_of_models = |difference: &&Difference| matches!(difference, Difference::Model(_));
    let (models, rest): (Vec<_>, Vec<_>) = check.differences.iter().partition(is_of_models);
    let is_refused = (rest.iter()).any(|difference| matches!(difference, Difference::Refused(_)));
    for difference in rest.into_iter().chain(models) {
        let step = match difference {
            Difference::Unknown(_) | Difference::Edited(_) | Difference::Lost(_) => continue,
            Difference::Refused(_) => "mend that revision; `cargo check` shows the place",
            Difference::Half(half) if half.file.is_none() => {
                "take back the file of what is half done, or stamp"
            }
            Difference::Half(half) => &half.command,
            // No run goes past what is refused.
            Difference::Pending { .. } if is_refused => continue,
            Difference::Pending { is_there: true, .. } => {
                "cargo migrate stamp head   (the database has already what the pending revisions make)"
            }
            Difference::Pending { .. } => upgrade,
            Difference::Model(_) => model,
            Difference::Drift(drift) if !drift.blocking => continue,
            Difference::Drift(_) => {
                "somebody changed the database by hand: change it back, or adopt the change in a revision"
            }
        };
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    steps.into_iter().map(Cow::from).collect()
}

/// Whether a table that the models would add is there already: a revision that adds it would be refused.
fn lacks_baseline(check: &Check) -> bool {
    let is_there = |table: &TableName| {
        (check.differences.iter().filter_map(drift_of))
            .any(|drift| drift.object.as_ref() == Some(&Object::Table(table.clone())))
    };
    check.differences.iter().any(|difference| match difference {
        Difference::Model(operation) => match &**operation {
            Operation::CreateTable { table, .. } => is_there(&table.name),
            _ => false,
        },
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Refused;

    #[test]
    fn no_upgrade_is_named_while_a_revision_is_refused() {
        let [revision, file, problem] = ["b", "migrations/b.rs", "no"].map(str::to_owned);
        let pending = Difference::Pending {
            revision: revision.clone(),
            file: file.clone(),
            is_there: false,
        };
        let refused = Difference::Refused(Refused {
            revision,
            file,
            problem,
        });
        let next = |differences| {
            let check = Check { differences };
            next_steps(&check, "cargo migrate upgrade").join("\n")
        };
        assert_eq!(next(vec![pending.clone()]), "cargo migrate upgrade");
        assert_eq!(
            next(vec![refused, pending]),
            "mend that revision; `cargo check` shows the place"
        );
    }
}
