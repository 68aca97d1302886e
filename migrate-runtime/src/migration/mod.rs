//! Migration files: the const form in which people write and review them.
//!
//! A migration file glob-imports this module and declares one `const MIGRATION`. Everything here is
//! `Copy` data without `Drop`, so nested slices are promoted to `'static` and the compiler can fold
//! the chain; the `lower` module turns it into the owned [`Operation`](crate::operation::Operation).
//!
//! ```
//! use migrate_runtime::migration::*;
//!
//! pub const MIGRATION: Migration = Migration::new("20260125_120000")
//!     .revises(&["20260120_100000"])
//!     .upgrade(&[
//!         add_column("users", column("bio", Text)),
//!         create_index("users_bio_idx", "users", &["bio"]),
//!     ])
//!     .downgrade(&[
//!         drop_index("users_bio_idx", "users"),
//!         drop_column("users", "bio"),
//!     ]);
//! ```

pub(crate) mod checksum;
mod column;
mod constraint;
mod details;
mod index;
mod lower;
mod operation;
pub(crate) mod outside;
mod tables;
mod types;

pub use crate::runner::{RunConnection, RunResult, inspect};
pub use crate::schema::Backend::{self, Mysql, Postgres, Sqlite};
pub use crate::schema::ReferentialAction::{
    self, Cascade, NoAction, Restrict, SetDefault, SetNull,
};
pub use column::{
    ColumnChangeDef, ColumnDef, DefaultDef, GeneratedDef, boolean, column, float, integer, now,
    text, today, uuid,
};
pub use constraint::{
    ConstraintDef, ConstraintKind, check, check_def, exclusion, foreign_key, primary_key, unique,
};
pub use index::{IndexColumnDef, IndexDef, by, by_expression, by_expression_def, index};
pub use operation::{
    OperationDef, OperationKind, add_check, add_column, add_foreign_key, add_primary_key,
    add_unique, alter_column, alter_enum, backfill, backfill_def, create_enum, create_index,
    create_table, drop_check, drop_column, drop_enum, drop_foreign_key, drop_index,
    drop_primary_key, drop_table, drop_unique, rename_column, rename_constraint, rename_index,
    rename_table, run, set_table_comment, set_table_options, sql, sql_def, sql_for,
    validate_constraint,
};
pub use types::TypeDef::{
    self, Array, BigInt, Binary, Bool, Char, Date, Decimal, Double, Enum, Float, Integer, Json,
    Jsonb, Native, SmallInt, Text, Time, Timestamp, TimestampTz, TinyInt, UnsignedBigInt,
    UnsignedInteger, UnsignedSmallInt, UnsignedTinyInt, Uuid, Varchar,
};
pub use types::{EnumDef, SqlDef, TableNameDef, TableOptionsDef, options, table_name};

use std::panic::Location;

/// One migration: an id, what it revises, and the operations both ways.
///
/// `new` and `revises` take string literals: commands that must work when the crate does not compile
/// read them from the source.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The revision id. The file's name begins with it.
    pub id: &'static str,
    /// What it is about: the first line of its file's documentation, which `schema!` reads.
    pub message: &'static str,
    /// The ids of the revisions it follows: none for a base, several for a merge.
    pub revises: &'static [&'static str],
    /// Revisions that must be applied first, without being parents.
    pub depends_on: &'static [&'static str],
    /// Names for the branch that begins here.
    pub branch_labels: &'static [&'static str],
    /// The revisions in whose place it stands.
    pub replaces: &'static [&'static str],
    /// The way up.
    pub upgrade: &'static [OperationDef],
    /// The way down; `None` where none was written.
    pub downgrade: Option<&'static [OperationDef]>,
    /// Why there is no way down.
    pub irreversible: Option<&'static str>,
    /// Whether each of its statements is committed by itself.
    pub outside_transaction: bool,
    /// Where it is written.
    pub location: &'static Location<'static>,
    /// Where its downgrade is written.
    pub downgrade_location: &'static Location<'static>,
}

impl Migration {
    /// A migration without operations.
    #[track_caller]
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            message: "",
            revises: &[],
            depends_on: &[],
            branch_labels: &[],
            replaces: &[],
            upgrade: &[],
            downgrade: None,
            irreversible: None,
            outside_transaction: false,
            location: Location::caller(),
            downgrade_location: Location::caller(),
        }
    }

    /// What it is about, where no file says it: `schema!` calls this.
    pub const fn message(mut self, message: &'static str) -> Self {
        self.message = message;
        self
    }

    /// The revisions it follows.
    pub const fn revises(mut self, parents: &'static [&'static str]) -> Self {
        self.revises = parents;
        self
    }

    /// Revisions that must be applied first, without being parents.
    pub const fn depends_on(mut self, revisions: &'static [&'static str]) -> Self {
        self.depends_on = revisions;
        self
    }

    /// Names for the branch that begins here.
    pub const fn branch_labels(mut self, labels: &'static [&'static str]) -> Self {
        self.branch_labels = labels;
        self
    }

    /// The revisions in whose place it stands, in order: `cargo migrate squash` writes them. A database that has the
    /// last of them has this one, without running it; one that has none of them runs it; one in the middle goes on in
    /// their files, as long as these are there. In the chain the last of them is another name of this one.
    pub const fn replaces(mut self, revisions: &'static [&'static str]) -> Self {
        self.replaces = revisions;
        self
    }

    /// The operations of the way up, in order.
    pub const fn upgrade(mut self, operations: &'static [OperationDef]) -> Self {
        self.upgrade = operations;
        self
    }

    /// The operations of the way down, in order.
    #[track_caller]
    pub const fn downgrade(mut self, operations: &'static [OperationDef]) -> Self {
        self.downgrade = Some(operations);
        self.downgrade_location = Location::caller();
        self
    }

    /// Takes the transaction away that a migration runs in. For statements that cannot run inside one:
    /// `VACUUM`, or `CREATE INDEX CONCURRENTLY` of PostgreSQL. Where a step fails, those before it stay
    /// done, so such a migration holds nothing else; the compiler sees to it.
    pub const fn outside_transaction(mut self) -> Self {
        self.outside_transaction = true;
        self
    }

    /// Says that there is no way back, and why; `downgrade` past it refuses with that reason.
    pub const fn irreversible(mut self, reason: &'static str) -> Self {
        self.irreversible = Some(reason);
        self
    }
}
