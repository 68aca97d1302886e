//! `cargo migrate init`: sets a package up. Every change is planned first and shown as a diff; what is
//! there already is left alone, so that a second run has nothing to do.

mod candidates;
mod databases;
mod files;
mod manifest;
mod plan;
mod situation;
mod source;

use std::path::Path;
use std::process::ExitCode;

use migrate_runtime::Error;
use migrate_runtime::cli::args::{GlobalArgs, InitArgs};
use migrate_runtime::cli::ui::Ui;

use plan::Plan;
use situation::Situation;

/// Sets the package up, or says that there is nothing to do.
pub(crate) fn run(
    arguments: &InitArgs,
    global: &GlobalArgs,
    cwd: &Path,
    ui: Ui,
) -> Result<ExitCode, Error> {
    let situation = Situation::find(arguments, global, cwd)?;
    let mut plan = Plan::default();
    manifest::plan(&situation, &mut plan)?;
    source::plan(&situation, &mut plan)?;
    files::plan(&situation, &mut plan)?;
    let changes = plan.changes();
    for change in &changes {
        change.show(cwd, ui);
    }
    if !arguments.dry_run {
        plan.write()?;
    }
    conclude(&situation, changes.len(), arguments.dry_run, cwd, ui)?;
    Ok(ExitCode::SUCCESS)
}

fn conclude(
    situation: &Situation,
    changed: usize,
    dry_run: bool,
    cwd: &Path,
    ui: Ui,
) -> Result<(), Error> {
    if ui.is_json() {
        ui.json(&serde_json::json!({
            "package": situation.package.name,
            "migrations": situation.migrations,
            "changed": changed,
            "written": !dry_run && changed > 0,
        }));
        return Ok(());
    }
    ui.status("package", &situation.package.name);
    if situation.has_diesel_migrations {
        ui.status(
            "directory",
            &format!(
                "{}/   (migrations/ belongs to diesel and stays as it is)",
                situation.migrations
            ),
        );
    }
    if changed == 0 {
        ui.status("init", "nothing to do");
        return Ok(());
    }
    if dry_run {
        ui.status("dry run", "nothing was written");
        return Ok(());
    }
    let candidates = candidates::find(&situation.package.root)?;
    let source = shown(&situation.source, cwd);
    if candidates.is_empty() {
        ui.status("next", "write a model, and list it in `schema!`:");
        ui.note(&example(&situation.library_or_crate(), &source));
    } else {
        candidates::advise(&candidates, &source, cwd, ui);
    }
    let variable = &situation.package.url_variable;
    if std::env::var_os(variable).is_none() && !situation.package.root.join(".env").exists() {
        ui.note("            cp .env.example .env");
    }
    ui.note(if situation.has_diesel_migrations {
        "            cargo migrate models --from-database --adopt"
    } else {
        "            cargo migrate revision --autogenerate -m \"first\""
    });
    Ok(())
}

fn example(module: &str, file: &str) -> String {
    let renamed = if module == source::USUAL_NAME {
        String::new()
    } else {
        format!(", crate = {module}")
    };
    format!(
        "
            use {module}::Model;

            #[derive(Model)]
            #[model(table = \"users\"{renamed})]
            pub struct User {{
                #[model(auto_increment)]
                pub id: i64,
                pub email: String,
            }}

            models = [User]      in {file}

            then"
    )
}

/// A path as people at `cwd` write it.
fn shown(path: &Path, cwd: &Path) -> String {
    path.strip_prefix(cwd).unwrap_or(path).display().to_string()
}
