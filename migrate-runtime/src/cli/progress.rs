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
                revision: _,
                from,
                to,
                message,
            } => self.start(sentence(*direction, from, to, message)),
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
            Event::Failed { revision: _ } => self.end("failed, rolled back"),
            Event::Replanned => {
                self.line("another process moved the database; going on from there");
            }
        }
    }
}

/// Alembic's sentence: `Running upgrade A -> B, message`.
fn sentence(direction: Direction, from: &[String], to: &[String], message: &str) -> String {
    let message = if message.is_empty() {
        String::new()
    } else {
        format!(", {message}")
    };
    format!(
        "Running {} {} -> {}{message}",
        direction.as_str(),
        from.join(", "),
        to.join(", ")
    )
}
