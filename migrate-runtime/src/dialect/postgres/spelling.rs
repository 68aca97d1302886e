//! A PostgreSQL type as it is written: one form for all its names.
//!
//! In: `int4`, `varchar(20)[]`, `TIMESTAMP(3) WITH TIME ZONE`, `public."Mood"`, `bigserial`,
//! `bigint GENERATED ALWAYS AS IDENTITY (START 10)`. Out: its parts, and the [`key`](Spelling::key)
//! that equal types share, which is what `format_type` prints.

/// How a column numbers its rows, where its type says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Numbering {
    /// `serial` and its kin: a sequence of its own and a default.
    Serial,
    /// `GENERATED … AS IDENTITY`, with the words behind `GENERATED`.
    Identity(String),
}

/// A type, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Its name, in small letters unless it is quoted.
    base: String,
    /// What stands in brackets.
    arguments: Vec<String>,
    /// Whether it is an array; PostgreSQL takes no notice of dimensions.
    array: bool,
    /// How rows are numbered.
    numbering: Option<Numbering>,
}

impl Spelling {
    /// Reads any text; one that is no type is its own name.
    pub(crate) fn parse(text: &str) -> Self {
        let (text, identity) = split_identity(text);
        let Parts {
            words,
            arguments,
            array,
        } = Parts::read(text);
        let (base, serial) = canonical_base(&words, &arguments);
        let arguments = canonical_arguments(&base, &words, arguments);
        Self {
            base,
            arguments,
            array,
            numbering: if serial {
                Some(Numbering::Serial)
            } else {
                identity.map(Numbering::Identity)
            },
        }
    }

    /// The text that equal types share, numbering aside.
    pub(crate) fn key(&self) -> String {
        let arguments = if self.arguments.is_empty() {
            String::new()
        } else {
            format!("({})", self.arguments.join(","))
        };
        let dimensions = if self.array { "[]" } else { "" };
        match self.base.split_once(' ') {
            Some((first @ ("timestamp" | "time"), rest)) => {
                format!("{first}{arguments} {rest}{dimensions}")
            }
            _ => format!("{}{arguments}{dimensions}", self.base),
        }
    }

    /// The type of the elements, for an array.
    pub(crate) fn element(&self) -> Option<Self> {
        self.array.then(|| Self {
            array: false,
            ..self.clone()
        })
    }

    /// Its name.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The numbers in brackets.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        self.arguments
            .iter()
            .filter_map(|argument| argument.parse().ok())
            .collect()
    }

    /// Whether it is an array.
    pub(crate) const fn is_array(&self) -> bool {
        self.array
    }

    /// How it numbers rows.
    pub(crate) const fn numbering(&self) -> Option<&Numbering> {
        self.numbering.as_ref()
    }

    /// Whether its values are numbers.
    pub(crate) fn is_numeric(&self) -> bool {
        !self.array
            && matches!(
                self.base.as_str(),
                "smallint" | "integer" | "bigint" | "real" | "double precision" | "numeric"
            )
    }

    /// Whether its values are whole numbers.
    pub(crate) fn is_whole_number(&self) -> bool {
        !self.array && matches!(self.base.as_str(), "smallint" | "integer" | "bigint")
    }

    /// Whether its values are strings.
    pub(crate) fn is_string(&self) -> bool {
        !self.array
            && matches!(
                self.base.as_str(),
                "text" | "character varying" | "character" | "citext" | "name" | "bpchar"
            )
    }
}

/// The type without its identity clause, and the words behind `GENERATED`.
fn split_identity(text: &str) -> (&str, Option<String>) {
    let lower = text.to_ascii_lowercase();
    match lower.find(" generated ") {
        Some(at) if lower.contains("identity") => {
            let words: Vec<&str> = text[at + " generated ".len()..]
                .split_whitespace()
                .collect();
            (&text[..at], Some(words.join(" ")))
        }
        _ => (text, None),
    }
}

struct Parts {
    words: Vec<String>,
    arguments: Vec<String>,
    array: bool,
}

impl Parts {
    fn read(text: &str) -> Self {
        let mut parts = Self {
            words: Vec::new(),
            arguments: Vec::new(),
            array: false,
        };
        let mut rest = text.trim();
        let mut joins = false;
        while let Some(first) = rest.chars().next() {
            let taken = match first {
                '"' => {
                    let (name, taken) = quoted(rest);
                    parts.word(name, joins);
                    taken
                }
                '(' => {
                    let end = rest.find(')').unwrap_or(rest.len());
                    let inner = rest.get(1..end).unwrap_or_default();
                    parts
                        .arguments
                        .extend(inner.split(',').map(|one| one.trim().to_owned()));
                    (end + 1).min(rest.len())
                }
                '[' => {
                    parts.array = true;
                    (rest.find(']').map_or(rest.len(), |end| end + 1)).min(rest.len())
                }
                '.' => 1,
                other if other.is_whitespace() => other.len_utf8(),
                _ => {
                    let end = rest
                        .find(|one: char| one.is_whitespace() || "\"([.".contains(one))
                        .unwrap_or(rest.len());
                    parts.word(rest[..end].to_ascii_lowercase(), joins);
                    end
                }
            };
            joins = first == '.' || (joins && first.is_whitespace());
            rest = &rest[taken..];
        }
        if parts.words.last().is_some_and(|word| word == "array") && parts.words.len() > 1 {
            parts.words.pop();
            parts.array = true;
        }
        parts
    }

    /// A word; behind a dot it belongs to the one before, and two schemas go without saying.
    fn word(&mut self, word: String, joins: bool) {
        match self.words.last_mut() {
            Some(last) if joins => {
                if matches!(last.as_str(), "pg_catalog" | "public") {
                    *last = word;
                } else {
                    last.push('.');
                    last.push_str(&word);
                }
            }
            _ => self.words.push(word),
        }
    }
}

/// A quoted name, quotes kept only where it needs them, and its length in the text.
fn quoted(text: &str) -> (String, usize) {
    let mut name = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    let mut end = text.len();
    while let Some((at, character)) = characters.next() {
        if character == '"' && characters.next_if(|(_, next)| *next == '"').is_none() {
            end = at + 1;
            break;
        }
        name.push(character);
    }
    let needs = name == "char" || super::needs_quotes(&name);
    let name = if needs {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name
    };
    (name, end)
}

/// The name that `format_type` uses, and whether it is a serial.
fn canonical_base(words: &[String], arguments: &[String]) -> (String, bool) {
    let joined = words.join(" ");
    let base = match joined.as_str() {
        "int" | "int4" | "integer" => "integer",
        "int2" | "smallint" => "smallint",
        "int8" | "bigint" => "bigint",
        "float4" | "real" => "real",
        "float"
            if arguments
                .first()
                .is_some_and(|digits| digits.parse::<u8>().is_ok_and(|n| n <= 24)) =>
        {
            "real"
        }
        "float8" | "float" | "double precision" => "double precision",
        "decimal" | "dec" | "numeric" => "numeric",
        "bool" | "boolean" => "boolean",
        "varchar"
        | "character varying"
        | "char varying"
        | "national character varying"
        | "national char varying"
        | "nchar varying" => "character varying",
        "char" | "character" | "nchar" | "national character" | "national char" => "character",
        "bpchar" if !arguments.is_empty() => "character",
        "varbit" | "bit varying" => "bit varying",
        "timestamptz" | "timestamp with time zone" => "timestamp with time zone",
        "timestamp" | "timestamp without time zone" => "timestamp without time zone",
        "timetz" | "time with time zone" => "time with time zone",
        "time" | "time without time zone" => "time without time zone",
        "serial" | "serial4" => return ("integer".to_owned(), true),
        "smallserial" | "serial2" => return ("smallint".to_owned(), true),
        "bigserial" | "serial8" => return ("bigint".to_owned(), true),
        other => other,
    };
    (base.to_owned(), false)
}

/// The arguments that `format_type` prints.
fn canonical_arguments(base: &str, words: &[String], mut arguments: Vec<String>) -> Vec<String> {
    match base {
        "real" | "double precision" => Vec::new(),
        "character" | "bit" if arguments.is_empty() => vec!["1".to_owned()],
        "numeric" if arguments.len() == 1 => {
            arguments.push("0".to_owned());
            arguments
        }
        _ if words.is_empty() => Vec::new(),
        _ => arguments,
    }
}
