//! `CREATE INDEX`.

use super::DdlError;
use super::cursor::Cursor;
use super::token::{Token, TokenKind, tokenize};
use crate::schema::Name;

/// A stored `CREATE INDEX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CreateIndex {
    /// Its name.
    pub(crate) name: Name,
    /// Its table.
    pub(crate) table: Name,
    /// `UNIQUE`.
    pub(crate) unique: bool,
    /// The key, in order.
    pub(crate) parts: Vec<IndexPart>,
    /// The condition of the rows it holds.
    pub(crate) predicate: Option<String>,
    /// The whole text.
    pub(crate) text: String,
}

/// A part of an index's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexPart {
    /// A column or an expression.
    pub(crate) key: IndexPartKey,
    /// The collation, if that was said.
    pub(crate) collation: Option<Name>,
    /// Whether the largest comes first.
    pub(crate) descending: bool,
}

/// What a part of an index's key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IndexPartKey {
    /// A name. SQLite takes one in double quotes that is no column for a string; only the table knows.
    Column(Name),
    /// An expression.
    Expression(String),
}

impl CreateIndex {
    /// Reads a stored statement.
    pub(crate) fn parse(sql: &str) -> Result<Self, DdlError> {
        let mut cursor = Cursor::new(sql)?;
        cursor.expect(&["CREATE"])?;
        let unique = cursor.take(&["UNIQUE"]);
        cursor.expect(&["INDEX"])?;
        cursor.take(&["IF", "NOT", "EXISTS"]);
        let mut name = cursor.name()?;
        if cursor.take_symbol(".") {
            name = cursor.name()?;
        }
        cursor.expect(&["ON"])?;
        let table = cursor.name()?;
        let key = cursor.brackets()?;
        let predicate = read_predicate(&mut cursor, sql)?;
        Ok(Self {
            name,
            table,
            unique,
            parts: read_parts(key)?,
            predicate,
            text: sql.to_owned(),
        })
    }
}

fn read_predicate(cursor: &mut Cursor<'_>, sql: &str) -> Result<Option<String>, DdlError> {
    let found = cursor.take(&["WHERE"]);
    let start = cursor.start();
    if !found {
        cursor.take_symbol(";");
        return if cursor.is_at_end() {
            Ok(None)
        } else {
            Err(cursor.error("WHERE"))
        };
    }
    while !cursor.is_at_end() && !cursor.looking_at_symbol(";") {
        cursor.advance();
    }
    let end = cursor.end_of_last();
    if end <= start {
        return Err(cursor.error("a condition"));
    }
    Ok(sql.get(start..end).map(str::to_owned))
}

fn read_parts(key: &str) -> Result<Vec<IndexPart>, DdlError> {
    let mut tokens = tokenize(key)?;
    tokens.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    let mut depth = 0_usize;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text(key) {
            "(" if token.kind == TokenKind::Symbol => depth += 1,
            ")" if token.kind == TokenKind::Symbol => depth = depth.saturating_sub(1),
            "," if depth == 0 && token.kind == TokenKind::Symbol => {
                parts.push(read_part(key, tokens.get(start..at).unwrap_or_default())?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(read_part(key, tokens.get(start..).unwrap_or_default())?);
    Ok(parts)
}

/// An expression, then `COLLATE name`, then the order. Where the expression is one name, it is a column.
fn read_part(key: &str, tokens: &[Token]) -> Result<IndexPart, DdlError> {
    let (mut expression, order) = tokens.split_at(order_at(key, tokens));
    let descending = order.iter().any(|token| is_word(key, *token, "DESC"));
    let mut collation = None;
    if let [before @ .., collate, name] = expression
        && is_word(key, *collate, "COLLATE")
        && is_operand(key, before)
    {
        collation = Some(Cursor::new(name.text(key))?.name()?);
        expression = before;
    }
    // The brackets are no part of the expression; writing the index again puts its own around it.
    while let [open, inner @ .., close] = expression
        && inner.len() > 1
        && encloses(key, *open, inner, *close)
    {
        expression = inner;
    }
    let key = match expression {
        [] => return Err(Cursor::new(key)?.error("a part of the key")),
        [name]
            if matches!(
                name.kind,
                TokenKind::Word | TokenKind::Quoted | TokenKind::Text
            ) =>
        {
            IndexPartKey::Column(Cursor::new(name.text(key))?.name()?)
        }
        [first] => IndexPartKey::Expression(first.text(key).to_owned()),
        [first, .., last] => IndexPartKey::Expression(
            key.get(first.start..last.end)
                .unwrap_or_default()
                .to_owned(),
        ),
    };
    Ok(IndexPart {
        key,
        collation,
        descending,
    })
}

/// Whether the first bracket is closed by the last one.
fn encloses(key: &str, open: Token, inner: &[Token], close: Token) -> bool {
    let is = |token: Token, text: &str| token.kind == TokenKind::Symbol && token.text(key) == text;
    let mut depth = 0_usize;
    for token in inner {
        if is(*token, "(") {
            depth += 1;
        } else if is(*token, ")") {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            }
        }
    }
    depth == 0 && is(open, "(") && is(close, ")")
}

/// Whether a COLLATE behind the tokens is for all of them: it binds closer than any operator.
fn is_operand(key: &str, tokens: &[Token]) -> bool {
    let group = match tokens {
        [] => return false,
        [_] => return true,
        [word, rest @ ..] if word.kind == TokenKind::Word => rest,
        all => all,
    };
    let mut depth = 0_usize;
    for (at, token) in group.iter().enumerate() {
        match token.text(key) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1 == group.len() && at > 0;
        }
    }
    false
}

/// Where the order of a part begins, which is its last one to three words, or its end.
fn order_at(key: &str, tokens: &[Token]) -> usize {
    let mut end = tokens.len();
    if let [_, .., nulls, side] = tokens
        && is_word(key, *nulls, "NULLS")
        && (is_word(key, *side, "FIRST") || is_word(key, *side, "LAST"))
    {
        end -= 2;
    }
    if let Some([_, .., order]) = tokens.get(..end)
        && (is_word(key, *order, "ASC") || is_word(key, *order, "DESC"))
    {
        end -= 1;
    }
    end
}

fn is_word(key: &str, token: Token, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text(key).eq_ignore_ascii_case(word)
}
