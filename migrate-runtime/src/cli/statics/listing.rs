//! Revisions as they are listed: `heads`, `history`, `branches`, `show`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::drawing::{self, Drawn};
use super::{StaticError, or_none, shown};
use crate::Error;
use crate::cli::args::{HeadsArgs, HistoryArgs, ShowArgs};
use crate::cli::env::Project;
use crate::cli::ui::Ui;
use crate::command::{self, Branch, Entry, HeadFile, Heads};
use crate::source::ReadMigration;

pub(super) fn heads(project: &Project, arguments: &HeadsArgs, ui: Ui) -> Result<(), Error> {
    let HeadsArgs {
        resolve_dependencies,
    } = arguments;
    let Heads {
        heads,
        unlabelled: _,
        file,
        libraries,
    } = command::heads(&project.migrations)?;
    let count = heads.len();
    let shown = heads
        .iter()
        .filter(|head| !(*resolve_dependencies && head.is_effective_head()));
    if ui.is_json() {
        let heads = shown.map(|head| migration_json(&head.migration, project));
        ui.json(&Value::from(heads.collect::<Vec<_>>()));
    } else {
        if count == 0 {
            ui.note("no revisions yet");
        }
        for head in shown {
            ui.data(&titled(&head.migration, &marks(head)));
            if ui.verbosity() > 0 {
                ui.data(&details(&head.migration, project));
            }
        }
        point_to(&libraries, "heads", ui);
    }
    let path = project.migrations.head();
    let path = project.shown(&path);
    let merge = "run `cargo migrate merge`, which writes it";
    let join =
        "run `cargo migrate merge`, or `cargo migrate rebase REV` to put yours behind the other";
    match file {
        HeadFile::Agrees => {}
        HeadFile::Conflict => ui.warning(&format!("{path} has conflict markers; {join}")),
        HeadFile::Missing => ui.warning(&format!("{path} is missing; {merge}")),
        HeadFile::Unknown(ids) => {
            ui.warning(&format!(
                "{path} names {}, and no file has that revision",
                ids.join(", ")
            ));
        }
        HeadFile::Differs(_) if count > 1 => {
            ui.warning(&format!("there are several heads; {join}"));
        }
        HeadFile::Differs(named) => {
            ui.warning(&format!("{path} names {}; {merge}", or_none(&named)));
        }
    }
    Ok(())
}

/// The revisions of a range, newest first. `current` are the ids that the database is at.
pub(in crate::cli) fn history(
    project: &Project,
    arguments: &HistoryArgs,
    current: &[String],
    ui: Ui,
) -> Result<(), Error> {
    let entries = command::history(&project.migrations, arguments.range(), current)?;
    if ui.is_json() {
        print_json(&entries, project, ui);
        return Ok(());
    }
    if entries.is_empty() {
        ui.note("no revisions yet");
    }
    let map: Vec<(&str, &[String])> = (entries.iter())
        .map(|entry| &entry.migration)
        .map(|migration| (migration.id(), &migration.revision.parents[..]))
        .collect();
    let drawn = if arguments.graph || ui.shows_graphs() {
        drawing::draw(&map).into_iter().map(Some).collect()
    } else {
        vec![None; entries.len()]
    };
    for (entry, drawn) in entries.iter().zip(drawn) {
        print_listed(entry, drawn, project, ui);
    }
    let listed = entries.iter().map(|entry| &entry.migration);
    point_to(&command::libraries(listed), "history", ui);
    Ok(())
}

/// A revision of the history, right of the lines that were drawn for it.
fn print_listed(entry: &Entry, drawn: Option<Drawn>, project: &Project, ui: Ui) {
    let migration = &entry.migration;
    let title = titled(migration, &marks(entry));
    let details = (ui.verbosity() > 0).then(|| details(migration, project));
    let Some(drawn) = drawn else {
        ui.data(&format!("{} -> {title}", parents(migration)));
        if let Some(details) = details {
            ui.data(&details);
        }
        return;
    };
    let Drawn {
        above,
        beside,
        below,
        further,
    } = drawn;
    let lines = |text: &Option<String>| {
        if let Some(line) = text {
            ui.data(line);
        }
    };
    lines(&above);
    ui.data(&format!("{beside}  {title}"));
    lines(&below);
    for line in details.iter().flat_map(|details| details.lines()) {
        ui.data(format!("{further}{line}").trim_end());
    }
}

/// Libraries keep chains of their own; the files here only refer to them.
fn point_to(libraries: &BTreeSet<String>, command: &str, ui: Ui) {
    for library in libraries {
        let listed = format!("cargo migrate {command} -p {library}");
        let text = format!(
            "{library} has a chain of its own: {listed}, in its workspace; cargo migrate current has both"
        );
        ui.status("library", &text);
    }
}

/// The revisions that several others revise, and these.
pub(super) fn branches(project: &Project, ui: Ui) -> Result<(), Error> {
    let points = command::branches(&project.migrations)?;
    if ui.is_json() {
        let points = points.iter().map(|branch| &branch.point);
        print_json(points, project, ui);
        return Ok(());
    }
    if points.is_empty() {
        ui.note("no revision is revised by several others");
    }
    for Branch { point, children } in &points {
        let id = point.migration.id();
        ui.data(&titled(&point.migration, &marks(point)));
        if ui.verbosity() > 0 {
            ui.data(&details(&point.migration, project));
        }
        for child in children {
            let title = titled(&child.migration, &marks(child));
            ui.data(&format!("{:width$} -> {title}", "", width = id.len()));
        }
    }
    Ok(())
}

/// One revision, or several heads. `current` are the ids that the database is at.
pub(in crate::cli) fn show(
    project: &Project,
    arguments: &ShowArgs,
    current: &[String],
    ui: Ui,
) -> Result<(), Error> {
    let ShowArgs { revision } = arguments;
    let entries = command::show(&project.migrations, &counted_from_head(revision), current)?;
    if ui.is_json() {
        print_json(&entries, project, ui);
        return Ok(());
    }
    if entries.is_empty() {
        ui.status(
            "revision",
            "base, before the first: there is no file to show",
        );
    }
    for entry in &entries {
        let migration = &entry.migration;
        ui.status("revision", &titled(migration, &marks(entry)));
        ui.status("file", &project.shown(&migration.path).to_string());
        let text = std::fs::read_to_string(&migration.path).map_err(|error| StaticError::Read {
            path: migration.path.display().to_string(),
            error,
        })?;
        ui.data(text.trim_end());
    }
    Ok(())
}

/// A target in which `-1` is counted from the head, and not from a database.
pub(in crate::cli) fn counted_from_head(revision: &str) -> String {
    if revision.starts_with('-') {
        format!("head{revision}")
    } else {
        revision.to_owned()
    }
}

/// ` (billing) (head) (current)`, as Alembic has them.
fn marks(entry: &Entry) -> String {
    let labels = &entry.migration.revision.branch_labels;
    let labels = (!labels.is_empty()).then(|| labels.join(", "));
    let marks = [
        (entry.is_head() && !entry.is_effective_head(), "head"),
        (entry.is_effective_head(), "effective head"),
        (entry.is_branch_point(), "branchpoint"),
        (entry.is_merge_point(), "mergepoint"),
        (entry.is_current, "current"),
    ];
    let marks = marks.iter().filter_map(|(is, mark)| is.then_some(*mark));
    let marks: Vec<&str> = labels.as_deref().into_iter().chain(marks).collect();
    if marks.is_empty() {
        return String::new();
    }
    format!(" ({})", marks.join(") ("))
}

fn parents(migration: &ReadMigration) -> String {
    let parents = &migration.revision.parents;
    if parents.is_empty() {
        "<base>".to_owned()
    } else {
        parents.join(", ")
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
    let revision = &migration.revision;
    lines.push(format!("    revises  {}", parents(migration)));
    if !revision.depends_on.is_empty() {
        lines.push(format!("    depends  {}", revision.depends_on.join(", ")));
    }
    if let [first, .., last] = revision.replaces.as_slice() {
        lines.push(format!("    replaces {first} to {last}"));
    }
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

fn print_json<'a>(entries: impl IntoIterator<Item = &'a Entry>, project: &Project, ui: Ui) {
    let entries = entries.into_iter().map(|entry| entry_json(entry, project));
    ui.json(&entries.collect());
}

fn entry_json(entry: &Entry, project: &Project) -> Value {
    let mut json = migration_json(&entry.migration, project);
    json["children"] = json!(entry.children);
    json["head"] = json!(entry.is_head());
    json["current"] = json!(entry.is_current);
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
    let mut json = json!({
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
    });
    if !revision.replaces.is_empty() {
        json["replaces"] = json!(revision.replaces);
    }
    json
}
