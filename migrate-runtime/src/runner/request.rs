//! Statements of one transaction that travel together: on a server a round trip costs as much as a commit.
//!
//! In go texts, each with what it is a part of; they are sent when somebody needs an answer. The server
//! answers for all of them at once and does not say which one it refused, so a mark is left before each:
//! one that a rollback does not take away.

use super::transaction::{Engine, Limits, rollback};
use crate::connection::{DatabaseError, Session};
use crate::sql::Statement;

/// What a text is a part of: whom an error is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'p> {
    /// The beginning of the transaction, and whether it may go on.
    Opening,
    /// The tables of the bookkeeping.
    Tables,
    /// A step of the plan.
    Statement(&'p Statement),
    /// Whether the transaction is still there after a step that may have ended it.
    Open(&'p Statement),
    /// The bookkeeping of the migration and the commit.
    Record,
}

/// Texts that were not sent yet.
pub(super) struct Request<'p> {
    engine: &'p dyn Engine,
    limits: Limits<'p>,
    parts: Vec<(Part<'p>, String)>,
}

/// Why a request was not obeyed.
pub(super) enum Refusal<'p> {
    /// This part of it was refused.
    At(Part<'p>, DatabaseError),
    /// None of it was looked at; sent one by one, one of them will be refused.
    Unread,
    /// Nobody answers any more.
    Lost(DatabaseError),
}

impl<'p> Request<'p> {
    pub(super) fn new(engine: &'p dyn Engine, limits: Limits<'p>) -> Self {
        Self {
            engine,
            limits,
            parts: Vec::new(),
        }
    }

    /// Adds a text, one statement or several, to what is to be sent.
    pub(super) fn push(&mut self, part: Part<'p>, sql: String) {
        self.parts.push((part, sql));
    }

    /// Sends what there is. Where it is refused, the transaction may be rolled back already.
    pub(super) fn send(&mut self, session: &mut dyn Session) -> Result<(), Refusal<'p>> {
        let parts = std::mem::take(&mut self.parts);
        match &parts[..] {
            [] => Ok(()),
            [(part, sql)] => (session.batch(sql)).map_err(|error| Refusal::At(*part, error)),
            parts => (session.batch(&self.joined(parts)))
                .map_err(|error| self.located(session, parts, error)),
        }
    }

    /// The parts in one text. A comment at the end of one does not swallow the next.
    fn joined(&self, parts: &[(Part<'_>, String)]) -> String {
        let mut text = String::new();
        let mut add = |sql: &str| {
            text.push_str(sql);
            text.push_str("\n;\n");
        };
        let mut last = None;
        for (number, (part, sql)) in parts.iter().enumerate() {
            // Before the transaction is there, nothing is left of a mark's meaning.
            if !matches!(part, Part::Opening) {
                add(&self.engine.mark(self.limits, last, Some(number)));
                last = Some(number);
            }
            add(sql);
        }
        if last.is_some() {
            add(&self.engine.mark(self.limits, last, None));
        }
        text
    }

    /// Finds out which part an error is about.
    fn located(
        &self,
        session: &mut dyn Session,
        parts: &[(Part<'p>, String)],
        error: DatabaseError,
    ) -> Refusal<'p> {
        rollback(session);
        match self.engine.marked(session, self.limits) {
            Err(_) => Refusal::Lost(error),
            Ok(_) if self.engine.is_of_the_opening(&error) => Refusal::At(Part::Opening, error),
            Ok(Some(number)) if number < parts.len() => {
                let (part, sql) = &parts[number];
                let sql = sql.clone();
                Refusal::At(*part, DatabaseError { sql, ..error })
            }
            Ok(_) => Refusal::Unread,
        }
    }
}
