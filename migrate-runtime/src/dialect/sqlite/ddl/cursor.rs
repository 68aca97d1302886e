//! A position in the tokens of a statement, blanks and comments left out.

use super::DdlError;
use super::token::{Token, TokenKind, tokenize};
use crate::schema::Name;
use std::ops::Range;

/// Reads tokens one after the other.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    sql: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(sql: &'a str) -> Result<Self, DdlError> {
        let mut tokens = tokenize(sql)?;
        tokens.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
        Ok(Self { sql, tokens, at: 0 })
    }

    /// What is ahead, as a text of its own.
    pub(super) fn ahead(&self) -> Self {
        let begin = self.start();
        let tokens = self.tokens.get(self.at..).unwrap_or_default();
        let tokens: Vec<Token> = (tokens.iter())
            .map(|token| Token {
                kind: token.kind,
                start: token.start - begin,
                end: token.end - begin,
            })
            .collect();
        let end = tokens.last().map_or(0, |token| token.end);
        Self {
            sql: self.slice(begin..begin + end),
            tokens,
            at: 0,
        }
    }

    /// The whole text.
    pub(super) const fn text(&self) -> &'a str {
        self.sql
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    pub(super) const fn advance_to_end(&mut self) {
        self.at = self.tokens.len();
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.peek().is_none()
    }

    /// Where the next token begins, or the statement ends.
    pub(super) fn start(&self) -> usize {
        self.peek().map_or(self.sql.len(), |token| token.start)
    }

    /// Where the token before the next one ends.
    pub(super) fn end_of_last(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(0, |token| token.end)
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.sql.get(range).unwrap_or_default()
    }

    /// Whether the tokens ahead are these keywords.
    pub(super) fn looking_at(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(offset, word)| {
            self.tokens.get(self.at + offset).is_some_and(|token| {
                token.kind == TokenKind::Word && token.text(self.sql).eq_ignore_ascii_case(word)
            })
        })
    }

    /// Takes these keywords, if they are ahead.
    pub(super) fn take(&mut self, words: &[&str]) -> bool {
        let found = self.looking_at(words);
        if found {
            self.at += words.len();
        }
        found
    }

    pub(super) fn expect(&mut self, words: &[&str]) -> Result<(), DdlError> {
        if self.take(words) {
            Ok(())
        } else {
            Err(self.error(&words.join(" ")))
        }
    }

    pub(super) fn looking_at_symbol(&self, symbol: &str) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == TokenKind::Symbol && token.text(self.sql) == symbol)
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.looking_at_symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Result<(), DdlError> {
        if self.take_symbol(symbol) {
            Ok(())
        } else {
            Err(self.error(&format!("`{symbol}`")))
        }
    }

    /// A name in any of SQLite's spellings; a string counts as one.
    pub(super) fn name(&mut self) -> Result<Name, DdlError> {
        let name = self
            .peek()
            .and_then(|token| unquoted(token, self.sql))
            .ok_or_else(|| self.error("a name"))?;
        self.advance();
        Ok(name.into())
    }

    /// `(name, name …)`.
    pub(super) fn names(&mut self) -> Result<Vec<Name>, DdlError> {
        self.expect_symbol("(")?;
        let mut names = vec![self.name()?];
        while self.take_symbol(",") {
            names.push(self.name()?);
        }
        self.expect_symbol(")")?;
        Ok(names)
    }

    /// `( … )`: takes it and gives the text between the brackets.
    pub(super) fn brackets(&mut self) -> Result<&'a str, DdlError> {
        let open = self.start();
        self.skip_brackets()?;
        Ok(self.slice(open + 1..self.end_of_last() - 1).trim())
    }

    /// Moves behind the bracket that closes the one ahead.
    pub(super) fn skip_brackets(&mut self) -> Result<(), DdlError> {
        if !self.looking_at_symbol("(") {
            return Err(self.error("`(`"));
        }
        let mut depth = 0_usize;
        while !self.is_at_end() {
            if self.looking_at_symbol("(") {
                depth += 1;
            } else if self.looking_at_symbol(")") {
                depth -= 1;
            }
            self.advance();
            if depth == 0 {
                return Ok(());
            }
        }
        Err(self.error("`)`"))
    }

    pub(super) fn error(&self, expected: &str) -> DdlError {
        DdlError {
            expected: expected.to_owned(),
            found: match self.peek() {
                Some(token) => format!("`{}`", token.text(self.sql)),
                None => "the end of the statement".to_owned(),
            },
            position: self.start(),
            sql: self.sql.to_owned(),
        }
    }
}

/// The name that a token spells.
pub(crate) fn unquoted(token: Token, sql: &str) -> Option<String> {
    let text = token.text(sql);
    let inner = || {
        text.get(1..text.len().saturating_sub(1))
            .unwrap_or_default()
    };
    match token.kind {
        TokenKind::Word => Some(text.to_owned()),
        TokenKind::Quoted if text.starts_with('[') => Some(inner().to_owned()),
        TokenKind::Quoted | TokenKind::Text => {
            let quote = text.get(..1)?;
            Some(inner().replace(&quote.repeat(2), quote))
        }
        TokenKind::Space
        | TokenKind::Comment
        | TokenKind::Blob
        | TokenKind::Number
        | TokenKind::Parameter
        | TokenKind::Symbol => None,
    }
}
