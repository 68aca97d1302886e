//! `doctor`, as far as the user's own binary knows: the files, the drivers, the database and its records.

use std::process::ExitCode;

use super::context::Context;
use crate::Error;
use crate::cli::doctor::Doctor;
use crate::connection::Session;
use crate::dialect::dialect;
use crate::runner::{FirstLook, HistoryTables, RunError};
use crate::schema::TableName;

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
    if let Err(error) = context.same_revisions() {
        doctor.failed("schema!", &error.into());
    }
    if doctor.url(&context.project, context.arguments).is_some() {
        database(context, &mut doctor);
    }
    doctor.finish()
}

fn database(context: &Context<'_>, doctor: &mut Doctor) {
    match context.missing() {
        Ok(Some(path)) => {
            let text = format!("there is no {} yet", context.project.shown(&path));
            let todo = format!("`{}` creates it", context.upgrade_command());
            return doctor.note("connection", &text, &[todo]);
        }
        Ok(None) => {}
        Err(error) => return doctor.failed("connection", &error),
    }
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
        Ok(false) => return unrecorded(context, doctor, session, &table),
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
    match migrator.half_done(session) {
        Ok(found) => {
            for half in found {
                let on = match &half.file {
                    Some(_) => format!("go on: {}", half.command),
                    None => format!("bring its file back, then go on: {}", half.command),
                };
                doctor.wrong("half done", &half.to_string(), &[on]);
            }
        }
        Err(error) => doctor.failed("half done", &error.into()),
    }
    match migrator.pending(session) {
        Ok(pending) if pending.is_empty() => doctor.well("pending", "nothing"),
        Ok(pending) => {
            let todo = [format!("run `{}`", context.upgrade_command())];
            doctor.note("pending", &pending.join(", "), &todo);
        }
        Err(error) => doctor.failed("pending", &error.into()),
    }
}

/// A database in which nothing was recorded: it is new, or its tables came from elsewhere.
fn unrecorded(
    context: &Context<'_>,
    doctor: &mut Doctor,
    session: &mut dyn Session,
    table: &TableName,
) {
    let found = match context.quiet_migrator().first_look(session) {
        Ok(found) => found,
        Err(error) => return doctor.failed("records", &error.into()),
    };
    let text = format!("there is no table {table}");
    let FirstLook::Unrecorded { database, .. } = found else {
        let todo = format!("`{}` makes it", context.upgrade_command());
        return doctor.note(
            "records",
            &format!("{text}: nothing was applied yet"),
            &[todo],
        );
    };
    let text = match database.tables.len() {
        1 => format!("{text}, but another table"),
        many => format!("{text}, but {many} others"),
    };
    if context.program.schema.migrations.is_empty() {
        let todo = "take them over: cargo migrate models --from-database".to_owned();
        return doctor.note("records", &text, &[todo]);
    }
    let todo = [
        "where revisions made them: cargo migrate stamp REVISION".to_owned(),
        "where the models are to take them over: cargo migrate models --from-database --adopt"
            .to_owned(),
    ];
    doctor.note("records", &text, &todo);
}

/// What the database says that it is.
fn server(session: &mut dyn Session) -> Result<String, Error> {
    let dialect = dialect(session.backend()).map_err(RunError::from)?;
    let rows = session.query(dialect.version_query())?;
    let version = rows.first().and_then(|row| row.text(0));
    Ok(version.unwrap_or_default())
}
