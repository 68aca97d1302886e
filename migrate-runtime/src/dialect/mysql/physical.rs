//! What MySQL and MariaDB hold for a portable schema.
//!
//! Types become declarations, enum types the list of their values; defaults, checks and expressions
//! become the text for MySQL; what only other databases know goes away.

use super::spelling::Spelling;
use super::{default, types};
use crate::dialect::own;
use crate::schema::{
    Backend, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Index, Name, Schema, SqlText,
    SqlType, Table, TableOptions,
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
        uniques: uniques.iter().map(own::plain_unique).collect(),
        checks: (checks.iter())
            .filter_map(|check| own::check(check, Backend::Mysql))
            .collect(),
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
            .map(|text| DefaultValue::Sql(SqlText::only(Backend::Mysql, text))),
        generated: (generated.as_ref()).and_then(|it| own::generated(it, Backend::Mysql)),
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

/// Indexes are sorted with NULLs first, by the collation of the column. One with a condition stays as it is,
/// for rendering to refuse.
fn physical_index(index: &Index) -> Option<Index> {
    let mut index = own::plain_index(own::index(index, Backend::Mysql)?);
    index.method = (index.method)
        .map(|method| method.to_ascii_lowercase())
        .filter(|method| matches!(method.as_str(), "fulltext" | "spatial"));
    for part in &mut index.columns {
        part.collation = None;
    }
    Some(index)
}
