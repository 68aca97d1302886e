//! Finds and replaces column names in SQL fragments, word by word.
//!
//! It reads tokens, not grammar: strings and comments are skipped, quoted names are compared as they
//! are, bare words without regard to case, and a word before `(` is a function. What it cannot know
//! is whether a word names a column of another table; in checks, generated columns and indexes there
//! is no other table.

use crate::schema::{Name, SqlText};

/// Whether any of the texts names that column.
pub(crate) fn mentions(sql: &SqlText, column: &Name) -> bool {
    texts(sql).any(|text| words(text).any(|word| word.names(text, column)))
}

/// Whether any of the texts reads that column, for sure: its name stands where a value stands. The same word may be
/// a type (`DATE '2026-01-01'`, `x::date`, `CAST(x AS date)`), a unit, a collation or a table.
pub(crate) fn reads(sql: &SqlText, column: &Name) -> bool {
    texts(sql).any(|text| {
        let mut before = None;
        words(text).any(|word| {
            let is_read = word.names(text, column) && word.is_value(text, before.as_ref());
            before = Some(word);
            is_read
        })
    })
}

/// The columns that a text in quotes is compared with: of these, the last that is named before it, else the first
/// behind it.
pub(crate) fn compared<'c>(sql: &SqlText, value: &str, columns: &[&'c Name]) -> Vec<&'c Name> {
    let quoted = format!("'{}'", value.replace('\'', "''"));
    let mut with = Vec::new();
    for text in texts(sql) {
        let named: Vec<(usize, &Name)> = words(text)
            .filter_map(|word| {
                let column = columns.iter().find(|column| word.names(text, column))?;
                Some((word.start, *column))
            })
            .collect();
        for (at, _) in text.match_indices(&quoted) {
            let before = named.iter().rev().find(|(start, _)| *start < at);
            with.extend(before.or(named.first()).map(|(_, column)| column));
        }
    }
    with
}

/// The same texts with the column's new name.
pub(crate) fn renamed(sql: &SqlText, from: &Name, to: &Name) -> SqlText {
    SqlText {
        any: sql.any.as_deref().map(|text| replace(text, from, to)),
        overrides: (sql.overrides.iter())
            .map(|(backend, text)| (backend, replace(text, from, to)))
            .collect(),
    }
}

/// The text with `column` where it says `table.column`.
///
/// In a rule of a table there is no other table to name, so that is the same; and it holds while the
/// table has another name.
pub(crate) fn unqualified(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for word in words(text) {
        let behind = text[word.end..].trim_start();
        let Some(column) = behind.strip_prefix('.').map(str::trim_start) else {
            continue;
        };
        if column.starts_with(|first: char| {
            first.is_alphabetic() || matches!(first, '_' | '"' | '`' | '[')
        }) {
            out.push_str(&text[copied..word.start]);
            copied = text.len() - column.len();
        }
    }
    out.push_str(&text[copied..]);
    out
}

fn texts(sql: &SqlText) -> impl Iterator<Item = &str> {
    sql.any.as_deref().into_iter().chain(sql.overrides.values())
}

fn replace(text: &str, from: &Name, to: &Name) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for word in words(text) {
        if word.names(text, from) {
            out.push_str(&text[copied..word.start]);
            match word
                .quote
                .filter(|open| !to.as_str().contains(closing(*open)) || *open != '[')
            {
                Some(open) => {
                    let close = closing(open);
                    out.push(open);
                    out.push_str(&to.as_str().replace(close, &format!("{close}{close}")));
                    out.push(close);
                }
                None if is_plain(to.as_str()) => out.push_str(to.as_str()),
                None => {
                    out.push('"');
                    out.push_str(&to.as_str().replace('"', "\"\""));
                    out.push('"');
                }
            }
            copied = word.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// Words that are no name without quotes, on SQLite or PostgreSQL.
const RESERVED: &str = "\
    ADD ALL ALTER ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC AUTOINCREMENT BETWEEN BOTH \
    CASE CAST CHECK COLLATE COLUMN COMMIT CONSTRAINT CREATE CURRENT_DATE CURRENT_TIME \
    CURRENT_TIMESTAMP CURRENT_USER DEFAULT DEFERRABLE DELETE DESC DISTINCT DO DROP ELSE END \
    ESCAPE EXCEPT EXISTS FALSE FETCH FOR FOREIGN FROM GRANT GROUP HAVING IN INDEX INITIALLY \
    INSERT INTERSECT INTO IS ISNULL JOIN KEY LATERAL LEADING LIKE LIMIT LOCALTIME LOCALTIMESTAMP \
    NOT NOTHING NOTNULL NULL OFFSET ON ONLY OR ORDER PLACING PRIMARY REFERENCES RETURNING SELECT \
    SESSION_USER SET SOME SYMMETRIC TABLE THEN TO TRAILING TRANSACTION TRUE UNION UNIQUE UPDATE \
    USER USING VALUES VARIADIC WHEN WHERE WINDOW WITH";

fn is_plain(name: &str) -> bool {
    let is_reserved =
        || (RESERVED.split_ascii_whitespace()).any(|word| word.eq_ignore_ascii_case(name));
    !is_reserved()
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|c| !c.is_ascii_digit())
}

/// Words that a value follows.
const BEFORE_A_VALUE: &str = "\
    AND BETWEEN BINARY BY CASE DISTINCT DIV ELSE ESCAPE FROM GLOB ILIKE IN IS LIKE MATCH MOD NOT OR REGEXP RLIKE \
    THEN TO WHEN XOR";

/// Functions whose first argument is a unit of time.
const OF_UNITS: [&str; 3] = ["extract", "timestampdiff", "timestampadd"];

/// A word or quoted name of a text.
#[derive(Debug)]
struct Word {
    start: usize,
    end: usize,
    quote: Option<char>,
}

impl Word {
    fn names(&self, text: &str, column: &Name) -> bool {
        let whole = &text[self.start..self.end];
        match self.quote {
            Some(open) => {
                let close = closing(open);
                let inner = (whole.strip_prefix(open)).and_then(|rest| rest.strip_suffix(close));
                inner.is_some_and(|inner| {
                    let inner = inner.replace(&format!("{close}{close}"), &close.to_string());
                    inner.eq_ignore_ascii_case(column.as_str())
                })
            }
            None => {
                whole.eq_ignore_ascii_case(column.as_str())
                    && !text[self.end..].trim_start().starts_with('(')
            }
        }
    }

    /// Whether it stands where a value stands; `before` is the word before it.
    fn is_value(&self, text: &str, before: Option<&Self>) -> bool {
        let behind = text[self.end..].trim_start();
        if behind.starts_with(['.', '\'']) {
            return false;
        }
        let front = text[..self.start].trim_end();
        let is_next = |word: &&Self| word.end == front.len();
        if let Some(word) = before.filter(is_next) {
            let word = &text[word.start..word.end];
            let mut all = BEFORE_A_VALUE.split_ascii_whitespace();
            return all.any(|before| before.eq_ignore_ascii_case(word));
        }
        let function = front.strip_suffix('(').map(str::trim_end);
        let is_unit = function.zip(before).is_some_and(|(front, word)| {
            let name = &text[word.start..word.end];
            word.end == front.len() && OF_UNITS.iter().any(|of| of.eq_ignore_ascii_case(name))
        });
        let ends_a_value = |last: char| last.is_alphanumeric() || matches!(last, '\'' | ')' | '"');
        !is_unit && !front.ends_with("::") && !front.ends_with(ends_a_value)
    }
}

const fn closing(open: char) -> char {
    match open {
        '[' => ']',
        other => other,
    }
}

fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            let first = rest.chars().next()?;
            let start = at;
            if first == '\'' {
                at += quoted_length(rest, '\'');
            } else if rest.starts_with("--") {
                at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else if matches!(first, '"' | '`' | '[') {
                at += quoted_length(rest, closing(first));
                return Some(Word {
                    start,
                    end: at,
                    quote: Some(first),
                });
            } else if first.is_alphabetic() || first == '_' {
                let ends = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
                at += rest.find(ends).unwrap_or(rest.len());
                return Some(Word {
                    start,
                    end: at,
                    quote: None,
                });
            } else if first.is_ascii_digit() {
                let ends = |c: char| !(c.is_alphanumeric() || c == '.');
                at += rest.find(ends).unwrap_or(rest.len());
            } else {
                at += first.len_utf8();
            }
        }
    })
}

/// The length of a quoted piece with its quotes; a doubled closing quote stands for itself.
fn quoted_length(text: &str, close: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == close {
            if characters.peek().is_some_and(|(_, next)| *next == close) {
                characters.next();
            } else {
                return at + c.len_utf8();
            }
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_functions_and_longer_words_are_no_columns() {
        let age = Name::from("age");
        for yes in ["age > 0", "x+AGE", "\"age\" > 0", "`age`", "[age]", "u.age"] {
            assert!(mentions(&yes.into(), &age), "{yes}");
        }
        for no in [
            "'age'",
            "age(x)",
            "ages",
            "page > 1",
            "-- age",
            "/* age */",
            "'it''s age'",
            "1age",
        ] {
            assert!(!mentions(&no.into(), &age), "{no}");
        }
    }

    #[test]
    fn a_column_is_read_where_a_value_stands() {
        let date = Name::from("date");
        for yes in [
            "date > 0",
            "NOT date",
            "x IS DISTINCT FROM date",
            "length(date) > 0",
            "coalesce(x, date)",
            "t.date > 0",
            "x::date > date",
            "\"date\" <> ''",
            "date::text",
            "CASE WHEN date THEN 1 ELSE 2 END",
        ] {
            assert!(reads(&yes.into(), &date), "{yes}");
        }
        for no in [
            "day > DATE '2026-01-01'",
            "day::date > x",
            "CAST(day AS date) > x",
            "day + INTERVAL 1 DATE",
            "day + INTERVAL '1' date",
            "extract(date from day)",
            "TIMESTAMPDIFF(DATE, x, y)",
            "day COLLATE \"date\" > x",
            "date.day > x",
            "date(day) > x",
            "day > 'date'",
            "(day) AT TIME date",
        ] {
            assert!(!reads(&no.into(), &date), "{no}");
        }
    }

    #[test]
    fn a_text_is_compared_with_the_column_beside_it() {
        let (kind, agent) = (Name::from("kind"), Name::from("agent"));
        for (sql, with) in [
            ("kind <> 'bot' OR agent <> ''", vec![&kind]),
            ("kind <> 'x' OR agent <> 'bot'", vec![&agent]),
            ("agent = '' OR kind IN ('x', 'bot')", vec![&kind]),
            ("'bot' = kind", vec![&kind]),
            ("agent = 'bot' AND kind = 'bot'", vec![&agent, &kind]),
            ("kind = 'robot' OR 'bot' = ''", vec![&kind]),
            ("kind = 'robot'", vec![]),
            ("'bot' = ''", vec![]),
        ] {
            assert_eq!(
                compared(&sql.into(), "bot", &[&kind, &agent]),
                with,
                "{sql}"
            );
        }
    }

    #[test]
    fn a_name_is_replaced_with_the_quotes_it_had() {
        let sql = renamed(
            &"age > 0 AND \"age\" <> 'age'".into(),
            &"age".into(),
            &"years old".into(),
        );
        assert_eq!(sql, "\"years old\" > 0 AND \"years old\" <> 'age'".into());
        let sql = renamed(&"age > [age]".into(), &"age".into(), &"order".into());
        assert_eq!(sql, "\"order\" > [order]".into());
        let sql = renamed(&"age > [age]".into(), &"age".into(), &"a]".into());
        assert_eq!(sql, "\"a]\" > \"a]\"".into());
    }

    #[test]
    fn what_stands_before_a_dot_goes() {
        let text = "t.a > 0.5 AND \"T\" . \"b\" <> 't.c' AND t < 1. AND main.t.u = [t].a";
        assert_eq!(
            unqualified(text),
            "a > 0.5 AND \"b\" <> 't.c' AND t < 1. AND u = a"
        );
    }

    #[test]
    fn an_open_quote_ends_with_the_text() {
        assert!(!mentions(&"x = 'age".into(), &"age".into()));
        assert!(!mentions(&"\"age".into(), &"age".into()));
    }
}
