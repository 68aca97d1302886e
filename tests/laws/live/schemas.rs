//! Pairs of schemas that SQLite can hold: one, and what a few changes make of it.

use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::operation::{Operation, describe};
use migrate_runtime::schema::{
    Column, EnumType, Name, PrimaryKey, ReferentialAction, Schema, SqlType, Table, TableOptions,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::super::schemas::every_rename;
use super::parts::{self, RawColumn, Reference};

/// Two schemas, and what is said of renames between them.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) from: Schema,
    pub(super) to: Schema,
    pub(super) renames: RenameHints,
}

/// In the words of operations, which a failing case is read by.
impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let create = diff(&Schema::new(), &self.from, &RenameHints::default());
        let change = diff(&self.from, &self.to, &self.renames);
        for operation in &create {
            writeln!(f, "  {}", describe(operation))?;
            if let Operation::CreateTable { table, .. } = operation {
                for column in &table.columns {
                    writeln!(f, "    {} {}", column.name, describe::column(column))?;
                }
                writeln!(f, "    key {:?} {:?}", table.primary_key, table.options)?;
                let (uniques, checks) = (&table.uniques, &table.checks);
                for text in (uniques.iter().map(describe::unique))
                    .chain(checks.iter().map(describe::check))
                    .chain(table.foreign_keys.iter().map(describe::foreign_key))
                {
                    writeln!(f, "    {text}")?;
                }
            }
        }
        writeln!(f, "then")?;
        change
            .iter()
            .try_for_each(|operation| writeln!(f, "  {}", describe(operation)))
    }
}

const TABLES: [[&str; 3]; 4] = [
    ["authors", "Authors", "writers"],
    ["books", "books", "order"],
    ["lines", "Lines", "it's \"theirs\""],
    ["tags", "größe", "my tags"],
];
const COLUMNS: [[&str; 3]; 5] = [
    ["a", "A", "alpha"],
    ["b", "b", "group"],
    ["c", "straße", "C"],
    ["d", "rowid", "delta x"],
    ["e", "a'b\"c]", "e2"],
];

/// A table in numbers; what they mean depends on what else there is.
#[derive(Debug, Clone)]
struct RawTable {
    name: usize,
    columns: Vec<Option<RawColumn>>,
    /// 0, 1: `id` alone, numbered; 2: `id` alone; 3: `id` and another; 4: none.
    key: u8,
    unique: Option<(usize, usize)>,
    check: Option<(usize, u8)>,
    indexes: Vec<(usize, usize, u16)>,
    references: Vec<Reference>,
    strict: bool,
    without_rowid: bool,
}

fn raw_column() -> impl Strategy<Value = RawColumn> {
    (
        prop_oneof![6 => Just(0usize), 1 => 1usize..3],
        0u8..11,
        prop::bool::weighted(0.7),
        prop_oneof![3 => Just(0u8), 3 => 1u8..11],
        prop_oneof![8 => Just(0u8), 1 => 1u8..5],
        prop_oneof![8 => Just(0u8), 1 => 1u8..4],
    )
        .prop_map(
            |(name, ty, nullable, default, generated, collation)| RawColumn {
                name,
                ty,
                nullable,
                default,
                generated,
                collation,
            },
        )
}

fn action() -> impl Strategy<Value = ReferentialAction> {
    select(vec![
        ReferentialAction::NoAction,
        ReferentialAction::Cascade,
        ReferentialAction::SetNull,
        ReferentialAction::SetDefault,
        ReferentialAction::Restrict,
    ])
}

fn reference() -> impl Strategy<Value = Reference> {
    let place = (0usize..6, 0usize..6, 0usize..4);
    (place, action(), action(), any::<bool>()).prop_map(
        |((column, second, target), on_delete, on_update, deferred)| Reference {
            column,
            second,
            target,
            on_delete,
            on_update,
            deferred,
        },
    )
}

fn raw_table() -> impl Strategy<Value = RawTable> {
    (
        prop_oneof![5 => Just(0usize), 1 => 1usize..3],
        prop::collection::vec(prop::option::weighted(0.7, raw_column()), 5),
        0u8..5,
        prop::option::weighted(0.3, (0usize..6, 0usize..6)),
        prop::option::weighted(0.3, (0usize..6, 0u8..8)),
        prop::collection::vec((0usize..6, 0usize..6, any::<u16>()), 0..3),
        prop::collection::vec(reference(), 0..3),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.15),
    )
        .prop_map(
            |(name, columns, key, unique, check, indexes, references, strict, without_rowid)| {
                RawTable {
                    name,
                    columns,
                    key,
                    unique,
                    check,
                    indexes,
                    references,
                    strict,
                    without_rowid,
                }
            },
        )
}

type Raw = Vec<Option<RawTable>>;

fn raw_schema() -> impl Strategy<Value = Raw> {
    prop::collection::vec(prop::option::weighted(0.7, raw_table()), 4)
}

/// Takes each part from one schema or, seldom, from another.
fn changed(from: &Raw, other: &Raw, choices: &[bool]) -> Raw {
    let mut choices = choices.iter().copied().cycle();
    let mut other_wins = || choices.next().unwrap_or_default();
    (from.iter().zip(other))
        .map(|(one, other)| {
            let (Some(one), Some(two)) = (one, other) else {
                return if other_wins() { other } else { one }.clone();
            };
            let mut table = one.clone();
            for (place, column) in two.columns.iter().enumerate() {
                if other_wins() {
                    table.columns[place] = column.clone();
                }
            }
            if other_wins() {
                table.name = two.name;
            }
            if other_wins() {
                table.key = two.key;
            }
            if other_wins() {
                table.unique = two.unique;
            }
            if other_wins() {
                table.check = two.check;
            }
            if other_wins() {
                table.indexes.clone_from(&two.indexes);
            }
            if other_wins() {
                table.references.clone_from(&two.references);
            }
            if other_wins() {
                table.strict = two.strict;
                table.without_rowid = two.without_rowid;
            }
            Some(table)
        })
        .collect()
}

/// Two schemas with much in common.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let values = || prop::sample::subsequence(vec!["1", "2", "3"], 1..=3);
    (
        raw_schema(),
        raw_schema(),
        prop::collection::vec(prop::bool::weighted(0.25), 60),
        values(),
        values(),
        prop::bool::weighted(0.6),
    )
        .prop_map(|(from, other, choices, before, after, renames)| {
            let to = schema(&changed(&from, &other, &choices), &after);
            let from = schema(&from, &before);
            let renames = if renames {
                every_rename(&from, &to)
            } else {
                RenameHints::default()
            };
            Case { from, to, renames }
        })
}

fn schema(raw: &Raw, mood: &[&str]) -> Schema {
    let mut schema = Schema::new();
    let names: Vec<Option<&str>> = (raw.iter().enumerate())
        .map(|(at, table)| table.as_ref().map(|table| TABLES[at][table.name]))
        .collect();
    for (at, raw) in raw.iter().enumerate() {
        if let Some(raw) = raw {
            schema.insert(table(TABLES[at][raw.name], raw));
        }
    }
    for (at, raw) in raw.iter().enumerate() {
        if let Some(raw) = raw {
            refer(&mut schema, TABLES[at][raw.name], raw, &names);
        }
    }
    let is_enum = |column: &Column| matches!(column.ty, SqlType::Enum(_));
    if (schema.tables.values()).any(|table| table.columns.iter().any(is_enum)) {
        let mood = EnumType {
            name: "mood".into(),
            values: mood.iter().map(|value| (*value).to_owned()).collect(),
        };
        schema.enums.insert("mood".into(), mood);
    }
    schema
}

fn table(name: &str, raw: &RawTable) -> Table {
    let mut table = Table::new(name).with_column(Column::new("id", SqlType::BigInt).not_null());
    for (at, column) in raw.columns.iter().enumerate() {
        if let Some(column) = column {
            let column = parts::column(COLUMNS[at][column.name], column, &table);
            table.columns.push(column);
        }
    }
    let columns: Vec<Name> = (table.columns.iter())
        .map(|column| column.name.clone())
        .collect();
    let pick = |at: usize| columns[at % columns.len()].clone();
    let pair = |one: usize, other: usize| {
        let mut picked = vec![pick(one), pick(other)];
        picked.dedup();
        picked
    };
    let plain = |name: &Name| table.column(name).is_some_and(|it| it.generated.is_none());
    let other = columns.iter().skip(1).find(|name| plain(name)).cloned();
    let key = match (raw.key, other) {
        (3, Some(other)) => Some(vec!["id".into(), other]),
        (4, _) => None,
        _ => Some(vec!["id".into()]),
    };
    if let Some(columns) = &key {
        for name in columns {
            table.column_mut(name).unwrap().nullable = false;
        }
    }
    table.options = TableOptions {
        sqlite_strict: raw.strict,
        sqlite_without_rowid: raw.without_rowid && key.is_some(),
        ..TableOptions::default()
    };
    table.columns[0].auto_increment = raw.key < 2 && !table.options.sqlite_without_rowid;
    if key.as_ref().is_none_or(|key| key.len() > 1) {
        table.uniques.push(parts::unique(name, vec!["id".into()]));
    }
    table.primary_key = key.map(|columns| PrimaryKey {
        name: None,
        columns,
    });
    if let Some((one, other)) = raw.unique {
        let unique = parts::unique(name, pair(one, other));
        let key = table.primary_key.as_ref().map(|key| &key.columns);
        if !table.uniques.contains(&unique) && key != Some(&unique.columns) {
            table.uniques.push(unique);
        }
    }
    if let Some((at, kind)) = raw.check {
        table.checks.push(parts::check(name, &pick(at), kind));
    }
    for (one, other, kind) in &raw.indexes {
        let index = parts::index(name, pair(*one, *other), *kind);
        if table.index(&index.name).is_none() {
            table.indexes.push(index);
        }
    }
    table
}

/// Foreign keys, which need the tables that they refer to: one column to `id`, or as many as the target's
/// key has.
fn refer(schema: &mut Schema, name: &str, raw: &RawTable, tables: &[Option<&str>]) {
    for reference in &raw.references {
        let Some(target) = tables[reference.target] else {
            continue;
        };
        let key = schema
            .table(&target.into())
            .and_then(|it| it.primary_key.clone());
        let table = schema.table_mut(&name.into()).unwrap();
        let pick = |at: usize| table.columns[at % table.columns.len()].name.clone();
        let (mut columns, mut theirs) = (vec![pick(reference.column)], vec![Name::from("id")]);
        let second = pick(reference.second);
        if let Some(key) = key.filter(|key| key.columns.len() == 2)
            && columns[0] != second
        {
            columns.push(second);
            theirs = key.columns;
        }
        let key = parts::foreign_key(name, columns, target, theirs, reference);
        if !table.foreign_keys.iter().any(|it| it.name == key.name) {
            table.foreign_keys.push(key);
        }
    }
}
