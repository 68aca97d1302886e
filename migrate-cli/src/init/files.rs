//! The files that `init` adds: the binary, `HEAD`, `.env.example`, and lines of `.gitignore`.

use std::path::PathBuf;

use migrate_runtime::Error;
use migrate_runtime::schema::Backend;
use migrate_runtime::source::{Locations, scan_directory};

use super::plan::Plan;
use super::situation::Situation;

/// A database of SQLite and what it keeps beside it.
const SQLITE_FILES: [&str; 4] = ["*.db", "*.db-journal", "*.db-shm", "*.db-wal"];

/// It holds passwords sooner or later.
const ENV_FILE: &str = ".env";

/// Plans the files.
pub(super) fn plan(situation: &Situation, plan: &mut Plan) -> Result<(), Error> {
    let root = &situation.package.root;
    if let Some(library) = &situation.library {
        let name = situation.tool_binary();
        let own = situation
            .package
            .binaries
            .iter()
            .find(|binary| binary.name == name);
        let path = own.map_or_else(
            || root.join(format!("src/bin/{name}.rs")),
            |binary| binary.source.clone(),
        );
        plan.create(&path, &tool_binary(library, &situation.library_or_crate()))?;
    }
    let directory = root.join(&situation.migrations);
    let settled = &situation.package.migrations;
    let migrations = if *settled.first() == directory {
        settled.clone()
    } else {
        Locations::from(directory)
    };
    plan.create(&migrations.head(), &heads(&migrations)?)?;
    env_example(situation, plan)?;
    gitignore(situation, plan)
}

/// What HEAD says where there are revisions already: it may just have been lost.
fn heads(migrations: &Locations) -> Result<String, Error> {
    if !migrations.first().is_dir() {
        return Ok(String::new());
    }
    let heads = scan_directory(migrations)?.graph()?.heads();
    Ok(heads.iter().map(|head| head.clone() + "\n").collect())
}

fn tool_binary(library: &str, runtime: &str) -> String {
    format!(
        "//! `cargo migrate` builds and runs this. It needs no cargo itself: deploy it, and call it with\n\
         //! `upgrade`.\n\
         \n\
         fn main() -> std::process::ExitCode {{\n    \
             {runtime}::cli::main(&{library}::SCHEMA)\n\
         }}\n"
    )
}

fn env_example(situation: &Situation, plan: &mut Plan) -> Result<(), Error> {
    let path = situation.package.root.join(".env.example");
    let variable = &situation.package.url_variable;
    let line = format!("{variable}={}\n", situation.databases.example);
    let text = plan.text(&path)?.unwrap_or_default();
    let has_it = text
        .lines()
        .any(|line| line.trim_start().starts_with(&format!("{variable}=")));
    if has_it {
        return Ok(());
    }
    let head = if text.is_empty() {
        "# Copy to `.env`. A relative path is relative to this directory.\n"
    } else {
        ""
    };
    plan.set(&path, format!("{}{head}{line}", ended(text)))
}

fn gitignore(situation: &Situation, plan: &mut Plan) -> Result<(), Error> {
    let own = situation.package.root.join(".gitignore");
    let shared = situation.package.workspace_root.join(".gitignore");
    let mut path: PathBuf = own.clone();
    if plan.text(&own)?.is_none() && plan.text(&shared)?.is_some() {
        path = shared;
    }
    let text = plan.text(&path)?.unwrap_or_default();
    let has = |wanted: &str| {
        text.lines()
            .any(|line| line.trim().trim_start_matches('/') == wanted)
    };
    let files = SQLITE_FILES.into_iter();
    let files = files.filter(|_| situation.databases.has(Backend::Sqlite));
    let missing: Vec<&str> = (files.chain([ENV_FILE]))
        .filter(|line| !has(line))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let lines = missing.join("\n");
    plan.set(&path, format!("{}{lines}\n", ended(text)))
}

/// The text with a line end, if it has any line.
fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
