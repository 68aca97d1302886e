//! A generated crate and its builds: a build in, the time of the processor out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What happened before a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// The crate has never been built.
    Cold,
    /// A line of documentation has come to one model, so the ones behind it stand elsewhere.
    ModelEdit,
    /// A line has come to the last migration.
    MigrationEdit,
}

impl Build {
    pub(crate) const ALL: [Self; 3] = [Self::Cold, Self::ModelEdit, Self::MigrationEdit];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::ModelEdit => "after a model edit",
            Self::MigrationEdit => "after a migration edit",
        }
    }
}

/// A generated crate, and where it is built.
#[derive(Debug)]
pub(crate) struct Package<'a> {
    directory: &'a Path,
    target: &'a Path,
    last_migration: PathBuf,
}

impl<'a> Package<'a> {
    /// The package in a directory, once its dependencies are built.
    pub(crate) fn new(directory: &'a Path, target: &'a Path) -> io::Result<Self> {
        let files = fs::read_dir(directory.join("migrations"))?;
        let files = files.map(|entry| entry.map(|entry| entry.path()));
        let files: Vec<PathBuf> = files.collect::<io::Result<_>>()?;
        let migrations = files.into_iter().filter(|file| file.extension().is_some());
        let package = Self {
            directory,
            target,
            last_migration: (migrations.max())
                .ok_or_else(|| io::Error::other("the crate has no migration"))?,
        };
        for checked in [true, false] {
            run(&mut package.cargo(Build::Cold, checked))?;
        }
        Ok(package)
    }

    /// The best time of so many builds with the check, and of so many without.
    pub(crate) fn compare(&self, build: Build, runs: usize) -> io::Result<[Duration; 2]> {
        let mut best = [Duration::MAX; 2];
        for _ in 0..runs {
            for (place, checked) in [true, false].into_iter().enumerate() {
                best[place] = best[place].min(self.time(build, checked)?);
            }
        }
        Ok(best)
    }

    fn time(&self, build: Build, checked: bool) -> io::Result<Duration> {
        let mut cargo = self.cargo(build, checked);
        match build {
            Build::Cold => self.touch()?,
            Build::ModelEdit | Build::MigrationEdit => {
                // What is there now goes into the incremental cache, untimed.
                run(&mut cargo)?;
                match build {
                    Build::ModelEdit => insert(&self.models(), "pub struct", "/// Edited.")?,
                    _ => insert(&self.last_migration, "pub const MIGRATION", "// Edited.")?,
                }
            }
        }
        let before = processor_time()?;
        run(&mut cargo)?;
        Ok(processor_time()?.saturating_sub(before))
    }

    /// `cargo check`, with the compiler's check or as the tool builds.
    pub(crate) fn cargo(&self, build: Build, checked: bool) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["check", "--quiet", "--offline"])
            .current_dir(self.directory)
            .env("CARGO_TARGET_DIR", self.target)
            .env(
                "CARGO_INCREMENTAL",
                if build == Build::Cold { "0" } else { "1" },
            )
            .env_remove("CARGO_MIGRATE");
        if !checked {
            cargo
                .args(["--features", "migrate"])
                .env("CARGO_MIGRATE", "1");
        }
        cargo
    }

    /// Makes cargo build the crate again.
    pub(crate) fn touch(&self) -> io::Result<()> {
        let file = self.directory.join("src/lib.rs");
        fs::write(&file, fs::read(&file)?)
    }

    fn models(&self) -> PathBuf {
        self.directory.join("src/models.rs")
    }
}

/// Runs cargo to its end; what it says is shown where it fails only.
pub(crate) fn run(cargo: &mut Command) -> io::Result<()> {
    let output = cargo.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let message = format!("the generated crate does not compile:\n{said}");
    Err(io::Error::other(message))
}

/// Puts a line above the middle one of those that begin so; attributes stay between the two.
fn insert(file: &Path, beginning: &str, line: &str) -> io::Result<()> {
    let text = fs::read_to_string(file)?;
    let places: Vec<usize> = (text.match_indices(beginning))
        .map(|(place, _)| place)
        .collect();
    let middle = places.get(places.len() / 2);
    let middle = middle.ok_or_else(|| io::Error::other(format!("no `{beginning}` to edit")))?;
    let (before, behind) = text.split_at(*middle);
    fs::write(file, format!("{before}{line}\n{behind}"))
}

/// What all processes that we waited for have used.
#[cfg(unix)]
fn processor_time() -> io::Result<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let time = |value: TimeVal| {
        let seconds = u64::try_from(value.tv_sec()).unwrap_or_default();
        let micros = u64::try_from(value.tv_usec()).unwrap_or_default();
        Duration::from_secs(seconds) + Duration::from_micros(micros)
    };
    Ok(time(usage.user_time()) + time(usage.system_time()))
}

/// Where that cannot be asked, the time on the clock.
#[cfg(not(unix))]
fn processor_time() -> io::Result<Duration> {
    use std::time::SystemTime;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_err(io::Error::other)
}
