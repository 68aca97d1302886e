//! The definition of a column.

use super::DdlError;
use super::constraint::{
    ConflictAction, References, collation, conflict_action, constraint_name, deferrable, sort_order,
};
use super::cursor::Cursor;
use super::token::TokenKind;
use crate::schema::{Deferrable, Name};
use std::ops::Range;

/// A column as its table's statement defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnDefinition {
    /// Its name.
    pub(crate) name: Name,
    /// Where the name is in `text`.
    pub(crate) name_range: Range<usize>,
    /// The declared type as written, empty where there is none.
    pub(crate) ty: String,
    /// Where the type is in `text`; an empty range behind the name where there is none.
    pub(crate) type_range: Range<usize>,
    /// What follows the type, in order.
    pub(crate) clauses: Vec<ColumnClause>,
    /// The whole text.
    pub(crate) text: String,
}

/// A clause of a column definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnClause {
    /// The name given with `CONSTRAINT`.
    pub(crate) name: Option<Name>,
    /// What it says.
    pub(crate) kind: ColumnClauseKind,
    /// Where it is in the text of the column, its `CONSTRAINT name` included.
    pub(crate) range: Range<usize>,
}

/// The kinds of [`ColumnClause`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColumnClauseKind {
    /// `NULL`, which says nothing.
    Null,
    /// `NOT NULL`.
    NotNull(Option<ConflictAction>),
    /// `PRIMARY KEY`.
    PrimaryKey {
        /// `DESC`; it keeps an INTEGER key from being the rowid.
        descending: bool,
        /// What happens to a row that breaks it.
        conflict: Option<ConflictAction>,
        /// `AUTOINCREMENT`.
        autoincrement: bool,
    },
    /// `UNIQUE`.
    Unique(Option<ConflictAction>),
    /// `CHECK (…)`: the text between the brackets.
    Check(String),
    /// `DEFAULT …`: the value as written, its brackets included.
    Default(String),
    /// `COLLATE …`.
    Collate(Name),
    /// `REFERENCES …`.
    References(References),
    /// `DEFERRABLE …` apart from its `REFERENCES`; it belongs to the last one.
    Deferrable(Deferrable),
    /// `GENERATED ALWAYS AS (…)`.
    Generated {
        /// The text between the brackets.
        expression: String,
        /// `STORED`; `VIRTUAL` when nothing is said.
        stored: bool,
    },
    /// `CONSTRAINT name` with nothing behind it.
    Nothing,
}

/// Words that end a type. `GENERATED` could be part of one; SQLite cuts it off, too.
const AFTER_TYPE: [&str; 11] = [
    "CONSTRAINT",
    "DEFAULT",
    "NULL",
    "NOT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "AS",
    "DEFERRABLE",
];

impl ColumnDefinition {
    /// Reads the definition that `text` is, with no blanks around it.
    pub(crate) fn parse(text: &str) -> Result<Self, DdlError> {
        Self::read(Cursor::new(text)?)
    }

    /// Reads the definition that is the whole text of the cursor.
    pub(super) fn read(mut cursor: Cursor<'_>) -> Result<Self, DdlError> {
        let name = cursor.name()?;
        let name_range = 0..cursor.end_of_last();
        let type_range = read_type(&mut cursor)?;
        let mut clauses = Vec::new();
        while !cursor.is_at_end() {
            clauses.push(ColumnClause::read(&mut cursor)?);
        }
        Ok(Self {
            name,
            name_range,
            ty: cursor.slice(type_range.clone()).to_owned(),
            type_range,
            clauses,
            text: cursor.text().to_owned(),
        })
    }
}

/// Any words and strings, then at most one bracket with one or two numbers.
fn read_type(cursor: &mut Cursor<'_>) -> Result<Range<usize>, DdlError> {
    let behind_name = cursor.end_of_last();
    let start = cursor.start();
    let mut words = 0;
    while is_type_word(cursor) {
        cursor.advance();
        words += 1;
    }
    if words == 0 {
        return Ok(behind_name..behind_name);
    }
    if cursor.looking_at_symbol("(") {
        cursor.skip_brackets()?;
    }
    Ok(start..cursor.end_of_last())
}

fn is_type_word(cursor: &Cursor<'_>) -> bool {
    let Some(token) = cursor.peek() else {
        return false;
    };
    match token.kind {
        TokenKind::Quoted | TokenKind::Text => true,
        TokenKind::Word => {
            !AFTER_TYPE.iter().any(|word| cursor.looking_at(&[word]))
                && !cursor.looking_at(&["GENERATED", "ALWAYS"])
        }
        TokenKind::Space
        | TokenKind::Comment
        | TokenKind::Blob
        | TokenKind::Number
        | TokenKind::Parameter
        | TokenKind::Symbol => false,
    }
}

impl ColumnClause {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, DdlError> {
        let start = cursor.start();
        let name = constraint_name(cursor)?;
        let kind = read_kind(cursor, name.is_some())?;
        Ok(Self {
            name,
            kind,
            range: start..cursor.end_of_last(),
        })
    }
}

fn read_kind(cursor: &mut Cursor<'_>, named: bool) -> Result<ColumnClauseKind, DdlError> {
    if let Some(deferrable) = deferrable(cursor)? {
        return Ok(ColumnClauseKind::Deferrable(deferrable));
    }
    if cursor.take(&["NOT", "NULL"]) {
        return conflict_action(cursor).map(ColumnClauseKind::NotNull);
    }
    if cursor.take(&["NULL"]) {
        conflict_action(cursor)?;
        return Ok(ColumnClauseKind::Null);
    }
    if cursor.take(&["PRIMARY", "KEY"]) {
        return Ok(ColumnClauseKind::PrimaryKey {
            descending: sort_order(cursor),
            conflict: conflict_action(cursor)?,
            autoincrement: cursor.take(&["AUTOINCREMENT"]),
        });
    }
    if cursor.take(&["UNIQUE"]) {
        return conflict_action(cursor).map(ColumnClauseKind::Unique);
    }
    if cursor.take(&["CHECK"]) {
        return Ok(ColumnClauseKind::Check(cursor.brackets()?.to_owned()));
    }
    if cursor.take(&["DEFAULT"]) {
        return read_default(cursor);
    }
    if cursor.take(&["REFERENCES"]) {
        return References::read(cursor).map(ColumnClauseKind::References);
    }
    if let Some(name) = collation(cursor)? {
        return Ok(ColumnClauseKind::Collate(name));
    }
    if cursor.take(&["GENERATED", "ALWAYS", "AS"]) || cursor.take(&["AS"]) {
        let expression = cursor.brackets()?.to_owned();
        let stored = cursor.take(&["STORED"]);
        if !stored {
            cursor.take(&["VIRTUAL"]);
        }
        return Ok(ColumnClauseKind::Generated { expression, stored });
    }
    if named {
        return Ok(ColumnClauseKind::Nothing);
    }
    Err(cursor.error("a clause of a column"))
}

/// `(…)`, or one literal or name with an optional sign.
fn read_default(cursor: &mut Cursor<'_>) -> Result<ColumnClauseKind, DdlError> {
    let start = cursor.start();
    if cursor.looking_at_symbol("(") {
        cursor.skip_brackets()?;
    } else {
        if !cursor.take_symbol("-") {
            cursor.take_symbol("+");
        }
        match cursor.peek().map(|token| token.kind) {
            Some(
                TokenKind::Word
                | TokenKind::Quoted
                | TokenKind::Text
                | TokenKind::Blob
                | TokenKind::Number,
            ) => cursor.advance(),
            _ => return Err(cursor.error("a default value")),
        }
    }
    let text = cursor.slice(start..cursor.end_of_last());
    Ok(ColumnClauseKind::Default(text.to_owned()))
}
