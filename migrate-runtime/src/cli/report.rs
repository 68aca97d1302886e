//! Errors at the edge: what happened, its causes, what to do next, and the exit code.

use std::process::ExitCode;

use super::ui::{Style, Ui};
use crate::{Error, ErrorKind, Explain};

/// Done, or nothing to do.
pub const DONE: u8 = 0;
/// `check` found differences.
pub const DIFFERENT: u8 = 1;
/// The arguments make no sense.
pub const USAGE: u8 = 2;
/// Something failed.
pub const FAILED: u8 = 3;

/// The exit code of a command; prints its error. One whose result could not be printed has failed.
pub fn finish(ui: Ui, done: Result<ExitCode, Error>) -> ExitCode {
    let done = done.and_then(|code| match Ui::lost() {
        None => Ok(code),
        Some(reason) => Err(NotPrinted(reason).into()),
    });
    done.unwrap_or_else(|error| report(ui, &error))
}

/// The disk is full that standard output goes to.
#[derive(Debug, thiserror::Error)]
#[error("standard output could not be written: {0}")]
struct NotPrinted(&'static str);

impl Explain for NotPrinted {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        vec!["what the command does is done; only what it prints is not complete".to_owned()]
    }
}

/// Prints an error and returns the exit code of its kind.
fn report(ui: Ui, error: &Error) -> ExitCode {
    if ui.is_json() {
        ui.message(&format!("{:#}", as_json(error)));
    } else {
        ui.message(&as_text(ui, error));
    }
    ExitCode::from(exit_code(error.kind()))
}

/// Prints what the parser of the arguments has to say: help and version to standard output, mistakes to
/// standard error.
pub fn usage(error: &clap::Error) -> ExitCode {
    let code = match error.print() {
        _ if error.use_stderr() => USAGE,
        Err(reason) if reason.kind() != std::io::ErrorKind::BrokenPipe => FAILED,
        _ => DONE,
    };
    ExitCode::from(code)
}

/// The exit code of a kind of error.
pub const fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Usage => USAGE,
        ErrorKind::Config
        | ErrorKind::Database
        | ErrorKind::Drift
        | ErrorKind::Conflict
        | ErrorKind::Unsupported
        | ErrorKind::Internal => FAILED,
    }
}

/// The error and its causes, without what to do.
pub(super) fn in_one_line(error: &Error) -> String {
    let mut text = error.to_string();
    for cause in error.causes() {
        text = format!("{text}: {cause}");
    }
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// `error: …`, `  caused by: …`, an empty line, `hint: …`.
fn as_text(ui: Ui, error: &Error) -> String {
    let label = ui.paint(Style::Bad, "error:");
    let mut lines = vec![format!("{label} {}", indented(&error.to_string()))];
    for cause in error.causes() {
        lines.push(format!("  caused by: {}", indented(&cause)));
    }
    if !error.hints().is_empty() {
        lines.push(String::new());
    }
    for hint in error.hints() {
        let label = ui.paint(Style::Good, "hint:");
        lines.push(format!("{label} {}", indented(hint)));
    }
    lines.join("\n")
}

fn as_json(error: &Error) -> serde_json::Value {
    serde_json::json!({
        "error": error.to_string(),
        "kind": format!("{:?}", error.kind()).to_lowercase(),
        "causes": error.causes(),
        "hints": error.hints(),
    })
}

/// Keeps the further lines of a message under its first one.
fn indented(text: &str) -> String {
    text.replace('\n', "\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the file is locked")]
    struct Cause;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot open app.db\nin /data")]
    struct Top(#[source] Cause);

    impl crate::Explain for Top {
        fn kind(&self) -> ErrorKind {
            ErrorKind::Database
        }

        fn hints(&self) -> Vec<String> {
            vec!["close the other program".into(), "try again".into()]
        }
    }

    #[test]
    fn an_error_has_causes_and_hints() {
        let mut ui = Ui::plain();
        ui = ui.without_color();
        insta::assert_snapshot!(as_text(ui, &Top(Cause).into()), @r"
        error: cannot open app.db
          in /data
          caused by: the file is locked

        hint: close the other program
        hint: try again
        ");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("revision 2 cannot be run: {0}")]
    struct Quoting(#[source] Cause);

    impl crate::Explain for Quoting {
        fn kind(&self) -> ErrorKind {
            ErrorKind::Database
        }
    }

    #[test]
    fn a_cause_is_not_said_twice() {
        let ui = Ui::plain().without_color();
        insta::assert_snapshot!(as_text(ui, &Quoting(Cause).into()), @"error: revision 2 cannot be run: the file is locked");
    }

    #[test]
    fn an_error_is_readable_by_programs() {
        let json = as_json(&Top(Cause).into());
        assert_eq!(json["kind"], "database");
        assert_eq!(json["causes"][0], "the file is locked");
        assert_eq!(json["hints"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn only_usage_is_a_usage_error() {
        assert_eq!(exit_code(ErrorKind::Usage), USAGE);
        assert_eq!(exit_code(ErrorKind::Drift), FAILED);
    }
}
