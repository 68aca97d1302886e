//! Commands that the migration files alone answer: no build, no database, also when the crate does not
//! compile. `cargo-migrate` answers them itself, the user's binary the same way.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Command, MergeArgs, RevisionArgs, ShowArgs};
use super::env::Project;
use super::ui::Ui;
use crate::command::{
    self, Entry, HeadFile, Heads, MergeRequest, NewRevision, RevisionRequest, Written,
};
use crate::source::name::Timestamp;
use crate::source::{ReadMigration, head};
use crate::{Error, ErrorKind, Explain};

/// Runs the command, if it is one of these.
pub fn run(command: &Command, project: &Project, ui: Ui) -> Option<Result<ExitCode, Error>> {
    let done = match command {
        Command::Heads(_) => heads(project, ui),
        Command::History(_) => history(project, ui),
        Command::Show(arguments) => show(project, arguments, ui),
        Command::Merge(arguments) => merge(project, arguments, ui),
        Command::Revision(arguments) if command.is_static() => revision(project, arguments, ui),
        _ => return None,
    };
    Some(done.map(|()| ExitCode::SUCCESS))
}

fn heads(project: &Project, ui: Ui) -> Result<(), Error> {
    let Heads { heads, file } = command::heads(&project.migrations)?;
    if ui.is_json() {
        let heads: Vec<Value> = heads
            .iter()
            .map(|head| migration_json(head, project))
            .collect();
        ui.json(&Value::from(heads));
    } else {
        for head in &heads {
            ui.data(&titled(head, " (head)"));
            if ui.verbosity() > 0 {
                ui.data(&details(head, project));
            }
        }
    }
    let path = project.migrations.join("HEAD");
    let path = project.shown(&path);
    let merge = "run `cargo migrate merge`, which writes it";
    match file {
        HeadFile::Agrees => {}
        HeadFile::Conflict => ui.warning(&format!("{path} has conflict markers; {merge}")),
        HeadFile::Missing => ui.warning(&format!("{path} is missing; {merge}")),
        HeadFile::Differs(_) if heads.len() > 1 => {
            ui.warning("there are several heads; run `cargo migrate merge`");
        }
        HeadFile::Differs(named) => {
            ui.warning(&format!("{path} names {}; {merge}", or_none(&named)));
        }
    }
    Ok(())
}

fn history(project: &Project, ui: Ui) -> Result<(), Error> {
    let entries = command::history(&project.migrations, None, &[])?;
    if ui.is_json() {
        let entries: Vec<Value> = entries
            .iter()
            .map(|entry| entry_json(entry, project))
            .collect();
        ui.json(&Value::from(entries));
        return Ok(());
    }
    if entries.is_empty() {
        ui.note("no revisions yet");
    }
    for entry in &entries {
        let migration = &entry.migration;
        let parents = &migration.revision.parents;
        let from = if parents.is_empty() {
            "<base>".to_owned()
        } else {
            parents.join(", ")
        };
        ui.data(&format!("{from} -> {}", titled(migration, marks(entry))));
        if ui.verbosity() > 0 {
            ui.data(&details(migration, project));
        }
    }
    Ok(())
}

fn show(project: &Project, arguments: &ShowArgs, ui: Ui) -> Result<(), Error> {
    let ShowArgs { revision } = arguments;
    // `-1` is counted from the head: there is no database here.
    let target = if revision.starts_with('-') {
        format!("head{revision}")
    } else {
        revision.clone()
    };
    let entries = command::show(&project.migrations, &target, &[])?;
    if ui.is_json() {
        let entries: Vec<Value> = entries
            .iter()
            .map(|entry| entry_json(entry, project))
            .collect();
        ui.json(&Value::from(entries));
        return Ok(());
    }
    for entry in &entries {
        let migration = &entry.migration;
        ui.status("revision", &titled(migration, marks(entry)));
        ui.status("file", &project.shown(&migration.path).to_string());
        let text = std::fs::read_to_string(&migration.path).map_err(|error| StaticError::Read {
            path: migration.path.display().to_string(),
            error,
        })?;
        ui.data(text.trim_end());
    }
    Ok(())
}

fn merge(project: &Project, arguments: &MergeArgs, ui: Ui) -> Result<(), Error> {
    let MergeArgs {
        revisions,
        message,
        rev_id,
    } = arguments;
    if revisions.is_empty() && mend_head(project, ui)? {
        return Ok(());
    }
    let request = MergeRequest {
        heads: revisions.clone(),
        message: message.clone(),
        id: rev_id.clone(),
        branch_labels: Vec::new(),
        at: Timestamp::now(),
        runtime: project.runtime.clone(),
    };
    let written = command::merge(&project.migrations, &request)?;
    report_written(project, &written, ui);
    Ok(())
}

/// With one head there is nothing to join, but HEAD may be what git left of it.
fn mend_head(project: &Project, ui: Ui) -> Result<bool, Error> {
    let Heads { heads, file } = command::heads(&project.migrations)?;
    if heads.len() > 1 || file == HeadFile::Agrees {
        return Ok(false);
    }
    let ids: Vec<String> = heads.iter().map(|head| head.id().to_owned()).collect();
    let path = head::write(&project.migrations, &ids)?;
    if ui.is_json() {
        ui.json(&json!({ "id": null, "path": shown(project, &path), "heads": ids }));
    } else {
        let text = format!("{}, names {}", project.shown(&path), or_none(&ids));
        ui.status("written", &text);
    }
    Ok(true)
}

fn revision(project: &Project, arguments: &RevisionArgs, ui: Ui) -> Result<(), Error> {
    stands_alone(arguments)?;
    let new = command::revision(&project.migrations, &request(arguments, project))?;
    report_revision(project, &new, ui);
    Ok(())
}

/// What a revision is asked for on the command line.
pub(super) fn request(arguments: &RevisionArgs, project: &Project) -> RevisionRequest {
    RevisionRequest {
        messages: arguments.message.clone(),
        id: arguments.rev_id.clone(),
        at: Timestamp::now(),
        runtime: project.runtime.clone(),
        dry_run: arguments.dry_run,
    }
}

/// Prints a revision that was written, or its text after a dry run.
pub(super) fn report_revision(project: &Project, new: &NewRevision, ui: Ui) {
    let NewRevision {
        file: _,
        path,
        text,
        written,
    } = new;
    match written {
        Some(written) => report_written(project, written, ui),
        None if ui.is_json() => ui.json(&json!({ "path": shown(project, path), "text": text })),
        None => {
            ui.status("dry run", &format!("{}, not written", project.shown(path)));
            ui.data(text.trim_end());
        }
    }
}

fn report_written(project: &Project, written: &Written, ui: Ui) {
    let Written {
        id,
        path,
        text: _,
        head: _,
        heads,
    } = written;
    if ui.is_json() {
        ui.json(&json!({ "id": id, "path": shown(project, path), "heads": heads }));
        return;
    }
    ui.status("written", &both_files(project, path));
    ui.status("next", "cargo migrate upgrade");
}

/// Prints what was written, where the tool itself does what comes next.
pub(super) fn report_path(project: &Project, new: &NewRevision, ui: Ui) {
    ui.status("written", &both_files(project, &new.path));
}

fn both_files(project: &Project, path: &Path) -> String {
    let path = project.shown(path);
    format!("{path}, HEAD   (commit both with the models)")
}

/// Whether the arguments suit a revision without generated operations, which needs a message, too.
pub(super) fn stands_alone(arguments: &RevisionArgs) -> Result<(), Error> {
    if let Some(flag) = needs_autogenerate(arguments) {
        return Err(StaticError::NeedsAutogenerate { flag }.into());
    }
    let mut messages = arguments.message.iter();
    if messages.all(|message| message.trim().is_empty()) {
        return Err(StaticError::NoMessage.into());
    }
    Ok(())
}

/// A flag that only means something when operations are generated. `--data` knows `--only`, too.
fn needs_autogenerate(arguments: &RevisionArgs) -> Option<&'static str> {
    let RevisionArgs {
        message: _,
        autogenerate: _,
        from_chain: _,
        amend: _,
        data,
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
    [
        (!only.is_empty() && !data, "--only"),
        (!adopt.is_empty(), "--adopt"),
        (*ignore_drift, "--ignore-drift"),
        (!rename.is_empty(), "--rename"),
        (!drop.is_empty(), "--drop"),
        (!fill.is_empty(), "--fill"),
    ]
    .into_iter()
    .find_map(|(given, flag)| given.then_some(flag))
}

fn marks(entry: &Entry) -> &'static str {
    match (
        entry.is_head(),
        entry.is_branch_point(),
        entry.is_merge_point(),
    ) {
        (true, _, true) => " (head) (mergepoint)",
        (true, _, false) => " (head)",
        (false, true, true) => " (branchpoint) (mergepoint)",
        (false, true, false) => " (branchpoint)",
        (false, false, true) => " (mergepoint)",
        (false, false, false) => "",
    }
}

fn titled(migration: &ReadMigration, marks: &str) -> String {
    let message = if migration.message.is_empty() {
        String::new()
    } else {
        format!(", {}", migration.message)
    };
    format!("{}{marks}{message}", migration.id())
}

fn details(migration: &ReadMigration, project: &Project) -> String {
    let mut lines = vec![format!("    file     {}", project.shown(&migration.path))];
    if let Some(created) = &migration.created {
        lines.push(format!("    created  {created}"));
    }
    if migration.is_destructive {
        lines.push("    destructive".to_owned());
    }
    if let Some(reason) = &migration.irreversible {
        lines.push(format!("    irreversible: {reason}"));
    }
    for paragraph in &migration.body {
        lines.push(format!("\n    {}", paragraph.replace('\n', "\n    ")));
    }
    if !migration.body.is_empty() {
        lines.push(String::new());
    }
    lines.join("\n")
}

fn entry_json(entry: &Entry, project: &Project) -> Value {
    let mut json = migration_json(&entry.migration, project);
    json["children"] = json!(entry.children);
    json["head"] = json!(entry.is_head());
    json
}

fn migration_json(migration: &ReadMigration, project: &Project) -> Value {
    let ReadMigration {
        revision,
        message,
        body,
        created,
        is_destructive,
        irreversible,
        has_downgrade,
        path,
        line,
    } = migration;
    json!({
        "id": revision.id,
        "revises": revision.parents,
        "depends_on": revision.depends_on,
        "branch_labels": revision.branch_labels,
        "message": message,
        "body": body,
        "created": created,
        "destructive": is_destructive,
        "irreversible": irreversible,
        "has_downgrade": has_downgrade,
        "path": shown(project, path),
        "line": line,
    })
}

fn shown(project: &Project, path: &Path) -> String {
    project.shown(path).to_string()
}

fn or_none(ids: &[String]) -> String {
    if ids.is_empty() {
        "no revision".to_owned()
    } else {
        ids.join(", ")
    }
}

/// What is wrong before a file is looked at.
#[derive(Debug, thiserror::Error)]
enum StaticError {
    #[error("a revision without --autogenerate needs a message")]
    NoMessage,
    #[error("{flag} means nothing without --autogenerate")]
    NeedsAutogenerate { flag: &'static str },
    #[error("{path} cannot be read")]
    Read {
        path: String,
        #[source]
        error: std::io::Error,
    },
}

impl Explain for StaticError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoMessage | Self::NeedsAutogenerate { .. } => ErrorKind::Usage,
            Self::Read { .. } => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoMessage => vec![
                "add `-m \"what it is for\"`".to_owned(),
                "or add `--autogenerate`, to write what the models changed".to_owned(),
            ],
            Self::NeedsAutogenerate { .. } => vec!["add `--autogenerate`".to_owned()],
            Self::Read { .. } => Vec::new(),
        }
    }
}
