//! The tokens of SQLite's SQL, with their places in the text.

use super::DdlError;

/// A token of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Its first byte.
    pub(crate) start: usize,
    /// The byte after its last one.
    pub(crate) end: usize,
}

impl Token {
    /// Its text.
    pub(crate) fn text(self, sql: &str) -> &str {
        sql.get(self.start..self.end).unwrap_or_default()
    }
}

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Blanks and line breaks.
    Space,
    /// `-- …` or `/* … */`.
    Comment,
    /// A keyword or a name without quotes.
    Word,
    /// A name in `"…"`, `` `…` `` or `[…]`.
    Quoted,
    /// `'…'`.
    Text,
    /// `x'…'`.
    Blob,
    /// A number.
    Number,
    /// `?1`, `:name`, `@name`, `$name`.
    Parameter,
    /// Anything else, one operator each.
    Symbol,
}

/// Cuts a statement into tokens; together they are the whole text.
pub(crate) fn tokenize(sql: &str) -> Result<Vec<Token>, DdlError> {
    Tokens::of(sql).collect()
}

/// The tokens of a text, cut off one by one.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn of(sql: &'a str) -> Self {
        Self { sql, at: 0 }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Result<Token, DdlError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (bytes, start) = (self.sql.as_bytes(), self.at);
        let &first = bytes.get(start)?;
        let Some((kind, end)) = scan(bytes, start, first) else {
            self.at = bytes.len();
            return Some(Err(DdlError {
                expected: "the end of a quoted name or string".to_owned(),
                found: "the end of the statement".to_owned(),
                position: start,
                sql: self.sql.to_owned(),
            }));
        };
        self.at = end;
        Some(Ok(Token { kind, start, end }))
    }
}

/// The kind and end of the token at `start`; `None` where its closing quote is missing.
fn scan(bytes: &[u8], start: usize, first: u8) -> Option<(TokenKind, usize)> {
    let next = bytes.get(start + 1).copied().unwrap_or(0);
    let run = |from: usize, test: fn(u8) -> bool| {
        from + bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| test(**byte))
            .count()
    };
    Some(match first {
        b' ' | b'\t' | b'\n' | b'\r' | 0x0c => (TokenKind::Space, run(start, is_space)),
        b'-' if next == b'-' => (TokenKind::Comment, run(start, |byte| byte != b'\n')),
        b'/' if next == b'*' => (TokenKind::Comment, end_of_comment(bytes, start + 2)),
        b'\'' => (TokenKind::Text, end_of_quotes(bytes, start, b'\'')?),
        b'"' | b'`' => (TokenKind::Quoted, end_of_quotes(bytes, start, first)?),
        // `]` cannot be doubled, unlike the other quotes.
        b'[' => (
            TokenKind::Quoted,
            start + 1 + bytes.get(start..)?.iter().position(|byte| *byte == b']')?,
        ),
        b'x' | b'X' if next == b'\'' => (TokenKind::Blob, end_of_quotes(bytes, start + 1, b'\'')?),
        b'0'..=b'9' => (TokenKind::Number, end_of_number(bytes, start)),
        b'.' if next.is_ascii_digit() => (TokenKind::Number, end_of_number(bytes, start)),
        b'?' => (
            TokenKind::Parameter,
            run(start + 1, |byte| byte.is_ascii_digit()),
        ),
        b':' | b'@' | b'$' | b'#' if is_word(next) => {
            (TokenKind::Parameter, run(start + 1, is_word))
        }
        _ if is_word(first) => (TokenKind::Word, run(start, is_word)),
        _ => (
            TokenKind::Symbol,
            start + symbol_length(first, next, bytes.get(start + 2)),
        ),
    })
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Whether the byte is part of a word; all of a character outside ASCII is.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn end_of_comment(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    // A comment that is never closed reaches to the end of the statement.
    rest.windows(2)
        .position(|pair| pair == b"*/")
        .map_or(bytes.len(), |at| from + at + 2)
}

fn end_of_quotes(bytes: &[u8], open: usize, quote: u8) -> Option<usize> {
    let mut at = open + 1;
    loop {
        if *bytes.get(at)? == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return Some(at + 1);
            }
            at += 1;
        }
        at += 1;
    }
}

/// Takes a sign only after an exponent's `e`, so that `1-2` is three tokens; `0x1e+5` too.
fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let hexadecimal = matches!(bytes.get(start + 1), Some(b'x' | b'X'));
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        let exponent = !hexadecimal && matches!(byte, b'e' | b'E');
        if exponent && matches!(bytes.get(at + 1), Some(b'+' | b'-')) {
            at += 2;
        } else if is_word(byte) || byte == b'.' {
            at += 1;
        } else {
            break;
        }
    }
    at
}

fn symbol_length(first: u8, second: u8, third: Option<&u8>) -> usize {
    match (first, second) {
        (b'-', b'>') if third == Some(&b'>') => 3,
        (b'-', b'>') | (b'|', b'|') | (b'=' | b'!', b'=') => 2,
        (b'<', b'=' | b'>' | b'<') | (b'>', b'=' | b'>') => 2,
        _ => 1,
    }
}
