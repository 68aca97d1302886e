//! One pattern of `ignore`: text in, and the question whether it is meant for an object.
//!
//! ```text
//! [KIND ]NAME[: ASPECT]
//! ```
//!
//! `NAME` is the full name, `books` or `books.search`, with `*` for any part of a name and `?` for one
//! character; neither stands for a point. Behind a kind the name of what hangs on a table may stand alone.

use crate::{ErrorKind, Explain};

/// What a word in front of a pattern can be.
const KINDS: &[&str] = &[
    "table",
    "column",
    "index",
    "constraint",
    "enum",
    "view",
    "trigger",
    "virtual table",
    "shadow table",
    "materialized view",
    "foreign table",
    "partition",
    "sequence",
    "function",
    "domain",
    "type",
    "rule",
    "policy",
    "extension",
    "exclusion constraint",
];

/// What a word behind a pattern can be.
const ASPECTS: [(&str, Aspect); 5] = [
    ("type", Aspect::Type),
    ("default", Aspect::Default),
    ("nullable", Aspect::Nullable),
    ("collation", Aspect::Collation),
    ("comment", Aspect::Comment),
];

/// What of a column or table is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    /// A column's type.
    Type,
    /// A column's default.
    Default,
    /// Whether a column may be NULL.
    Nullable,
    /// A column's collation.
    Collation,
    /// The comment of a column or table.
    Comment,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// As it was written.
    pub(super) text: String,
    kind: Option<&'static str>,
    name: String,
    /// What is left alone; the whole object, if nothing is said.
    pub(super) aspect: Option<Aspect>,
}

/// What a pattern is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// `table`, `index`.
    pub(super) kind: &'a str,
    /// The table's full name, of what hangs on one.
    pub(super) table: Option<&'a str>,
    /// Its own name; the full one, of what hangs on no table.
    pub(super) name: &'a str,
}

impl Pattern {
    /// Reads one.
    pub(super) fn parse(text: &str) -> Result<Self, IgnoreError> {
        let problem = |problem: String| IgnoreError::Pattern {
            pattern: text.to_owned(),
            problem,
        };
        let (object, aspect) = match text.split_once(':') {
            None => (text, None),
            Some((object, word)) => {
                let word = word.trim();
                let known = ASPECTS.iter().find(|(name, _)| *name == word);
                let (_, aspect) =
                    known.ok_or_else(|| problem(format!("there is no aspect `{word}`")))?;
                (object, Some(*aspect))
            }
        };
        let object = object.trim();
        let kind = (KINDS.iter().copied()).find(|kind| {
            object
                .strip_prefix(kind)
                .is_some_and(|rest| rest.starts_with(' '))
        });
        let name = object[kind.map_or(0, str::len)..].trim();
        if name.is_empty() || name.split('.').any(str::is_empty) {
            return Err(problem("a name is missing".to_owned()));
        }
        let of_parts = matches!(kind, None | Some("column" | "table"));
        if aspect.is_some() && !of_parts {
            return Err(problem("only columns and tables have aspects".to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            kind,
            name: name.to_lowercase(),
            aspect,
        })
    }

    /// Whether it is meant for that.
    pub(super) fn fits(&self, candidate: Candidate<'_>) -> bool {
        let Candidate { kind, table, name } = candidate;
        if self.kind.is_some_and(|wanted| wanted != kind) {
            return false;
        }
        let name = name.to_lowercase();
        match table {
            None => like(&self.name, &name),
            Some(table) => {
                like(&self.name, &format!("{}.{name}", table.to_lowercase()))
                    || self.kind.is_some() && like(&self.name, &name)
            }
        }
    }
}

/// Whether a text is as a pattern says.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut here) = (0, 0);
    // Where to go on when what follows the last `*` does not fit: there, and one character more.
    let mut again = None;
    while here < text.len() {
        match pattern.get(at) {
            Some('*') => {
                again = Some((at + 1, here));
                at += 1;
            }
            Some('?') if text[here] != '.' => (at, here) = (at + 1, here + 1),
            Some(letter) if *letter == text[here] => (at, here) = (at + 1, here + 1),
            _ => match again {
                Some((behind, from)) if text[from] != '.' => {
                    again = Some((behind, from + 1));
                    (at, here) = (behind, from + 1);
                }
                _ => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// What is wrong with a list of patterns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreError {
    /// A pattern that cannot be read.
    #[error("`ignore` of schema! has the pattern \"{pattern}\", which cannot be read: {problem}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An object that models or migrations make.
    #[error(
        "`ignore` of schema! leaves out {object} (pattern \"{pattern}\"), which a model or a migration makes"
    )]
    Declared {
        /// The pattern.
        pattern: String,
        /// The object: `column books.search`.
        object: String,
    },
}

impl Explain for IgnoreError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Pattern { .. } => vec![
                "a pattern is a full name with `*` and `?`: \"legacy_*\", \"books.search\"; a kind may \
                 stand before it: \"view reports_*\", \"index *_tmp\"; an aspect behind it leaves only \
                 that alone: \"books.price: type\""
                    .to_owned(),
                format!("kinds: {}", KINDS.join(", ")),
                format!("aspects: {}", ASPECTS.map(|(word, _)| word).join(", ")),
            ],
            Self::Declared { pattern, object } => {
                let mut hints = vec![
                    "only what the database has beyond the models can be left out: make the pattern \
                     narrower, or take the object out of the model"
                        .to_owned(),
                ];
                if object.starts_with("column ") {
                    hints.push(format!(
                        "to leave only its type or default alone, say so: \"{pattern}: type\""
                    ));
                }
                hints
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, kind: &str, table: Option<&str>, name: &str) -> bool {
        (Pattern::parse(pattern).unwrap()).fits(Candidate { kind, table, name })
    }

    #[test]
    fn a_star_is_any_part_of_one_name() {
        for (pattern, text, expected) in [
            ("legacy_*", "legacy_", true),
            ("legacy_*", "legacy_users", true),
            ("legacy_*", "old_legacy_users", false),
            ("legacy_*", "legacy_users.id", false),
            ("*_tmp*_x", "a_tmp_tmp_b_x", true),
            ("*.*", "a.b", true),
            ("*.*", "a", false),
            ("a*b.c", "ab.c", true),
            ("a*b.c", "a.b.c", false),
            ("?", "ß", true),
            ("a?c", "a.c", false),
            ("***", "", true),
        ] {
            assert_eq!(like(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_kind_narrows_and_lets_the_table_be_left_out() {
        assert!(fits("Books.Search", "column", Some("books"), "search"));
        assert!(fits("books.*", "index", Some("books"), "books_tmp"));
        assert!(!fits("search", "column", Some("books"), "search"));
        assert!(fits("column search", "column", Some("app.books"), "search"));
        assert!(!fits("column search", "index", Some("books"), "search"));
        assert!(fits("view reports_*", "view", None, "reports_daily"));
        assert!(!fits("view reports_*", "table", None, "reports_daily"));
        assert!(fits("virtual table s*", "virtual table", None, "search"));
        assert!(fits("app.*", "table", None, "app.users"));
        assert!(fits("viewers", "table", None, "viewers"));
        assert!(fits("table my tags", "table", None, "my tags"));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (pattern, problem) in [
            ("", "a name is missing"),
            ("books.", "a name is missing"),
            ("books.price: price", "there is no aspect `price`"),
            ("index a: type", "only columns and tables have aspects"),
        ] {
            let error = Pattern::parse(pattern).unwrap_err();
            assert!(error.to_string().ends_with(problem), "{error}");
        }
    }
}
