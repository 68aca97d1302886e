//! Commands that the migration files alone answer: no build, no database, also when the crate does not
//! compile. `cargo-migrate` answers them itself, the user's binary the same way.

mod drawing;
mod listing;
mod rebase;
mod squash;

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Cli, Command, MergeArgs, RevisionArgs, SquashArgs};
use super::env::Project;
use super::ui::Ui;
use crate::command::{
    self, HeadFile, Heads, MergeRequest, NewRevision, Placement, RevisionRequest, Written,
};
use crate::model::SchemaDef;
use crate::source::head;
use crate::{Error, ErrorKind, Explain};

pub(super) use listing::{counted_from_head, history, show};
pub(super) use squash::{prune, report_squashed};

/// Runs the command, if it is one of these.
pub fn run(cli: &Cli, project: &Project, ui: Ui) -> Option<Result<ExitCode, Error>> {
    let command = &cli.command;
    let done = match command {
        Command::Heads(arguments) => listing::heads(project, arguments, ui),
        Command::History(arguments) if command.is_static() => {
            listing::history(project, arguments, &[], ui)
        }
        Command::Branches(_) => listing::branches(project, ui),
        Command::Show(arguments) if command.is_static() => {
            listing::show(project, arguments, &[], ui)
        }
        Command::Merge(arguments) => merge(project, arguments, ui),
        Command::Rebase(arguments) => rebase::rebase(project, arguments, ui),
        Command::Squash(SquashArgs {
            prune: Some(target),
            ..
        // Where a database is named, it is looked at.
        }) if matches!(project.database_if_any(&cli.global), Ok(None)) => {
            squash::prune(project, target, &[], ui)
        }
        Command::Revision(arguments)
            if command.is_static() && !needs_schema(project, arguments) =>
        {
            revision(project, None, arguments, ui)
        }
        _ => return None,
    };
    Some(done.map(|()| ExitCode::SUCCESS))
}

fn merge(project: &Project, arguments: &MergeArgs, ui: Ui) -> Result<(), Error> {
    let MergeArgs {
        revisions,
        splice,
        message,
        branch_label,
        rev_id,
    } = arguments;
    if revisions.is_empty() && mend_head(project, ui)? {
        return Ok(());
    }
    let request = MergeRequest {
        style: project.style()?,
        heads: revisions.clone(),
        splice: *splice,
        message: message.clone(),
        id: rev_id.clone(),
        branch_labels: branch_label.clone(),
        at: project.now()?,
        runtime: project.runtime.clone(),
    };
    let written = command::merge(&project.migrations, &request)?;
    report_written(project, &written, UPGRADE, ui);
    Ok(())
}

/// With one head there is nothing to join, but HEAD may be what git left of it.
fn mend_head(project: &Project, ui: Ui) -> Result<bool, Error> {
    let Heads {
        heads,
        unlabelled: _,
        file,
        libraries: _,
    } = command::heads(&project.migrations)?;
    let ids: Vec<String> = heads
        .iter()
        .map(|head| head.migration.id().to_owned())
        .collect();
    // To write it anew would forget them.
    if matches!(file, HeadFile::Unknown(_)) {
        command::head_agrees(&project.migrations)?;
    }
    if heads.len() > 1 || file == HeadFile::Agrees {
        return Ok(false);
    }
    let path = head::write(project.migrations.first(), &ids)?;
    if ui.is_json() {
        ui.json(&json!({ "id": null, "path": shown(project, &path), "heads": ids }));
    } else {
        let text = format!("{}, names {}", project.shown(&path), or_none(&ids));
        ui.status("written", &text);
    }
    Ok(true)
}

/// Whether it names a revision of a library, which only the compiled schema knows.
fn needs_schema(project: &Project, arguments: &RevisionArgs) -> bool {
    let mut depends_on = arguments.depends_on.iter();
    depends_on.any(|typed| command::is_elsewhere(&project.migrations, typed))
}

/// A revision without generated operations.
pub(super) fn revision(
    project: &Project,
    schema: Option<&SchemaDef>,
    arguments: &RevisionArgs,
    ui: Ui,
) -> Result<(), Error> {
    stands_alone(arguments)?;
    let request = request(project, schema, arguments)?;
    let new = command::revision(&project.migrations, &request)?;
    let path = project.shown(&new.path);
    let heads = new
        .written
        .as_ref()
        .map_or(0, |written| written.heads.len());
    let others = if heads > 1 && new.file.depends_on.is_empty() {
        ", with what they need of other branches in .depends_on(&[\"REVISION\"])"
    } else {
        ""
    };
    let next = format!("write its operations in {path}{others}, then {UPGRADE}");
    report_revision(project, &new, &next, ui);
    Ok(())
}

/// What a revision is asked for on the command line.
pub(super) fn request(
    project: &Project,
    schema: Option<&SchemaDef>,
    arguments: &RevisionArgs,
) -> Result<RevisionRequest, Error> {
    let typed = &arguments.depends_on;
    Ok(RevisionRequest {
        style: project.style()?,
        messages: arguments.message.clone(),
        id: arguments.rev_id.clone(),
        placement: Placement {
            head: arguments.head.clone(),
            splice: arguments.splice,
            branch_labels: arguments.branch_label.clone(),
        },
        at: project.now()?,
        runtime: project.runtime.clone(),
        depends_on: command::dependencies(&project.migrations, schema, typed)?,
        version_path: (arguments.version_path.as_ref()).map(|path| project.cwd.join(path)),
        dry_run: arguments.dry_run || arguments.sql,
    })
}

/// What comes after a revision that is complete.
pub(super) const UPGRADE: &str = "cargo migrate upgrade";

/// Prints a revision that was written and what comes `next`, or its text after a dry run.
pub(super) fn report_revision(project: &Project, new: &NewRevision, next: &str, ui: Ui) {
    match &new.written {
        Some(written) => report_written(project, written, next, ui),
        None if ui.is_json() => ui.json(&document(project, new)),
        None => print_unwritten(project, new, ui),
    }
}

/// The same of a revision and those that follow it.
pub(super) fn report_revisions(project: &Project, new: &[&NewRevision], next: &str, ui: Ui) {
    let (written, last) = match new {
        [] => return,
        [one] => return report_revision(project, one, next, ui),
        [written @ .., last] => (written, last),
    };
    if ui.is_json() {
        pass_on(new, ui);
        let mut all = document(project, last);
        for one in written.iter().rev() {
            let mut first = document(project, one);
            first["then"] = all;
            all = first;
        }
        ui.json(&all);
        return;
    }
    if last.written.is_none() {
        for one in new {
            print_unwritten(project, one, ui);
        }
        return;
    }
    report_paths(project, new, ui);
    if let Some(written) = &last.written {
        conclude(written, next, ui);
    }
}

/// Where revisions were written.
pub(super) fn report_paths(project: &Project, new: &[&NewRevision], ui: Ui) {
    let (written, last) = match new {
        [] => return,
        [one] => return report_path(project, one, ui),
        [written @ .., last] => (written, last),
    };
    pass_on(new, ui);
    let mut label = "written";
    for one in written {
        let path = project.shown(&one.path);
        ui.status(label, &format!("{path} and"));
        label = "";
    }
    let path = project.shown(&last.path);
    ui.status(
        label,
        &format!("{path}, HEAD   (commit all of them with the models)"),
    );
}

/// Prints what the commands of `after-write` printed; results are not among it.
fn pass_on(new: &[&NewRevision], ui: Ui) {
    for written in new.iter().filter_map(|one| one.written.as_ref()) {
        pass_on_of(written, ui);
    }
}

fn pass_on_of(written: &Written, ui: Ui) {
    if !written.said.trim().is_empty() {
        ui.note(written.said.trim_end());
    }
}

fn document(project: &Project, new: &NewRevision) -> Value {
    let NewRevision {
        file: _,
        path,
        text,
        written,
    } = new;
    match written {
        Some(written) => written_document(project, written),
        None => json!({ "path": shown(project, path), "text": text }),
    }
}

fn written_document(project: &Project, written: &Written) -> Value {
    let Written {
        id,
        path,
        text: _,
        head: _,
        heads,
        unlabelled: _,
        said: _,
    } = written;
    json!({ "id": id, "path": shown(project, path), "heads": heads })
}

fn print_unwritten(project: &Project, new: &NewRevision, ui: Ui) {
    let path = project.shown(&new.path);
    ui.status("dry run", &format!("{path}, not written"));
    ui.data(new.text.trim_end());
}

fn report_written(project: &Project, written: &Written, next: &str, ui: Ui) {
    pass_on_of(written, ui);
    if ui.is_json() {
        ui.json(&written_document(project, written));
        return;
    }
    ui.status("written", &both_files(project, &written.path));
    conclude(written, next, ui);
}

/// What the compiler will say of the heads, and what comes next: where there are several, `upgrade` wants to know
/// which.
fn conclude(written: &Written, next: &str, ui: Ui) {
    if let [_, _, ..] = &written.unlabelled[..] {
        let heads = written.unlabelled.join(", ");
        ui.warning(&format!(
            "{heads} are heads without a branch label: the crate compiles once they are joined (cargo migrate merge), or \
             all but one are on a branch with a label (--branch-label)"
        ));
    }
    if written.heads.len() > 1 {
        ui.status(
            "next",
            &next.replace(UPGRADE, "cargo migrate upgrade heads"),
        );
    } else {
        ui.status("next", next);
    }
}

/// Prints what was written, where the tool itself does what comes next.
pub(super) fn report_path(project: &Project, new: &NewRevision, ui: Ui) {
    pass_on(&[new], ui);
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
        head: _,
        splice: _,
        branch_label: _,
        depends_on: _,
        version_path: _,
        dry_run: _,
        sql,
        adopt,
        ignore_drift,
        rename,
        drop,
        concurrently,
        fill,
    } = arguments;
    [
        (!only.is_empty() && !data, "--only"),
        (*sql, "--sql"),
        (!adopt.is_empty(), "--adopt"),
        (*ignore_drift, "--ignore-drift"),
        (!rename.is_empty(), "--rename"),
        (!drop.is_empty(), "--drop"),
        (*concurrently, "--concurrently"),
        (!fill.is_empty(), "--fill"),
    ]
    .into_iter()
    .find_map(|(given, flag)| given.then_some(flag))
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
