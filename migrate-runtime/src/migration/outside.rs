//! What a database cannot do inside a transaction, told from the operation as it is written.
//!
//! `sql` is read only as far as that takes: the first words of each statement, and `CONCURRENTLY`. Quoted
//! text, comments and parentheses are passed over.

use super::operation::{OperationDef, OperationKind};
use super::types::SqlDef;

impl OperationDef {
    /// The words of a statement that cannot run inside a transaction; `None` where there is none.
    pub const fn outside_transaction(&self) -> Option<&'static str> {
        match &self.kind {
            OperationKind::Sql { sql, changes: _ } => {
                let SqlDef {
                    any,
                    sqlite,
                    postgres,
                    mysql,
                } = sql;
                let texts = [*any, *sqlite, *postgres, *mysql];
                let mut i = 0;
                while i < texts.len() {
                    if let Some(text) = texts[i]
                        && let Some(words) = Scan::new(text).find()
                    {
                        return Some(words);
                    }
                    i += 1;
                }
                None
            }
            OperationKind::CreateIndex {
                concurrently: true, ..
            }
            | OperationKind::DropIndex {
                concurrently: true, ..
            } => Some("CONCURRENTLY"),
            _ => None,
        }
    }
}

/// The statements of a text, for a server that makes one transaction of all that comes at once. Where one
/// may have semicolons of its own, the text stays whole.
pub(crate) fn statements(text: &str) -> Vec<&str> {
    // A quote that may or may not end a string.
    if text.contains("\\'") {
        return vec![text];
    }
    let mut found = Vec::new();
    let mut scan = Scan::new(text);
    let (mut start, mut is_empty) = (0, true);
    loop {
        let depth = scan.depth;
        let token = scan.next();
        match token {
            Token::Word(word) if is(word, b"ATOMIC") => return vec![text],
            Token::Semicolon if depth > 0 => return vec![text],
            Token::Word(_) | Token::Other => is_empty = false,
            Token::Semicolon | Token::End => {
                let end = scan.at.min(text.len());
                if !std::mem::replace(&mut is_empty, true) {
                    found.push(text[start..end].trim());
                }
                start = end;
            }
        }
        if matches!(token, Token::End) {
            return found;
        }
    }
}

/// A walk over SQL, word by word.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
}

/// What the walk comes to.
#[derive(Clone, Copy)]
enum Token<'a> {
    Word(&'a [u8]),
    /// The end of a statement.
    Semicolon,
    Other,
    End,
}

impl<'a> Scan<'a> {
    const fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            depth: 0,
        }
    }

    const fn find(mut self) -> Option<&'static str> {
        let mut first: &[u8] = b"";
        let mut count = 0;
        loop {
            match self.next() {
                Token::End => return None,
                Token::Semicolon => {
                    count = 0;
                    continue;
                }
                Token::Word(word) if self.depth == 0 => {
                    if count == 0 {
                        first = word;
                    }
                    if let Some(words) = forbidden(first, word, count) {
                        return Some(words);
                    }
                }
                Token::Word(_) | Token::Other => {}
            }
            count += 1;
        }
    }

    const fn next(&mut self) -> Token<'a> {
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            match byte {
                b'\'' | b'"' | b'`' => {
                    self.skip_past(&[byte], 1);
                    return Token::Other;
                }
                b'$' => {
                    self.skip_dollars();
                    return Token::Other;
                }
                b'-' if self.follows(b'-') => self.skip_past(b"\n", 2),
                b'/' if self.follows(b'*') => self.skip_past(b"*/", 2),
                b';' => {
                    self.at += 1;
                    self.depth = 0;
                    return Token::Semicolon;
                }
                _ if is_word(byte) => return Token::Word(self.word()),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => {
                    match byte {
                        b'(' => self.depth += 1,
                        b')' => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                    return Token::Other;
                }
            }
        }
        Token::End
    }

    const fn follows(&self, byte: u8) -> bool {
        self.at + 1 < self.text.len() && self.text[self.at + 1] == byte
    }

    const fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.at < self.text.len() && is_word(self.text[self.at]) {
            self.at += 1;
        }
        self.text.split_at(self.at).0.split_at(start).1
    }

    /// Over the bytes that begin here, to behind the next `end`.
    const fn skip_past(&mut self, end: &[u8], opening: usize) {
        self.at += opening;
        while self.at < self.text.len() && !self.is_at(end) {
            self.at += 1;
        }
        self.at += end.len();
    }

    const fn is_at(&self, end: &[u8]) -> bool {
        let rest = self.text.split_at(self.at).1;
        if rest.len() < end.len() {
            return false;
        }
        let mut i = 0;
        while i < end.len() {
            if rest[i] != end[i] {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Over `$tag$ .. $tag$`, PostgreSQL's quotes; `$1` is none.
    const fn skip_dollars(&mut self) {
        let start = self.at;
        self.at += 1;
        while self.at < self.text.len() && is_word(self.text[self.at]) {
            self.at += 1;
        }
        if self.at < self.text.len() && self.text[self.at] == b'$' {
            let tag = self.text.split_at(self.at + 1).0.split_at(start).1;
            self.skip_past(tag, 1);
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether two words are the same, whatever their case.
const fn is(word: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < word.len() && at < other.len() {
        if !word[at].eq_ignore_ascii_case(&other[at]) {
            return false;
        }
        at += 1;
    }
    word.len() == other.len()
}

/// Whether a word, so far behind the first one, makes the statement one that runs outside.
const fn forbidden(first: &[u8], word: &[u8], behind: usize) -> Option<&'static str> {
    let creates = is(first, b"CREATE");
    let drops = is(first, b"DROP");
    let alters = is(first, b"ALTER");
    let second = behind == 1;
    if behind == 0 && is(word, b"VACUUM") {
        return Some("VACUUM");
    }
    if second && (creates || drops) && is(word, b"DATABASE") {
        return Some(if creates {
            "CREATE DATABASE"
        } else {
            "DROP DATABASE"
        });
    }
    if second && (creates || drops) && is(word, b"TABLESPACE") {
        return Some(if creates {
            "CREATE TABLESPACE"
        } else {
            "DROP TABLESPACE"
        });
    }
    if second && alters && is(word, b"SYSTEM") {
        return Some("ALTER SYSTEM");
    }
    if is(first, b"PRAGMA") && is(word, b"journal_mode") {
        return Some("PRAGMA journal_mode");
    }
    // `REFRESH MATERIALIZED VIEW CONCURRENTLY` runs in a transaction.
    let takes = creates || drops || alters || is(first, b"REINDEX");
    if takes && behind > 0 && is(word, b"CONCURRENTLY") {
        return Some("CONCURRENTLY");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::operation::{add_column, create_index, drop_index, sql, sql_for};
    use super::super::{Text, column};
    use super::statements;
    use crate::schema::Backend;

    fn found(text: &'static str) -> Option<&'static str> {
        sql(text).outside_transaction()
    }

    #[test]
    fn a_text_is_taken_apart_where_its_statements_end() {
        for (text, parts) in [
            ("CALL slow()", &["CALL slow()"][..]),
            ("SET a = 1; VACUUM t;\n", &["SET a = 1;", "VACUUM t;"]),
            (
                "-- é; x\nCALL a(';'); /* ; */ CALL \"b;\"();;\n-- end",
                &["-- é; x\nCALL a(';');", "/* ; */ CALL \"b;\"();"],
            ),
            (
                "DO $$ BEGIN COMMIT; END $$",
                &["DO $$ BEGIN COMMIT; END $$"],
            ),
            ("", &[]),
            ("SELECT 'open;", &["SELECT 'open;"]),
            // Of these nobody can say where they end.
            (
                "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END; CALL f()",
                &["CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END; CALL f()"],
            ),
            (
                "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2; SELECT 3)",
                &["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2; SELECT 3)"],
            ),
            (
                "SELECT E'it\\'s; x'; CALL f()",
                &["SELECT E'it\\'s; x'; CALL f()"],
            ),
        ] {
            assert_eq!(statements(text), parts, "{text}");
        }
    }

    #[test]
    fn statements_that_run_outside_are_found_wherever_they_stand() {
        for (text, words) in [
            ("VACUUM", "VACUUM"),
            ("  -- first\n vacuum (full) t;", "VACUUM"),
            ("ANALYZE; VACUUM;", "VACUUM"),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
                "CONCURRENTLY",
            ),
            ("drop index concurrently if exists i", "CONCURRENTLY"),
            ("REINDEX TABLE CONCURRENTLY t", "CONCURRENTLY"),
            (
                "ALTER TABLE t DETACH PARTITION \"p;\" CONCURRENTLY",
                "CONCURRENTLY",
            ),
            ("CREATE DATABASE other", "CREATE DATABASE"),
            ("DROP TABLESPACE fast", "DROP TABLESPACE"),
            ("ALTER SYSTEM SET wal_level = logical", "ALTER SYSTEM"),
            ("PRAGMA main.journal_mode = WAL", "PRAGMA journal_mode"),
        ] {
            assert_eq!(found(text), Some(words), "{text}");
        }
        let one = sql_for(Backend::Postgres, "VACUUM").or_for(Backend::Sqlite, "SELECT 1");
        assert_eq!(one.outside_transaction(), Some("VACUUM"));
        for index in [create_index("i", "t", &["a"]), drop_index("i", "t")] {
            assert_eq!(index.outside_transaction(), None);
            assert_eq!(
                index.concurrently().outside_transaction(),
                Some("CONCURRENTLY")
            );
        }
    }

    #[test]
    fn what_only_looks_so_is_left_alone() {
        for text in [
            "",
            "SELECT 'VACUUM'; -- VACUUM",
            "/* ; VACUUM */ DELETE FROM t",
            "CREATE TABLE concurrently_made (a INTEGER, concurrently TEXT)",
            "CREATE TABLE \"t; VACUUM\" (a INTEGER)",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "CREATE FUNCTION f() RETURNS void AS $body$ BEGIN; VACUUM; END $body$ LANGUAGE plpgsql",
            "UPDATE t SET a = $1; SELECT 1",
            "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM u; END;",
            "SELECT 'it''s; VACUUM",
            "PRAGMA foreign_key_check",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(
            add_column("t", column("VACUUM", Text)).outside_transaction(),
            None
        );
    }
}
