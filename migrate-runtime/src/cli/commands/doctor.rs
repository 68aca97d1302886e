//! `doctor`, as far as the user's own binary knows: the files, the drivers, the database and its records.

use std::process::ExitCode;

use super::context::Context;
use crate::Error;
use crate::cli::doctor::Doctor;
use crate::connection::Session;
use crate::dialect::dialect;
use crate::runner::{HistoryTables, RunError};

/// The drivers that are compiled in.
const DRIVERS: [(&str, bool); 3] = [
    ("sqlite", cfg!(feature = "sqlite")),
    ("postgres", cfg!(feature = "cli-postgres")),
    ("mysql", cfg!(feature = "cli-mysql")),
];

/// Looks at each part, whatever became of the one before.
pub(super) fn doctor(context: &Context<'_>) -> ExitCode {
    let mut doctor = Doctor::new(context.ui);
    let version = env!("CARGO_PKG_VERSION");
    doctor.well("runtime", &format!("migrate-runtime {version}"));
    let drivers = DRIVERS.iter().filter(|(_, is_there)| *is_there);
    let drivers: Vec<&str> = drivers.map(|(name, _)| *name).collect();
    if drivers.is_empty() {
        let todo = "add a feature of migrate-runtime: sqlite, postgres or mysql";
        doctor.wrong("drivers", "none", &[todo.to_owned()]);
    } else {
        doctor.well("drivers", &drivers.join(", "));
    }
    doctor.files(&context.project);
    if doctor.url(&context.project, context.arguments).is_some() {
        database(context, &mut doctor);
    }
    doctor.finish()
}

fn database(context: &Context<'_>, doctor: &mut Doctor) {
    let mut database = match context.open() {
        Ok(database) => database,
        Err(error) => return doctor.failed("connection", &error),
    };
    let session = &mut *database.session;
    match server(session) {
        Ok(version) => doctor.well("server", &version),
        Err(error) => doctor.failed("server", &error),
    }
    let table = HistoryTables::of(context.program.schema).version;
    let mut migrator = context.quiet_migrator();
    match migrator.is_recorded(session) {
        Ok(true) => doctor.well("records", &table.to_string()),
        Ok(false) => {
            let text = format!("there is no table {table}: nothing was applied yet");
            doctor.wrong(
                "records",
                &text,
                &[format!("run `{}`", context.upgrade_command())],
            );
            return;
        }
        Err(error) => return doctor.failed("records", &error.into()),
    }
    match migrator.current(session) {
        Ok(revisions) if revisions.is_empty() => doctor.well("at", "base"),
        Ok(revisions) => {
            let ids: Vec<String> = revisions.into_iter().map(|it| it.id).collect();
            doctor.well("at", &ids.join(", "));
        }
        Err(error) => return doctor.failed("at", &error.into()),
    }
    match migrator.pending(session) {
        Ok(pending) if pending.is_empty() => doctor.well("pending", "nothing"),
        Ok(pending) => {
            let todo = [format!("run `{}`", context.upgrade_command())];
            doctor.wrong("pending", &pending.join(", "), &todo);
        }
        Err(error) => doctor.failed("pending", &error.into()),
    }
}

/// What the database says that it is.
fn server(session: &mut dyn Session) -> Result<String, Error> {
    let dialect = dialect(session.backend()).map_err(RunError::from)?;
    let rows = session.query(dialect.version_query())?;
    let version = rows.first().and_then(|row| row.text(0));
    Ok(version.unwrap_or_default())
}
