//! The form in which two physical schemas of SQLite are compared.
//!
//! | what | compared as |
//! |---|---|
//! | names | in small letters: SQLite does not tell `A` from `a` |
//! | names of constraints | not at all: no statement of SQLite takes one |
//! | declared types | by their key ([`types::key`](super::types::key)) |
//! | `INTEGER PRIMARY KEY` | NOT NULL and auto-increment, with or without `AUTOINCREMENT` |
//! | defaults | as the values they store, see [`default::key`](super::default::key) |
//! | expressions | by their canonical text, strings in double quotes as strings |
//! | columns of a unique constraint or foreign key | in one order |
//! | foreign keys without target columns | with the target's primary key |
//!
//! A unique constraint and a unique index stay two things: only one of them can be dropped.
//! The design's second step, asking the database for its own text, would add nothing here: SQLite
//! keeps an expression as it was written.

use super::default;
use super::strings::as_strings;
use super::types::{self, Affinity};
use crate::dialect::expression::canonical_rule;
use crate::dialect::normal::{self, sorted};
use crate::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, ForeignKey, Generated, Index, IndexColumn,
    IndexKey, Name, PrimaryKey, Schema, SqlText, SqlType, Table, TableName, TableOptions, Unique,
};
use std::collections::BTreeMap;

pub(super) fn schema(from: &Schema) -> Schema {
    let Schema {
        tables,
        enums,
        attached,
    } = from;
    let mut schema = Schema {
        tables: BTreeMap::new(),
        enums: enums.clone(),
        attached: attached.clone(),
    };
    let keys: Keys<'_> = (tables.values())
        .filter_map(|table| Some((table_name(&table.name), table.primary_key.as_ref()?)))
        .collect();
    for table in tables.values() {
        schema.insert(normal_table(table, &keys));
    }
    schema
}

/// The primary keys of all tables, by their normal names.
type Keys<'a> = BTreeMap<TableName, &'a PrimaryKey>;

fn normal_table(table: &Table, keys: &Keys<'_>) -> Table {
    let Table {
        name,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        indexes,
        comment: _,
        options,
        stored_sql: _,
    } = table;
    Table {
        name: table_name(name),
        columns: columns
            .iter()
            .map(|column| normal_column(column, table))
            .collect(),
        primary_key: primary_key
            .as_ref()
            .map(|key| normal::primary_key(key, lower)),
        uniques: sorted(uniques.iter().map(normal_unique)),
        checks: sorted(checks.iter().map(|check| normal_check(check, table))),
        foreign_keys: sorted(
            foreign_keys
                .iter()
                .map(|foreign_key| normal_foreign_key(foreign_key, keys)),
        ),
        indexes: sorted(indexes.iter().map(|index| normal_index(index, table))),
        comment: None,
        options: TableOptions {
            // Only what is inserted later can tell.
            sqlite_no_autoincrement: false,
            ..options.clone()
        },
        stored_sql: None,
    }
}

fn lower(name: &Name) -> Name {
    if name.as_str().bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.as_str().to_ascii_lowercase().into()
    } else {
        name.clone()
    }
}

/// Whether SQLite takes the two names for one.
fn alike(one: &Name, other: &Name) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

/// `main` is where a table is when nothing is said.
fn table_name(name: &TableName) -> TableName {
    let TableName { schema, name } = name;
    TableName {
        schema: schema.as_ref().map(lower).filter(|name| *name != "main"),
        name: lower(name),
    }
}

fn normal_column(column: &Column, table: &Table) -> Column {
    let Column {
        name,
        ty,
        nullable,
        default,
        generated,
        auto_increment: _,
        collation,
        comment: _,
    } = column;
    let spelling = types::spell(ty).ok();
    let rowid = is_rowid(column, table);
    let affinity = spelling.as_deref().map_or(Affinity::Blob, types::affinity);
    Column {
        name: lower(name),
        ty: spelling.map_or_else(
            || ty.clone(),
            |spelling| SqlType::native(Backend::Sqlite, types::key(&spelling)),
        ),
        nullable: *nullable && !rowid,
        // The rowid has its number, whatever is declared.
        default: default
            .as_ref()
            .filter(|_| !rowid)
            .and_then(|default| default::spell(default, ty))
            .and_then(|text| default::key(&text, affinity))
            .map(|text| DefaultValue::Sql(SqlText::only(Backend::Sqlite, text))),
        generated: generated
            .as_ref()
            .map(|generated| normal_generated(generated, table)),
        auto_increment: rowid,
        collation: collation.as_deref().and_then(normal_collation),
        comment: None,
    }
}

/// Whether the column is another name of the rowid: declared as exactly `INTEGER` and the whole
/// primary key (<https://www.sqlite.org/lang_createtable.html#rowid>).
pub(super) fn is_rowid(column: &Column, table: &Table) -> bool {
    let Some(key) = &table.primary_key else {
        return false;
    };
    let is_key = matches!(key.columns.as_slice(), [name] if alike(name, &column.name));
    is_key
        && !table.options.sqlite_without_rowid
        && types::spell(&column.ty).is_ok_and(|spelling| spelling.eq_ignore_ascii_case("INTEGER"))
}

/// BINARY is what a column has when nothing is said.
fn normal_collation(collation: &str) -> Option<String> {
    (!collation.eq_ignore_ascii_case("BINARY")).then(|| collation.to_ascii_lowercase())
}

fn normal_generated(generated: &Generated, table: &Table) -> Generated {
    let Generated { expression, stored } = generated;
    Generated {
        expression: normal_text(expression, table),
        stored: *stored,
    }
}

fn normal_text(text: &SqlText, table: &Table) -> SqlText {
    match text.get(Backend::Sqlite) {
        Some(sql) => {
            let sql = as_strings(sql, table);
            SqlText::only(Backend::Sqlite, canonical_rule(Backend::Sqlite, &sql))
        }
        None => text.clone(),
    }
}

/// No statement of SQLite takes its name.
fn normal_unique(unique: &Unique) -> Unique {
    Unique {
        name: None,
        ..normal::unique(unique, lower)
    }
}

fn normal_check(check: &Check, table: &Table) -> Check {
    let Check {
        name: _,
        expression,
    } = check;
    Check {
        name: None,
        expression: normal_text(expression, table),
    }
}

fn normal_foreign_key(foreign_key: &ForeignKey, keys: &Keys<'_>) -> ForeignKey {
    let ForeignKey {
        name: _,
        columns,
        target,
        target_columns,
        on_delete,
        on_update,
        deferrable,
        // SQLite reads the words and does not obey them.
        match_full: _,
    } = foreign_key;
    let target = table_name(target);
    let implied = || {
        keys.get(&target)
            .map(|key| key.columns.clone())
            .unwrap_or_default()
    };
    let target_columns = if target_columns.is_empty() {
        implied()
    } else {
        target_columns.clone()
    };
    let (columns, target_columns) = normal::pairs(columns, &target_columns, lower);
    ForeignKey {
        name: None,
        columns,
        target,
        target_columns,
        on_delete: *on_delete,
        on_update: *on_update,
        // SQLite has no SET CONSTRAINTS: what begins immediate stays it
        // (<https://www.sqlite.org/foreignkeys.html#fk_deferred>).
        deferrable: match deferrable {
            Deferrable::InitiallyDeferred => Deferrable::InitiallyDeferred,
            Deferrable::InitiallyImmediate | Deferrable::No => Deferrable::No,
        },
        match_full: false,
    }
}

fn normal_index(index: &Index, table: &Table) -> Index {
    let Index {
        name,
        columns,
        unique,
        predicate,
        method,
        include,
        nulls_not_distinct,
        storage,
    } = index;
    Index {
        name: lower(name),
        columns: columns
            .iter()
            .map(|column| normal_index_column(column, table))
            .collect(),
        unique: *unique,
        predicate: (predicate.as_ref()).map(|text| normal_text(text, table)),
        method: method.clone(),
        include: include.iter().map(lower).collect(),
        nulls_not_distinct: *nulls_not_distinct,
        storage: storage.clone(),
    }
}

fn normal_index_column(column: &IndexColumn, table: &Table) -> IndexColumn {
    let IndexColumn {
        key,
        order,
        nulls,
        collation,
        operator_class,
    } = column;
    let key = normal_index_key(key, table);
    // A part that names no collation has that of its column.
    let own = match &key {
        IndexKey::Column(name) => table
            .columns
            .iter()
            .find(|column| alike(&column.name, name))
            .and_then(|column| column.collation.as_deref())
            .and_then(normal_collation),
        IndexKey::Expression(_) => None,
    };
    let collation = match collation.as_deref() {
        Some(said) if normal_collation(said) == own => None,
        Some(said) => Some(said.to_ascii_lowercase()),
        None => None,
    };
    IndexColumn {
        key,
        order: *order,
        nulls: *nulls,
        collation,
        operator_class: operator_class.clone(),
    }
}

/// An expression that is a column's name and nothing more is that column.
fn normal_index_key(key: &IndexKey, table: &Table) -> IndexKey {
    match key {
        IndexKey::Column(name) => IndexKey::Column(lower(name)),
        IndexKey::Expression(expression) => {
            let text = normal_text(expression, table);
            let column = table
                .columns
                .iter()
                .map(|column| lower(&column.name))
                .find(|name| text.get(Backend::Sqlite) == Some(name.as_str()));
            column.map_or(IndexKey::Expression(text), IndexKey::Column)
        }
    }
}
