//! What the compiler's check costs: `cargo run -p migrate-benches --bin compile-check`.
//!
//! A crate of each size is generated and checked with cargo, alternately with the check and without it,
//! as `cargo migrate` builds it: cold (only this crate, nothing incremental), after an edit of the models
//! that changes no column, and after an edit of the last migration that changes no operation. Then come
//! the same models with the `table!`s of diesel, and what the expansion of `schema!` takes of a build.
//!
//! Times are those of the processor, all processes together: other work on the machine does not count.
//! On Windows they are those of the clock.

mod package;
mod profile;

use clap::Parser;
use migrate_benches::project::{self, Models, Size};
use package::{Build, Package};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

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
    /// Leaves out the models with a `table!`, which are diesel's work and take most of the time.
    #[arg(long)]
    without_tables: bool,
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
fn main() -> io::Result<ExitCode> {
    if let Some(exit) = profile::as_wrapper() {
        return exit;
    }
    let Arguments {
        sizes,
        columns,
        runs,
        without_tables,
        target_dir,
    } = Arguments::parse();
    let target = target_dir.map_or_else(own_target, Ok)?;
    println!("models  migrations  cargo check                  with    without  difference");
    for (models, migrations) in sizes {
        let size = Size {
            models,
            columns,
            migrations,
        };
        let row = |what: &str, [with, without]: [Duration; 2]| {
            let [with, without] = [with, without].map(|time| time.as_secs_f64());
            let difference = with - without;
            println!(
                "{models:>6}  {migrations:>10}  {what:<22}  {with:>7.2} s  {without:>7.2} s  {difference:>+8.2} s"
            );
        };
        let directory = tempfile::tempdir()?;
        project::write(directory.path(), size, Models::Plain)?;
        let package = Package::new(directory.path(), &target)?;
        for build in Build::ALL {
            row(build.name(), package.compare(build, runs)?);
        }
        let expansion = profile::expansion(&package)?.as_secs_f64() * 1_000.0;
        println!("{models:>6}  {migrations:>10}  schema! is expanded in {expansion:.1} ms");
        if !without_tables {
            let directory = tempfile::tempdir()?;
            project::write(directory.path(), size, Models::WithTables)?;
            let package = Package::new(directory.path(), &target)?;
            row("cold, with table!", package.compare(Build::Cold, 1)?);
        }
    }
    Ok(ExitCode::SUCCESS)
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
