//! The changes of `Cargo.toml`: dependencies, the feature, the binary, `default-run`, `include`.
//! Formatting and comments stay as they are.

use std::path::Path;

use migrate_runtime::Error;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::plan::Plan;
use super::situation::Situation;
use crate::error::ToolError;

/// Plans the changes of the package's manifest, and of the one whose binary `cargo run` starts.
pub(super) fn plan(situation: &Situation, plan: &mut Plan) -> Result<(), Error> {
    let manifest = &situation.package.manifest;
    edit(plan, manifest, |document| {
        dependencies(situation, document)?;
        feature(situation, document)?;
        if situation.library.is_some() {
            tool_binary(situation, document)?;
        }
        include(situation, document);
        settings(situation, document)
    })?;
    if situation.library.is_some()
        && let Some((manifest, binary)) = &situation.sole_binary
    {
        edit(plan, manifest, |document| {
            let package = table(document.as_table_mut(), "package")?;
            if !package.contains_key("default-run") {
                package.insert("default-run", value(binary));
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// What does not have the form that cargo reads.
struct Unexpected(String);

fn edit(
    plan: &mut Plan,
    path: &Path,
    change: impl FnOnce(&mut DocumentMut) -> Result<(), Unexpected>,
) -> Result<(), Error> {
    let text = plan.text(path)?.unwrap_or_default();
    let mut document: DocumentMut = text.parse().map_err(|error| ToolError::Toml {
        path: path.to_owned(),
        error,
    })?;
    change(&mut document).map_err(|Unexpected(what)| ToolError::UnexpectedToml {
        path: path.to_owned(),
        what,
    })?;
    let edited = document.to_string();
    // toml_edit writes `\n`; a file with Windows line ends keeps them.
    let edited = if text.contains("\r\n") && !edited.contains("\r\n") {
        edited.replace('\n', "\r\n")
    } else {
        edited
    };
    plan.set(path, edited)
}

fn table<'a>(parent: &'a mut Table, name: &str) -> Result<&'a mut Table, Unexpected> {
    if !parent.contains_key(name) {
        parent.insert(name, Item::Table(Table::new()));
    }
    parent
        .get_mut(name)
        .and_then(Item::as_table_mut)
        .ok_or_else(|| Unexpected(format!("`{name}` is not a table")))
}

fn dependencies(situation: &Situation, document: &mut DocumentMut) -> Result<(), Unexpected> {
    let dependencies = table(document.as_table_mut(), "dependencies")?;
    if situation.diesel_features.is_none() {
        let mut diesel = InlineTable::new();
        diesel.insert("version", "2.3".into());
        diesel.insert(
            "features",
            features(situation.databases.diesel_features()).into(),
        );
        dependencies.insert("diesel", value(diesel));
    }
    match &situation.runtime {
        None => {
            let mut runtime = origin(&situation.package.root);
            runtime.insert("features", runtime_features(situation).into());
            dependencies.insert("migrate-runtime", value(runtime));
        }
        Some(runtime) => {
            if let Some(dependency) = dependencies.get_mut(runtime) {
                add_features(dependency, &situation.missing_databases());
            }
        }
    }
    Ok(())
}

/// Of a dependency that is there already: `cargo add migrate-runtime` knows nothing of databases.
fn add_features(dependency: &mut Item, missing: &[&str]) {
    if missing.is_empty() {
        return;
    }
    if let Some(version) = dependency.as_str() {
        let mut table = InlineTable::new();
        table.insert("version", version.into());
        *dependency = value(table);
    }
    if let Some(table) = dependency.as_table_like_mut() {
        let features = table.entry("features").or_insert(value(Array::new()));
        if let Some(features) = features.as_array_mut() {
            features.extend(missing.iter().copied());
        }
    }
}

/// Wherever the tool itself came from: a checkout, a git repository, or the registry.
fn origin(package: &Path) -> InlineTable {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new(""));
    let mut origin = InlineTable::new();
    let text = checkout.to_string_lossy();
    if text.contains("/git/checkouts/") || text.contains("\\git\\checkouts\\") {
        origin.insert("git", env!("CARGO_PKG_REPOSITORY").into());
    } else if checkout.join("migrate-runtime/Cargo.toml").is_file() {
        origin.insert(
            "path",
            path_from(package, &checkout.join("migrate-runtime")).into(),
        );
    } else {
        origin.insert("version", env!("CARGO_PKG_VERSION").into());
    }
    origin
}

/// Relative inside of the checkout, where it stays right when the whole is moved; else absolute.
fn path_from(package: &Path, target: &Path) -> String {
    let inside = target
        .parent()
        .and_then(|root| package.strip_prefix(root).ok());
    match inside {
        Some(below) => {
            let up = "../".repeat(below.components().count());
            format!("{up}migrate-runtime")
        }
        None => target.display().to_string().replace('\\', "/"),
    }
}

fn runtime_features(situation: &Situation) -> Array {
    features(
        situation
            .databases
            .features()
            .chain(situation.type_features()),
    )
}

fn features<'a>(names: impl IntoIterator<Item = &'a str>) -> Array {
    names.into_iter().collect()
}

fn feature(situation: &Situation, document: &mut DocumentMut) -> Result<(), Unexpected> {
    let runtime = situation.runtime.as_deref().unwrap_or("migrate-runtime");
    let table = table(document.as_table_mut(), "features")?;
    if !table.contains_key("migrate") {
        let forwarded: Vec<String> = (situation.databases.command_line().iter())
            .map(|feature| format!("{runtime}/{feature}"))
            .collect();
        let forwarded = forwarded.iter().map(String::as_str);
        table.insert("migrate", value(features(forwarded)));
    }
    Ok(())
}

fn tool_binary(situation: &Situation, document: &mut DocumentMut) -> Result<(), Unexpected> {
    let name = situation.tool_binary();
    let autobins = document["package"]
        .get("autobins")
        .and_then(Item::as_bool)
        .unwrap_or(true);
    let binaries = document
        .as_table_mut()
        .entry("bin")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()
        .ok_or_else(|| Unexpected("`bin` is not written as `[[bin]]`".to_owned()))?;
    let exists = binaries
        .iter()
        .any(|binary| binary.get("name").and_then(Item::as_str) == Some(&name));
    if exists {
        return Ok(());
    }
    let mut binary = Table::new();
    binary.insert("name", value(&name));
    if !autobins {
        binary.insert("path", value(format!("src/bin/{name}.rs")));
    }
    binary.insert("required-features", value(features(["migrate"])));
    binaries.push(binary);
    Ok(())
}

/// A package that lists its files would be published without its migrations, and not compile.
fn include(situation: &Situation, document: &mut DocumentMut) {
    let pattern = format!("{}/**", situation.migrations);
    let Some(Item::Value(Value::Array(include))) = document
        .get_mut("package")
        .and_then(|package| package.get_mut("include"))
    else {
        return;
    };
    let covers = |entry: &Value| {
        entry.as_str().is_some_and(|entry| {
            let entry = entry.trim_start_matches('/');
            entry.starts_with(&situation.migrations) || entry == "**" || entry == "**/*"
        })
    };
    if !include.iter().any(covers) {
        include.push(pattern);
    }
}

/// The default needs no setting.
fn settings(situation: &Situation, document: &mut DocumentMut) -> Result<(), Unexpected> {
    if situation.migrations == "migrations" {
        return Ok(());
    }
    let package = table(document.as_table_mut(), "package")?;
    let metadata = implicit(package, "metadata")?;
    let settings = table(metadata, "migrate")?;
    let said = settings.get("migrations");
    let first = |said: &Item| {
        let first = said.as_array().and_then(|all| all.get(0)?.as_str());
        let first = said.as_str().or(first)?;
        Some(first.trim_end_matches("/**").to_owned())
    };
    if said.and_then(first).as_ref() != Some(&situation.migrations) {
        settings.insert("migrations", value(&situation.migrations));
    }
    Ok(())
}

/// A table that only holds other tables gets no header of its own.
fn implicit<'a>(parent: &'a mut Table, name: &str) -> Result<&'a mut Table, Unexpected> {
    if !parent.contains_key(name) {
        let mut table = Table::new();
        table.set_implicit(true);
        parent.insert(name, Item::Table(table));
    }
    table(parent, name)
}
