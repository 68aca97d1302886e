//! Schemas in few words, and the three questions that rows ask.

use super::live;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::autogenerate::{Ignore, drift};
use migrate_runtime::connection::session;
use migrate_runtime::dialect::Sqlite;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::operation::{Operation, apply_all, describe, inverse_all};
use migrate_runtime::schema::{
    Check, Column, DefaultValue, Deferrable, ForeignKey, Generated, Index, Name, ReferentialAction,
    Schema, SqlType, Table, Unique, Value,
};

/// `t` with its key, as models have it.
pub(crate) fn t(columns: impl IntoIterator<Item = Column>) -> Table {
    named("t", columns)
}

/// A table with the key `id`, as models have it.
pub(crate) fn named(name: &str, columns: impl IntoIterator<Item = Column>) -> Table {
    let mut id = Column::new("id", SqlType::BigInt).not_null();
    id.auto_increment = true;
    let mut table = Table::new(name).with_column(id).with_primary_key(["id"]);
    table.columns.extend(columns);
    table
}

pub(crate) fn int(name: &str) -> Column {
    Column::new(name, SqlType::Integer)
}

pub(crate) fn string(name: &str) -> Column {
    Column::new(name, SqlType::Text)
}

pub(crate) fn number(value: i64) -> DefaultValue {
    DefaultValue::Value(Value::Integer(value))
}

pub(crate) fn words(value: &str) -> DefaultValue {
    DefaultValue::Value(Value::Text(value.to_owned()))
}

pub(crate) fn generated(name: &str, expression: &str, stored: bool) -> Column {
    let mut column = int(name);
    column.generated = Some(Generated {
        expression: expression.into(),
        stored,
    });
    column
}

pub(crate) fn names(list: &[&str]) -> Vec<Name> {
    list.iter().map(|name| Name::from(*name)).collect()
}

pub(crate) fn unique(name: &str, columns: &[&str]) -> Unique {
    Unique {
        name: Some(name.into()),
        columns: names(columns),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

pub(crate) fn check(name: &str, expression: &str) -> Check {
    Check {
        name: Some(name.into()),
        expression: expression.into(),
    }
}

pub(crate) fn reference(
    name: &str,
    columns: &[&str],
    target: &str,
    targets: &[&str],
) -> ForeignKey {
    ForeignKey {
        name: Some(name.into()),
        columns: names(columns),
        target: target.into(),
        target_columns: names(targets),
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    }
}

/// The table, changed.
pub(crate) fn with(mut table: Table, change: impl FnOnce(&mut Table)) -> Table {
    change(&mut table);
    table
}

pub(crate) fn indexed(table: Table, index: Index) -> Table {
    with(table, |table| table.indexes.push(index))
}

pub(crate) fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::new();
    for table in tables {
        schema.insert(table);
    }
    schema
}

/// What a database that was made by those statements reports.
pub(super) fn read(sql: &str) -> Schema {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.batch_execute(sql).unwrap();
    introspect(&mut session(&mut connection)).unwrap()
}

/// The database is what the chain says, and nothing is found in it on top.
#[track_caller]
pub(super) fn unchanged(sql: &str, chain: &Schema) {
    live::nothing_to_do(sql, chain);
}

/// The database is not what the chain says, in the way described.
#[track_caller]
pub(super) fn changed(sql: &str, chain: &Schema, expected: &str) {
    let found = drift(chain, &read(sql), &Sqlite);
    let blocking: Vec<&str> = found
        .iter()
        .filter(|drift| drift.blocking)
        .map(|drift| drift.description.as_str())
        .collect();
    assert!(
        blocking.iter().any(|text| text.contains(expected)),
        "{sql}: {blocking:?}"
    );
    live::refused(sql, chain, expected);
}

/// The database has something on top, which is listed and kept.
#[track_caller]
pub(super) fn kept(sql: &str, chain: &Schema, expected: &str) {
    let found = drift(chain, &read(sql), &Sqlite);
    assert!(
        found.iter().all(|drift| !drift.blocking),
        "{sql}: {found:?}"
    );
    assert!(
        found
            .iter()
            .any(|drift| drift.description.contains(expected)),
        "{sql}: {found:?}"
    );
    live::kept(sql, chain, expected);
}

/// The operations from chain to models, in words; they lead there, and their inverse back, on schemas
/// and on a database with rows.
#[track_caller]
pub(super) fn steps(chain: &Schema, models: &Schema, expected: &[&str]) -> Vec<Operation> {
    let operations = diff(chain, models, &RenameHints::default());
    let lines: Vec<String> = operations.iter().map(describe).collect();
    assert!(
        lines == expected,
        "expected {expected:#?}, found {lines:#?}"
    );
    let mut schema = chain.clone();
    apply_all(&mut schema, &operations).unwrap();
    assert_eq!(diff(&schema, models, &RenameHints::default()), []);
    let back = inverse_all(&operations, chain).unwrap();
    apply_all(&mut schema, &back).unwrap();
    assert_eq!(diff(&schema, chain, &RenameHints::default()), []);
    live::there_and_back(chain, models);
    operations
}

/// The database is not what the chain says, and with this pattern of `ignore` nothing is found.
#[track_caller]
pub(super) fn ignored(sql: &str, chain: &Schema, pattern: &str) {
    let mut database = read(sql);
    let found = drift(chain, &database, &Sqlite);
    assert!(!found.is_empty(), "{sql}: there is nothing to ignore");
    Ignore::parse([pattern])
        .unwrap()
        .leave_out(&mut database, chain);
    assert_eq!(
        drift(chain, &database, &Sqlite),
        [],
        "{sql} without {pattern}"
    );
}
