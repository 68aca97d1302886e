//! The package that one is in, from its own `Cargo.toml` alone: a manifest in, a project out.
//!
//! What only the migration files answer should not wait for cargo. Cargo's own answer would be the same:
//! a package that is set up is the one that is meant, whatever its workspace holds. Wherever that cannot
//! be seen from this one file, it is `None`, and cargo is asked.

use std::path::Path;

use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::env::Project;
use serde_json::Value;
use toml_edit::{DocumentMut, Item};

use crate::project;

/// The project of the current directory.
pub(crate) fn project(arguments: &GlobalArgs, cwd: &Path) -> Option<Project> {
    let is_elsewhere = arguments.package.is_some() || arguments.manifest_path.is_some();
    if is_elsewhere || arguments.database.is_some() || arguments.all {
        return None;
    }
    let manifest = project::manifest(arguments, cwd).ok()?;
    let text = std::fs::read_to_string(&manifest).ok()?;
    let Facts {
        migrations,
        url_variable,
        runtime,
    } = facts(&text)?;
    let root = manifest.parent()?.to_owned();
    let typed = arguments.locations(cwd);
    let migrations = typed.unwrap_or_else(|| root.join(migrations).into());
    Some(Project {
        root: Some(root),
        workspace_root: None,
        migrations,
        url_variable,
        runtime,
        files: Value::Null,
        cwd: cwd.to_owned(),
    })
}

/// What a manifest says of a package that is set up.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    migrations: String,
    url_variable: String,
    runtime: String,
}

fn facts(manifest: &str) -> Option<Facts> {
    let manifest: DocumentMut = manifest.parse().ok()?;
    let package = manifest.get("package")?;
    package.get("name")?.as_str()?;
    let runtime = runtime(manifest.get("dependencies")?)?;
    let settings = package.get("metadata").and_then(|it| it.get("migrate"));
    let own = [project::MIGRATIONS.0, project::URL_VARIABLE.0];
    let beyond = |(key, value): (&str, &Item)| !own.contains(&key) || !value.is_str();
    let table = settings.and_then(Item::as_table_like);
    if table.is_some_and(|table| table.iter().any(beyond)) {
        return None;
    }
    let features = manifest.get("features").and_then(Item::as_table_like);
    if settings.is_none() && !features.is_some_and(|features| features.contains_key("migrate")) {
        return None;
    }
    let setting = |(name, otherwise): (&str, &'static str)| {
        let said = settings.and_then(|settings| settings.get(name)?.as_str());
        said.unwrap_or(otherwise).to_owned()
    };
    Some(Facts {
        migrations: setting(project::MIGRATIONS),
        url_variable: setting(project::URL_VARIABLE),
        runtime,
    })
}

/// What the dependencies call the runtime. One that a workspace declares has its name there, too.
fn runtime(dependencies: &Item) -> Option<String> {
    let (key, _) = (dependencies.as_table_like()?.iter()).find(|(key, dependency)| {
        let package = dependency.get("package").and_then(Item::as_str);
        package.unwrap_or(key) == project::RUNTIME
    })?;
    Some(key.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGE: &str = "[package]\nname = \"shop\"\n";
    const RUNTIME: &str = "[dependencies]\nmigrate-runtime = \"0.1\"\n";
    const FEATURE: &str = "[features]\nmigrate = []\n";

    fn all(parts: &[&str]) -> Option<[String; 3]> {
        let Facts {
            migrations,
            url_variable,
            runtime,
        } = facts(&parts.concat())?;
        Some([migrations, url_variable, runtime])
    }

    #[test]
    fn a_package_that_is_set_up_is_known_from_its_manifest() {
        let usual = ["migrations", "DATABASE_URL", "migrate_runtime"].map(str::to_owned);
        assert_eq!(all(&[PACKAGE, RUNTIME, FEATURE]), Some(usual.clone()));
        let inherited = "[dependencies.migrate-runtime]\nworkspace = true\n";
        assert_eq!(all(&[PACKAGE, inherited, FEATURE]), Some(usual));
        let renamed = "dependencies.db = { package = \"migrate-runtime\", version = \"0.1\" }\n";
        let settings =
            "metadata.migrate = { migrations = \"db/steps\", database-url = \"SHOP\" }\n";
        let known = all(&[renamed, PACKAGE, settings]);
        assert_eq!(known, Some(["db/steps", "SHOP", "db"].map(str::to_owned)));
    }

    #[test]
    fn anything_else_is_left_to_cargo() {
        for parts in [
            [PACKAGE, RUNTIME, ""],
            [PACKAGE, "", FEATURE],
            ["[package\n", RUNTIME, FEATURE],
            ["[workspace]\n", RUNTIME, FEATURE],
            ["[package]\n", RUNTIME, FEATURE],
            [
                PACKAGE,
                "[build-dependencies]\nmigrate-runtime = \"0.1\"\n",
                FEATURE,
            ],
            [PACKAGE, "[dependencies]\ndb.workspace = true\n", FEATURE],
            [
                PACKAGE,
                "[dependencies]\nmigrate-runtime.package = \"other\"\n",
                FEATURE,
            ],
        ] {
            assert_eq!(all(&parts), None, "{parts:?}");
        }
    }
}
