//! `cargo migrate init`: sets a package up. Every change is planned first and shown as a diff; what is
//! there already is left alone, so that a second run has nothing to do.

mod candidates;
mod databases;
mod edit;
mod files;
mod judge;
mod manifest;
mod models;
mod plan;
mod situation;
mod source;
mod structs;
mod tables;
mod types;

use std::path::Path;
use std::process::ExitCode;

use migrate_runtime::Error;
use migrate_runtime::cli::args::{GlobalArgs, InitArgs};
use migrate_runtime::cli::ui::Ui;

use databases::Content;
use models::Models;
use plan::Plan;
use situation::Situation;

use crate::modules;

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
    let models = Models::plan(&situation, &mut plan)?;
    source::plan(&situation, &mut plan)?;
    files::plan(&situation, &mut plan)?;
    let changes = plan.changes();
    for change in &changes {
        change.show(cwd, ui);
    }
    if !arguments.dry_run {
        plan.write()?;
    }
    let done = Done {
        situation: &situation,
        models: &models,
        changed: changes.len(),
        is_dry_run: arguments.dry_run,
    };
    done.conclude(cwd, ui);
    Ok(ExitCode::SUCCESS)
}

/// What was planned, and perhaps written.
struct Done<'a> {
    situation: &'a Situation,
    models: &'a Models,
    changed: usize,
    is_dry_run: bool,
}

impl Done<'_> {
    fn conclude(&self, cwd: &Path, ui: Ui) {
        let situation = self.situation;
        if ui.is_json() {
            ui.json(&serde_json::json!({
                "package": situation.package.name,
                "migrations": situation.migrations,
                "models": self.models.names(),
                "changed": self.changed,
                "written": !self.is_dry_run && self.changed > 0,
            }));
            return;
        }
        ui.status("package", &situation.package.name);
        if situation.has_diesel_migrations {
            let directory = &situation.migrations;
            ui.status(
                "directory",
                &format!("{directory}/   (migrations/ belongs to diesel and stays as it is)"),
            );
        }
        if self.changed == 0 {
            ui.status("init", "nothing to do");
        } else if self.is_dry_run {
            ui.status("dry run", "nothing was written");
        } else {
            self.next(cwd, ui);
        }
    }

    /// Where the first models come from; whether that command says what comes next.
    fn first_models(&self, source: &str, cwd: &Path, ui: Ui) -> bool {
        let situation = self.situation;
        let undeclared = modules::undeclared(&situation.source, &["models", "schema"]);
        let models = situation.source.with_file_name("models.rs");
        let take_over = if models.exists() {
            "cargo migrate models --from-database".to_owned()
        } else {
            let file = shown(&models, cwd);
            format!("cargo migrate models --from-database -o {file}")
        };
        if !undeclared.is_empty() {
            ui.status(
                "next",
                &format!("declare what no `mod` in {source} leads to:"),
            );
            ui.note(&declared(&undeclared));
        } else if situation.databases.content == Content::Something {
            ui.status(
                "next",
                "there is a database: write the models of its tables",
            );
            ui.note(&format!("            {take_over}"));
            return !situation.has_diesel_migrations;
        } else {
            ui.status("next", "write a model, and list it in `schema!`:");
            ui.note(&example(&situation.library_or_crate(), source));
        }
        false
    }

    /// What the user does now.
    fn next(&self, cwd: &Path, ui: Ui) {
        let situation = self.situation;
        let source = shown(&situation.source, cwd);
        match self.models {
            Models::Settled => return,
            Models::Found(found) if found.is_empty() => {
                if self.first_models(&source, cwd, ui) {
                    return;
                }
            }
            Models::Found(found) => models::advise(found, &source, cwd, ui),
        }
        let variable = &situation.package.url_variable;
        if std::env::var_os(variable).is_none() && !situation.package.root.join(".env").exists() {
            ui.note("            cp .env.example .env");
        }
        ui.note(if situation.has_diesel_migrations {
            "            cargo migrate models --from-database --adopt\n            \
             (first, where the SQL is to stay a part of the chain: cargo migrate adopt migrations)"
        } else {
            "            cargo migrate revision --autogenerate -m \"first\""
        });
        if situation.library.is_none() {
            let name = &situation.package.name;
            ui.note(&format!(
                "            (deployed, the program does it itself, built with --features migrate: {name} migrate upgrade)"
            ));
        }
        if situation.databases.content == Content::Unknown && self.models.names().is_empty() {
            ui.note("            (where the database has tables already: cargo migrate models --from-database)");
        }
    }
}

fn declared(modules: &[&str]) -> String {
    let lines: Vec<String> = (modules.iter())
        .map(|name| format!("            pub mod {name};\n"))
        .collect();
    format!(
        "\n{}\n            derive `Model` for the structs of your tables, and list them in `schema!`; then",
        lines.concat()
    )
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
