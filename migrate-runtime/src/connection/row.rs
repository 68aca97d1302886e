//! Rows as plain values, whatever connection they come from.

/// A row of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Cell>);

/// A value in a [`Row`].
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Row {
    /// The text of a column; numbers are written out, NULL and bytes are `None`.
    pub fn text(&self, column: usize) -> Option<String> {
        match self.0.get(column)? {
            Cell::Text(text) => Some(text.clone()),
            Cell::Integer(number) => Some(number.to_string()),
            Cell::Real(number) => Some(number.to_string()),
            Cell::Null | Cell::Blob(_) => None,
        }
    }

    /// The number in a column, if it holds a whole one.
    pub fn integer(&self, column: usize) -> Option<i64> {
        match self.0.get(column)? {
            Cell::Integer(number) => Some(*number),
            Cell::Text(text) => text.parse().ok(),
            Cell::Null | Cell::Real(_) | Cell::Blob(_) => None,
        }
    }
}
