//! Whether an SQL text names a column: what `operation::mentions` finds out at run time.
//!
//! Strings and comments are skipped, quoted names are compared as they are, bare words without regard
//! to case, and a word before `(` is a function. Every character beyond ASCII counts as a letter.

use crate::migration::SqlDef;

/// Whether one of the texts, of any database, names that column.
pub(super) const fn in_sql(sql: SqlDef, column: &str) -> bool {
    let SqlDef {
        any,
        sqlite,
        postgres,
        mysql,
    } = sql;
    let texts = [any, sqlite, postgres, mysql];
    let mut i = 0;
    while i < texts.len() {
        if let Some(text) = texts[i]
            && mentions(text, column)
        {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether the text names that column.
const fn mentions(text: &str, column: &str) -> bool {
    let (text, column) = (text.as_bytes(), column.as_bytes());
    let mut at = 0;
    while at < text.len() {
        let start = at;
        match text[at] {
            b'\'' => at = after_quote(text, at, b'\''),
            b'-' if is_at(text, at + 1, b'-') => at = after(text, at, b"\n"),
            b'/' if is_at(text, at + 1, b'*') => at = after(text, at, b"*/"),
            open @ (b'"' | b'`' | b'[') => {
                let close = if open == b'[' { b']' } else { open };
                at = after_quote(text, at, close);
                if at - start >= 2
                    && text[at - 1] == close
                    && quoted(text, (start + 1, at - 1), close, column)
                {
                    return true;
                }
            }
            byte if is_letter(byte) => {
                while at < text.len() && (is_letter(text[at]) || text[at].is_ascii_digit()) {
                    at += 1;
                }
                while at < text.len() && is_in_word(text[at]) {
                    at += 1;
                }
                if same(text, (start, at), column) && !is_call(text, at) {
                    return true;
                }
            }
            b'0'..=b'9' => {
                while at < text.len()
                    && (is_letter(text[at]) && text[at] != b'_'
                        || text[at].is_ascii_digit()
                        || text[at] == b'.')
                {
                    at += 1;
                }
            }
            _ => at += 1,
        }
    }
    false
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

const fn is_in_word(byte: u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit() || byte == b'$'
}

const fn is_at(text: &[u8], at: usize, byte: u8) -> bool {
    at < text.len() && text[at] == byte
}

/// The place after the next such end, or the end of the text.
const fn after(text: &[u8], mut at: usize, end: &[u8]) -> usize {
    while at < text.len() {
        if text[at] == end[0] && (end.len() == 1 || is_at(text, at + 1, end[1])) {
            return at + end.len();
        }
        at += 1;
    }
    text.len()
}

/// The place after a quoted piece; a doubled closing quote stands for itself.
const fn after_quote(text: &[u8], mut at: usize, close: u8) -> usize {
    at += 1;
    while at < text.len() {
        if text[at] == close {
            if !is_at(text, at + 1, close) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    text.len()
}

/// Whether a piece of text between quotes is the column's name.
const fn quoted(text: &[u8], (start, end): (usize, usize), close: u8, column: &[u8]) -> bool {
    let (mut at, mut i) = (start, 0);
    while at < end && i < column.len() {
        if !text[at].eq_ignore_ascii_case(&column[i]) {
            return false;
        }
        at += if text[at] == close { 2 } else { 1 };
        i += 1;
    }
    at >= end && i == column.len()
}

const fn same(text: &[u8], (start, end): (usize, usize), column: &[u8]) -> bool {
    if end - start != column.len() {
        return false;
    }
    let mut i = 0;
    while i < column.len() {
        if !text[start + i].eq_ignore_ascii_case(&column[i]) {
            return false;
        }
        i += 1;
    }
    true
}

const fn is_call(text: &[u8], mut at: usize) -> bool {
    while at < text.len() && text[at].is_ascii_whitespace() {
        at += 1;
    }
    is_at(text, at, b'(')
}

#[cfg(test)]
mod tests {
    use super::mentions;
    use proptest::prelude::*;

    #[test]
    fn strings_functions_and_longer_words_are_no_columns() {
        for yes in [
            "age > 0",
            "x+AGE",
            "\"age\" > 0",
            "`age`",
            "[age]",
            "u.age",
            "1+age",
            "(age)",
        ] {
            assert!(mentions(yes, "age"), "{yes}");
        }
        for no in [
            "'age'",
            "age (x)",
            "ages",
            "page > 1",
            "-- age",
            "/* age */",
            "'it''s age'",
            "1age",
            "age$",
            "\"age",
            "x = 'age",
        ] {
            assert!(!mentions(no, "age"), "{no}");
        }
        assert!(mentions("\"a\"\"b\" > 1", "a\"b"));
    }

    proptest! {
        #[test]
        fn it_finds_what_the_owned_form_finds(
            text in "[ab\"'`\\[\\]()*/ \n$_.1-]{0,12}",
            column in "[ab_]{1,2}",
        ) {
            let owned = crate::operation::mentions::mentions(&text.as_str().into(), &column.as_str().into());
            prop_assert_eq!(mentions(&text, &column), owned, "{}", text);
        }
    }
}
