//! Commands that take two builds: the user's binary writes a revision, is built again with it, and then
//! applies or records it. If that fails, what was replaced is put back.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use migrate_runtime::Error;
use migrate_runtime::cli::args::GlobalArgs;
use migrate_runtime::cli::env::Project;
use migrate_runtime::cli::follow_up::{FOLLOW_UP, FollowUp};
use migrate_runtime::cli::ui::Ui;
use migrate_runtime::source::{head, scan_directory};

use crate::build::Built;
use crate::error::ToolError;
use crate::exec;

/// Runs the binary, and then what it asks for.
pub(crate) fn run(
    binary: &Built,
    project: &Project,
    (typed, global): (&[OsString], &GlobalArgs),
    build: impl Fn() -> Result<Built, Error>,
    ui: Ui,
) -> Result<ExitCode, Error> {
    let dir = tempfile::tempdir().map_err(ToolError::NoTemporary)?;
    let note = dir.path().join("follow-up.json");
    let mut command = exec::command(binary, project, typed);
    let status = exec::wait(command.env(FOLLOW_UP, &note), binary)?;
    let Some(follow_up) = FollowUp::read(&note).filter(|_| status.success()) else {
        return Ok(exec::code(status));
    };
    let second = Second {
        project,
        global,
        ui,
    };
    let result = second.obey(&follow_up, &build);
    if !matches!(result, Ok(ExitCode::SUCCESS)) {
        second.undo(&follow_up, &build)?;
    }
    result
}

/// The second run, with the new revision in it.
struct Second<'a> {
    project: &'a Project,
    global: &'a GlobalArgs,
    ui: Ui,
}

impl Second<'_> {
    fn obey(
        &self,
        follow_up: &FollowUp,
        build: &impl Fn() -> Result<Built, Error>,
    ) -> Result<ExitCode, Error> {
        self.run(&build()?, follow_up.arguments(self.global))
    }

    fn run(&self, binary: &Built, arguments: Vec<String>) -> Result<ExitCode, Error> {
        let mut command = exec::command(binary, self.project, arguments);
        if self.ui.is_json() {
            // The first run has printed the one document.
            command.stdout(Stdio::null());
        }
        exec::wait(&mut command, binary).map(exec::code)
    }

    /// The file as it was, and the database with it.
    fn undo(
        &self,
        follow_up: &FollowUp,
        build: &impl Fn() -> Result<Built, Error>,
    ) -> Result<(), Error> {
        let FollowUp::Upgrade {
            revision: _,
            path,
            further,
            below: _,
            old_path,
            old_text,
        } = follow_up
        else {
            return Ok(());
        };
        if let Some(arguments) = follow_up.take_back(self.global) {
            self.run(&build()?, arguments)?;
        }
        let further: Vec<&Path> = further.iter().map(|(_, path)| path.as_path()).collect();
        put_back(path, &further, (old_path, old_text)).map_err(|error| ToolError::Write {
            path: old_path.clone(),
            error,
        })?;
        // Where it names the same as all the time, the compiler looks whether the file is new.
        let heads = scan_directory(&self.project.migrations)?.graph()?.heads();
        head::write(self.project.migrations.first(), &heads)?;
        self.run(&build()?, follow_up.again(self.global))?;
        let path = self.project.shown(old_path);
        let what = format!("{path} is what it was, and so is the revision of the database");
        self.ui.status("put back", &what);
        Ok(())
    }
}

fn put_back(
    path: &Path,
    further: &[&Path],
    (old_path, old_text): (&Path, &str),
) -> std::io::Result<()> {
    fs::write(old_path, old_text)?;
    if path != old_path {
        fs::remove_file(path)?;
    }
    for path in further {
        fs::remove_file(path)?;
    }
    Ok(())
}
