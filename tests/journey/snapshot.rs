//! All that a database holds at one moment, and how two moments must agree.

use std::collections::BTreeMap;

use migrate_runtime::connection::Session;
use migrate_runtime::dialect::dialect;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::operation::{Operation, describe};
use migrate_runtime::schema::{Backend, Name, Schema, SqlType, Table, TableName};

/// What a database holds.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    schema: Schema,
    backend: Backend,
    /// The statements that SQLite stores, by kind and name.
    stored: BTreeMap<String, String>,
    rows: BTreeMap<TableName, Vec<BTreeMap<Name, String>>>,
    /// `sqlite_sequence`, by table.
    sequences: BTreeMap<String, i64>,
    foreign_keys: Option<String>,
    /// How many rows have no parent.
    pub(super) violations: usize,
}

impl Snapshot {
    pub(super) fn of(session: &mut dyn Session) -> Self {
        let schema = introspect(session).unwrap();
        let rows = (schema.tables.values())
            .map(|table| (table.name.clone(), rows_of(session, table)))
            .collect();
        let mut snapshot = Self {
            backend: session.backend(),
            schema,
            stored: BTreeMap::new(),
            rows,
            sequences: BTreeMap::new(),
            foreign_keys: None,
            violations: 0,
        };
        if snapshot.backend == Backend::Sqlite {
            snapshot.look_into_sqlite(session);
        }
        snapshot
    }

    /// What SQLite lets be seen besides, or does not look after by itself.
    fn look_into_sqlite(&mut self, session: &mut dyn Session) {
        let pairs = |session: &mut dyn Session, query: &str| -> Vec<(String, String)> {
            let rows = session.query(query).unwrap();
            rows.iter()
                .filter_map(|row| Some((row.text(0)?, row.text(1)?)))
                .collect()
        };
        let stored = pairs(
            session,
            "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE '\\_\\_migrate%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        );
        self.stored = stored.into_iter().collect();
        let numbered = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'";
        if !session.query(numbered).unwrap().is_empty() {
            let own = |name: &String| name.starts_with("__migrate");
            let sequences = pairs(session, "SELECT name, seq FROM sqlite_sequence");
            let sequences = sequences.into_iter().filter(|(name, _)| !own(name));
            self.sequences = sequences
                .map(|(name, seq)| (name, seq.parse().unwrap()))
                .collect();
        }
        let integrity = session.query("PRAGMA integrity_check").unwrap();
        assert_eq!(integrity[0].text(0).as_deref(), Some("ok"));
        self.foreign_keys = session.query("PRAGMA foreign_keys").unwrap()[0].text(0);
        self.violations = session.query("PRAGMA foreign_key_check").unwrap().len();
    }

    /// Nothing at all was changed.
    #[track_caller]
    pub(crate) fn assert_equal(&self, other: &Self, when: &str) {
        let Self {
            backend: _,
            schema,
            stored,
            rows,
            sequences,
            foreign_keys,
            violations,
        } = self;
        assert_eq!(*schema, other.schema, "{when}");
        assert_eq!(*stored, other.stored, "{when}");
        assert_eq!(*rows, other.rows, "{when}");
        assert_eq!(*sequences, other.sequences, "{when}");
        assert_eq!(*foreign_keys, other.foreign_keys, "{when}");
        assert_eq!(*violations, other.violations, "{when}");
    }

    /// The schema is the same again: what introspection reports, and what the stored statements say in
    /// any order and spelling. What somebody hung on a table that was dropped is gone with it.
    #[track_caller]
    pub(crate) fn assert_restored(&self, other: &Self, operations: &[Operation]) {
        let dropped = dropped_tables(operations);
        let (mut before, mut after) = (parts(&self.stored), parts(&other.stored));
        before.retain(|name, parts| {
            let says = |word: &String| parts.iter().flatten().any(|part| part == word);
            let stranger = name.starts_with("trigger") || name.ends_with("dba_idx");
            !(stranger && dropped.iter().any(says))
        });
        after.retain(|name, _| before.contains_key(name) || !name.ends_with("dba_idx"));
        let none = RenameHints::default();
        let comparable = |schema: &Schema| {
            let dialect = dialect(self.backend).unwrap();
            let mut schema = dialect.normalize(&dialect.physical(schema));
            for table in schema.tables.values_mut() {
                table.indexes.retain(|index| index.name != "dba_idx");
            }
            schema
        };
        let rest = diff(&comparable(&self.schema), &comparable(&other.schema), &none);
        let rest: Vec<String> = rest.iter().map(describe).collect();
        assert!(rest.is_empty(), "not as before: {}", rest.join("; "));
        assert_eq!(before, after);
        assert_eq!(self.foreign_keys, other.foreign_keys);
        assert!(other.violations <= self.violations);
    }

    /// Whether a column of whole numbers has values that are none, as SQLite lets it.
    pub(super) fn has_strange_values(&self, from: &Schema) -> bool {
        let of_numbers = |table: &TableName, column: &Name| {
            let column = from.table(table).and_then(|table| table.column(column));
            column.is_some_and(|column| {
                matches!(
                    column.ty,
                    SqlType::Bool
                        | SqlType::TinyInt
                        | SqlType::SmallInt
                        | SqlType::Integer
                        | SqlType::BigInt
                )
            })
        };
        (self.rows.iter()).any(|(table, rows)| {
            (rows.iter().flatten())
                .any(|(column, value)| value.contains('\'') && of_numbers(table, column))
        })
    }

    /// Every row is there, with every value that no operation drops or changes; under the names before
    /// the operations if they were taken back.
    #[track_caller]
    pub(crate) fn assert_rows_kept(
        &self,
        after: &Self,
        from: &Schema,
        operations: &[Operation],
        is_back: bool,
    ) {
        assert_eq!(self.foreign_keys, after.foreign_keys);
        assert!(after.violations <= self.violations, "rows without parents");
        for (name, rows) in &self.rows {
            let Some(kept) = Kept::of(self.schema.table(name).unwrap(), from, operations) else {
                continue;
            };
            let now = if is_back { name } else { &kept.table };
            let columns: Vec<(&Name, &Name)> = (kept.columns.iter())
                .map(|(old, new)| (old, if is_back { old } else { new }))
                .collect();
            let left = after.rows.get(now);
            let left = left.unwrap_or_else(|| panic!("table {now} is gone"));
            let old: Vec<&Name> = columns.iter().map(|(old, _)| *old).collect();
            let new: Vec<&Name> = columns.iter().map(|(_, new)| *new).collect();
            assert_eq!(
                projected(rows, &old),
                projected(left, &new),
                "rows of {name} ({old:?})"
            );
            let (then, since) = (name.name.as_str(), now.name.as_str());
            if let Some(number) = after.sequences.get(since).filter(|_| !rows.is_empty()) {
                let before = self.sequences.get(then);
                assert!(before.is_none_or(|before| before <= number), "ids of {now}");
            }
        }
    }
}

/// The tables that are dropped, by their names before the operations.
fn dropped_tables(operations: &[Operation]) -> Vec<String> {
    let mut dropped = Vec::new();
    for operation in operations.iter().rev() {
        match operation {
            Operation::DropTable { table, .. } => dropped.push(table.clone()),
            Operation::RenameTable { from, to } => {
                for table in dropped.iter_mut().filter(|table| *table == to) {
                    table.clone_from(from);
                }
            }
            _ => {}
        }
    }
    dropped.iter().map(|table| table.name.to_string()).collect()
}

/// The rows, each as its values under the columns' names, as SQL literals.
fn rows_of(session: &mut dyn Session, table: &Table) -> Vec<BTreeMap<Name, String>> {
    let backend = session.backend();
    let dialect = dialect(backend).unwrap();
    let literal = |column: &str| match backend {
        Backend::Postgres => format!("quote_nullable({column}::text)"),
        _ => format!("quote({column})"),
    };
    let values: Vec<String> = (table.columns.iter())
        .map(|column| literal(&dialect.quote(&column.name)))
        .collect();
    let path = dialect.quote_table(&table.name);
    let query = format!("SELECT {} FROM {path}", values.join(", "));
    let rows = session.query(&query).unwrap();
    (rows.iter())
        .map(|row| {
            (table.columns.iter().enumerate())
                .map(|(at, column)| (column.name.clone(), row.text(at).unwrap_or_default()))
                .collect()
        })
        .collect()
}

fn projected<'a>(rows: &'a [BTreeMap<Name, String>], columns: &[&Name]) -> Vec<Vec<&'a String>> {
    let mut rows: Vec<Vec<&String>> = (rows.iter())
        .map(|row| columns.iter().map(|column| &row[*column]).collect())
        .collect();
    rows.sort();
    rows
}

/// The columns of a table whose values no operation may touch, by their names before and after.
struct Kept {
    table: TableName,
    columns: Vec<(Name, Name)>,
}

impl Kept {
    /// `None` for a table that is dropped.
    fn of(before: &Table, from: &Schema, operations: &[Operation]) -> Option<Self> {
        let mut kept = Self {
            table: before.name.clone(),
            columns: (before.columns.iter())
                .filter(|column| column.generated.is_none())
                .map(|column| (column.name.clone(), column.name.clone()))
                .collect(),
        };
        for operation in operations {
            match operation {
                Operation::RenameTable { from, to } if *from == kept.table => {
                    kept.table = to.clone();
                }
                Operation::DropTable { table, .. } if *table == kept.table => return None,
                Operation::RenameColumn { table, from, to } if *table == kept.table => {
                    for (_, new) in kept.columns.iter_mut().filter(|(_, new)| new == from) {
                        *new = to.clone();
                    }
                }
                Operation::DropColumn { table, column, .. }
                | Operation::Backfill { table, column, .. }
                    if *table == kept.table =>
                {
                    kept.forget(column);
                }
                Operation::AlterColumn {
                    table,
                    column,
                    change,
                } if *table == kept.table => {
                    let filled = change.nullable == Some(false) && change.default.is_some();
                    if change.ty.is_some() || change.generated.is_some() || filled {
                        kept.forget(column);
                    }
                }
                Operation::SetTableOptions { table, .. } if *table == kept.table => {
                    // STRICT has other types, and with them other affinities.
                    let said = from.table(&before.name);
                    kept.columns.retain(|(old, _)| {
                        (said.and_then(|table| table.column(old)))
                            .is_some_and(|column| is_plain(&column.ty))
                    });
                }
                Operation::AlterEnum { name, renames, .. } if !renames.is_empty() => {
                    let Some(table) = from.table(&before.name) else {
                        continue;
                    };
                    let of_type =
                        |ty: &SqlType| matches!(ty, SqlType::Enum(other) if other == name);
                    kept.columns.retain(|(old, _)| {
                        table.column(old).is_none_or(|column| !of_type(&column.ty))
                    });
                }
                _ => {}
            }
        }
        Some(kept)
    }

    fn forget(&mut self, column: &Name) {
        self.columns.retain(|(_, new)| new != column);
    }
}

/// A type that STRICT tables spell with the same affinity.
const fn is_plain(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Integer | SqlType::BigInt | SqlType::Text)
}

/// Each stored statement as its parts, without their order, quotes, brackets or blanks: what stands between the
/// commas of the outermost brackets, as a set of words.
fn parts(stored: &BTreeMap<String, String>) -> BTreeMap<&String, Vec<Vec<String>>> {
    stored
        .iter()
        .map(|(name, sql)| (name, split(sql)))
        .collect()
}

fn split(sql: &str) -> Vec<Vec<String>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0;
    let mut word = String::new();
    let mut quote = None;
    let end = |word: &mut String, parts: &mut Vec<Vec<String>>| {
        if word == "CHECK" {
            // In the column's definition or behind it is the same.
            parts.push(Vec::new());
        }
        if !word.is_empty() {
            parts.last_mut().unwrap().push(std::mem::take(word));
        }
    };
    let sql = without_comments(sql);
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            // Twice, it is one character of what is quoted.
            (Some(open), close) if close == open && characters.next_if_eq(&close).is_some() => {
                word.push(close);
            }
            (Some(open), close) if close == open => {
                quote = None;
                if open == '\'' {
                    word.push(close);
                }
                end(&mut word, &mut parts);
            }
            (Some(_), other) => word.push(other),
            (None, '\'' | '"' | '`') => {
                end(&mut word, &mut parts);
                quote = Some(character);
                if character == '\'' {
                    word.push(character);
                }
            }
            (None, ',') if depth == 1 => {
                end(&mut word, &mut parts);
                parts.push(Vec::new());
            }
            (None, other) if other.is_alphanumeric() || other == '_' => word.push(other),
            (None, other) => {
                end(&mut word, &mut parts);
                depth += i32::from(other == '(') - i32::from(other == ')');
                if depth == 1 && other == '(' || depth == 0 && other == ')' {
                    parts.push(Vec::new());
                } else if other == '.' {
                    // `t.a` is `a` in a rule of `t`.
                    parts.last_mut().unwrap().pop();
                } else if !other.is_whitespace() && !matches!(other, '(' | ')') {
                    parts.last_mut().unwrap().push(other.to_string());
                }
            }
        }
    }
    end(&mut word, &mut parts);
    for part in &mut parts {
        // The check behind a type has a name of its own making, from when the column was called otherwise.
        part.retain(|word| !word.ends_with("_check") && word != "CONSTRAINT");
        part.sort();
    }
    parts.retain(|part| !part.is_empty());
    parts.sort();
    parts
}

/// A blank for each comment.
fn without_comments(sql: &str) -> String {
    let mut text = String::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' | '`' => rest[1..].find(first).map(|at| at + 2),
            '-' if rest.starts_with("--") => rest.find('\n').or(Some(rest.len())),
            '/' if rest.starts_with("/*") => rest.find("*/").map(|at| at + 2),
            _ => Some(first.len_utf8()),
        };
        let (token, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let is_comment = token.starts_with("--") || token.starts_with("/*");
        text.push_str(if is_comment { " " } else { token });
        rest = behind;
    }
    text
}
