//! The form in which two physical schemas of PostgreSQL are compared.
//!
//! | what | compared as |
//! |---|---|
//! | names | the first 63 bytes, which is all that PostgreSQL keeps |
//! | schema `public` | the default one |
//! | the name of a primary key | not at all: no statement of a migration takes it |
//! | types | by their key ([`Spelling::key`]) |
//! | `serial`, identity by default or always, a key from a sequence | NOT NULL and auto-increment |
//! | defaults | as the values they store, see [`default::key`](super::default::key) |
//! | expressions | by their canonical text |
//! | `btree`, ascending, NULLs last (first when descending), the default collation | as nothing said |
//! | columns of a unique constraint or foreign key | in one order |
//!
//! A unique constraint and a unique index stay two things: only one of them can be dropped as such.

use super::spelling::Spelling;
use super::types;
use super::{default, exclusion};
use crate::dialect::expression::canonical;
use crate::dialect::normal::{self, sorted};
use crate::schema::{
    Backend, Check, Column, DefaultValue, EnumType, ForeignKey, Generated, Index, IndexColumn,
    IndexKey, Name, NullsOrder, PrimaryKey, Schema, SortOrder, SqlText, SqlType, Table, TableName,
    naming,
};

pub(super) fn schema(from: &Schema) -> Schema {
    let Schema {
        tables,
        enums,
        attached,
    } = from;
    let mut schema = Schema {
        tables: std::collections::BTreeMap::new(),
        enums: enums
            .values()
            .map(|EnumType { name, values }| {
                let name = enum_name(name);
                let values = values.clone();
                (name.clone(), EnumType { name, values })
            })
            .collect(),
        attached: attached.clone(),
    };
    for table in tables.values() {
        schema.insert(normal_table(table));
    }
    schema
}

fn normal_table(table: &Table) -> Table {
    let Table {
        name,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        indexes,
        comment,
        options,
        stored_sql: _,
    } = table;
    Table {
        name: table_name(name),
        columns: columns
            .iter()
            .map(|column| normal_column(column, primary_key.as_ref()))
            .collect(),
        primary_key: primary_key
            .as_ref()
            .map(|key| normal::primary_key(key, kept)),
        uniques: sorted(uniques.iter().map(|it| normal::unique(it, kept))),
        checks: sorted(checks.iter().map(normal_check)),
        foreign_keys: sorted(foreign_keys.iter().map(normal_foreign_key)),
        indexes: sorted(indexes.iter().map(|index| normal_index(index, table))),
        comment: comment.clone().filter(|comment| !comment.is_empty()),
        options: options.clone(),
        stored_sql: None,
    }
}

/// The name as the server keeps it.
pub(crate) fn kept(name: &Name) -> Name {
    let text = name.as_str();
    if text.len() <= naming::MAX_LENGTH {
        return name.clone();
    }
    let end = (0..=naming::MAX_LENGTH)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    text[..end].into()
}

fn table_name(name: &TableName) -> TableName {
    let TableName { schema, name } = name;
    TableName {
        schema: schema.as_ref().map(kept).filter(|name| *name != "public"),
        name: kept(name),
    }
}

fn enum_name(name: &Name) -> Name {
    match table_name(&TableName::parse(name.as_str())) {
        TableName { schema: None, name } => name,
        full @ TableName {
            schema: Some(_), ..
        } => full.to_string().into(),
    }
}

fn normal_column(column: &Column, key: Option<&PrimaryKey>) -> Column {
    let Column {
        name,
        ty,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = column;
    let spelling = types::spell(ty)
        .ok()
        .map(|spelling| Spelling::parse(&spelling));
    let numbered = *auto_increment
        || spelling
            .as_ref()
            .is_some_and(|spelling| spelling.numbering().is_some())
        || takes_next_value(column, spelling.as_ref(), key);
    let is_key = key.is_some_and(|key| key.columns.contains(name));
    Column {
        name: kept(name),
        default: default
            .as_ref()
            .filter(|_| !numbered)
            .and_then(|default| default::spell(default, ty))
            .and_then(|text| match &spelling {
                Some(spelling) => default::key(&text, spelling),
                None => Some(text),
            })
            .map(|text| DefaultValue::Sql(own(text))),
        ty: spelling.map_or_else(
            || ty.clone(),
            |spelling| SqlType::native(Backend::Postgres, spelling.key()),
        ),
        nullable: *nullable && !numbered && !is_key,
        generated: generated.as_ref().map(|generated| {
            let Generated { expression, stored } = generated;
            Generated {
                expression: normal_text(expression),
                stored: *stored,
            }
        }),
        auto_increment: numbered,
        collation: collation.as_deref().and_then(normal_collation),
        comment: comment.clone().filter(|comment| !comment.is_empty()),
    }
}

/// Whether the column is the whole key and takes its number from a sequence that belongs to nobody,
/// as older tools make it.
fn takes_next_value(
    column: &Column,
    spelling: Option<&Spelling>,
    key: Option<&PrimaryKey>,
) -> bool {
    let is_key = key.is_some_and(|key| key.columns == [column.name.clone()]);
    let is_whole = spelling.is_some_and(Spelling::is_whole_number);
    let next = column.default.as_ref().is_some_and(|default| {
        default::spell(default, &column.ty)
            .is_some_and(|text| text.trim_start_matches('(').starts_with("nextval("))
    });
    is_key && is_whole && next
}

/// `default` is what a column has when nothing is said.
fn normal_collation(collation: &str) -> Option<String> {
    let name = collation.strip_prefix("pg_catalog.").unwrap_or(collation);
    (name != "default").then(|| name.to_owned())
}

fn normal_text(text: &SqlText) -> SqlText {
    match text.get(Backend::Postgres) {
        Some(sql) => own(canonical(Backend::Postgres, sql)),
        None => text.clone(),
    }
}

fn normal_check(check: &Check) -> Check {
    let Check { name, expression } = check;
    Check {
        name: name.as_ref().map(kept),
        expression: match check.exclusion() {
            Some(definition) => own(exclusion::normal(definition)),
            None => normal_text(expression),
        },
    }
}

fn normal_foreign_key(foreign_key: &ForeignKey) -> ForeignKey {
    let ForeignKey {
        name,
        columns,
        target,
        target_columns,
        on_delete,
        on_update,
        deferrable,
        match_full,
    } = foreign_key;
    let (columns, target_columns) = normal::pairs(columns, target_columns, kept);
    ForeignKey {
        name: name.as_ref().map(kept),
        columns,
        target: table_name(target),
        target_columns,
        on_delete: *on_delete,
        on_update: *on_update,
        deferrable: *deferrable,
        match_full: *match_full,
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
        name: kept(name),
        columns: columns
            .iter()
            .map(|column| normal_index_column(column, table))
            .collect(),
        unique: *unique,
        predicate: predicate.as_ref().map(normal_text),
        method: method
            .as_ref()
            .map(|method| method.to_ascii_lowercase())
            .filter(|method| method != "btree"),
        include: include.iter().map(kept).collect(),
        nulls_not_distinct: *nulls_not_distinct && *unique,
        storage: storage.as_deref().and_then(normal_storage),
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
    let own_collation = match &key {
        IndexKey::Column(name) => (table.columns.iter())
            .find(|column| kept(&column.name) == *name)
            .and_then(|column| column.collation.as_deref())
            .and_then(normal_collation),
        IndexKey::Expression(_) => None,
    };
    let implied = match order {
        SortOrder::Ascending => NullsOrder::Last,
        SortOrder::Descending => NullsOrder::First,
    };
    IndexColumn {
        key,
        order: *order,
        nulls: nulls.filter(|nulls| *nulls != implied),
        collation: collation
            .as_deref()
            .and_then(normal_collation)
            .filter(|said| Some(said) != own_collation.as_ref()),
        operator_class: operator_class.as_deref().map(normal_class),
    }
}

/// An operator class, and its parameters as PostgreSQL keeps them.
fn normal_class(class: &str) -> String {
    let class = class.strip_prefix("public.").unwrap_or(class);
    let parameters = class
        .strip_suffix(')')
        .and_then(|class| class.split_once('('));
    match parameters {
        Some((name, list)) => {
            let list = normal_storage(list).unwrap_or_default();
            format!("{} ({list})", name.trim_end())
        }
        None => class.to_owned(),
    }
}

/// The parameters as PostgreSQL keeps them, in one order.
pub(super) fn normal_storage(text: &str) -> Option<String> {
    let pair = |one: &str| {
        let (name, value) = one.split_once('=').unwrap_or((one, "true"));
        let value = value.trim().trim_matches('\'').to_ascii_lowercase();
        (!name.trim().is_empty()).then(|| format!("{}={value}", name.trim().to_ascii_lowercase()))
    };
    let mut pairs: Vec<String> = text.split(',').filter_map(pair).collect();
    pairs.sort();
    (!pairs.is_empty()).then(|| pairs.join(", "))
}

/// An expression that is a column's name and nothing more is that column.
fn normal_index_key(key: &IndexKey, table: &Table) -> IndexKey {
    match key {
        IndexKey::Column(name) => IndexKey::Column(kept(name)),
        IndexKey::Expression(expression) => {
            let text = normal_text(expression);
            let column = (table.columns.iter())
                .map(|column| kept(&column.name))
                .find(|name| text.get(Backend::Postgres) == Some(name.as_str()));
            column.map_or(IndexKey::Expression(text), IndexKey::Column)
        }
    }
}

fn own(text: impl Into<String>) -> SqlText {
    SqlText::only(Backend::Postgres, text)
}
