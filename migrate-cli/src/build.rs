//! Builds the user's binary with cargo: a package in, the path of an executable out.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use cargo_metadata::Message;
use migrate_runtime::Error;
use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::ui::Ui;
use migrate_runtime::source::Locations;

use crate::error::ToolError;
use crate::project::{Binary, Package};
use crate::unlisted;

/// How long a build may take without a word.
const PATIENCE: Duration = Duration::from_secs(3);

/// A binary that was built.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) executable: PathBuf,
    /// The database that it is for, where the package has several.
    pub(crate) database: Option<String>,
    /// Whether it is an application that hands over to us when its first argument is `migrate`.
    pub(crate) intercepts: bool,
}

/// Builds the binary that has the command line in it.
pub(crate) fn build(
    package: &Package,
    arguments: &GlobalArgs,
    cwd: &Path,
    ui: Ui,
) -> Result<Built, Error> {
    let (binary, intercepts) = choose(package)?;
    let mut child = command(package, binary, arguments, cwd, ui)
        .spawn()
        .map_err(ToolError::NoCargo)?;
    let told = tell_if_it_takes_long(package.name.clone(), ui);
    let mut executable = None;
    if let Some(output) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(output)) {
            if let Ok(Message::CompilerArtifact(artifact)) = message
                && artifact.target.name == binary.name
                && artifact.executable.is_some()
            {
                executable = artifact.executable;
            }
        }
    }
    drop(told);
    if !child.wait().map_err(ToolError::NoCargo)?.success() {
        let root = package.library.as_ref().unwrap_or(&binary.source);
        let mut unlisted = unlisted::find(root);
        if let Some(unlisted) = &mut unlisted
            && let Ok(seen) = unlisted.file.strip_prefix(cwd)
        {
            unlisted.file = seen.to_owned();
        }
        return Err(ToolError::BuildFailed {
            package: package.name.clone(),
            unlisted,
        }
        .into());
    }
    let executable = executable.ok_or_else(|| ToolError::NoExecutable {
        binary: binary.name.clone(),
    })?;
    Ok(Built {
        executable: executable.into_std_path_buf(),
        database: package.database.clone(),
        intercepts,
    })
}

/// Where cargo shows no progress, a first build would look like one that hangs. Ends when it is dropped.
fn tell_if_it_takes_long(package: String, ui: Ui) -> Sender<()> {
    let (told, done) = mpsc::channel();
    if !std::io::stderr().is_terminal() {
        std::thread::spawn(move || {
            if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                ui.status("building", &package);
            }
        });
    }
    told
}

/// `<package>-migrate`, else the application that calls `intercept`. Any other binary would not know
/// what to do with our arguments, and simply start.
fn choose(package: &Package) -> Result<(&Binary, bool), Error> {
    let own = (package.binary.clone()).unwrap_or_else(|| format!("{}-migrate", package.name));
    if let Some(binary) = package.binaries.iter().find(|binary| binary.name == own) {
        return Ok((binary, false));
    }
    if package.binary.is_some() {
        return Err(ToolError::NoBinaryOf {
            package: package.name.clone(),
            database: package.database.clone().unwrap_or_default(),
            binary: own,
            url_variable: package.url_variable.clone(),
        }
        .into());
    }
    let mut intercepting = package.binaries.iter().filter(|binary| {
        fs::read_to_string(&binary.source).is_ok_and(|source| source.contains("cli::intercept"))
    });
    let found = intercepting.next().ok_or_else(|| ToolError::NoBinary {
        package: package.name.clone(),
    })?;
    Ok((found, true))
}

/// Cargo runs in the package's directory, so that its `.cargo/config.toml` and toolchain file count, and
/// the artifacts land where the user's own builds have them.
fn command(
    package: &Package,
    binary: &Binary,
    arguments: &GlobalArgs,
    cwd: &Path,
    ui: Ui,
) -> Command {
    let mut command = Command::new(cargo());
    command
        .current_dir(&package.root)
        .args(["build", "--message-format=json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(&package.manifest)
        .args(["--package", &package.name, "--bin", &binary.name])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .env("CARGO_MIGRATE", files(&package.all_migrations));
    let mut features = arguments.features.clone();
    if package.has_feature {
        features.push("migrate".to_owned());
    }
    if !features.is_empty() {
        command.args(["--features", &features.join(",")]);
    }
    if ui.is_quiet() || !std::io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    // Cargo takes it relative to where it runs; the user meant it relative to where they are.
    if let Some(dir) = std::env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty()) {
        command.env("CARGO_TARGET_DIR", cwd.join(dir));
    }
    // What an outer `cargo run` says about its own package is wrong for this one.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// A text that is another one when a file of the migrations came or went. `schema!` reads the variable when it is
/// compiled, so cargo compiles it again then; by itself cargo sees a new file by HEAD only. It is the same for all
/// packages and databases of a workspace, which would compile each other's again otherwise.
fn files(migrations: &[Locations]) -> String {
    let mut files = DefaultHasher::new();
    for locations in migrations {
        // What cannot be listed, the compiler complains of.
        locations.files().unwrap_or_default().hash(&mut files);
    }
    format!("{:016x}", files.finish())
}

/// The cargo that started us, else the one on the path.
fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}
