//! A quick look at a migration file: a lexer that finds the constant and steps over its operations.
//!
//! Parsing a thousand files takes a third of a second, this takes a hundredth of it. It reads the
//! shape that is written here and by most hands, and says `None` to everything else: then the file is
//! parsed in full, which also makes the errors.

use super::read::{Header, ReadMigration};
use crate::graph::Revision;
use std::path::Path;

/// Reads a file of the usual shape.
pub(super) fn scan(path: &Path, text: &str) -> Option<ReadMigration> {
    let mut tokens = Tokens { text, at: 0 };
    let mut depth = 0_usize;
    loop {
        match tokens.next()? {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth = depth.checked_sub(1)?,
            Token::Word("const") if depth == 0 && tokens.next()? == Token::Word("MIGRATION") => {
                break;
            }
            _ => {}
        }
    }
    let line = text[..tokens.at].matches('\n').count() + 1;
    tokens.skip_to_value()?;

    let header = Header::of(text.lines().map_while(|line| line.strip_prefix("//!")));
    let mut migration = ReadMigration {
        revision: Revision {
            id: tokens.new_call()?,
            ..Revision::default()
        },
        message: header.message,
        body: header.body,
        created: header.created,
        is_destructive: header.is_destructive,
        irreversible: None,
        has_downgrade: false,
        path: path.to_owned(),
        line,
    };
    loop {
        match tokens.next()? {
            Token::Other(b';') => return Some(migration),
            Token::Other(b'.') => tokens.method(&mut migration)?,
            _ => return None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// An identifier, keyword or number.
    Word(&'a str),
    /// The inside of a string literal without escapes.
    Text(&'a str),
    /// Any other literal or lifetime.
    Literal,
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// Any other character.
    Other(u8),
}

struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn expect(&mut self, token: Token<'_>) -> Option<()> {
        (self.next()? == token).then_some(())
    }

    /// Over `: Migration =`.
    fn skip_to_value(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                Token::Other(b'=') => return Some(()),
                Token::Other(b':') | Token::Word(_) => {}
                _ => return None,
            }
        }
    }

    /// `Migration::new("…")`.
    fn new_call(&mut self) -> Option<String> {
        self.expect(Token::Word("Migration"))?;
        self.expect(Token::Other(b':'))?;
        self.expect(Token::Other(b':'))?;
        self.expect(Token::Word("new"))?;
        self.expect(Token::Open(b'('))?;
        self.only_text()
    }

    /// `"…")`.
    fn only_text(&mut self) -> Option<String> {
        let Token::Text(text) = self.next()? else {
            return None;
        };
        self.expect(Token::Close(b')'))?;
        Some(text.to_owned())
    }

    /// A method and its arguments, after the dot.
    fn method(&mut self, migration: &mut ReadMigration) -> Option<()> {
        let Token::Word(name) = self.next()? else {
            return None;
        };
        self.expect(Token::Open(b'('))?;
        match name {
            "revises" => migration.revision.parents = self.texts()?,
            "depends_on" => migration.revision.depends_on = self.texts()?,
            "branch_labels" => migration.revision.branch_labels = self.texts()?,
            "replaces" => migration.revision.replaces = self.texts()?,
            "irreversible" => migration.irreversible = Some(self.only_text()?),
            "upgrade" | "outside_transaction" => self.skip_call()?,
            "downgrade" => {
                migration.has_downgrade = true;
                self.skip_call()?;
            }
            _ => return None,
        }
        Some(())
    }

    /// `&["…", "…"])`.
    fn texts(&mut self) -> Option<Vec<String>> {
        self.expect(Token::Other(b'&'))?;
        self.expect(Token::Open(b'['))?;
        let mut texts = Vec::new();
        loop {
            match self.next()? {
                Token::Text(text) => texts.push(text.to_owned()),
                Token::Other(b',') => {}
                Token::Close(b']') => break,
                _ => return None,
            }
        }
        self.expect(Token::Close(b')'))?;
        Some(texts)
    }

    /// Over everything to the parenthesis that closes the one just opened.
    fn skip_call(&mut self) -> Option<()> {
        let mut open = vec![b'('];
        while let Some(last) = open.last() {
            match self.next()? {
                Token::Open(bracket) => open.push(bracket),
                Token::Close(bracket) => {
                    let pair =
                        matches!((*last, bracket), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
                    if !pair {
                        return None;
                    }
                    open.pop();
                }
                _ => {}
            }
        }
        Some(())
    }

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blank()?;
        let rest = self.rest();
        let first = *rest.as_bytes().first()?;
        if let Some(token) = self.string() {
            return Some(token);
        }
        let token = match first {
            b'"' => return None,
            b'\'' => return self.quote(),
            b'(' | b'[' | b'{' => Token::Open(first),
            b')' | b']' | b'}' => Token::Close(first),
            _ if first == b'_' || first.is_ascii_alphanumeric() || !first.is_ascii() => {
                let part = |c: char| c == '_' || c.is_alphanumeric();
                let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
                // Something that is neither ASCII nor part of a word is no Rust at all.
                let word = rest.get(..end).filter(|word| !word.is_empty())?;
                self.at += end;
                return Some(Token::Word(word));
            }
            _ => Token::Other(first),
        };
        self.at += 1;
        Some(token)
    }

    /// Over white space and comments; `None` for a comment that does not end.
    fn skip_blank(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.at += block_comment(trimmed)?;
            } else {
                return Some(());
            }
        }
    }

    /// A string literal, raw or not; not one with escapes or of bytes.
    fn string(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        if let Some(inside) = rest.strip_prefix('"') {
            let mut bytes = inside.bytes().enumerate();
            let mut escaped = false;
            while let Some((end, byte)) = bytes.next() {
                match byte {
                    b'"' => {
                        self.at += end + 2;
                        let text = &inside[..end];
                        return Some(if escaped {
                            Token::Literal
                        } else {
                            Token::Text(text)
                        });
                    }
                    b'\\' => {
                        escaped = true;
                        bytes.next();
                    }
                    _ => {}
                }
            }
            return None;
        }
        let hashes = rest.strip_prefix('r')?;
        let inside = hashes.trim_start_matches('#');
        let count = hashes.len() - inside.len();
        let inside = inside.strip_prefix('"')?;
        let end = inside.find(&format!("\"{}", "#".repeat(count)))?;
        self.at += 1 + count + 1 + end + 1 + count;
        Some(Token::Text(&inside[..end]))
    }

    /// A character literal or a lifetime.
    fn quote(&mut self) -> Option<Token<'a>> {
        let rest = &self.rest()[1..];
        let mut characters = rest.char_indices();
        let (_, first) = characters.next()?;
        if first == '\\' {
            let end = rest[2.min(rest.len())..].find('\'')?;
            self.at += 1 + 2 + end + 1;
        } else if let Some((end, '\'')) = characters.next() {
            self.at += 1 + end + 1;
        } else {
            self.at += 1;
        }
        Some(Token::Literal)
    }
}

/// Tokens and comments without their layout; `None` where the lexer meets what is no Rust.
///
/// A comma before a closing bracket is layout too: formatting adds and removes it.
pub(super) fn significant(text: &str) -> Option<String> {
    // As the compiler reads it, in literals too.
    let text = text.replace("\r\n", "\n");
    let mut tokens = Tokens { text: &text, at: 0 };
    let mut pieces: Vec<&str> = Vec::new();
    let mut comma = false;
    loop {
        let from = tokens.at;
        tokens.skip_blank()?;
        let blank = &text[from..tokens.at];
        let words = blank.split_whitespace().filter(|word| *word != "//");
        let comments = pieces.len();
        pieces.extend(words);
        comma &= pieces.len() == comments;
        if tokens.rest().is_empty() {
            return Some(pieces.join("\n"));
        }
        let from = tokens.at;
        let token = tokens.next()?;
        if comma && matches!(token, Token::Close(_)) {
            pieces.pop();
        }
        comma = token == Token::Other(b',');
        pieces.push(&text[from..tokens.at]);
    }
}

/// The length of a block comment; they nest.
fn block_comment(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else if rest.is_empty() {
            return None;
        } else {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read::read_text;

    const HEAD: &str = "//! message\n//!\n//! Revision: x\n//! Created:  now\n\n";

    /// What the quick look finds is what the parser finds, where it finds anything.
    fn agree(text: &str) -> bool {
        let path = Path::new("x.rs");
        let quick = scan(path, text);
        if let Some(quick) = &quick {
            assert_eq!(*quick, read_text(path, text).unwrap(), "{text}");
        }
        quick.is_some()
    }

    #[test]
    fn the_usual_shape_is_read_quickly() {
        for rest in [
            "const MIGRATION: Migration = Migration::new(\"x\");",
            "pub const MIGRATION: Migration = Migration::new(\"x\").revises(&[]).upgrade(&[]);",
            "pub const MIGRATION: Migration = Migration::new(\"x\")\n  .revises(&[\"a\", \"b\",])\n  .depends_on(&[\"c\"]).branch_labels(&[r\"l\"])\n  .upgrade(&[sql(r#\")\"]\"#), sql(\"\\\")\")])\n  .downgrade(&[/* ) /* ( */ ] */ drop_table(\"t\") // )\n ]);\n",
            "/* const MIGRATION */\nfn f<'a>(x: &'a str) -> char { '(' }\nfn g() -> char { '\\'' }\n// const MIGRATION\nconst OTHER: &str = \"const MIGRATION\";\nmod m { const MIGRATION: u8 = 1; }\npub const MIGRATION: Migration = Migration::new(\"x\").irreversible(r#\"a \"b\"\"#);",
        ] {
            assert!(agree(&format!("{HEAD}{rest}")), "{rest}");
        }
    }

    #[test]
    fn anything_else_is_left_to_the_parser() {
        for rest in [
            "pub const MIGRATION: Migration = Migration::new(ID);",
            "pub const MIGRATION: Migration = (Migration::new(\"x\"));",
            "pub const MIGRATION: Migration = Migration::new(\"\\x78\");",
            "pub const MIGRATION: Migration = Migration::new(\"x\").upgrade(&[);",
            "pub const MIGRATION: Migration = Migration::new(\"x\").upgrade(&[]",
            "pub const MIGRATION: Migration = Migration::new(\"x\").upgrade(&[\"]);",
            "pub const MIGRATION: Migration = Migration::new(\"x\").revises(PARENTS);",
            "pub const MIGRATION: Migration = Migration::new(\"x\").unknown();",
            "fn f() {}",
            "/* ",
            "}",
            "€",
            "'",
            "'\\",
            "r#\"",
            "",
        ] {
            assert!(
                scan(Path::new("x.rs"), &format!("{HEAD}{rest}")).is_none(),
                "{rest}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(const MIGRATION: Migration = Migration::new\\(|[a-z'\"r#/*\\\\(){}\\[\\]&;:,.= \n€é]){0,40}") {
            let _ = scan(Path::new("x.rs"), &text);
        }
    }
}
