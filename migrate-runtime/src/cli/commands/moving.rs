//! Commands that move the database along the chain: upgrade, downgrade, redo, reset, stamp, repair.

use std::path::PathBuf;
use std::process::ExitCode;

use super::context::{Context, Database};
use super::looking::drift_of;
use super::many;
use crate::Error;
use crate::cli::args::{DowngradeArgs, RedoArgs, RepairArgs, ResetArgs, StampArgs, UpgradeArgs};
use crate::cli::prompt;
use crate::cli::url::DatabaseUrl;
use crate::command::{self, Loss};
use crate::runner::{AppliedStep, Direction, EditedRevision, Range, Report, shown};
use crate::sql::offline::RunSteps;

pub(super) fn upgrade(context: &Context<'_>, arguments: &UpgradeArgs) -> Result<ExitCode, Error> {
    let UpgradeArgs {
        target,
        sql,
        skip_run,
        backup,
        allow_edited,
        allow_copy,
        verify,
        urls_from,
        jobs,
    } = arguments;
    if let Some(list) = urls_from {
        return many::upgrade(context, arguments, list, *jobs);
    }
    if *sql {
        return script(context, Direction::Upgrade, ("base", target), *skip_run);
    }
    let mut database = context.open_or_create()?;
    announce(context, &database);
    let copy = backup.then(|| copy_of(&database)).flatten();
    let migrator = context.migrator().allow_edited(*allow_edited);
    let mut migrator = migrator.verify(*verify).allow_copy(*allow_copy);
    let report = command::upgrade(
        &mut *database.session,
        &mut migrator,
        target,
        copy.as_deref(),
    )?;
    conclude(context, &database, &report, copy);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn downgrade(
    context: &Context<'_>,
    arguments: &DowngradeArgs,
) -> Result<ExitCode, Error> {
    let DowngradeArgs {
        target,
        sql,
        skip_run,
        backup,
        allow_edited,
        allow_copy,
        verify,
        yes,
    } = arguments;
    if *sql {
        return script(context, Direction::Downgrade, ("head", target), *skip_run);
    }
    let mut database = context.open()?;
    announce(context, &database);
    let migrator = context.migrator().allow_edited(*allow_edited);
    let mut migrator = migrator.verify(*verify).allow_copy(*allow_copy);
    let losses = command::losses(&mut *database.session, &mut migrator, target)?;
    agree(context, &losses, *yes)?;
    let copy = backup.then(|| copy_of(&database)).flatten();
    let report = command::downgrade(
        &mut *database.session,
        &mut migrator,
        target,
        copy.as_deref(),
    )?;
    conclude(context, &database, &report, copy);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn redo(context: &Context<'_>, arguments: &RedoArgs) -> Result<ExitCode, Error> {
    let RedoArgs { target, yes } = arguments;
    let mut database = context.open()?;
    announce(context, &database);
    let mut migrator = context.migrator();
    let losses = command::losses(&mut *database.session, &mut migrator, target)?;
    agree(context, &losses, *yes)?;
    let report = command::redo(&mut *database.session, &mut migrator, target)?;
    conclude(context, &database, &report, None);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn reset(context: &Context<'_>, arguments: &ResetArgs) -> Result<ExitCode, Error> {
    let ResetArgs { yes } = arguments;
    let mut database = context.open()?;
    announce(context, &database);
    let mut migrator = context.migrator();
    let losses = command::losses(&mut *database.session, &mut migrator, "base")?;
    agree(context, &losses, *yes)?;
    let report = command::reset(&mut *database.session, &mut migrator)?;
    conclude(context, &database, &report, None);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn stamp(context: &Context<'_>, arguments: &StampArgs) -> Result<ExitCode, Error> {
    let StampArgs {
        revisions,
        purge,
        yes,
    } = arguments;
    let mut database = context.open_or_create()?;
    announce(context, &database);
    let mut migrator = context.migrator();
    if *purge && !yes {
        let held = command::current(&mut *database.session, &mut migrator)?;
        if !held.is_empty() {
            let ids: Vec<&str> = held.iter().map(|revision| revision.id.as_str()).collect();
            context.ui.status("forgets", &ids.join(", "));
            let what = "what the database has recorded would be forgotten";
            prompt::confirm(context.ui, what, "--yes")?;
        }
    }
    let targets: Vec<&str> = revisions.iter().map(String::as_str).collect();
    let report = command::stamp(&mut *database.session, &mut migrator, &targets, *purge)?;
    if context.ui.is_json() {
        context.ui.json(&as_json(context, &database, &report));
    } else {
        context.ui.status(
            "stamped",
            &format!("{} -> {}", rows(&report.from), rows(&report.to)),
        );
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn ensure_version(context: &Context<'_>) -> Result<ExitCode, Error> {
    let mut database = context.open_or_create()?;
    announce(context, &database);
    let mut migrator = context.migrator();
    command::ensure_version(&mut *database.session, &mut migrator)?;
    let at = migrator.current(&mut *database.session)?;
    let at: Vec<String> = at.into_iter().map(|revision| revision.id).collect();
    if context.ui.is_json() {
        (context.ui)
            .json(&serde_json::json!({ "database": context.shown(&database.url), "at": at }));
    } else {
        context.ui.status("at", &rows(&at));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn repair(context: &Context<'_>, arguments: &RepairArgs) -> Result<ExitCode, Error> {
    let RepairArgs { yes } = arguments;
    let mut database = context.open()?;
    announce(context, &database);
    let mut migrator = context.migrator();
    let edited = command::to_repair(&mut *database.session, &mut migrator)?;
    if edited.is_empty() {
        if context.ui.is_json() {
            context.ui.json(&serde_json::json!({ "repaired": [] }));
        } else {
            context
                .ui
                .status("repair", "nothing to do: the files are what was applied");
        }
        return Ok(ExitCode::SUCCESS);
    }
    for EditedRevision {
        revision,
        file,
        applied,
        host,
        recorded: _,
        is: _,
    } in &edited
    {
        context.ui.status(
            "edited",
            &format!("{revision}  {file}  (applied {} on {host})", shown(applied)),
        );
    }
    let check = command::check(&mut *database.session, &mut migrator)?;
    let drift: Vec<_> = (check.differences.iter().filter_map(drift_of))
        .filter(|drift| drift.blocking)
        .collect();
    for drift in &drift {
        context.ui.status("drift", &drift.description);
    }
    if !yes {
        let what = if drift.is_empty() {
            "the files would be taken as what was applied; the schema is not touched"
        } else {
            "the files would be taken as what was applied, though the database differs from them; the schema \
             is not touched"
        };
        prompt::confirm(context.ui, what, "--yes")?;
    }
    let differs = !drift.is_empty();
    let repaired = command::repair(&mut *database.session, &mut migrator)?;
    let ids: Vec<&str> = repaired
        .iter()
        .map(|edited| edited.revision.as_str())
        .collect();
    if context.ui.is_json() {
        context.ui.json(&serde_json::json!({ "repaired": ids }));
    } else {
        context.ui.status("repaired", &ids.join(", "));
        if differs {
            let next = "bring the database to what the files say: it was not touched, and is not that (drift)";
            context.ui.status("next", next);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the script that does it: from where the target says (`FROM:TO`), else from `usual`.
fn script(
    context: &Context<'_>,
    direction: Direction,
    (usual, target): (&str, &str),
    skip_run: bool,
) -> Result<ExitCode, Error> {
    let (from, to) = target.split_once(':').unwrap_or((usual, target));
    let range = Range {
        from,
        to,
        direction,
    };
    let run_steps = if skip_run {
        RunSteps::LeaveOut
    } else {
        RunSteps::Refuse
    };
    let text = context
        .migrator()
        .script(range, context.backend()?, run_steps)?;
    if context.ui.is_json() {
        context.ui.json(&serde_json::json!({ "sql": text }));
    } else {
        context.ui.data(text.trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// The resolved database is always printed.
pub(super) fn announce(context: &Context<'_>, database: &Database) {
    context.ui.status("database", &context.shown(&database.url));
}

/// Nobody loses rows without having said so.
pub(super) fn agree(context: &Context<'_>, losses: &[Loss], yes: bool) -> Result<(), Error> {
    let mut destroys = false;
    for loss in losses {
        match loss {
            Loss::Rows {
                revision,
                table,
                column,
                rows,
            } => {
                destroys = true;
                let what = match column {
                    Some(column) => format!("{table}.{column}"),
                    None => format!("table {table}"),
                };
                let rows = match rows {
                    1 => "1 row".to_owned(),
                    rows => format!("{rows} rows"),
                };
                let text = format!("{what}  {rows}  (revision {revision})");
                context.ui.status("destroys", &text);
            }
            Loss::Unknown {
                revision,
                step,
                destroys: drops,
            } => {
                destroys |= drops;
                let text = format!("{step}  (revision {revision}; what it does is not known)");
                context.ui.status("runs", &text);
            }
        }
    }
    if !destroys || yes {
        return Ok(());
    }
    prompt::confirm(context.ui, "rows would be destroyed", "--yes")
}

/// The first free name beside the database: `app.backup-1.db`.
pub(super) fn copy_of(database: &Database) -> Option<PathBuf> {
    let path = match &database.url {
        DatabaseUrl::SqliteFile(path) => path.clone(),
        DatabaseUrl::SqliteMemory => return None,
        // The command says that it cannot.
        DatabaseUrl::Server { .. } => PathBuf::from("backup"),
    };
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let extension = path.extension().map_or(String::new(), |extension| {
        format!(".{}", extension.to_string_lossy())
    });
    (1..=u32::MAX)
        .map(|number| path.with_file_name(format!("{stem}.backup-{number}{extension}")))
        .find(|candidate| !candidate.exists())
}

fn conclude(context: &Context<'_>, database: &Database, report: &Report, copy: Option<PathBuf>) {
    if context.ui.is_json() {
        context.ui.json(&as_json(context, database, report));
        return;
    }
    if report.steps.is_empty() {
        context
            .ui
            .status("at", &format!("{}, nothing to do", rows(&report.to)));
        return;
    }
    if let Some(copy) = copy {
        context
            .ui
            .status("backup", &context.project.shown(&copy).to_string());
    }
    context.ui.status("at", &rows(&report.to));
}

pub(super) fn rows(rows: &[String]) -> String {
    if rows.is_empty() {
        "base".to_owned()
    } else {
        rows.join(", ")
    }
}

pub(super) fn as_json(
    context: &Context<'_>,
    database: &Database,
    report: &Report,
) -> serde_json::Value {
    let Report { from, to, steps } = report;
    let steps: Vec<serde_json::Value> = steps.iter().map(step).collect();
    serde_json::json!({
        "database": context.shown(&database.url),
        "from": from,
        "to": to,
        "steps": steps,
    })
}

fn step(step: &AppliedStep) -> serde_json::Value {
    let AppliedStep {
        revision,
        message,
        direction,
        from,
        to,
        statements,
        skipped,
        elapsed,
    } = step;
    serde_json::json!({
        "revision": revision,
        "message": message,
        "direction": direction.as_str(),
        "from": from,
        "to": to,
        "statements": statements,
        "skipped": skipped,
        "milliseconds": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    })
}
