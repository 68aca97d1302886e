//! What the compiler's check costs: `cargo run -p migrate-benches --bin compile-check`.
//!
//! A crate of each size is generated and checked with cargo, alternately with the check and without it,
//! as `cargo migrate` builds it. Printed is the time of cargo's whole run: cold (only this crate, nothing
//! incremental), and after an edit of a model that changes no column.

use clap::Parser;
use migrate_benches::project::{self, Size};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Measures `cargo check` with the compiler's check of the chain, and without.
#[derive(Debug, Parser)]
struct Arguments {
    /// `MODELSxMIGRATIONS`, several after each other.
    #[arg(default_values = ["50x100", "200x1000", "500x2000"], value_parser = size)]
    sizes: Vec<(usize, usize)>,
    /// Columns of a model.
    #[arg(long, default_value_t = 12)]
    columns: usize,
    /// The best of so many runs counts.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Where the crates are built (default: a folder of this workspace's own target directory).
    #[arg(long)]
    target_dir: Option<PathBuf>,
}

fn size(text: &str) -> Result<(usize, usize), String> {
    let (models, migrations) = text.split_once('x').ok_or("write it as 200x1000")?;
    let number = |text: &str| {
        text.parse::<usize>()
            .map_err(|error| format!("{text}: {error}"))
    };
    Ok((number(models)?, number(migrations)?))
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn main() -> io::Result<()> {
    let Arguments {
        sizes,
        columns,
        runs,
        target_dir,
    } = Arguments::parse();
    let target = target_dir.map_or_else(own_target, Ok)?;
    println!("models  migrations  build        with    without  difference");
    for (models, migrations) in sizes {
        let directory = tempfile::tempdir()?;
        let package = Package {
            directory: directory.path(),
            target: &target,
        };
        let size = Size {
            models,
            columns,
            migrations,
        };
        project::write(directory.path(), size)?;
        // Dependencies are built once, for both.
        package.check(Build::Cold, true)?;
        package.check(Build::Cold, false)?;
        for build in [Build::Cold, Build::AfterEdit] {
            let mut best = [Duration::MAX; 2];
            for _ in 0..runs {
                for (place, checked) in [true, false].into_iter().enumerate() {
                    best[place] = best[place].min(package.check(build, checked)?);
                }
            }
            let [with, without] = best.map(|time| time.as_secs_f64());
            println!(
                "{models:>6}  {migrations:>10}  {:<10} {with:>5.2} s  {without:>5.2} s  {:>8.2} s",
                build.name(),
                with - without
            );
        }
    }
    Ok(())
}

/// A folder beside what built this program, so that cleaning cleans it too.
fn own_target() -> io::Result<PathBuf> {
    let exe = std::env::current_exe()?;
    let target = exe
        .ancestors()
        .nth(2)
        .map(|target| target.join("compile-check"));
    target.ok_or_else(|| io::Error::other("this program lies in no target directory"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Build {
    Cold,
    AfterEdit,
}

impl Build {
    const fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::AfterEdit => "after edit",
        }
    }
}

/// A generated crate, and where it is built.
#[derive(Debug)]
struct Package<'a> {
    directory: &'a Path,
    target: &'a Path,
}

impl Package<'_> {
    /// One run of cargo, timed.
    fn check(&self, build: Build, checked: bool) -> io::Result<Duration> {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["check", "--quiet", "--offline"])
            .current_dir(self.directory)
            .env("CARGO_TARGET_DIR", self.target)
            .env_remove("CARGO_MIGRATE")
            .stdout(Stdio::null());
        if !checked {
            cargo
                .args(["--features", "migrate"])
                .env("CARGO_MIGRATE", "1");
        }
        match build {
            Build::Cold => {
                cargo.env("CARGO_INCREMENTAL", "0");
                touch(&self.directory.join("src/lib.rs"))?;
            }
            Build::AfterEdit => {
                cargo.env("CARGO_INCREMENTAL", "1");
                // What is there now goes into the incremental cache, untimed.
                run(&mut cargo)?;
                edit(&self.directory.join("src/models.rs"))?;
            }
        }
        let begun = Instant::now();
        run(&mut cargo)?;
        Ok(begun.elapsed())
    }
}

fn run(cargo: &mut Command) -> io::Result<()> {
    let status = cargo.status()?;
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other("the generated crate does not compile"))
}

fn touch(file: &Path) -> io::Result<()> {
    std::fs::write(file, std::fs::read(file)?)
}

/// Another constant beside the models.
fn edit(file: &Path) -> io::Result<()> {
    const EDIT: &str = "\n/// Edited.\npub const EDITED: u128 = ";
    let text = std::fs::read_to_string(file)?;
    let models = text.split(EDIT).next().unwrap_or_default();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let number = now.map_err(io::Error::other)?.as_nanos();
    std::fs::write(file, format!("{models}{EDIT}{number};\n"))
}
