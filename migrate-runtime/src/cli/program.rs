//! The command line with what an application adds to it.

use std::ffi::OsString;
use std::process::ExitCode;

use super::args::Cli;
use super::env::URL_VARIABLE;
use super::ui::{self, Ui};
use super::{commands, program_name, report};
use crate::autogenerate::Rewrite;
use crate::model::SchemaDef;
use crate::runner::Hooks;

/// The command line of a schema, and what the application adds to it.
///
/// ```no_run
/// use migrate_runtime::cli::Program;
/// use migrate_runtime::operation::Operation;
/// # use migrate_runtime::model::SchemaDef;
/// # const SCHEMA: SchemaDef = SchemaDef { chain: "shop", models: &[], unmanaged: &[], ignore: &[], version_table: None, include: &[], migrations: &[], head: "" };
///
/// /// Checks and foreign keys do not look at the rows yet: a later revision does.
/// fn later(mut operation: Operation) -> Vec<Operation> {
///     if let Operation::AddCheck { not_valid, .. } = &mut operation {
///         *not_valid = true;
///     }
///     vec![operation]
/// }
///
/// fn main() -> std::process::ExitCode {
///     Program::new(&SCHEMA).rewrite(later).main()
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Program<'s> {
    pub(super) schema: &'s SchemaDef,
    pub(super) rewrite: Option<Rewrite>,
    pub(super) hooks: Option<fn() -> Box<dyn Hooks>>,
    pub(super) url_variable: &'static str,
}

impl std::fmt::Debug for Program<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program")
            .field("chain", &self.schema.chain)
            .finish_non_exhaustive()
    }
}

impl<'s> Program<'s> {
    /// The commands as they are.
    pub const fn new(schema: &'s SchemaDef) -> Self {
        Self {
            schema,
            rewrite: None,
            hooks: None,
            url_variable: URL_VARIABLE,
        }
    }

    /// What `revision --autogenerate` makes of each operation that it found; see [`Rewrite`].
    #[must_use]
    pub const fn rewrite(
        mut self,
        rewrite: fn(crate::operation::Operation) -> Vec<crate::operation::Operation>,
    ) -> Self {
        self.rewrite = Some(Rewrite(rewrite));
        self
    }

    /// What is done around each revision that a command applies or takes back; see [`Hooks`].
    #[must_use]
    pub const fn hooks(mut self, hooks: fn() -> Box<dyn Hooks>) -> Self {
        self.hooks = Some(hooks);
        self
    }

    /// The environment variable with the URL of the database, `DATABASE_URL` where nothing is said: each database of an
    /// application has one of its own. `cargo migrate` has it from `Cargo.toml`.
    ///
    /// ```no_run
    /// use migrate_runtime::cli::Program;
    /// # use migrate_runtime::model::SchemaDef;
    /// # const SCHEMA: SchemaDef = SchemaDef { chain: "shop", models: &[], unmanaged: &[], ignore: &[], version_table: None, include: &[], migrations: &[], head: "" };
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Program::new(&SCHEMA).database_url("ANALYTICS_DATABASE_URL").main()
    /// }
    /// ```
    #[must_use]
    pub const fn database_url(mut self, variable: &'static str) -> Self {
        self.url_variable = variable;
        self
    }

    /// As [`main`](super::main()).
    pub fn main(self) -> ExitCode {
        outside_of_a_runtime(|| {
            let mut arguments = std::env::args_os();
            let program = arguments.next().unwrap_or_default();
            let mut arguments: Vec<OsString> = arguments.collect();
            let intercepted = arguments.first().is_some_and(|first| first == "migrate");
            if intercepted {
                arguments.remove(0);
            }
            let program = program_name(&program, intercepted);
            match Cli::parse_as(&program, arguments) {
                Ok(cli) => self.run_command(&program, &cli),
                Err(error) => report::usage(&error),
            }
        })
    }

    /// As [`run`](super::run).
    pub fn run(self, program: &str, arguments: &Cli) -> ExitCode {
        outside_of_a_runtime(|| self.run_command(program, arguments))
    }

    fn run_command(self, program: &str, cli: &Cli) -> ExitCode {
        ui::called(program);
        let ui = Ui::new(&cli.global);
        report::finish(ui, commands::run(cli, self, ui))
    }
}

/// A driver that waits for its own runtime must not do so inside the one of the application.
fn outside_of_a_runtime(run: impl FnOnce() -> ExitCode + Send) -> ExitCode {
    #[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
    if tokio::runtime::Handle::try_current().is_ok() {
        let done = std::thread::scope(|scope| scope.spawn(run).join());
        return done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }
    run()
}
