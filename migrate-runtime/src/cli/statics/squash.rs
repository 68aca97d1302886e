//! `squash`, printed.

use serde_json::json;

use super::{document, print_unwritten, report_paths, shown};
use crate::Error;
use crate::cli::env::Project;
use crate::cli::ui::Ui;
use crate::command::{self, Squashed};

/// `squash --prune`; `held` is where a database is.
pub(in crate::cli) fn prune(
    project: &Project,
    target: &str,
    held: &[String],
    ui: Ui,
) -> Result<(), Error> {
    let (id, paths) = command::prune(&project.migrations, target, held)?;
    if ui.is_json() {
        let paths: Vec<_> = paths.iter().map(|path| shown(project, path)).collect();
        ui.json(&json!({ "id": id, "deleted": paths }));
        return Ok(());
    }
    for path in &paths {
        ui.status("deleted", &project.shown(path).to_string());
    }
    ui.status("replaced", &format!("by {id}, which stays for good"));
    Ok(())
}

/// What was squashed, and what comes next.
pub(in crate::cli) fn report_squashed(project: &Project, squashed: &Squashed, ui: Ui) {
    let Squashed {
        revision,
        replaced,
        operations,
    } = squashed;
    if ui.is_json() {
        let mut document = document(project, revision);
        document["replaces"] = json!(replaced);
        ui.json(&document);
        return;
    }
    if revision.written.is_none() {
        print_unwritten(project, revision, ui);
        return;
    }
    let left = revision.file.operations();
    ui.status(
        "squashed",
        &format!(
            "{} revisions of {operations} operations into one of {left}",
            replaced.len()
        ),
    );
    report_paths(project, &[revision], ui);
    let last = replaced.last().map_or("", String::as_str);
    ui.status("next", "cargo check, then commit it beside the old files");
    let id = &revision.file.id;
    ui.status(
        "",
        &format!("once every database has {last}: cargo migrate squash --prune {id}"),
    );
}
