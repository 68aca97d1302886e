//! What PostgreSQL holds for a portable schema.
//!
//! Types become declarations; numbers of a range that PostgreSQL does not have become checks;
//! defaults, checks and expressions become the text for PostgreSQL; what only other databases know
//! goes away.

use super::{default, quote, types};
use crate::dialect::own;
use crate::schema::{
    Backend, Check, Column, DefaultValue, Name, Schema, SqlText, SqlType, Table, TableName,
    TableOptions, naming,
};

pub(super) fn schema(schema: &Schema) -> Schema {
    let Schema {
        tables,
        enums,
        attached,
    } = schema;
    Schema {
        tables: tables
            .iter()
            .map(|(name, table)| (name.clone(), physical_table(table)))
            .collect(),
        enums: enums.clone(),
        attached: attached.clone(),
    }
}

fn physical_table(from: &Table) -> Table {
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
    let mut checks: Vec<Check> = (checks.iter())
        .filter_map(|check| own::check(check, Backend::Postgres))
        .collect();
    let ranges = range_checks(name, columns, &checks);
    checks.extend(ranges);
    Table {
        name: name.clone(),
        columns: columns.iter().map(physical_column).collect(),
        primary_key: primary_key.clone(),
        uniques: uniques.clone(),
        checks,
        foreign_keys: foreign_keys.clone(),
        indexes: (indexes.iter())
            .filter_map(|index| own::index(index, Backend::Postgres))
            .collect(),
        comment: comment.clone(),
        options: TableOptions {
            postgres_unlogged: options.postgres_unlogged,
            postgres_tablespace: options.postgres_tablespace.clone(),
            ..TableOptions::default()
        },
        stored_sql: None,
    }
}

fn physical_column(column: &Column) -> Column {
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
        // A type that PostgreSQL cannot hold stays as it is, for rendering to refuse.
        ty: types::spell(ty).map_or_else(
            |_| ty.clone(),
            |spelling| SqlType::native(Backend::Postgres, spelling),
        ),
        nullable: *nullable,
        default: default
            .as_ref()
            .and_then(|default| default::spell(default, ty))
            .map(|text| DefaultValue::Sql(SqlText::only(Backend::Postgres, text))),
        generated: (generated.as_ref()).and_then(|it| own::generated(it, Backend::Postgres)),
        auto_increment: *auto_increment,
        collation: collation.clone(),
        comment: comment.clone(),
    }
}

/// The checks that keep values within a type that PostgreSQL does not have.
fn range_checks(table: &TableName, columns: &[Column], others: &[Check]) -> Vec<Check> {
    let taken = |name: &Name| others.iter().any(|check| check.name.as_ref() == Some(name));
    (columns.iter())
        .filter_map(|column| {
            let column_name = column.name.as_str();
            let name: Name = naming::check(table.name.as_str(), &[column_name])
                .as_str()
                .into();
            let name = if taken(&name) {
                naming::check(table.name.as_str(), &[column_name, "range"])
                    .as_str()
                    .into()
            } else {
                name
            };
            Some(Check {
                name: Some(name),
                expression: SqlText::only(Backend::Postgres, range_of(column)?),
            })
        })
        .collect()
}

fn range_of(column: &Column) -> Option<String> {
    let name = quote(column.name.as_str());
    Some(match &column.ty {
        SqlType::TinyInt => format!("{name} BETWEEN -128 AND 127"),
        SqlType::UnsignedTinyInt => format!("{name} BETWEEN 0 AND 255"),
        SqlType::UnsignedSmallInt => format!("{name} BETWEEN 0 AND 65535"),
        SqlType::UnsignedInteger => format!("{name} BETWEEN 0 AND 4294967295"),
        SqlType::UnsignedBigInt => format!("{name} >= 0"),
        _ => return None,
    })
}
