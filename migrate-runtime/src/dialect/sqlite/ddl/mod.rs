//! SQLite's stored statements, read without loss.
//!
//! In: the text that `sqlite_schema.sql` keeps for a table or an index. Out: its parts as facts, each
//! with its text, so that one part can be replaced, removed or added while every other byte stays as
//! its author wrote it. The grammar is that of SQLite itself (`parse.y`), including what it merely
//! tolerates: names in four kinds of quotes, types of any words, constraints without a comma between
//! them. Expressions are not looked into; they are text between brackets.
//!
//! Nothing here panics, whatever the text; what cannot be read is a [`DdlError`] with its position.

mod column;
mod constraint;
mod cursor;
mod edit;
mod index;
mod table;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use column::{ColumnClause, ColumnClauseKind, ColumnDefinition};
pub(crate) use constraint::{
    ConflictAction, KeyPart, References, TableConstraint, TableConstraintKind,
};
pub(crate) use cursor::unquoted;
pub(crate) use index::{CreateIndex, IndexPart, IndexPartKey};
pub(crate) use table::{CreateTable, SegmentKind, StoredOptions};
pub(crate) use token::{Token, TokenKind, tokenize};

/// A stored statement that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read the statement that the database keeps: expected {expected} at byte {position}, found {found}: {}", excerpt(.sql, *.position))]
pub struct DdlError {
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// Where, in bytes from the start of the statement.
    pub position: usize,
    /// The statement.
    pub sql: String,
}

impl crate::Explain for DdlError {
    fn kind(&self) -> crate::ErrorKind {
        crate::ErrorKind::Unsupported
    }

    fn hints(&self) -> Vec<String> {
        vec![
            "report the statement as a bug; SQLite accepted it, so it should be readable"
                .to_owned(),
        ]
    }
}

/// Some forty characters of the statement around the position.
fn excerpt(sql: &str, position: usize) -> String {
    let start = position.saturating_sub(10);
    let text: String = sql
        .char_indices()
        .skip_while(|(at, _)| *at < start)
        .take_while(|(at, _)| *at < position + 30)
        .map(|(_, character)| character)
        .collect();
    format!(
        "`{}`",
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

/// A name in double quotes, as every part that we write ourselves has it.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
