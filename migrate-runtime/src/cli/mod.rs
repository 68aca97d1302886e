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
pub mod doctor;
pub mod env;
pub mod file_style;
pub mod follow_up;
mod git;
#[cfg(feature = "cli-mysql")]
mod mysql;
#[cfg(feature = "cli-postgres")]
mod postgres;
mod program;
mod progress;
pub mod prompt;
pub mod report;
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
mod server_url;
pub mod statics;
pub mod ui;
pub mod url;
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
mod wrong_password;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::model::SchemaDef;
pub use args::Cli;
pub use program::Program;

/// Runs the command line of the process, and returns its exit code: 0 done, 1 differences found
/// (`check`), 2 wrong usage, 3 failure.
pub fn main(schema: &SchemaDef) -> ExitCode {
    Program::new(schema).main()
}

/// Runs the commands of migrate as a part of the application's own command line, which clap parses:
/// `shop db upgrade`, `shop db current`. What messages say to type begins with `program`.
///
/// ```
/// use clap::Parser;
/// use std::process::ExitCode;
/// # use migrate_runtime::model::SchemaDef;
/// # const SCHEMA: SchemaDef = SchemaDef { chain: "shop", models: &[], unmanaged: &[], ignore: &[], version_table: None, include: &[], migrations: &[], head: "" };
///
/// #[derive(Parser)]
/// enum Shop {
///     /// Sells books.
///     Serve,
///     /// The database: its revision, and what to do about it.
///     Db(migrate_runtime::cli::Cli),
/// }
///
/// fn main() -> ExitCode {
///     # return match Shop::parse_from(["shop", "db", "heads"]) { Shop::Db(_) => ExitCode::SUCCESS, Shop::Serve => ExitCode::FAILURE };
///     match Shop::parse() {
///         Shop::Serve => ExitCode::SUCCESS,
///         Shop::Db(arguments) => migrate_runtime::cli::run("shop db", &arguments, &SCHEMA),
///     }
/// }
/// ```
pub fn run(program: &str, arguments: &Cli, schema: &SchemaDef) -> ExitCode {
    Program::new(schema).run(program, arguments)
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
        let database = std::env::var(env::DATABASE).ok();
        return ui::with_database(database.as_deref());
    }
    let name = std::path::Path::new(program).file_stem();
    let name = name.map_or("migrate".into(), |name| name.to_string_lossy());
    if intercepted {
        format!("{name} migrate")
    } else {
        name.into_owned()
    }
}
