//! Finds the package with `schema!`: cargo's metadata in, one package out. It builds nothing.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package as CargoPackage, TargetKind};
use migrate_runtime::Error;
use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::{env, file_style};
use migrate_runtime::source::Locations;
use serde_json::Value;

use crate::databases::{self, Database};
use crate::error::ToolError;
use crate::settings;

/// The name of the runtime's package.
pub(crate) const RUNTIME: &str = "migrate-runtime";
/// The setting that says where the migrations are, and where they are without it.
pub(crate) const MIGRATIONS: (&str, &str) = ("migrations", "migrations");
/// The setting that names the variable with the database URL, and its name without it.
pub(crate) const URL_VARIABLE: (&str, &str) = ("database-url", env::URL_VARIABLE);

/// The package with the models, and what the tool needs to know about it.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) root: PathBuf,
    pub(crate) manifest: PathBuf,
    pub(crate) workspace_root: PathBuf,
    /// Where the migrations are, absolute.
    pub(crate) migrations: Locations,
    /// Where those of the whole workspace are, of all databases: what a build may compile.
    pub(crate) all_migrations: Vec<Locations>,
    /// The variable with the database URL.
    pub(crate) url_variable: String,
    /// What its code calls the runtime.
    pub(crate) runtime: String,
    /// Whether it has a feature `migrate`.
    pub(crate) has_feature: bool,
    /// The settings about files.
    pub(crate) files: Value,
    /// The databases that it declares, where it has several.
    pub(crate) databases: Vec<Database>,
    /// Which of them is meant where none is named.
    pub(crate) default_database: Option<String>,
    /// The one of them that is meant.
    pub(crate) database: Option<String>,
    /// The binary with its command line, where that is not the usual one.
    pub(crate) binary: Option<String>,
    pub(crate) binaries: Vec<Binary>,
    /// The root of the library, where it has one.
    pub(crate) library: Option<PathBuf>,
}

/// A binary of the package.
#[derive(Debug, Clone)]
pub(crate) struct Binary {
    pub(crate) name: String,
    pub(crate) source: PathBuf,
}

/// The package that is meant: `-p`, else the one of the current directory, else the workspace's
/// default, else the only one that is set up.
pub(crate) fn find(arguments: &GlobalArgs, cwd: &Path) -> Result<Package, Error> {
    let manifest = manifest(arguments, cwd)?;
    let metadata = metadata(&manifest)?;
    if let Some(name) = &arguments.package {
        return set_up(&metadata, by_name(&metadata, name)?);
    }
    let here = current(&metadata, &manifest);
    if let Some(package) = here.filter(|package| is_candidate(package)) {
        return set_up(&metadata, package);
    }
    if let Some(default) = default_package(&metadata) {
        return find_default(&metadata, &default);
    }
    let candidates: Vec<&CargoPackage> = members(&metadata)
        .into_iter()
        .filter(|package| is_candidate(package))
        .collect();
    match (candidates.as_slice(), here) {
        ([only], _) => set_up(&metadata, only),
        ([], Some(package)) => set_up(&metadata, package),
        ([], None) => Err(ToolError::NoCandidate {
            members: names(&members(&metadata)),
        }
        .into()),
        (several, _) => Err(ToolError::SeveralCandidates {
            candidates: names(several),
        }
        .into()),
    }
}

/// The `Cargo.toml` that cargo itself would use.
pub(crate) fn manifest(arguments: &GlobalArgs, cwd: &Path) -> Result<PathBuf, Error> {
    if let Some(path) = &arguments.manifest_path {
        let path = cwd.join(path);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(ToolError::NoManifest { path }.into())
        };
    }
    let found = cwd
        .ancestors()
        .map(|dir| dir.join("Cargo.toml"))
        .find(|file| file.is_file());
    found.ok_or_else(|| {
        ToolError::NotInPackage {
            cwd: cwd.to_owned(),
        }
        .into()
    })
}

/// The workspace of a manifest, without its dependencies: fast, and needs no network.
pub(crate) fn metadata(manifest: &Path) -> Result<Metadata, Error> {
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest).no_deps();
    if let Some(dir) = manifest.parent() {
        command.current_dir(dir);
    }
    command.exec().map_err(|error| {
        let error = match error {
            cargo_metadata::Error::CargoMetadata { stderr } => ToolError::Metadata {
                message: stderr.trim().trim_start_matches("error: ").to_owned(),
            },
            cargo_metadata::Error::Io(error) => ToolError::NoCargo(error),
            other => ToolError::Metadata {
                message: other.to_string(),
            },
        };
        error.into()
    })
}

/// The packages of the workspace, in the order of their names.
pub(crate) fn members(metadata: &Metadata) -> Vec<&CargoPackage> {
    let mut members = metadata.workspace_packages();
    members.sort_by_key(|package| package.name.to_string());
    members
}

/// The package whose manifest it is; `None` for the root of a virtual workspace.
pub(crate) fn current<'a>(metadata: &'a Metadata, manifest: &Path) -> Option<&'a CargoPackage> {
    let wanted = manifest.canonicalize().ok()?;
    metadata.packages.iter().find(|package| {
        let path = package.manifest_path.as_std_path();
        path.canonicalize().is_ok_and(|path| path == wanted)
    })
}

/// A member by its name.
pub(crate) fn by_name<'a>(metadata: &'a Metadata, name: &str) -> Result<&'a CargoPackage, Error> {
    let members = members(metadata);
    let found = members.iter().find(|package| *package.name == name);
    found.copied().ok_or_else(|| {
        ToolError::NoSuchPackage {
            name: name.to_owned(),
            members: names(&members),
        }
        .into()
    })
}

/// The names of packages.
pub(crate) fn names(packages: &[&CargoPackage]) -> Vec<String> {
    packages
        .iter()
        .map(|package| package.name.to_string())
        .collect()
}

/// Whether the package depends on the runtime, under whatever name.
pub(crate) fn depends_on_runtime(package: &CargoPackage) -> bool {
    package
        .dependencies
        .iter()
        .any(|dependency| dependency.name == RUNTIME)
}

/// What the package calls the runtime: `migrate_runtime`, unless it renames it.
fn runtime(package: &CargoPackage) -> String {
    let dependency = package
        .dependencies
        .iter()
        .find(|dependency| dependency.name == RUNTIME);
    dependency
        .and_then(|dependency| dependency.rename.as_deref())
        .unwrap_or(RUNTIME)
        .replace('-', "_")
}

/// Whether a package has been set up: it depends on the runtime, and has the feature or the settings.
fn is_candidate(package: &CargoPackage) -> bool {
    depends_on_runtime(package)
        && (package.features.contains_key("migrate") || !package.metadata["migrate"].is_null())
}

/// `default-package`: the name of a member, or the path of a package below the workspace root.
fn default_package(metadata: &Metadata) -> Option<String> {
    let setting = &metadata.workspace_metadata["migrate"]["default-package"];
    setting.as_str().map(str::to_owned)
}

fn find_default(metadata: &Metadata, default: &str) -> Result<Package, Error> {
    let path = metadata.workspace_root.as_std_path().join(default);
    let manifest = path.join("Cargo.toml");
    let is_member = members(metadata)
        .iter()
        .any(|package| *package.name == default);
    if is_member || !manifest.is_file() {
        return set_up(metadata, by_name(metadata, default)?);
    }
    let metadata = self::metadata(&manifest)?;
    match current(&metadata, &manifest) {
        Some(package) => set_up(&metadata, package),
        None => Err(ToolError::NoCandidate {
            members: names(&members(&metadata)),
        }
        .into()),
    }
}

fn set_up(metadata: &Metadata, package: &CargoPackage) -> Result<Package, Error> {
    let missing = if !depends_on_runtime(package) {
        Some("it does not depend on migrate-runtime")
    } else if !is_candidate(package) {
        Some("it has no feature `migrate`")
    } else {
        None
    };
    if let Some(missing) = missing {
        let name = package.name.to_string();
        return Err(ToolError::NotSetUp { name, missing }.into());
    }
    settings::check(&package.metadata["migrate"])?;
    let users = members(metadata)
        .into_iter()
        .filter(|it| depends_on_runtime(it));
    let all = users.map(|it| databases::all_migrations(&read(metadata, it)));
    Ok(Package {
        all_migrations: all.flatten().collect(),
        ..read(metadata, package)
    })
}

/// What the tool needs to know about a package.
pub(crate) fn read(metadata: &Metadata, package: &CargoPackage) -> Package {
    let manifest = package.manifest_path.as_std_path();
    let root = manifest.parent().unwrap_or(Path::new("")).to_owned();
    let setting = |(name, otherwise): (&str, &'static str)| {
        let said = package.metadata["migrate"][name].as_str();
        said.unwrap_or(otherwise).to_owned()
    };
    let binaries = package
        .targets
        .iter()
        .filter(|target| target.kind.contains(&TargetKind::Bin))
        .map(|target| Binary {
            name: target.name.clone(),
            source: target.src_path.as_std_path().to_owned(),
        })
        .collect();
    let is_library = |kind: &TargetKind| matches!(kind, TargetKind::Lib | TargetKind::RLib);
    let library = (package.targets.iter()).find(|target| target.kind.iter().any(is_library));
    Package {
        name: package.name.to_string(),
        library: library.map(|library| library.src_path.as_std_path().to_owned()),
        migrations: locations(&package.metadata["migrate"], &root)
            .unwrap_or_else(|| root.join(MIGRATIONS.1).into()),
        all_migrations: Vec::new(),
        url_variable: setting(URL_VARIABLE),
        runtime: runtime(package),
        files: file_style::settings(&package.metadata["migrate"]),
        has_feature: package.features.contains_key("migrate"),
        databases: databases::declared(&package.metadata["migrate"]),
        default_database: databases::default(&package.metadata["migrate"]),
        database: None,
        binary: None,
        workspace_root: metadata.workspace_root.as_std_path().to_owned(),
        manifest: manifest.to_owned(),
        root,
        binaries,
    }
}

/// Where the migrations are, if settings say so: a text, or a list of texts.
pub(crate) fn locations(settings: &Value, root: &Path) -> Option<Locations> {
    let said = &settings[MIGRATIONS.0];
    let texts = said
        .as_array()
        .map_or(std::slice::from_ref(said), Vec::as_slice);
    let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
    (!texts.is_empty()).then(|| texts.into_iter().collect::<Locations>().within(root))
}
