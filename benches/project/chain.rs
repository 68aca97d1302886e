//! A chain of revisions as a project of some years has: every operation that a diff makes, and
//! backfills, each with its way back.

use super::Size;
use super::evolution::Evolution;
use migrate_runtime::operation::{Operation, apply_all, inverse_all};
use migrate_runtime::schema::Schema;
use migrate_runtime::source::message_from_operations;
use migrate_runtime::source::name::{Timestamp, slug};
use migrate_runtime::source::{Downgrade, MigrationFile};

/// The first revision's time: the beginning of 2024, one revision every five hours after that.
const BEGIN: u64 = 1_704_067_200;
const EVERY: u64 = 5 * 3_600 + 61;

/// A line of revisions, and the schema at its end.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The revisions, in order.
    pub revisions: Vec<Revision>,
    /// What they lead to.
    pub schema: Schema,
}

/// One revision.
#[derive(Debug, Clone)]
pub struct Revision {
    number: usize,
    /// The way up.
    pub upgrade: Vec<Operation>,
    /// The way down.
    pub downgrade: Vec<Operation>,
}

impl Chain {
    /// The chain of a size.
    pub fn new(size: Size) -> Self {
        let mut evolution = Evolution::new(size);
        let mut schema = Schema::new();
        let revisions = (0..size.migrations)
            .map(|number| {
                let upgrade = evolution.step(number, &schema);
                let downgrade = inverse_all(&upgrade, &schema).expect("each has a way back");
                apply_all(&mut schema, &upgrade).expect("each can be applied");
                Revision {
                    number,
                    upgrade,
                    downgrade,
                }
            })
            .collect();
        Self { revisions, schema }
    }

    /// How many operations there are on the way up.
    pub fn operations(&self) -> usize {
        self.revisions
            .iter()
            .map(|revision| revision.upgrade.len())
            .sum()
    }
}

impl Revision {
    /// Its id.
    pub fn id(&self) -> String {
        time(self.number).id()
    }

    /// The name of its file.
    pub fn file_name(&self) -> String {
        let slug = slug(&message_from_operations(&self.upgrade));
        format!("{}_{slug}.rs", self.id())
    }

    /// Its file.
    pub fn file(&self) -> MigrationFile {
        let message = message_from_operations(&self.upgrade);
        let steps = |operations: &[Operation]| operations.iter().cloned().map(Into::into).collect();
        let parent = self.number.checked_sub(1).map(|number| time(number).id());
        MigrationFile {
            revises: parent.into_iter().collect(),
            upgrade: steps(&self.upgrade),
            downgrade: Downgrade::Operations(steps(&self.downgrade)),
            ..MigrationFile::empty(self.id(), message, time(self.number))
        }
    }
}

fn time(number: usize) -> Timestamp {
    Timestamp::from_unix(BEGIN + EVERY * number as u64)
}
