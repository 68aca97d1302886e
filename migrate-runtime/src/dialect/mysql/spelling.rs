//! A type of MySQL or MariaDB as it is written: one form for all its names.
//!
//! In: `INT(11) UNSIGNED`, `bool`, `varchar(20) CHARACTER SET latin1 COLLATE latin1_bin`,
//! `enum('a','b')`, `double precision`. Out: its parts, and the [`key`](Spelling::key) that equal types
//! share, which is what `information_schema` says, without the width of whole numbers.

use super::literal;
use std::fmt::Write as _;

/// A type, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Its name, in small letters.
    base: String,
    /// What stands in brackets, in its canonical form.
    arguments: Vec<String>,
    unsigned: bool,
    zerofill: bool,
    collation: Option<String>,
    /// Words behind the type that are no part of it.
    rest: Vec<String>,
}

impl Spelling {
    /// Reads any text; one that is no type is its own name.
    pub(crate) fn parse(text: &str) -> Self {
        let (words, arguments, behind) = split(text);
        let mut spelling = Self {
            base: words.join(" "),
            arguments: arguments.map(|inner| items(&inner)).unwrap_or_default(),
            unsigned: false,
            zerofill: false,
            collation: None,
            rest: Vec::new(),
        };
        spelling.attributes(&behind);
        spelling.settle_base();
        spelling.settle_arguments();
        spelling
    }

    fn attributes(&mut self, words: &[String]) {
        let mut words = words.iter().map(String::as_str).peekable();
        let mut charset = None;
        while let Some(word) = words.next() {
            match word {
                "unsigned" => self.unsigned = true,
                "zerofill" => {
                    self.zerofill = true;
                    self.unsigned = true;
                }
                "signed" => {}
                "character" | "char" if words.next_if_eq(&"set").is_some() => {
                    charset = words.next().map(str::to_owned);
                }
                "charset" => charset = words.next().map(str::to_owned),
                "collate" => self.collation = words.next().map(str::to_owned),
                other => self.rest.push(other.to_owned()),
            }
        }
        if self.collation.is_none()
            && let Some(charset) = charset
        {
            self.rest.push(format!("character set {charset}"));
        }
    }

    /// One name for each type: <https://dev.mysql.com/doc/refman/8.4/en/other-vendor-data-types.html>.
    fn settle_base(&mut self) {
        // Attributes of a type that has no brackets are words of its name.
        let mut words: Vec<&str> = self.base.split(' ').collect();
        let mut behind = Vec::new();
        while words.len() > 1 {
            let Some(at) = words.iter().skip(1).position(|word| {
                matches!(
                    *word,
                    "unsigned" | "signed" | "zerofill" | "collate" | "charset"
                )
            }) else {
                break;
            };
            behind = words.split_off(at + 1);
        }
        if words.len() > 2
            && let Some(at) = words
                .windows(2)
                .skip(1)
                .position(|pair| pair == ["character", "set"] || pair == ["char", "set"])
        {
            let mut more = words.split_off(at + 1);
            more.append(&mut behind);
            behind = more;
        }
        let behind: Vec<String> = behind.into_iter().map(str::to_owned).collect();
        let name = words.join(" ");
        self.attributes(&behind);
        let settled = match name.as_str() {
            "bool" | "boolean" => {
                self.arguments = vec!["1".to_owned()];
                "tinyint"
            }
            "int1" => "tinyint",
            "int2" => "smallint",
            "int3" | "middleint" => "mediumint",
            "integer" | "int4" => "int",
            "int8" => "bigint",
            "dec" | "numeric" | "fixed" => "decimal",
            "float4" => "float",
            "float8" | "double precision" | "real" => "double",
            "character varying"
            | "nvarchar"
            | "national varchar"
            | "nchar varchar"
            | "national character varying"
            | "varcharacter" => "varchar",
            "character" | "nchar" | "national char" | "national character" => "char",
            "long" | "long varchar" => "mediumtext",
            "long varbinary" => "mediumblob",
            "geomcollection" => "geometrycollection",
            "jsonb" => "json",
            other => other,
        };
        settled.clone_into(&mut self.base);
        if self.base == "float" && self.arguments.len() == 1 {
            let digits: u8 = self.arguments[0].parse().unwrap_or(0);
            self.arguments.clear();
            if digits > 24 {
                "double".clone_into(&mut self.base);
            }
        }
    }

    /// What goes without saying is not said, and what is said where nothing is, is.
    fn settle_arguments(&mut self) {
        let default = |text: &str| vec![text.to_owned()];
        match (self.base.as_str(), self.arguments.len()) {
            ("tinyint", 1) if self.arguments[0] == "1" && !self.unsigned => {}
            ("tinyint" | "smallint" | "mediumint" | "int" | "bigint", _) if !self.zerofill => {
                self.arguments.clear();
            }
            ("year", _) => self.arguments.clear(),
            ("decimal", 0) => self.arguments = vec!["10".to_owned(), "0".to_owned()],
            ("decimal", 1) => self.arguments.push("0".to_owned()),
            ("bit" | "char" | "binary", 0) => self.arguments = default("1"),
            ("datetime" | "timestamp" | "time", 1) if self.arguments[0] == "0" => {
                self.arguments.clear();
            }
            _ => {}
        }
    }

    /// The text that equal types share; the collation is no part of it.
    pub(crate) fn key(&self) -> String {
        let mut key = self.base.clone();
        if !self.arguments.is_empty() {
            let _ = write!(key, "({})", self.arguments.join(","));
        }
        if self.unsigned {
            key.push_str(" unsigned");
        }
        if self.zerofill {
            key.push_str(" zerofill");
        }
        for word in &self.rest {
            key.push(' ');
            key.push_str(word);
        }
        key
    }

    /// Its name.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Whether it has no sign.
    pub(crate) const fn is_unsigned(&self) -> bool {
        self.unsigned
    }

    /// Whether something stands behind it that is no part of a type.
    pub(crate) fn is_plain(&self) -> bool {
        self.rest.is_empty() && !self.zerofill
    }

    /// The collation that stands behind it.
    pub(crate) fn collation(&self) -> Option<&str> {
        self.collation.as_deref()
    }

    /// The numbers in brackets.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        self.arguments
            .iter()
            .filter_map(|argument| argument.parse().ok())
            .collect()
    }

    /// The values of an enum.
    pub(crate) fn values(&self) -> Option<Vec<String>> {
        if self.base != "enum" {
            return None;
        }
        self.arguments
            .iter()
            .map(|value| literal::unquoted(value))
            .collect()
    }

    /// Whether its values are numbers.
    pub(crate) fn is_numeric(&self) -> bool {
        self.is_whole_number()
            || matches!(self.base.as_str(), "decimal" | "float" | "double" | "year")
    }

    /// Whether its values are whole numbers.
    pub(crate) fn is_whole_number(&self) -> bool {
        matches!(
            self.base.as_str(),
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint"
        )
    }

    /// Whether MySQL takes no literal as its default, only an expression, and no index without a length.
    pub(crate) fn is_large(&self) -> bool {
        matches!(
            self.base.as_str(),
            "tinytext"
                | "text"
                | "mediumtext"
                | "longtext"
                | "tinyblob"
                | "blob"
                | "mediumblob"
                | "longblob"
                | "json"
        ) || self.is_geometry()
    }

    /// Whether its values are places.
    pub(crate) fn is_geometry(&self) -> bool {
        matches!(
            self.base.as_str(),
            "geometry"
                | "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geometrycollection"
        )
    }

    /// The digits of a second.
    pub(crate) fn digits(&self) -> u32 {
        self.numbers().first().copied().unwrap_or(0)
    }
}

/// The words before the brackets, what is in them, and the words behind, all in small letters but what
/// is in quotes.
fn split(text: &str) -> (Vec<String>, Option<String>, Vec<String>) {
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace()
            .map(|word| word.trim_matches('`').to_ascii_lowercase())
            .collect()
    };
    let Some(open) = text.find('(') else {
        return (words(text), None, Vec::new());
    };
    let inner = &text[open + 1..];
    let close = closing(inner);
    let behind = inner.get(close + 1..).unwrap_or_default();
    (
        words(&text[..open]),
        Some(inner[..close].to_owned()),
        words(behind),
    )
}

/// Where the bracket closes that was opened before, strings aside.
fn closing(text: &str) -> usize {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(')') {
            return at;
        }
        at += match literal::read(rest) {
            Some((_, length)) => length,
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    text.len()
}

/// The items of a list, strings in one form.
fn items(inner: &str) -> Vec<String> {
    if let Some(values) = literal::list(inner) {
        return values.iter().map(|value| literal::quoted(value)).collect();
    }
    inner
        .split(',')
        .map(|item| item.trim().to_ascii_lowercase())
        .filter(|item| !item.is_empty())
        .collect()
}
