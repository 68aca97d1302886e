//! Table constraints, and what they share with the clauses of a column.

use super::DdlError;
use super::cursor::Cursor;
use crate::schema::{Deferrable, Name, ReferentialAction};

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableConstraint {
    /// Its name.
    pub(crate) name: Option<Name>,
    /// What it demands.
    pub(crate) kind: TableConstraintKind,
    /// Its whole text.
    pub(crate) text: String,
}

/// The kinds of [`TableConstraint`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TableConstraintKind {
    /// `PRIMARY KEY (a, b)`.
    PrimaryKey {
        /// The key.
        columns: Vec<KeyPart>,
        /// `AUTOINCREMENT`, which SQLite takes inside the brackets.
        autoincrement: bool,
        /// What happens to a row that breaks it.
        conflict: Option<ConflictAction>,
    },
    /// `UNIQUE (a, b)`.
    Unique {
        /// The key.
        columns: Vec<KeyPart>,
        /// What happens to a row that breaks it.
        conflict: Option<ConflictAction>,
    },
    /// `CHECK (…)`.
    Check {
        /// The condition.
        expression: String,
        /// Accepted and ignored by SQLite.
        conflict: Option<ConflictAction>,
    },
    /// `FOREIGN KEY (a) REFERENCES b (c) …`.
    ForeignKey {
        /// The columns of this table.
        columns: Vec<Name>,
        /// The rest.
        references: References,
    },
    /// `CONSTRAINT name` with nothing behind it, which SQLite ignores.
    Nothing,
}

/// A column of a primary key or unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyPart {
    /// The column.
    pub(crate) column: Name,
    /// The collation, if that was said.
    pub(crate) collation: Option<Name>,
    /// Whether the largest comes first.
    pub(crate) descending: bool,
}

/// `REFERENCES …` with what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct References {
    /// The table.
    pub(crate) table: Name,
    /// The columns; none means the primary key.
    pub(crate) columns: Vec<Name>,
    /// `ON DELETE`.
    pub(crate) on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub(crate) on_update: ReferentialAction,
    /// `MATCH`, which SQLite ignores.
    pub(crate) matching: Option<Name>,
    /// When it is checked.
    pub(crate) deferrable: Deferrable,
}

/// `ON CONFLICT …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConflictAction {
    /// Ends the transaction.
    Rollback,
    /// Undoes the statement; what happens when nothing is said.
    Abort,
    /// Stops the statement where it is.
    Fail,
    /// Leaves the row out.
    Ignore,
    /// Deletes the rows in its way.
    Replace,
}

/// The words a table constraint begins with; none of them can be a column's name without quotes.
const BEGINNINGS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

pub(super) fn begins_constraint(cursor: &Cursor<'_>) -> bool {
    BEGINNINGS.iter().any(|word| cursor.looking_at(&[word]))
}

impl TableConstraint {
    /// Reads one; the next may follow without a comma.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, DdlError> {
        let start = cursor.start();
        let name = constraint_name(cursor)?;
        let kind = read_kind(cursor, name.is_some())?;
        let text = cursor.slice(start..cursor.end_of_last()).to_owned();
        Ok(Self { name, kind, text })
    }
}

/// `CONSTRAINT name`, where it is.
pub(super) fn constraint_name(cursor: &mut Cursor<'_>) -> Result<Option<Name>, DdlError> {
    if cursor.take(&["CONSTRAINT"]) {
        cursor.name().map(Some)
    } else {
        Ok(None)
    }
}

fn read_kind(cursor: &mut Cursor<'_>, named: bool) -> Result<TableConstraintKind, DdlError> {
    if cursor.take(&["PRIMARY", "KEY"]) {
        let (columns, autoincrement) = key_parts(cursor)?;
        let conflict = conflict_action(cursor)?;
        Ok(TableConstraintKind::PrimaryKey {
            columns,
            autoincrement,
            conflict,
        })
    } else if cursor.take(&["UNIQUE"]) {
        let (columns, _) = key_parts(cursor)?;
        let conflict = conflict_action(cursor)?;
        Ok(TableConstraintKind::Unique { columns, conflict })
    } else if cursor.take(&["CHECK"]) {
        let expression = cursor.brackets()?.to_owned();
        let conflict = conflict_action(cursor)?;
        Ok(TableConstraintKind::Check {
            expression,
            conflict,
        })
    } else if cursor.take(&["FOREIGN", "KEY"]) {
        let columns = cursor.names()?;
        cursor.expect(&["REFERENCES"])?;
        let references = References::read(cursor)?;
        Ok(TableConstraintKind::ForeignKey {
            columns,
            references,
        })
    } else if named {
        Ok(TableConstraintKind::Nothing)
    } else {
        Err(cursor.error("a table constraint"))
    }
}

/// `(a COLLATE x DESC, b AUTOINCREMENT)`.
fn key_parts(cursor: &mut Cursor<'_>) -> Result<(Vec<KeyPart>, bool), DdlError> {
    cursor.expect_symbol("(")?;
    let mut parts = vec![key_part(cursor)?];
    while cursor.take_symbol(",") {
        parts.push(key_part(cursor)?);
    }
    let autoincrement = cursor.take(&["AUTOINCREMENT"]);
    cursor.expect_symbol(")")?;
    Ok((parts, autoincrement))
}

fn key_part(cursor: &mut Cursor<'_>) -> Result<KeyPart, DdlError> {
    let column = cursor.name()?;
    let collation = collation(cursor)?;
    let descending = sort_order(cursor);
    Ok(KeyPart {
        column,
        collation,
        descending,
    })
}

pub(super) fn collation(cursor: &mut Cursor<'_>) -> Result<Option<Name>, DdlError> {
    if cursor.take(&["COLLATE"]) {
        cursor.name().map(Some)
    } else {
        Ok(None)
    }
}

/// `ASC` or `DESC`, and `NULLS FIRST` or `NULLS LAST`, which SQLite only takes where it is the default.
pub(super) fn sort_order(cursor: &mut Cursor<'_>) -> bool {
    let descending = cursor.take(&["DESC"]);
    if !descending {
        cursor.take(&["ASC"]);
    }
    if !cursor.take(&["NULLS", "FIRST"]) {
        cursor.take(&["NULLS", "LAST"]);
    }
    descending
}

pub(super) fn conflict_action(cursor: &mut Cursor<'_>) -> Result<Option<ConflictAction>, DdlError> {
    if !cursor.take(&["ON", "CONFLICT"]) {
        return Ok(None);
    }
    let actions = [
        ("ROLLBACK", ConflictAction::Rollback),
        ("ABORT", ConflictAction::Abort),
        ("FAIL", ConflictAction::Fail),
        ("IGNORE", ConflictAction::Ignore),
        ("REPLACE", ConflictAction::Replace),
    ];
    for (word, action) in actions {
        if cursor.take(&[word]) {
            return Ok(Some(action));
        }
    }
    Err(cursor.error("an action of ON CONFLICT"))
}

impl References {
    /// Reads what follows the word `REFERENCES`.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, DdlError> {
        let table = cursor.name()?;
        let columns = if cursor.looking_at_symbol("(") {
            cursor.names()?
        } else {
            Vec::new()
        };
        let mut references = Self {
            table,
            columns,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            matching: None,
            deferrable: Deferrable::No,
        };
        references.read_arguments(cursor)?;
        Ok(references)
    }

    fn read_arguments(&mut self, cursor: &mut Cursor<'_>) -> Result<(), DdlError> {
        loop {
            if cursor.take(&["ON", "DELETE"]) {
                self.on_delete = referential_action(cursor)?;
            } else if cursor.take(&["ON", "UPDATE"]) {
                self.on_update = referential_action(cursor)?;
            } else if cursor.take(&["ON", "INSERT"]) {
                // Accepted by the grammar, without a meaning.
                referential_action(cursor)?;
            } else if cursor.take(&["MATCH"]) {
                self.matching = Some(cursor.name()?);
            } else if let Some(deferrable) = deferrable(cursor)? {
                self.deferrable = deferrable;
            } else {
                return Ok(());
            }
        }
    }
}

fn referential_action(cursor: &mut Cursor<'_>) -> Result<ReferentialAction, DdlError> {
    let actions: [(&[&str], ReferentialAction); 5] = [
        (&["NO", "ACTION"], ReferentialAction::NoAction),
        (&["RESTRICT"], ReferentialAction::Restrict),
        (&["CASCADE"], ReferentialAction::Cascade),
        (&["SET", "NULL"], ReferentialAction::SetNull),
        (&["SET", "DEFAULT"], ReferentialAction::SetDefault),
    ];
    for (words, action) in actions {
        if cursor.take(words) {
            return Ok(action);
        }
    }
    Err(cursor.error("a referential action"))
}

/// `[NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE]`, where it is.
///
/// `NOT DEFERRABLE INITIALLY DEFERRED` is immediate: SQLite drops the second half then
/// (<https://www.sqlite.org/foreignkeys.html#fk_deferred>).
pub(super) fn deferrable(cursor: &mut Cursor<'_>) -> Result<Option<Deferrable>, DdlError> {
    let negated = cursor.take(&["NOT", "DEFERRABLE"]);
    if !negated && !cursor.take(&["DEFERRABLE"]) {
        return Ok(None);
    }
    let deferred = if !cursor.take(&["INITIALLY"]) {
        false
    } else if cursor.take(&["DEFERRED"]) {
        true
    } else {
        cursor.expect(&["IMMEDIATE"])?;
        false
    };
    Ok(Some(match (negated, deferred) {
        (true, _) => Deferrable::No,
        (false, true) => Deferrable::InitiallyDeferred,
        (false, false) => Deferrable::InitiallyImmediate,
    }))
}
