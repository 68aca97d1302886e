//! What is shown while a chain is applied: "Running upgrade A -> B, message (12 ms)", a spinner for what
//! takes long, and the SQL with `-vv`.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::ui::Ui;
use crate::runner::{Direction, Event, Progress};

/// Prints the events of a run.
pub(super) struct Running {
    ui: Ui,
    sentence: String,
    began: Instant,
    spinner: Option<ProgressBar>,
}

impl Running {
    /// Nothing runs yet.
    pub(super) fn new(ui: Ui) -> Self {
        Self {
            ui,
            sentence: String::new(),
            began: Instant::now(),
            spinner: None,
        }
    }

    fn start(&mut self, sentence: String) {
        if self.ui.shows_progress() {
            let spinner = ProgressBar::new_spinner().with_message(sentence.clone());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                spinner.set_style(style);
            }
            spinner.enable_steady_tick(Duration::from_millis(120));
            self.spinner = Some(spinner);
        }
        self.began = Instant::now();
        self.sentence = sentence;
    }

    fn line(&self, text: &str) {
        match &self.spinner {
            Some(spinner) => spinner.suspend(|| self.ui.note(text)),
            None => self.ui.note(text),
        }
    }

    fn end(&mut self, how: &str) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
        self.ui.note(&format!("{} ({how})", self.sentence));
    }
}

impl Progress for Running {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Started {
                direction,
                revision,
                parents,
                message,
            } => self.start(sentence(*direction, revision, &parents.join(", "), message)),
            Event::Destroys {
                what,
                rows,
                is_more,
            } => {
                let more = if *is_more { "more than " } else { "" };
                let unit = if *rows == 1 { "row" } else { "rows" };
                self.line(&format!("    drops {what} ({more}{rows} {unit})"));
            }
            Event::Statement { sql } => {
                if self.ui.verbosity() > 1 {
                    self.line(&format!("    {}", sql.trim_end().replace('\n', "\n    ")));
                }
            }
            Event::Run { name } => {
                if self.ui.verbosity() > 0 {
                    self.line(&format!("    run {name}"));
                }
            }
            Event::Skipped { reason } => self.line(&format!("    skipped: {reason}")),
            Event::Finished {
                revision: _,
                elapsed,
            } => self.end(&format!("{} ms", elapsed.as_millis())),
            Event::Failed {
                revision: _,
                rolled_back,
            } => self.end(if *rolled_back {
                "failed, rolled back"
            } else {
                "failed"
            }),
            Event::Waiting {
                revision: _,
                user,
                pause,
            } => {
                self.end("rolled back: a table is in use");
                let pause = pause.as_secs_f64();
                if let Some(user) = user {
                    self.line(&format!("    {user}"));
                }
                self.line(&format!("    the next attempt is in {pause:.1} s"));
            }
            Event::Queued { holder } => {
                let who = holder.map_or_else(String::new, |holder| format!(" ({holder})"));
                self.line(&format!(
                    "another process holds the database{who}; waiting for its end"
                ));
            }
            Event::Behind { transaction } => {
                self.line(&format!(
                    "    waits for an older transaction: {transaction}"
                ));
            }
            Event::Replaced { revision, last } => {
                self.line(&format!(
                    "{revision} replaces {last}, which is applied: recorded as it"
                ));
            }
            Event::Replanned => {
                if let Some(spinner) = self.spinner.take() {
                    spinner.finish_and_clear();
                }
                self.line("another process moved the database; going on from there");
            }
        }
    }
}

/// Alembic's sentence: `Running upgrade A -> B, message`.
fn sentence(direction: Direction, revision: &str, parents: &str, message: &str) -> String {
    let (from, to) = match direction {
        Direction::Upgrade => (parents, revision),
        Direction::Downgrade => (revision, parents),
    };
    let comma = if message.is_empty() { "" } else { ", " };
    format!(
        "Running {} {from} -> {to}{comma}{message}",
        direction.as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_named_by_its_revision_and_its_parents() {
        let up = sentence(Direction::Upgrade, "m", "a, b", "join");
        assert_eq!(up, "Running upgrade a, b -> m, join");
        let down = sentence(Direction::Downgrade, "a", "", "");
        assert_eq!(down, "Running downgrade a -> ");
    }
}
