//! What a run reports while it goes on.

use super::hooks::Hooks;
use crate::graph::Direction;
use std::time::Duration;

/// Something that happened while a chain was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A migration begins.
    Started {
        /// Up or down.
        direction: Direction,
        /// The revision.
        revision: &'e str,
        /// The revisions that it revises, in the order of the file; empty at the base.
        parents: &'e [String],
        /// What it is about.
        message: &'e str,
    },
    /// A table or column that holds something is about to be dropped.
    Destroys {
        /// What: `table users`, `column users.bio`.
        what: &'e str,
        /// How many rows it has, or how many have a value in it.
        rows: i64,
        /// Whether there are more, which were not counted.
        is_more: bool,
    },
    /// A statement is about to run, alone or in one request with those that follow it.
    Statement {
        /// The SQL.
        sql: &'e str,
    },
    /// A function of the migration file is about to be called.
    Run {
        /// Its name.
        name: &'e str,
    },
    /// An operation with `if_exists` or `if_not_exists` had nothing to do.
    Skipped {
        /// Why.
        reason: &'e str,
    },
    /// A migration is in the database.
    Finished {
        /// The revision.
        revision: &'e str,
        /// How long it took.
        elapsed: Duration,
    },
    /// A migration failed.
    Failed {
        /// The revision.
        revision: &'e str,
        /// Whether nothing of it is left.
        rolled_back: bool,
    },
    /// A migration was rolled back because somebody else used its tables, and is tried again.
    Waiting {
        /// The revision.
        revision: &'e str,
        /// What is in use and by whom, where the database says so.
        user: Option<&'e str>,
        /// How long until the next attempt.
        pause: Duration,
    },
    /// Another process holds the lock of the migrations (of SQLite: that of the file), and is waited for. Said
    /// once.
    Queued {
        /// Who it is, where the database says so.
        holder: Option<&'e str>,
    },
    /// The next statement, which is outside of a transaction, will first wait for the end of a transaction
    /// that is older than it.
    Behind {
        /// Whose it is; there may be more of them.
        transaction: &'e str,
    },
    /// The database has a revision because it has all that this one replaces. Nothing was run for it.
    Replaced {
        /// The revision.
        revision: &'e str,
        /// The last of those that it replaces.
        last: &'e str,
    },
    /// Another process moved the database; the plan is made again. What was begun has not happened.
    Replanned,
}

/// Who is told.
pub trait Progress {
    /// Something happened. Called inside the transaction of the migration, so it should be quick.
    fn event(&mut self, event: &Event<'_>);

    /// What is to be done around each revision, if anything.
    fn hooks(&mut self) -> Option<&mut dyn Hooks> {
        None
    }
}

impl<F: FnMut(&Event<'_>)> Progress for F {
    fn event(&mut self, event: &Event<'_>) {
        self(event);
    }
}

/// Nobody is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&mut self, _: &Event<'_>) {}
}
