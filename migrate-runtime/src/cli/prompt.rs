//! Questions. In a terminal they are asked; without one they are errors that say which flag answers.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ui::Ui;
use crate::{Error, ErrorKind, Explain};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// Nobody is there to ask.
    #[error("{question}; it cannot be asked, since standard input is not a terminal")]
    NotInteractive {
        /// What would have been asked.
        question: String,
        /// What to type instead, one line each.
        flags: Vec<String>,
    },
    /// The answer was no.
    #[error("stopped: nothing was changed")]
    Declined,
    /// The terminal went away.
    #[error("the question could not be asked")]
    Terminal(#[source] io::Error),
}

impl Explain for PromptError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotInteractive { .. } => ErrorKind::Usage,
            Self::Declined | Self::Terminal(_) => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotInteractive { flags, .. } => flags.clone(),
            Self::Declined | Self::Terminal(_) => Vec::new(),
        }
    }
}

/// Asks whether to go on, although `what` happens then. `flag` is what to type where nobody can be asked.
pub fn confirm(ui: Ui, what: &str, flag: &str) -> Result<(), Error> {
    if !ui.is_interactive() {
        return Err(PromptError::NotInteractive {
            question: what.to_owned(),
            flags: vec![format!("add `{flag}` to go on without being asked")],
        }
        .into());
    }
    let question = dialoguer::Confirm::new()
        .with_prompt(format!("{what}. Go on?"))
        .default(false);
    let yes = asked(|| question.interact())?;
    if yes {
        Ok(())
    } else {
        Err(PromptError::Declined.into())
    }
}

/// Asks for a name to be typed before `what` happens, which a yes would be too quick for. `flag` is what to type
/// where nobody can be asked.
pub fn confirm_by_name(ui: Ui, what: &str, name: &str, flag: &str) -> Result<(), Error> {
    if !ui.is_interactive() {
        return Err(PromptError::NotInteractive {
            question: what.to_owned(),
            flags: vec![format!("add `{flag}` to go on without being asked")],
        }
        .into());
    }
    let question = dialoguer::Input::<String>::new()
        .with_prompt(format!("{what}. Type {name} to go on"))
        .allow_empty(true);
    if asked(|| question.interact_text())? == name {
        Ok(())
    } else {
        Err(PromptError::Declined.into())
    }
}

/// Asks for one of several answers and returns its index. `flags` is what to type where nobody can be
/// asked, in the order of the answers.
pub fn choose(
    ui: Ui,
    question: &str,
    answers: &[String],
    flags: &[String],
) -> Result<usize, Error> {
    if !ui.is_interactive() {
        return Err(PromptError::NotInteractive {
            question: question.to_owned(),
            flags: answers
                .iter()
                .zip(flags)
                .map(|(answer, flag)| format!("{answer}: add `{flag}`"))
                .collect(),
        }
        .into());
    }
    let question = dialoguer::Select::new()
        .with_prompt(question)
        .items(answers)
        .default(0);
    asked(|| question.interact_opt())?.ok_or_else(|| PromptError::Declined.into())
}

/// Whether a question is open.
static ASKING: AtomicBool = AtomicBool::new(false);

/// Asks. A question hides the cursor, and Ctrl-C would end the process before it is back: while one is open,
/// Ctrl-C interrupts the reading and nothing else, which is an error of the question.
fn asked<T>(ask: impl FnOnce() -> dialoguer::Result<T>) -> Result<T, PromptError> {
    // The second question of a process finds the handler there, which is as well.
    let _ = ctrlc::set_handler(|| {
        if !ASKING.load(Ordering::SeqCst) {
            end();
        }
    });
    ASKING.store(true, Ordering::SeqCst);
    let answer = ask();
    ASKING.store(false, Ordering::SeqCst);
    answer.map_err(|dialoguer::Error::IO(error)| {
        // If even this fails, the terminal is gone.
        let _ = dialoguer::console::Term::stderr().show_cursor();
        if error.kind() == io::ErrorKind::Interrupted {
            PromptError::Declined
        } else {
            PromptError::Terminal(error)
        }
    })
}

#[expect(
    clippy::exit,
    reason = "this is what Ctrl-C does to a process without a handler"
)]
fn end() {
    const INTERRUPTED: i32 = 130;
    std::process::exit(INTERRUPTED);
}
