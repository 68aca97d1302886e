//! What SQLite holds for a portable schema.
//!
//! Types become declarations; enum types and numbers of a smaller range become checks; defaults,
//! checks and expressions become the text for SQLite; what only other databases know goes away.

use super::{default, types};
use crate::dialect::own;
use crate::schema::{
    Backend, Check, Column, EnumType, Index, Name, Schema, SqlText, SqlType, Table, TableName,
    TableOptions, naming,
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
        comment: _,
        options,
        stored_sql,
    } = from;
    let mut checks: Vec<Check> = (checks.iter())
        .filter_map(|check| own::check(check, Backend::Sqlite))
        .collect();
    for column in columns {
        if let Some(expression) = range_of(column, enums) {
            checks.push(named_check(name, column, expression, &checks));
        }
    }
    Table {
        name: name.clone(),
        columns: columns
            .iter()
            .map(|column| physical_column(column, from))
            .collect(),
        primary_key: primary_key.clone(),
        uniques: uniques.iter().map(own::plain_unique).collect(),
        checks,
        foreign_keys: foreign_keys.clone(),
        indexes: indexes.iter().filter_map(physical_index).collect(),
        comment: None,
        options: TableOptions {
            sqlite_strict: options.sqlite_strict,
            sqlite_without_rowid: options.sqlite_without_rowid,
            sqlite_no_autoincrement: options.sqlite_no_autoincrement,
            ..TableOptions::default()
        },
        stored_sql: stored_sql.clone(),
    }
}

fn physical_column(column: &Column, table: &Table) -> Column {
    let Column {
        name,
        ty,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment: _,
    } = column;
    Column {
        name: name.clone(),
        ty: physical_type(column, table),
        nullable: *nullable,
        default: default
            .as_ref()
            .and_then(|default| default::spell(default, ty))
            .map(|text| crate::schema::DefaultValue::Sql(sqlite_text(text))),
        generated: (generated.as_ref()).and_then(|it| own::generated(it, Backend::Sqlite)),
        auto_increment: *auto_increment,
        collation: collation.clone(),
        comment: None,
    }
}

/// The declared type. An auto-increment key is INTEGER whatever its width: only that is the rowid.
/// A type that SQLite cannot hold stays as it is, for rendering to refuse.
fn physical_type(column: &Column, table: &Table) -> SqlType {
    let is_key = table
        .primary_key
        .as_ref()
        .is_some_and(|key| matches!(key.columns.as_slice(), [name] if *name == column.name));
    if is_key && column.auto_increment && is_integer(&column.ty) {
        return SqlType::native(Backend::Sqlite, "INTEGER");
    }
    match types::spell(&column.ty) {
        Ok(spelling) if table.options.sqlite_strict => {
            SqlType::native(Backend::Sqlite, types::spell_strict(&spelling))
        }
        Ok(spelling) => SqlType::native(Backend::Sqlite, spelling),
        Err(_) => column.ty.clone(),
    }
}

const fn is_integer(ty: &SqlType) -> bool {
    matches!(
        ty,
        SqlType::TinyInt
            | SqlType::SmallInt
            | SqlType::Integer
            | SqlType::BigInt
            | SqlType::UnsignedTinyInt
            | SqlType::UnsignedSmallInt
            | SqlType::UnsignedInteger
            | SqlType::UnsignedBigInt
    )
}

/// The condition that keeps values within a type that SQLite does not have.
fn range_of(column: &Column, enums: &BTreeMap<Name, EnumType>) -> Option<String> {
    let name = super::ddl::quote(column.name.as_str());
    Some(match &column.ty {
        SqlType::TinyInt => format!("{name} BETWEEN -128 AND 127"),
        SqlType::UnsignedTinyInt => format!("{name} BETWEEN 0 AND 255"),
        SqlType::UnsignedSmallInt => format!("{name} BETWEEN 0 AND 65535"),
        SqlType::UnsignedInteger => format!("{name} BETWEEN 0 AND 4294967295"),
        SqlType::UnsignedBigInt => format!("{name} >= 0"),
        SqlType::Enum(enum_name) => {
            let values: Vec<String> = enums
                .get(enum_name)?
                .values
                .iter()
                .map(|value| format!("'{}'", value.replace('\'', "''")))
                .collect();
            format!("{name} IN ({})", values.join(", "))
        }
        _ => return None,
    })
}

/// A check with the conventional name, or none where the table has one of that name already.
fn named_check(table: &TableName, column: &Column, expression: String, others: &[Check]) -> Check {
    let name = Name::from(naming::check(table.name.as_str(), &[column.name.as_str()]).as_str());
    let taken = others
        .iter()
        .any(|check| check.name.as_ref() == Some(&name));
    Check {
        name: (!taken).then_some(name),
        expression: sqlite_text(expression),
    }
}

/// SQLite sorts NULLs first in ascending order, and has no access methods.
fn physical_index(index: &Index) -> Option<Index> {
    let mut index = own::plain_index(own::index(index, Backend::Sqlite)?);
    index.method = None;
    Some(index)
}

fn sqlite_text(text: impl Into<String>) -> SqlText {
    SqlText::only(Backend::Sqlite, text)
}
