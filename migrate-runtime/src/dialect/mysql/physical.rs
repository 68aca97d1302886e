//! What MySQL and MariaDB hold for a portable schema.
//!
//! Types become declarations, enum types the list of their values; defaults, checks and expressions
//! become the text for MySQL; what only other databases know goes away.

use super::spelling::Spelling;
use super::{default, types};
use crate::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Generated, Index,
    IndexColumn, IndexKey, Name, Schema, SqlText, SqlType, Table, TableOptions, Unique,
};
use std::collections::BTreeMap;

pub(super) fn schema(schema: &Schema) -> Schema {
    let Schema {
        tables,
        enums,
        attached,
    } = schema;
    Schema {
        tables: tables
            .iter()
            .map(|(name, table)| (name.clone(), physical_table(table, enums)))
            .collect(),
        enums: BTreeMap::new(),
        attached: attached.clone(),
    }
}

fn physical_table(from: &Table, enums: &BTreeMap<Name, EnumType>) -> Table {
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
    } = from;
    Table {
        name: name.clone(),
        columns: columns
            .iter()
            .map(|column| physical_column(column, enums))
            .collect(),
        primary_key: primary_key.clone(),
        uniques: uniques.iter().map(physical_unique).collect(),
        checks: checks.iter().filter_map(physical_check).collect(),
        foreign_keys: foreign_keys.iter().map(physical_foreign_key).collect(),
        indexes: indexes.iter().filter_map(physical_index).collect(),
        comment: comment.clone(),
        options: TableOptions {
            mysql_engine: options.mysql_engine.clone(),
            mysql_charset: options.mysql_charset.clone(),
            mysql_collation: options.mysql_collation.clone(),
            mysql_row_format: options.mysql_row_format.clone(),
            ..TableOptions::default()
        },
        stored_sql: None,
    }
}

fn physical_column(column: &Column, enums: &BTreeMap<Name, EnumType>) -> Column {
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
    Column {
        name: name.clone(),
        ty: physical_type(ty, enums),
        // MariaDB does not take NOT NULL there; whether it is NULL follows from the expression.
        nullable: *nullable || generated.is_some(),
        default: default
            .as_ref()
            .and_then(|default| default::spell(default, ty))
            .map(|text| DefaultValue::Sql(own(text))),
        generated: generated.as_ref().and_then(|generated| {
            let Generated { expression, stored } = generated;
            Some(Generated {
                expression: own_text(expression)?,
                stored: *stored,
            })
        }),
        auto_increment: *auto_increment,
        collation: collation.clone().or_else(|| written_collation(ty)),
        comment: comment.clone(),
    }
}

/// A type that cannot be held stays as it is, for rendering to refuse.
fn physical_type(ty: &SqlType, enums: &BTreeMap<Name, EnumType>) -> SqlType {
    let spelling = match ty {
        SqlType::Enum(name) => enums
            .get(name)
            .map(|enum_type| types::spell_enum(&enum_type.values)),
        other => types::spell(other).ok(),
    };
    spelling.map_or_else(
        || ty.clone(),
        |spelling| SqlType::native(Backend::Mysql, without_collation(&spelling)),
    )
}

/// The collation that a person wrote behind a type, where it is one of the column's.
fn written_collation(ty: &SqlType) -> Option<String> {
    match ty {
        SqlType::Native(text) => {
            let text = text.get(Backend::Mysql)?;
            Spelling::parse(text).collation().map(str::to_owned)
        }
        _ => None,
    }
}

fn without_collation(spelling: &str) -> String {
    let parsed = Spelling::parse(spelling);
    match parsed.collation() {
        Some(_) => parsed.key(),
        None => spelling.to_owned(),
    }
}

/// MySQL's unique constraints are never deferred, and two NULLs never equal.
fn physical_unique(unique: &Unique) -> Unique {
    let Unique {
        name,
        columns,
        include: _,
        nulls_not_distinct: _,
        deferrable: _,
    } = unique;
    Unique {
        name: name.clone(),
        columns: columns.clone(),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

fn physical_check(check: &Check) -> Option<Check> {
    let Check { name, expression } = check;
    Some(Check {
        name: name.clone(),
        expression: own_text(expression)?,
    })
}

fn physical_foreign_key(foreign_key: &ForeignKey) -> ForeignKey {
    let ForeignKey {
        name,
        columns,
        target,
        target_columns,
        on_delete,
        on_update,
        deferrable: _,
        match_full: _,
    } = foreign_key;
    ForeignKey {
        name: name.clone(),
        columns: columns.clone(),
        target: target.clone(),
        target_columns: target_columns.clone(),
        on_delete: *on_delete,
        on_update: *on_update,
        deferrable: Deferrable::No,
        match_full: false,
    }
}

/// `None` for an index with an expression or condition that has no text for MySQL. One with a condition
/// stays as it is, for rendering to refuse.
fn physical_index(index: &Index) -> Option<Index> {
    let Index {
        name,
        columns,
        unique,
        predicate,
        method,
        include: _,
        nulls_not_distinct: _,
        storage: _,
    } = index;
    Some(Index {
        name: name.clone(),
        columns: columns
            .iter()
            .map(physical_index_column)
            .collect::<Option<_>>()?,
        unique: *unique,
        predicate: match predicate {
            Some(predicate) => Some(own_text(predicate)?),
            None => None,
        },
        method: method
            .as_deref()
            .map(str::to_ascii_lowercase)
            .filter(|method| matches!(method.as_str(), "fulltext" | "spatial")),
        include: Vec::new(),
        nulls_not_distinct: false,
        storage: None,
    })
}

/// Indexes are sorted with NULLs first, by the collation of the column, and take no other wish.
fn physical_index_column(column: &IndexColumn) -> Option<IndexColumn> {
    let IndexColumn {
        key,
        order,
        nulls: _,
        collation: _,
        operator_class: _,
    } = column;
    Some(IndexColumn {
        key: match key {
            IndexKey::Column(name) => IndexKey::Column(name.clone()),
            IndexKey::Expression(expression) => IndexKey::Expression(own_text(expression)?),
        },
        order: *order,
        nulls: None,
        collation: None,
        operator_class: None,
    })
}

fn own_text(text: &SqlText) -> Option<SqlText> {
    text.get(Backend::Mysql).map(own)
}

fn own(text: impl Into<String>) -> SqlText {
    SqlText::only(Backend::Mysql, text)
}
