//! What `init` finds: the package, where its models can be listed, and what diesel has there already.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, Package as CargoPackage, TargetKind};
use migrate_runtime::Error;
use migrate_runtime::cli::args::{GlobalArgs, InitArgs};

use super::databases::Databases;
use crate::error::ToolError;
use crate::project;

/// Features of diesel whose column types the runtime knows, with the runtime's name for them.
const TYPE_FEATURES: [(&str, &str); 5] = [
    ("chrono", "chrono"),
    ("time", "time"),
    ("uuid", "uuid"),
    ("serde_json", "serde_json"),
    ("numeric", "decimal"),
];

/// What is there before `init`.
#[derive(Debug)]
pub(super) struct Situation {
    pub(super) package: project::Package,
    /// The file that gets `schema!`.
    pub(super) source: PathBuf,
    /// The name of the library, where the package has one.
    pub(super) library: Option<String>,
    /// The directory of the migrations, relative to the package, with `/`.
    pub(super) migrations: String,
    /// Whether `migrations/` belongs to diesel.
    pub(super) has_diesel_migrations: bool,
    /// The features of diesel that the package has on; `None` without diesel.
    pub(super) diesel_features: Option<Vec<String>>,
    /// The features of the runtime that the package has on; `None` without it.
    runtime_features: Option<Vec<String>>,
    /// What the package's own features turn on.
    forwarded: Vec<String>,
    /// What the package calls the runtime, where it depends on it already.
    pub(super) runtime: Option<String>,
    /// The manifest and the name of the binary that `cargo run` starts now, if exactly one would.
    pub(super) sole_binary: Option<(PathBuf, String)>,
    /// The databases that it is for.
    pub(super) databases: Databases,
}

impl Situation {
    pub(super) fn find(
        arguments: &InitArgs,
        global: &GlobalArgs,
        cwd: &Path,
    ) -> Result<Self, Error> {
        let manifest = project::manifest(global, cwd)?;
        let metadata = project::metadata(&manifest)?;
        let cargo = choose(&metadata, &manifest, global)?;
        let package = project::read(&metadata, cargo);
        let library = library(cargo);
        let source = source(cargo).ok_or_else(|| ToolError::NoSource {
            package: package.name.clone(),
        })?;
        let has_diesel_migrations = has_sql_migrations(&package.root.join("migrations"));
        let migrations = migrations_dir(arguments, cargo, &package, has_diesel_migrations)?;
        let diesel_features = features(cargo, "diesel");
        let databases = Databases::find(&package, cargo, global, cwd)?;
        Ok(Self {
            sole_binary: sole_binary(&metadata, &package.name),
            runtime: runtime(cargo),
            runtime_features: features(cargo, "migrate-runtime"),
            forwarded: cargo.features.values().flatten().cloned().collect(),
            source,
            library,
            migrations,
            has_diesel_migrations,
            diesel_features,
            package,
            databases,
        })
    }

    /// The name of the binary that `init` adds to a library.
    pub(super) fn tool_binary(&self) -> String {
        format!("{}-migrate", self.package.name)
    }

    /// The features of the runtime that bring column types, as the package has them after `init`.
    pub(super) fn type_features(&self) -> Vec<&'static str> {
        let has = |(of_diesel, ours): &(&str, &str)| match &self.runtime_features {
            Some(features) => features.iter().any(|feature| feature == ours),
            None => (self.diesel_features.iter().flatten()).any(|feature| feature == of_diesel),
        };
        let features = TYPE_FEATURES.into_iter().filter(has);
        features.map(|(_, ours)| ours).collect()
    }

    /// The features of databases that the runtime, which is there already, has in no build of the package.
    pub(super) fn missing_databases(&self) -> Vec<&'static str> {
        let said = |feature: &str| {
            let ends_so = |said: &String| {
                let said = said.rsplit('/').next().unwrap_or(said);
                said.trim_start_matches("cli-") == feature
            };
            (self.runtime_features.iter().flatten())
                .chain(&self.forwarded)
                .any(ends_so)
        };
        (self.databases.features().filter(|it| !said(it))).collect()
    }

    /// What code of the package writes before `::schema!`.
    pub(super) fn library_or_crate(&self) -> String {
        self.runtime
            .as_deref()
            .unwrap_or("migrate-runtime")
            .replace('-', "_")
    }
}

/// `-p`, else the package of the current directory, else the only one of a virtual workspace that could
/// hold models.
fn choose<'a>(
    metadata: &'a Metadata,
    manifest: &Path,
    global: &GlobalArgs,
) -> Result<&'a CargoPackage, Error> {
    if let Some(name) = &global.package {
        return project::by_name(metadata, name);
    }
    if let Some(package) = project::current(metadata, manifest) {
        return Ok(package);
    }
    let members = project::members(metadata);
    let runtime: Vec<&CargoPackage> = members
        .iter()
        .copied()
        .filter(|package| project::depends_on_runtime(package))
        .collect();
    let diesel: Vec<&CargoPackage> = members
        .iter()
        .copied()
        .filter(|package| library(package).is_some() && features(package, "diesel").is_some())
        .collect();
    match (runtime.as_slice(), diesel.as_slice(), members.as_slice()) {
        ([only], _, _) | ([], [only], _) | ([], [], [only]) => Ok(only),
        _ => Err(ToolError::SeveralMembers {
            members: project::names(&members),
        }
        .into()),
    }
}

fn library(package: &CargoPackage) -> Option<String> {
    package
        .targets
        .iter()
        .find(|target| {
            target
                .kind
                .iter()
                .any(|kind| matches!(kind, TargetKind::Lib | TargetKind::RLib))
        })
        .map(|target| target.name.replace('-', "_"))
}

/// The library's root, else the one of the binary that `cargo run` starts.
fn source(package: &CargoPackage) -> Option<PathBuf> {
    let root_of = |wanted: &dyn Fn(&cargo_metadata::Target) -> bool| {
        let target = package.targets.iter().find(|target| wanted(target))?;
        Some(target.src_path.as_std_path().to_owned())
    };
    let is = |target: &cargo_metadata::Target, kind: TargetKind| target.kind.contains(&kind);
    root_of(&|target| is(target, TargetKind::Lib) || is(target, TargetKind::RLib))
        .or_else(|| {
            let default = package.default_run.as_deref()?;
            root_of(&|target| is(target, TargetKind::Bin) && target.name == default)
        })
        .or_else(|| root_of(&|target| is(target, TargetKind::Bin) && target.name == *package.name))
        .or_else(|| root_of(&|target| is(target, TargetKind::Bin)))
}

/// The argument, else what is settled already, else `migrations`, or `revisions` beside diesel's.
fn migrations_dir(
    arguments: &InitArgs,
    cargo: &CargoPackage,
    package: &project::Package,
    has_diesel_migrations: bool,
) -> Result<String, Error> {
    let Some(dir) = &arguments.dir else {
        let settled = project::locations(&cargo.metadata["migrate"], Path::new(""));
        let usual = if has_diesel_migrations {
            "revisions"
        } else {
            "migrations"
        };
        let settled = settled.map(|it| it.first().display().to_string());
        return Ok(settled.unwrap_or_else(|| usual.to_owned()));
    };
    let relative = dir.strip_prefix(&package.root).unwrap_or(dir);
    let inside = relative.components().all(|part| {
        matches!(
            part,
            std::path::Component::Normal(_) | std::path::Component::CurDir
        )
    });
    let parts: Vec<String> = relative
        .components()
        .filter(|part| matches!(part, std::path::Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if inside && !parts.is_empty() {
        Ok(parts.join("/"))
    } else {
        Err(ToolError::OutsideOfPackage { dir: dir.clone() }.into())
    }
}

/// diesel keeps each migration in a directory with `up.sql`.
fn has_sql_migrations(dir: &Path) -> bool {
    let Ok(entries) = fs::read_dir(dir) else {
        return false;
    };
    entries.flatten().any(|entry| {
        entry.path().join("up.sql").is_file()
            || entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "sql")
    })
}

/// The features of a dependency.
fn features(package: &CargoPackage, dependency: &str) -> Option<Vec<String>> {
    let mut dependencies = package.dependencies.iter();
    let found = dependencies.find(|found| found.name == dependency)?;
    Some(found.features.clone())
}

fn runtime(package: &CargoPackage) -> Option<String> {
    let found = package
        .dependencies
        .iter()
        .find(|dependency| dependency.name == "migrate-runtime")?;
    Some(found.rename.clone().unwrap_or_else(|| found.name.clone()))
}

/// `cargo run` needs no `--bin` as long as the workspace has one binary: ours would be a second, even
/// when its feature is off. A `default-run` settles it.
fn sole_binary(metadata: &Metadata, package: &str) -> Option<(PathBuf, String)> {
    let ours = format!("{package}-migrate");
    let mut binaries = metadata
        .workspace_packages()
        .into_iter()
        .flat_map(|member| {
            let is_bin = |target: &&cargo_metadata::Target| target.kind.contains(&TargetKind::Bin);
            member
                .targets
                .iter()
                .filter(is_bin)
                .map(move |target| (member, target))
        });
    let mut others = binaries.by_ref().filter(|(_, target)| target.name != ours);
    let (member, target) = others.next()?;
    if others.next().is_some() || member.default_run.is_some() {
        return None;
    }
    let manifest = member.manifest_path.as_std_path().to_owned();
    Some((manifest, target.name.clone()))
}
