//! What PostgreSQL holds for a portable schema.
//!
//! Types become declarations; numbers of a range that PostgreSQL does not have become checks;
//! defaults, checks and expressions become the text for PostgreSQL; what only other databases know
//! goes away.

use super::{default, quote, types};
use crate::schema::{
    Backend, Check, Column, DefaultValue, Generated, Index, IndexColumn, IndexKey, Name, Schema,
    SqlText, SqlType, Table, TableName, TableOptions, naming,
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
    let mut checks: Vec<Check> = checks.iter().filter_map(physical_check).collect();
    let ranges = range_checks(name, columns, &checks);
    checks.extend(ranges);
    Table {
        name: name.clone(),
        columns: columns.iter().map(physical_column).collect(),
        primary_key: primary_key.clone(),
        uniques: uniques.clone(),
        checks,
        foreign_keys: foreign_keys.clone(),
        indexes: indexes.iter().filter_map(physical_index).collect(),
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
            .map(|text| DefaultValue::Sql(own(text))),
        generated: generated.as_ref().and_then(|generated| {
            let Generated { expression, stored } = generated;
            Some(Generated {
                expression: own_text(expression)?,
                stored: *stored,
            })
        }),
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
                expression: own(range_of(column)?),
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

fn physical_check(check: &Check) -> Option<Check> {
    let Check { name, expression } = check;
    Some(Check {
        name: name.clone(),
        expression: own_text(expression)?,
    })
}

/// `None` for an index with an expression or condition that has no text for PostgreSQL.
fn physical_index(index: &Index) -> Option<Index> {
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
        method: method.clone(),
        include: include.clone(),
        nulls_not_distinct: *nulls_not_distinct,
        storage: storage.clone(),
    })
}

fn physical_index_column(column: &IndexColumn) -> Option<IndexColumn> {
    let IndexColumn {
        key,
        order,
        nulls,
        collation,
        operator_class,
    } = column;
    Some(IndexColumn {
        key: match key {
            IndexKey::Column(name) => IndexKey::Column(name.clone()),
            IndexKey::Expression(expression) => IndexKey::Expression(own_text(expression)?),
        },
        order: *order,
        nulls: *nulls,
        collation: collation.clone(),
        operator_class: operator_class.clone(),
    })
}

fn own_text(text: &SqlText) -> Option<SqlText> {
    text.get(Backend::Postgres).map(own)
}

fn own(text: impl Into<String>) -> SqlText {
    SqlText::only(Backend::Postgres, text)
}
