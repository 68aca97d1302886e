//! `rebase`, printed.

use serde_json::json;

use super::{UPGRADE, shown};
use crate::Error;
use crate::cli::args::RebaseArgs;
use crate::cli::env::Project;
use crate::cli::ui::Ui;
use crate::command::{self, Moved, RebaseRequest, Rebased};

pub(super) fn rebase(project: &Project, arguments: &RebaseArgs, ui: Ui) -> Result<(), Error> {
    let RebaseArgs { revision, onto } = arguments;
    let request = RebaseRequest {
        revision: revision.clone(),
        onto: onto.clone(),
        at: project.now()?,
    };
    let rebased = command::rebase(&project.migrations, &request)?;
    if ui.is_json() {
        ui.json(&document(project, &rebased));
        return Ok(());
    }
    let Rebased {
        moved,
        from,
        onto,
        heads: _,
    } = &rebased;
    for Moved {
        old,
        id,
        message,
        path,
    } in moved
    {
        ui.status("moved", &format!("{old} is {id} now, {message}"));
        ui.status("written", &project.shown(path).to_string());
    }
    ui.status("behind", onto);
    let next = format!("cargo check, whether the chain still fits, then {UPGRADE}");
    ui.status("next", &next);
    if let Some(last) = moved.last() {
        let from = match from.as_slice() {
            [] => "base".to_owned(),
            from => from.join(" "),
        };
        ui.status(
            "",
            &format!("where {} is applied already, first:", last.old),
        );
        for step in [
            format!("cargo migrate stamp --purge {from}"),
            format!("cargo migrate upgrade {onto}"),
            format!("cargo migrate stamp {}", last.id),
        ] {
            ui.status("", &step);
        }
    }
    Ok(())
}

fn document(project: &Project, rebased: &Rebased) -> serde_json::Value {
    let Rebased {
        moved,
        from,
        onto,
        heads,
    } = rebased;
    let moved: Vec<_> = moved
        .iter()
        .map(|moved| {
            let Moved {
                old,
                id,
                message,
                path,
            } = moved;
            json!({ "old": old, "id": id, "message": message, "path": shown(project, path) })
        })
        .collect();
    json!({ "moved": moved, "from": from, "onto": onto, "heads": heads })
}
