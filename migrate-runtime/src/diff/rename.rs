//! Which of the things that are gone may be which of those that are new, and on what evidence.
//!
//! A drop and an addition in one revision lose values where a rename was meant, so every pair that
//! could be one is a candidate. Nothing is decided here: see [`resolve`](super::resolve).

use std::collections::BTreeMap;
use std::fmt;

use super::hints::rename_tables;
use super::{RenameHints, table};
use crate::schema::{Column, EnumType, IndexKey, Name, Schema, SqlType, Table, TableName};

/// A rename.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rename {
    /// Of a table.
    Table {
        /// Its name before.
        from: TableName,
        /// Its name after.
        to: TableName,
    },
    /// Of a column.
    Column {
        /// The table, by its name after.
        table: TableName,
        /// The column's name before.
        from: Name,
        /// The column's name after.
        to: Name,
    },
    /// Of a value of an enum type.
    EnumValue {
        /// The type.
        name: Name,
        /// The value before.
        from: String,
        /// The value after.
        to: String,
    },
}

impl Rename {
    /// What is gone, as the flag `--drop` names it: `users.name`.
    pub fn before(&self) -> String {
        match self {
            Self::Table { from, to: _ } => from.to_string(),
            Self::Column { table, from, to: _ } => format!("{table}.{from}"),
            Self::EnumValue { name, from, to: _ } => format!("{name}.{from}"),
        }
    }

    /// What the flag `--rename` takes: `users.name:full_name`.
    pub fn flag(&self) -> String {
        match self {
            Self::Table { from: _, to } => format!("{}:{to}", self.before()),
            Self::Column { to, .. } => format!("{}:{to}", self.before()),
            Self::EnumValue { to, .. } => format!("{}:{to}", self.before()),
        }
    }

    /// What is renamed, in kind: `table`, `column`, `enum value`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Table { .. } => "table",
            Self::Column { .. } => "column",
            Self::EnumValue { .. } => "enum value",
        }
    }

    pub(super) fn is_in(&self, hints: &RenameHints) -> bool {
        let has = |from: &TableName, to: &TableName| {
            hints
                .tables
                .iter()
                .any(|(old, new)| old == from && new == to)
        };
        match self {
            Self::Table { from, to } => has(from, to),
            Self::Column { table, from, to } => {
                (hints.columns.iter()).any(|(of, old, new)| of == table && old == from && new == to)
            }
            Self::EnumValue { name, from, to } => (hints.enum_values.iter())
                .any(|(of, old, new)| of == name && old == from && new == to),
        }
    }

    pub(super) fn add_to(&self, hints: &mut RenameHints) {
        match self.clone() {
            Self::Table { from, to } => hints.tables.push((from, to)),
            Self::Column { table, from, to } => hints.columns.push((table, from, to)),
            Self::EnumValue { name, from, to } => hints.enum_values.push((name, from, to)),
        }
    }
}

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { from, to } => write!(f, "table {from} to {to}"),
            Self::Column { table, from, to } => write!(f, "column {table}.{from} to {to}"),
            Self::EnumValue { name, from, to } => write!(f, "value {from} of {name} to {to}"),
        }
    }
}

/// A rename that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameCandidate {
    /// The rename.
    pub what: Rename,
    /// How likely it is, from 0 to 100.
    pub score: u32,
    /// Why, in words: `same type`, `same place`.
    pub evidence: Vec<String>,
}

/// The renames that may be meant between two schemas and that no hint decides, the likeliest first.
///
/// Tables come first; the columns of a table that may be renamed are looked at when it is decided.
pub fn candidates(from: &Schema, to: &Schema, known: &RenameHints) -> Vec<RenameCandidate> {
    let known = known.applicable(from, to);
    let renamed = rename_tables(from, &known, &mut Vec::new());
    let mut candidates = Vec::new();
    let gone = renamed
        .tables
        .values()
        .filter(|table| !to.tables.contains_key(&table.name));
    for before in gone {
        let fresh = to
            .tables
            .values()
            .filter(|table| !renamed.tables.contains_key(&table.name));
        candidates.extend(fresh.filter_map(|after| of_tables(before, after)));
    }
    for before in renamed.tables.values() {
        if let Some(after) = to.table(&before.name) {
            of_columns(
                &table::with_new_names(before, &known),
                after,
                &mut candidates,
            );
        }
    }
    for (name, before) in &from.enums {
        if let Some(after) = to.enums.get(name) {
            of_values(before, after, &known, &mut candidates);
        }
    }
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.what.cmp(&b.what)));
    candidates
}

/// Adds the renames that change nothing but the case of a name: nobody drops `Users` to create `users`.
pub(super) fn of_case(from: &Schema, to: &Schema, dropped: &[String], known: &mut RenameHints) {
    let only = |one: &Schema, other: &Schema| -> BTreeMap<String, TableName> {
        let names = (one.tables.keys()).filter(|name| !other.tables.contains_key(name));
        names
            .map(|name| (name.to_string().to_lowercase(), name.clone()))
            .collect()
    };
    let fresh = only(to, from);
    for (name, old) in only(from, to) {
        if let Some(new) = fresh
            .get(&name)
            .filter(|_| !dropped.contains(&old.to_string()))
        {
            known.tables.push((old, new.clone()));
        }
    }
    *known = known.applicable(from, to);
    for after in to.tables.values() {
        let old = known.table_before(&after.name);
        let Some(before) = from
            .table(old)
            .filter(|before| before.columns != after.columns)
        else {
            continue;
        };
        for column in &before.columns {
            let path = format!("{}.{}", after.name, column.name);
            let new = (after.columns.iter()).find(|new| {
                new.name != column.name
                    && new.name.as_str().to_lowercase() == column.name.as_str().to_lowercase()
            });
            if let Some(new) = new.filter(|_| !dropped.contains(&path)) {
                let rename = (after.name.clone(), column.name.clone(), new.name.clone());
                known.columns.push(rename);
            }
        }
    }
    *known = known.applicable(from, to);
}

/// Tables with at least half of their columns in common, or all that the smaller one has.
fn of_tables(before: &Table, after: &Table) -> Option<RenameCandidate> {
    let common = (before.columns.iter())
        .filter(|column| {
            after
                .column(&column.name)
                .is_some_and(|now| now.ty == column.ty)
        })
        .count();
    let most = before.columns.len().max(after.columns.len());
    let least = before.columns.len().min(after.columns.len());
    let alike = similarity(before.name.name.as_str(), after.name.name.as_str());
    let plausible =
        common > 0 && (common * 2 >= most || common == least && least > 1 || alike >= 70);
    if !plausible {
        return None;
    }
    let mut evidence = vec![format!("{common} of {most} columns in common")];
    if alike >= 50 {
        evidence.push("a similar name".to_owned());
    }
    Some(RenameCandidate {
        what: Rename::Table {
            from: before.name.clone(),
            to: after.name.clone(),
        },
        score: percent(common, most) * 7 / 10 + alike * 3 / 10,
        evidence,
    })
}

fn of_columns(before: &Table, after: &Table, candidates: &mut Vec<RenameCandidate>) {
    let gone: Vec<&Column> = (before.columns.iter())
        .filter(|column| after.column(&column.name).is_none())
        .collect();
    let fresh: Vec<&Column> = (after.columns.iter())
        .filter(|column| before.column(&column.name).is_none())
        .collect();
    for old in gone.iter().filter(|column| column.generated.is_none()) {
        for new in fresh.iter().filter(|column| column.generated.is_none()) {
            candidates.extend(of_column(before, old, after, new));
        }
    }
}

/// Two columns of one type, or of types of one family with similar names.
fn of_column(before: &Table, old: &Column, after: &Table, new: &Column) -> Option<RenameCandidate> {
    let alike = similarity(old.name.as_str(), new.name.as_str());
    let same_type = old.ty == new.ty;
    if !(same_type || alike >= 50 && family(&old.ty) == family(&new.ty)) {
        return None;
    }
    let mut score = if same_type { 35 } else { 15 };
    let mut evidence = Vec::new();
    let mut holds = |yes: bool, points: u32, words: &str| {
        if yes {
            score += points;
            evidence.push(words.to_owned());
        }
    };
    holds(same_type, 0, "same type");
    holds(
        place(before, &old.name) == place(after, &new.name),
        15,
        "same place",
    );
    let uses = uses(before, &old.name);
    holds(
        !uses.is_empty() && uses == self::uses(after, &new.name),
        15,
        "same keys and indexes",
    );
    holds(
        old.nullable == new.nullable && old.default == new.default,
        5,
        "same default and nullability",
    );
    holds(alike >= 50, 0, "a similar name");
    Some(RenameCandidate {
        what: Rename::Column {
            table: after.name.clone(),
            from: old.name.clone(),
            to: new.name.clone(),
        },
        score: score + alike * 3 / 10,
        evidence,
    })
}

fn of_values(
    before: &EnumType,
    after: &EnumType,
    known: &RenameHints,
    candidates: &mut Vec<RenameCandidate>,
) {
    let decided = |value: &String| {
        (known.enum_values.iter())
            .any(|(name, old, new)| *name == before.name && (old == value || new == value))
    };
    for (at, old) in before.values.iter().enumerate() {
        if after.values.contains(old) || decided(old) {
            continue;
        }
        for (place, new) in after.values.iter().enumerate() {
            if before.values.contains(new) || decided(new) {
                continue;
            }
            let mut evidence = Vec::new();
            let mut score = similarity(old, new) * 6 / 10;
            if score >= 30 {
                evidence.push("a similar name".to_owned());
            }
            if at == place {
                score += 40;
                evidence.push("same place".to_owned());
            }
            candidates.push(RenameCandidate {
                what: Rename::EnumValue {
                    name: before.name.clone(),
                    from: old.clone(),
                    to: new.clone(),
                },
                score,
                evidence,
            });
        }
    }
}

fn place(table: &Table, column: &Name) -> Option<usize> {
    table.columns.iter().position(|there| there.name == *column)
}

/// What a column takes part in, as words that do not name it.
fn uses(table: &Table, column: &Name) -> Vec<String> {
    let mut uses = Vec::new();
    if (table.primary_key.iter()).any(|key| key.columns.contains(column)) {
        uses.push("primary key".to_owned());
    }
    for unique in table
        .uniques
        .iter()
        .filter(|unique| unique.columns.contains(column))
    {
        uses.push(format!("unique of {}", unique.columns.len()));
    }
    for key in table
        .foreign_keys
        .iter()
        .filter(|key| key.columns.contains(column))
    {
        uses.push(format!("foreign key to {}", key.target));
    }
    for index in &table.indexes {
        if (index.columns.iter()).any(|part| part.key == IndexKey::Column(column.clone())) {
            uses.push(format!("index of {}", index.columns.len()));
        }
    }
    uses.sort();
    uses
}

/// Types whose values can become one another.
const fn family(ty: &SqlType) -> u8 {
    match ty {
        SqlType::Bool => 0,
        SqlType::TinyInt
        | SqlType::SmallInt
        | SqlType::Integer
        | SqlType::BigInt
        | SqlType::UnsignedTinyInt
        | SqlType::UnsignedSmallInt
        | SqlType::UnsignedInteger
        | SqlType::UnsignedBigInt
        | SqlType::Float
        | SqlType::Double
        | SqlType::Decimal(..) => 1,
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_) => 2,
        SqlType::Binary => 3,
        SqlType::Date | SqlType::Timestamp(_) | SqlType::TimestampTz(_) => 4,
        SqlType::Time(_) => 5,
        SqlType::Uuid => 6,
        SqlType::Json | SqlType::Jsonb => 7,
        SqlType::Array(_) => 8,
        SqlType::Native(_) => 9,
    }
}

fn percent(part: usize, whole: usize) -> u32 {
    u32::try_from(part * 100 / whole.max(1)).unwrap_or(100)
}

/// How alike two names are, from 0 to 100: by edit distance, or that one holds the other.
fn similarity(a: &str, b: &str) -> u32 {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longest = a.len().max(b.len());
    let by_edits = percent(longest.saturating_sub(distance(&a, &b)), longest);
    let (short, long) = if a.len() <= b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    let holds = short.len() >= 3
        && long
            .windows(short.len())
            .any(|part| part == short.as_slice());
    if holds { by_edits.max(70) } else { by_edits }
}

/// The Levenshtein distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
