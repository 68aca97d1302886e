//! The command line inside the user's own binary: arguments, output, errors, and where the database is.
//!
//! It sits on top of everything else and is the only part that prints, asks, and reads the environment.
//!
//! ```no_run
//! # use migrate_runtime::model::SchemaDef;
//! # const SCHEMA: SchemaDef = SchemaDef { chain: "shop", models: &[], unmanaged: &[], ignore: &[], version_table: None, include: &[], migrations: &[], head: "" };
//! fn main() -> std::process::ExitCode {
//!     migrate_runtime::cli::main(&SCHEMA)
//! }
//! ```

pub mod args;
mod commands;
pub mod env;
pub mod follow_up;
#[cfg(feature = "cli-mysql")]
mod mysql;
#[cfg(feature = "cli-postgres")]
mod postgres;
mod progress;
pub mod prompt;
pub mod report;
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
mod server_url;
pub mod statics;
pub mod ui;
pub mod url;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::model::SchemaDef;
use args::Cli;
use ui::Ui;

/// Runs the command line of the process, and returns its exit code: 0 done, 1 differences found
/// (`check`), 2 wrong usage, 3 failure.
pub fn main(schema: &SchemaDef) -> ExitCode {
    // A driver that waits for its own runtime must not do so inside the one of the application.
    #[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
    if tokio::runtime::Handle::try_current().is_ok() {
        let done = std::thread::scope(|scope| scope.spawn(|| run(schema)).join());
        return done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }
    run(schema)
}

fn run(schema: &SchemaDef) -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let mut arguments: Vec<OsString> = arguments.collect();
    let intercepted = arguments.first().is_some_and(|first| first == "migrate");
    if intercepted {
        arguments.remove(0);
    }
    let cli = match Cli::parse_as(&program_name(&program, intercepted), arguments) {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error),
    };
    let ui = Ui::new(&cli.global);
    report::finish(ui, commands::run(&cli, schema, ui))
}

/// Hands over to the command line if the first argument of the process is `migrate`; otherwise does
/// nothing. For a package that is only a binary: the first line of its `main`.
///
/// ```no_run
/// # use migrate_runtime::model::SchemaDef;
/// # const SCHEMA: SchemaDef = SchemaDef { chain: "shop", models: &[], unmanaged: &[], ignore: &[], version_table: None, include: &[], migrations: &[], head: "" };
/// fn main() {
///     migrate_runtime::cli::intercept(&SCHEMA);
///     println!("the application");
/// }
/// ```
#[expect(
    clippy::exit,
    reason = "the application must not start after a command, and `main` may return anything"
)]
pub fn intercept(schema: &SchemaDef) {
    if std::env::args_os()
        .nth(1)
        .is_none_or(|first| first != "migrate")
    {
        return;
    }
    let code = main(schema);
    std::process::exit(if code == ExitCode::SUCCESS {
        0
    } else {
        exit_status(code)
    });
}

/// `ExitCode` does not tell its number.
fn exit_status(code: ExitCode) -> i32 {
    let known = [report::DIFFERENT, report::USAGE, report::FAILED];
    let found = known
        .into_iter()
        .find(|&number| ExitCode::from(number) == code);
    i32::from(found.unwrap_or(report::FAILED))
}

/// What the help calls the program: as the user started it.
fn program_name(program: &OsString, intercepted: bool) -> String {
    if std::env::var_os(env::MANIFEST_DIR).is_some() {
        return "cargo migrate".to_owned();
    }
    let name = std::path::Path::new(program).file_stem();
    let name = name.map_or("migrate".into(), |name| name.to_string_lossy());
    if intercepted {
        format!("{name} migrate")
    } else {
        name.into_owned()
    }
}
