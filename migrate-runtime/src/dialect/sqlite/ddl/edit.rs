//! Changes to a stored statement: one segment, clause or name at a time, the rest untouched.
//!
//! A text that is put in is read like any other, so an edited statement is never one that could not
//! be read again. Places are indexes into [`CreateTable::segments`].

use super::column::{ColumnClause, ColumnDefinition};
use super::table::{CreateTable, Segment, SegmentKind, StoredOptions, rest_of_line_comment};
use super::{DdlError, quote};
use crate::schema::Name;

impl CreateTable {
    /// Gives the table another name; what refers to it elsewhere is not touched.
    pub(crate) fn rename(&mut self, name: &Name) {
        self.name_text = quote(name.as_str());
        self.name = name.clone();
    }

    /// The place of a column.
    pub(crate) fn position(&self, name: &Name) -> Option<usize> {
        self.segments
            .iter()
            .position(|segment| match &segment.kind {
                SegmentKind::Column(column) => {
                    column.name.as_str().eq_ignore_ascii_case(name.as_str())
                }
                SegmentKind::Constraint(_) => false,
            })
    }

    /// Puts another text in the place of a segment.
    pub(crate) fn replace(&mut self, place: usize, text: &str) -> Result<(), DdlError> {
        let kind = SegmentKind::parse(text)?;
        if let Some(segment) = self.segments.get_mut(place) {
            segment.kind = kind;
        }
        Ok(())
    }

    /// Takes a segment out, with the comma that it needed and the comments around it.
    pub(crate) fn remove(&mut self, place: usize) {
        if place >= self.segments.len() {
            return;
        }
        let removed = self.segments.remove(place);
        if place < self.segments.len() {
            let before = place
                .checked_sub(1)
                .and_then(|at| self.segments.get_mut(at));
            if let Some(before) = before
                && before.comma.is_empty()
            {
                // Constraints need no comma between them, but the removed one's was there to be read.
                before.comma = removed.comma;
            }
            return;
        }
        // It was the last one: the one before it needs no comma now, and the closing bracket stays
        // where it was.
        if let Some(last) = self.segments.last_mut() {
            if let Some(comment) = last.comma.strip_prefix(',') {
                last.trail.push_str(comment);
            }
            last.comma.clear();
            last.trail
                .push_str(&blanks_at_end(&removed.trail, &last.trail));
        }
    }

    /// Adds a segment: a column behind the last column, a constraint at the end.
    pub(crate) fn append(&mut self, text: &str) -> Result<(), DdlError> {
        let kind = SegmentKind::parse(text)?;
        let place = match kind {
            SegmentKind::Column(_) => self
                .segments
                .iter()
                .rposition(|segment| matches!(segment.kind, SegmentKind::Column(_)))
                .map_or(0, |last| last + 1),
            SegmentKind::Constraint(_) => self.segments.len(),
        };
        self.insert(place, kind)
    }

    fn insert(&mut self, place: usize, kind: SegmentKind) -> Result<(), DdlError> {
        let mut segment = Segment {
            lead: String::new(),
            kind,
            trail: String::new(),
            comma: String::new(),
        };
        let before = place
            .checked_sub(1)
            .and_then(|at| self.segments.get_mut(at));
        if let Some(before) = before {
            segment.lead = blanks_of(&before.lead);
            if before.comma.is_empty() {
                let trail = std::mem::take(&mut before.trail);
                let (comment, blanks) = split_trail(&trail);
                if rest_of_line_comment(comment)? == comment.len() {
                    // The comma goes right behind the text; a comment on its line stays with it.
                    before.comma = format!(",{comment}");
                } else {
                    comment.clone_into(&mut before.trail);
                    if ends_in_line_comment(comment) {
                        before.trail.push('\n');
                    }
                    ",".clone_into(&mut before.comma);
                }
                blanks.clone_into(&mut segment.trail);
            } else {
                ",".clone_into(&mut segment.comma);
            }
            if before.comma.contains("--") && !segment.lead.contains('\n') {
                segment.lead.insert(0, '\n');
            }
        }
        if place < self.segments.len() && segment.comma.is_empty() {
            ",".clone_into(&mut segment.comma);
        }
        self.segments.insert(place, segment);
        Ok(())
    }

    /// Sets the options behind the closing bracket.
    pub(crate) fn set_options(&mut self, options: StoredOptions) {
        if self.options == options {
            return;
        }
        let mut words = Vec::new();
        if options.strict {
            words.push("STRICT");
        }
        if options.without_rowid {
            words.push("WITHOUT ROWID");
        }
        self.tail = if words.is_empty() {
            ")".to_owned()
        } else {
            format!(") {}", words.join(", "))
        };
        self.options = options;
    }
}

/// The blanks that a new line of the same list begins with.
fn blanks_of(lead: &str) -> String {
    let start = lead.trim_end().len();
    let blanks = lead.get(start..).unwrap_or_default();
    if blanks.is_empty() {
        " ".to_owned()
    } else {
        blanks.to_owned()
    }
}

/// A trail's comments and the blanks behind them. Blanks that end a `--` comment stay with it.
fn split_trail(trail: &str) -> (&str, &str) {
    trail.split_at(trail.trim_end().len())
}

/// The line break before the closing bracket, unless the text before it has one; always one behind a
/// comment, which could swallow the bracket.
fn blanks_at_end(removed: &str, kept: &str) -> String {
    let blanks = split_trail(removed).1;
    if ends_in_line_comment(kept) && !blanks.contains('\n') {
        return "\n".to_owned();
    }
    if kept.ends_with(char::is_whitespace) {
        return String::new();
    }
    blanks.to_owned()
}

/// Whether what is written behind the text would be part of a comment.
fn ends_in_line_comment(text: &str) -> bool {
    (text.rsplit('\n').next()).is_some_and(|line| line.contains("--"))
}

impl ColumnDefinition {
    /// The text with the clauses left out that `drop` is true for.
    pub(crate) fn text_without(&self, drop: impl Fn(&ColumnClause) -> bool) -> String {
        let mut text = self.text.clone();
        for clause in self.clauses.iter().rev().filter(|clause| drop(clause)) {
            let before = text.get(..clause.range.start).unwrap_or_default();
            // A line comment before the clause needs its line break.
            let kept = if before.contains("--") {
                before
            } else {
                before.trim_end()
            };
            text = format!("{kept}{}", text.get(clause.range.end..).unwrap_or_default());
        }
        text
    }

    /// The text with another type; an empty one takes the type away.
    pub(crate) fn text_with_type(&self, ty: &str) -> String {
        let before = self.text.get(..self.type_range.start).unwrap_or_default();
        let behind = self.text.get(self.type_range.end..).unwrap_or_default();
        let blank = if ty.is_empty() || before.ends_with(char::is_whitespace) {
            ""
        } else {
            " "
        };
        format!("{before}{blank}{ty}{behind}")
    }
}
