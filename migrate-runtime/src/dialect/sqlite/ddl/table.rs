//! `CREATE TABLE` as segments: column definitions and table constraints.

use super::DdlError;
use super::column::{ColumnClauseKind, ColumnDefinition};
use super::constraint::{TableConstraint, TableConstraintKind, begins_constraint};
use super::cursor::Cursor;
use super::token::{TokenKind, Tokens};
use crate::schema::Name;
use std::fmt;

/// A stored `CREATE TABLE`. It prints as exactly the text it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CreateTable {
    /// Everything before the name: `CREATE TABLE `.
    pub(super) prefix: String,
    /// The name.
    pub(crate) name: Name,
    /// The name as written.
    pub(super) name_text: String,
    /// From the name to the opening bracket, that included.
    pub(super) open: String,
    /// What is between the brackets.
    pub(super) segments: Vec<Segment>,
    /// The closing bracket and all that follows.
    pub(super) tail: String,
    /// What follows the closing bracket, as facts.
    pub(crate) options: StoredOptions,
}

/// Options of a stored table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StoredOptions {
    /// `STRICT`.
    pub(crate) strict: bool,
    /// `WITHOUT ROWID`.
    pub(crate) without_rowid: bool,
}

/// A column definition or table constraint, with the blanks and comments around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Blanks and comments before it.
    pub(super) lead: String,
    /// What it is.
    pub(crate) kind: SegmentKind,
    /// Blanks and comments behind it, before the comma or closing bracket.
    pub(super) trail: String,
    /// The comma, where there is one, with a comment on the rest of its line.
    pub(super) comma: String,
}

/// The kinds of [`Segment`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SegmentKind {
    /// A column.
    Column(ColumnDefinition),
    /// A constraint.
    Constraint(TableConstraint),
}

impl SegmentKind {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Column(column) => &column.text,
            Self::Constraint(constraint) => &constraint.text,
        }
    }

    /// Reads a text that is one segment and nothing else.
    pub(super) fn parse(text: &str) -> Result<Self, DdlError> {
        let text = text.trim();
        let mut cursor = Cursor::new(text)?;
        if !begins_constraint(&cursor) {
            return ColumnDefinition::parse(text).map(Self::Column);
        }
        let constraint = TableConstraint::read(&mut cursor)?;
        if !cursor.is_at_end() {
            return Err(cursor.error("the end of the constraint"));
        }
        Ok(Self::Constraint(constraint))
    }
}

impl CreateTable {
    /// Reads a stored statement.
    pub(crate) fn parse(sql: &str) -> Result<Self, DdlError> {
        let mut cursor = Cursor::new(sql)?;
        cursor.expect(&["CREATE"])?;
        if !cursor.take(&["TEMP"]) {
            cursor.take(&["TEMPORARY"]);
        }
        cursor.expect(&["TABLE"])?;
        cursor.take(&["IF", "NOT", "EXISTS"]);
        let mut name_start = cursor.start();
        let mut name = cursor.name()?;
        if cursor.take_symbol(".") {
            name_start = cursor.start();
            name = cursor.name()?;
        }
        let name_end = cursor.end_of_last();
        let body_start = cursor.start() + 1;
        cursor.skip_brackets()?;
        let body_end = cursor.end_of_last() - 1;
        Ok(Self {
            prefix: cursor.slice(0..name_start).to_owned(),
            name,
            name_text: cursor.slice(name_start..name_end).to_owned(),
            open: cursor.slice(name_end..body_start).to_owned(),
            segments: read_segments(cursor.slice(body_start..body_end))
                .map_err(|error| error.within(sql, body_start))?,
            tail: cursor.slice(body_end..sql.len()).to_owned(),
            options: StoredOptions::read(&mut cursor)?,
        })
    }

    /// Its segments, in order.
    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Its columns, in order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &ColumnDefinition> {
        self.segments
            .iter()
            .filter_map(|segment| match &segment.kind {
                SegmentKind::Column(column) => Some(column),
                SegmentKind::Constraint(_) => None,
            })
    }

    /// Its table constraints, in order.
    pub(crate) fn constraints(&self) -> impl Iterator<Item = &TableConstraint> {
        self.segments
            .iter()
            .filter_map(|segment| match &segment.kind {
                SegmentKind::Column(_) => None,
                SegmentKind::Constraint(constraint) => Some(constraint),
            })
    }

    /// Whether it says `AUTOINCREMENT`.
    pub(crate) fn is_autoincrement(&self) -> bool {
        let in_column = self
            .columns()
            .flat_map(|column| &column.clauses)
            .any(|clause| {
                matches!(
                    clause.kind,
                    ColumnClauseKind::PrimaryKey {
                        autoincrement: true,
                        ..
                    }
                )
            });
        let in_table = self.constraints().any(|constraint| {
            matches!(
                constraint.kind,
                TableConstraintKind::PrimaryKey {
                    autoincrement: true,
                    ..
                }
            )
        });
        in_column || in_table
    }

    /// The column of that name, whatever the case of its letters.
    pub(crate) fn column(&self, name: &Name) -> Option<&ColumnDefinition> {
        self.columns()
            .find(|column| column.name.as_str().eq_ignore_ascii_case(name.as_str()))
    }
}

impl fmt::Display for CreateTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            prefix,
            name: _,
            name_text,
            open,
            segments,
            tail,
            options: _,
        } = self;
        write!(f, "{prefix}{name_text}{open}")?;
        for Segment {
            lead,
            kind,
            trail,
            comma,
        } in segments
        {
            write!(f, "{lead}{}{trail}{comma}", kind.text())?;
        }
        f.write_str(tail)
    }
}

impl StoredOptions {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, DdlError> {
        let mut options = Self::default();
        while !cursor.is_at_end() {
            if cursor.take(&["STRICT"]) {
                options.strict = true;
            } else if cursor.take(&["WITHOUT", "ROWID"]) {
                options.without_rowid = true;
            } else if !cursor.take_symbol(",") && !cursor.take_symbol(";") {
                return Err(cursor.error("an option of a table"));
            }
        }
        Ok(options)
    }
}

impl DdlError {
    /// The same error, seen from the statement that the text it speaks of is a part of.
    pub(super) fn within(self, sql: &str, offset: usize) -> Self {
        Self {
            position: self.position + offset,
            sql: sql.to_owned(),
            ..self
        }
    }
}

/// The places of the commas that are in no inner bracket.
fn commas(body: &str) -> Result<Vec<usize>, DdlError> {
    let mut depth = 0_usize;
    let mut commas = Vec::new();
    for token in Tokens::of(body) {
        let token = token?;
        match token.text(body) {
            "(" if token.kind == TokenKind::Symbol => depth += 1,
            ")" if token.kind == TokenKind::Symbol => depth = depth.saturating_sub(1),
            "," if depth == 0 && token.kind == TokenKind::Symbol => commas.push(token.start),
            _ => {}
        }
    }
    Ok(commas)
}

fn read_segments(body: &str) -> Result<Vec<Segment>, DdlError> {
    let mut segments = Vec::new();
    let mut start = 0;
    for comma in commas(body)? {
        let end = comma + 1 + rest_of_line_comment(body.get(comma + 1..).unwrap_or_default())?;
        read_chunk(body, start, comma, &mut segments)?;
        if let Some(last) = segments.last_mut() {
            body.get(comma..end)
                .unwrap_or_default()
                .clone_into(&mut last.comma);
        }
        start = end;
    }
    read_chunk(body, start, body.len(), &mut segments)?;
    Ok(segments)
}

/// The length of a comment on the line that `text` begins on: it speaks of what stands before it.
pub(super) fn rest_of_line_comment(text: &str) -> Result<usize, DdlError> {
    for token in Tokens::of(text) {
        let token = token?;
        match token.kind {
            TokenKind::Space if !token.text(text).contains('\n') => {}
            TokenKind::Comment => return Ok(token.end),
            _ => break,
        }
    }
    Ok(0)
}

/// One column, or the constraints that no comma separates.
fn read_chunk(
    body: &str,
    start: usize,
    end: usize,
    segments: &mut Vec<Segment>,
) -> Result<(), DdlError> {
    let chunk = body.get(start..end).unwrap_or_default();
    let mut cursor = Cursor::new(chunk)?;
    let mut from = 0;
    loop {
        let begin = cursor.start();
        let kind = if begins_constraint(&cursor) {
            SegmentKind::Constraint(
                TableConstraint::read(&mut cursor).map_err(|error| error.within(body, start))?,
            )
        } else {
            let definition = cursor.ahead();
            cursor.advance_to_end();
            SegmentKind::Column(
                ColumnDefinition::read(definition)
                    .map_err(|error| error.within(body, start + begin))?,
            )
        };
        let behind = cursor.end_of_last();
        segments.push(Segment {
            lead: chunk.get(from..begin).unwrap_or_default().to_owned(),
            kind,
            trail: String::new(),
            comma: String::new(),
        });
        from = behind;
        if cursor.is_at_end() {
            break;
        }
    }
    if let Some(last) = segments.last_mut() {
        chunk
            .get(from..)
            .unwrap_or_default()
            .clone_into(&mut last.trail);
    }
    Ok(())
}
