//! Random small schemas: few names, so that two of them often have something in common.

use migrate_runtime::diff::RenameHints;
use migrate_runtime::schema::{
    Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Generated, Index, IndexKey,
    Name, PrimaryKey, ReferentialAction, Schema, SortOrder, SqlType, Table, TableName, Unique,
    Value, naming,
};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};

const TABLES: [&str; 5] = ["authors", "books", "orders", "Orders", "lines"];
const COLUMNS: [&str; 6] = ["a", "b", "c", "d", "E", "e"];

/// What a column is made of; `pick` chooses among what the schema has.
#[derive(Debug, Clone)]
struct RawColumn {
    name: &'static str,
    ty: SqlType,
    nullable: bool,
    default: Option<DefaultValue>,
    generated: bool,
    comment: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct RawTable {
    columns: Vec<RawColumn>,
    key: usize,
    uniques: Vec<Vec<usize>>,
    checks: Vec<usize>,
    indexes: Vec<(Vec<usize>, u8)>,
    /// A column, a table, one of its keys.
    foreign_keys: Vec<(usize, usize, usize, ReferentialAction)>,
    comment: Option<&'static str>,
}

fn raw_column() -> impl Strategy<Value = RawColumn> {
    let ty = prop_oneof![
        4 => select(vec![SqlType::Integer, SqlType::BigInt, SqlType::Text, SqlType::Bool]),
        1 => (1u32..4).prop_map(SqlType::Varchar),
        1 => select(vec!["mood", "state"]).prop_map(|name| SqlType::Enum(name.into())),
    ];
    let default = prop_oneof![
        3 => Just(None),
        1 => (0i64..3).prop_map(|n| Some(DefaultValue::Value(Value::Integer(n)))),
        1 => Just(Some(DefaultValue::Now)),
        1 => Just(Some(DefaultValue::Value(Value::Text("sad".to_owned())))),
    ];
    (
        select(COLUMNS.to_vec()),
        ty,
        any::<bool>(),
        default,
        prop::bool::weighted(0.15),
        prop::option::weighted(0.1, Just("noted")),
    )
        .prop_map(
            |(name, ty, nullable, default, generated, comment)| RawColumn {
                name,
                ty,
                nullable,
                default,
                generated,
                comment,
            },
        )
}

fn raw_table() -> impl Strategy<Value = RawTable> {
    let action = select(vec![
        ReferentialAction::NoAction,
        ReferentialAction::Cascade,
    ]);
    let list = || prop::collection::vec(0usize..6, 1..3);
    (
        prop::collection::vec(raw_column(), 1..5),
        0usize..4,
        prop::collection::vec(list(), 0..2),
        prop::collection::vec(0usize..6, 0..2),
        prop::collection::vec((list(), any::<u8>()), 0..3),
        prop::collection::vec((0usize..6, 0usize..5, 0usize..6, action), 0..3),
        prop::option::weighted(0.2, Just("a table")),
    )
        .prop_map(
            |(columns, key, uniques, checks, indexes, foreign_keys, comment)| RawTable {
                columns,
                key,
                uniques,
                checks,
                indexes,
                foreign_keys,
                comment,
            },
        )
}

/// A valid schema of up to five tables.
pub(crate) fn any_schema() -> impl Strategy<Value = Schema> {
    let tables = prop::collection::btree_map(select(TABLES.to_vec()), raw_table(), 0..5);
    let values = || prop::sample::subsequence(vec!["ok", "sad", "so-so"], 1..=3).prop_shuffle();
    (tables, values(), values()).prop_map(|(tables, mood, state)| {
        let names: Vec<&str> = tables.keys().copied().collect();
        let mut schema = Schema::new();
        for (name, values) in [("mood", mood), ("state", state)] {
            let values = values.into_iter().map(str::to_owned).collect();
            schema.enums.insert(
                name.into(),
                EnumType {
                    name: name.into(),
                    values,
                },
            );
        }
        for (name, raw) in &tables {
            schema.insert(table(name, raw));
        }
        for (name, raw) in &tables {
            refer(&mut schema, name, raw, &names);
        }
        let used: Vec<Name> = (schema.tables.values())
            .flat_map(|table| &table.columns)
            .filter_map(|column| match &column.ty {
                SqlType::Enum(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        schema.enums.retain(|name, _| used.contains(name));
        schema
    })
}

fn table(name: &str, raw: &RawTable) -> Table {
    let mut table = Table::new(name).with_column(Column::new("id", SqlType::Integer).not_null());
    table.comment = raw.comment.map(str::to_owned);
    for column in &raw.columns {
        // Column names have no case on most databases.
        let taken = (table.columns.iter())
            .any(|there| there.name.as_str().eq_ignore_ascii_case(column.name));
        if !taken {
            let generated = column.generated.then(|| Generated {
                expression: format!("{} + 1", table.columns[table.columns.len() / 2].name)
                    .as_str()
                    .into(),
                stored: column.nullable,
            });
            table.columns.push(Column {
                name: column.name.into(),
                ty: column.ty.clone(),
                nullable: column.nullable,
                default: column.default.clone().filter(|_| generated.is_none()),
                generated,
                auto_increment: false,
                collation: None,
                comment: column.comment.map(str::to_owned),
            });
        }
    }
    let columns: Vec<Name> = table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let pick = |list: &[usize]| {
        let mut picked: Vec<Name> = list
            .iter()
            .map(|at| columns[at % columns.len()].clone())
            .collect();
        picked.dedup();
        picked
    };
    let texts = |names: &[Name]| {
        names
            .iter()
            .map(|name| name.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    let conventional = |names: &[Name], make: fn(&str, &[&str]) -> naming::ConventionalName| {
        let names = texts(names);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Name::from(make(name, &names).as_str())
    };
    table.primary_key = match raw.key {
        0 => Some(PrimaryKey {
            name: None,
            columns: vec!["id".into()],
        }),
        1 => Some(PrimaryKey {
            name: None,
            columns: pick(&[0, 1]),
        }),
        _ => None,
    };
    if raw.key != 0 {
        let unique = unique(
            conventional(&["id".into()], naming::unique),
            vec!["id".into()],
        );
        table.uniques.push(unique);
    }
    for list in &raw.uniques {
        let columns = pick(list);
        let name = conventional(&columns, naming::unique);
        if !table
            .uniques
            .iter()
            .any(|there| there.name.as_ref() == Some(&name))
        {
            table.uniques.push(unique(name, columns));
        }
    }
    for at in &raw.checks {
        let column = &columns[at % columns.len()];
        let name = conventional(std::slice::from_ref(column), naming::check);
        if table.checks.is_empty() {
            let expression = format!("{column} > {}", at / 3).as_str().into();
            table.checks.push(Check {
                name: Some(name),
                expression,
            });
        }
    }
    for (list, kind) in &raw.indexes {
        let columns = pick(list);
        let mut index = Index::new(conventional(&columns, naming::index), columns.clone());
        index.unique = kind & 1 == 1;
        if kind & 2 == 2 {
            index.columns[0].order = SortOrder::Descending;
        }
        if kind & 4 == 4 {
            index.columns[0].key =
                IndexKey::Expression(format!("lower({})", columns[0]).as_str().into());
        }
        if kind & 8 == 8 {
            index.predicate = Some(format!("{} IS NOT NULL", columns[0]).as_str().into());
        }
        if kind & 16 == 16 {
            // A name that another table may have as well.
            index.name = "shared_idx".into();
        }
        if table.index(&index.name).is_none() {
            table.indexes.push(index);
        }
    }
    table
}

/// Foreign keys, which need the tables that they refer to: to `id`, or to what else is a key there.
fn refer(schema: &mut Schema, name: &str, raw: &RawTable, tables: &[&str]) {
    for (at, target, which, on_delete) in &raw.foreign_keys {
        let target = TableName::from(tables[target % tables.len()]);
        let keys = keys_of(schema.table(&target).unwrap());
        let table = schema.table_mut(&name.into()).unwrap();
        let count = table.columns.len();
        let id: Vec<Name> = vec!["id".into()];
        let key = keys.into_iter().nth(*which);
        let target_columns = key.filter(|key| key.len() <= count).unwrap_or(id);
        let columns: Vec<Name> = (0..target_columns.len())
            .map(|nth| table.columns[(at + nth) % count].name.clone())
            .collect();
        let texts: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let name = Name::from(naming::foreign_key(name, &texts).as_str());
        if !(table.foreign_keys.iter()).any(|there| there.name.as_ref() == Some(&name)) {
            table.foreign_keys.push(ForeignKey {
                name: Some(name),
                columns,
                target,
                target_columns,
                on_delete: *on_delete,
                on_update: ReferentialAction::NoAction,
                deferrable: Deferrable::No,
                match_full: false,
            });
        }
    }
}

/// The columns of a table that a foreign key can refer to.
fn keys_of(table: &Table) -> Vec<Vec<Name>> {
    let of_index = |index: &Index| -> Option<Vec<Name>> {
        (index.columns.iter())
            .map(|part| match &part.key {
                IndexKey::Column(name) => Some(name.clone()),
                IndexKey::Expression(_) => None,
            })
            .collect()
    };
    let whole = |index: &&Index| index.unique && index.predicate.is_none();
    (table.indexes.iter().filter(whole).filter_map(of_index))
        .chain(table.uniques.iter().map(|unique| unique.columns.clone()))
        .chain(table.primary_key.iter().map(|key| key.columns.clone()))
        .collect()
}

/// The schema without indexes whose name another one has, and without foreign keys to those.
pub(crate) fn with_distinct_indexes(mut schema: Schema) -> Schema {
    let mut names = BTreeSet::new();
    for table in schema.tables.values_mut() {
        (table.indexes).retain(|index| names.insert(index.name.as_str().to_lowercase()));
    }
    let keys: BTreeMap<TableName, Vec<Vec<Name>>> = (schema.tables.values())
        .map(|table| (table.name.clone(), keys_of(table)))
        .collect();
    for table in schema.tables.values_mut() {
        (table.foreign_keys).retain(|foreign_key| {
            let columns = &foreign_key.target_columns;
            (keys[&foreign_key.target].iter()).any(|key| {
                key.len() == columns.len() && key.iter().all(|name| columns.contains(name))
            })
        });
    }
    schema
}

fn unique(name: Name, columns: Vec<Name>) -> Unique {
    Unique {
        name: Some(name),
        columns,
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

/// The same schema with every list in one order.
pub(crate) fn sorted(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table.uniques.sort();
        for unique in &mut table.uniques {
            unique.columns.sort();
        }
        table.checks.sort();
        table.foreign_keys.sort();
        table.indexes.sort();
    }
    schema
}

/// The same schema with every list without an order of its own turned round.
pub(crate) fn shuffled(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.columns.reverse();
        table.uniques.reverse();
        table.checks.reverse();
        table.foreign_keys.reverse();
        table.indexes.reverse();
    }
    schema
}

/// Hints that every table and column that is gone was renamed to one that is new.
pub(crate) fn every_rename(from: &Schema, to: &Schema) -> RenameHints {
    let only = |one: &Schema, other: &Schema| -> Vec<TableName> {
        one.tables
            .keys()
            .filter(|name| !other.tables.contains_key(name))
            .cloned()
            .collect()
    };
    let mut hints = RenameHints {
        tables: only(from, to).into_iter().zip(only(to, from)).collect(),
        ..RenameHints::default()
    };
    for (name, after) in &to.tables {
        let old = hints
            .tables
            .iter()
            .find(|(_, new)| new == name)
            .map_or(name, |(old, _)| old);
        let Some(before) = from.table(old) else {
            continue;
        };
        let missing = |one: &Table, other: &Table| -> Vec<Name> {
            (one.columns.iter())
                .filter(|column| other.column(&column.name).is_none())
                .map(|column| column.name.clone())
                .collect()
        };
        let pairs = missing(before, after)
            .into_iter()
            .zip(missing(after, before));
        hints
            .columns
            .extend(pairs.map(|(old, new)| (name.clone(), old, new)));
    }
    hints
}
