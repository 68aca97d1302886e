//! `edit`: the file of a revision, in the editor of the user.

use std::collections::BTreeSet;
use std::process::{Command, ExitCode};

use super::context::Context;
use crate::cli::args::EditArgs;
use crate::cli::statics::counted_from_head;
use crate::command;
use crate::{Error, ErrorKind, Explain};

pub(super) fn edit(context: &Context<'_>, arguments: &EditArgs) -> Result<ExitCode, Error> {
    let EditArgs { revision } = arguments;
    let target = counted_from_head(revision);
    let database = applied(context);
    let (current, applied) = match database {
        Err(error) if target.contains("current") => return Err(error),
        // A file can be edited where there is no database.
        database => database.unwrap_or_default(),
    };
    let entries = command::show(&context.project.migrations, &target, &current)?;
    let Some(editor) = editor() else {
        return Err(EditError::NoEditor.into());
    };
    if entries.is_empty() {
        return Err(EditError::NoFile.into());
    }
    for entry in entries {
        let id = entry.migration.id();
        let path = &entry.migration.path;
        if applied.contains(id) {
            context.ui.warning(&format!(
                "the database has revision {id}: once it says something else, upgrade refuses to go on; \
                 take it back before (cargo migrate downgrade), or write another one"
            ));
        }
        context
            .ui
            .status("edit", &context.project.shown(path).to_string());
        let mut words = editor.split_whitespace();
        let status = Command::new(words.next().unwrap_or_default())
            .args(words)
            .arg(path)
            .status();
        let problem = match status {
            Ok(status) if status.success() => continue,
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        return Err(EditError::Editor { editor, problem }.into());
    }
    Ok(ExitCode::SUCCESS)
}

/// The version rows, and every revision that is applied.
fn applied(context: &Context<'_>) -> Result<(Vec<String>, BTreeSet<String>), Error> {
    let mut database = context.open()?;
    let session = &mut *database.session;
    let mut migrator = context.quiet_migrator();
    let current = command::current(session, &mut migrator)?;
    let listed = command::list(session, &mut migrator)?;
    let own = |library: &Option<String>| library.is_none();
    let current = current.into_iter().filter(|it| own(&it.library));
    let applied = (listed.into_iter()).filter(|it| it.is_applied && own(&it.revision.library));
    Ok((
        current.map(|it| it.id).collect(),
        applied.map(|it| it.revision.id).collect(),
    ))
}

fn editor() -> Option<String> {
    let variable = |name| std::env::var(name).ok();
    let said = ["VISUAL", "EDITOR"].into_iter().filter_map(variable);
    said.into_iter().find(|editor| !editor.trim().is_empty())
}

/// Why nothing is edited.
#[derive(Debug, thiserror::Error)]
enum EditError {
    #[error("no editor is known: neither VISUAL nor EDITOR is set")]
    NoEditor,
    #[error("no revision stands before the first: there is no file to edit")]
    NoFile,
    #[error("the editor `{editor}` failed: {problem}")]
    Editor { editor: String, problem: String },
}

impl Explain for EditError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoEditor | Self::Editor { .. } => ErrorKind::Config,
            Self::NoFile => ErrorKind::Usage,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoEditor => {
                vec![
                    "say which: EDITOR=vi cargo migrate edit, or put it into your shell's profile"
                        .to_owned(),
                ]
            }
            Self::NoFile => vec!["`cargo migrate history` lists the revisions".to_owned()],
            Self::Editor { .. } => vec!["`cargo migrate show REV -v` prints the file".to_owned()],
        }
    }
}
