//! Questions. In a terminal they are asked; without one they are errors that say which flag answers.

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
    Terminal(#[source] dialoguer::Error),
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
    let yes = dialoguer::Confirm::new()
        .with_prompt(format!("{what}. Go on?"))
        .default(false)
        .interact()
        .map_err(PromptError::Terminal)?;
    if yes {
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
    dialoguer::Select::new()
        .with_prompt(question)
        .items(answers)
        .default(0)
        .interact()
        .map_err(|error| PromptError::Terminal(error).into())
}
