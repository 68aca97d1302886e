//! Rows for the tables of a schema, as many as are wanted: values that differ from row to row and fit types
//! and foreign keys. What a check refuses is told; nothing is known of what it wants.

use crate::connection::Session;
use crate::dialect::Dialect;
use crate::schema::{Column, ForeignKey, Schema, SqlType, Table, TableName};
use std::collections::BTreeMap;

/// Fills the tables that have no rows. Returns why a table stays without.
pub(super) fn fill(
    session: &mut dyn Session,
    schema: &Schema,
    rows: usize,
    dialect: &dyn Dialect,
) -> Vec<(TableName, String)> {
    let mut without = Vec::new();
    for table in in_order(schema) {
        if count(session, &table.name, dialect).is_none_or(|rows| rows > 0) {
            continue;
        }
        let refused = (1..=rows).find_map(|row| {
            let sql = insert(schema, table, row, dialect);
            sql.and_then(|sql| session.batch(&sql).map_err(|error| error.message))
                .err()
        });
        if let Some(reason) = refused {
            without.push((table.name.clone(), reason));
        }
    }
    without
}

/// How many rows each table of a schema has.
pub(super) fn counts(
    session: &mut dyn Session,
    schema: &Schema,
    dialect: &dyn Dialect,
) -> BTreeMap<TableName, i64> {
    let names = schema.tables.keys();
    names
        .filter_map(|name| Some((name.clone(), count(session, name, dialect)?)))
        .collect()
}

fn count(session: &mut dyn Session, table: &TableName, dialect: &dyn Dialect) -> Option<i64> {
    let sql = format!("SELECT COUNT(*) FROM {}", dialect.quote_table(table));
    let rows = session.query(&sql).ok()?;
    rows.first()?.integer(0)
}

/// The tables, those that others refer to first. In a circle the order is that of the names.
fn in_order(schema: &Schema) -> Vec<&Table> {
    let mut left: Vec<&Table> = schema.tables.values().collect();
    let mut order: Vec<&Table> = Vec::new();
    while !left.is_empty() {
        let is_free = |table: &&Table| {
            let mut keys = table.foreign_keys.iter();
            keys.all(|key| {
                !left
                    .iter()
                    .any(|it| it.name == key.target && it.name != table.name)
            })
        };
        let next = left.iter().position(is_free).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// The statement for one row, or why there is none.
fn insert(
    schema: &Schema,
    table: &Table,
    row: usize,
    dialect: &dyn Dialect,
) -> Result<String, String> {
    let is_only = table.columns.len() == 1;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for column in &table.columns {
        // The database has a value for it, and maybe takes no other.
        if column.generated.is_some() || column.auto_increment && !is_only {
            continue;
        }
        match column_value(schema, table, column, row, dialect) {
            Some(value) => {
                names.push(dialect.quote(&column.name));
                values.push(value);
            }
            None if column.nullable || column.default.is_some() => {}
            None => {
                let (name, ty) = (&column.name, column.ty.describe());
                return Err(format!("no value of type {ty} is known for column {name}"));
            }
        }
    }
    Ok(format!(
        "INSERT INTO {} ({}) VALUES ({})",
        dialect.quote_table(&table.name),
        names.join(", "),
        values.join(", ")
    ))
}

/// The value of a column; `None` where nothing is known of its type.
fn column_value(
    schema: &Schema,
    table: &Table,
    column: &Column,
    row: usize,
    dialect: &dyn Dialect,
) -> Option<String> {
    let null = || Some("NULL".to_owned());
    let mut keys = table.foreign_keys.iter();
    let Some((target, ty)) = keys.find_map(|key| target(schema, key, column)) else {
        if column.nullable && row.is_multiple_of(3) {
            return null();
        }
        return value(schema, &column.ty, row, dialect);
    };
    // A row refers to the one of the same number, whose values were made in the same way.
    if *target == table.name && column.nullable {
        return null();
    }
    value(schema, ty, row, dialect)
}

/// The table that a column refers to, and the type there.
fn target<'s>(
    schema: &'s Schema,
    key: &'s ForeignKey,
    column: &Column,
) -> Option<(&'s TableName, &'s SqlType)> {
    let at = key.columns.iter().position(|name| *name == column.name)?;
    let table = schema.table(&key.target)?;
    let name = key.target_columns.get(at)?;
    let there = table.columns.iter().find(|it| it.name == *name)?;
    Some((&key.target, &there.ty))
}

/// A value of a type; `None` where nothing is known of the type.
fn value(schema: &Schema, ty: &SqlType, row: usize, dialect: &dyn Dialect) -> Option<String> {
    let day = 1 + row % 28;
    let second = row % 60;
    let text = |text: String| Some(dialect.literal(&text));
    match ty {
        SqlType::Bool => Some(if row % 2 == 1 { "TRUE" } else { "FALSE" }.to_owned()),
        SqlType::TinyInt
        | SqlType::SmallInt
        | SqlType::Integer
        | SqlType::BigInt
        | SqlType::UnsignedTinyInt
        | SqlType::UnsignedSmallInt
        | SqlType::UnsignedInteger
        | SqlType::UnsignedBigInt
        | SqlType::Float
        | SqlType::Double => Some(row.to_string()),
        SqlType::Decimal(precision, scale) if precision > scale => Some((row % 10).to_string()),
        SqlType::Decimal(..) => Some("0".to_owned()),
        SqlType::Text => text(format!("text {row}")),
        SqlType::Varchar(length) | SqlType::Char(length) => {
            let number = row.to_string();
            let kept = number.len().saturating_sub(*length as usize);
            text(number[kept..].to_owned())
        }
        SqlType::Binary => text(format!("bytes {row}")),
        SqlType::Date => text(format!("2024-01-{day:02}")),
        SqlType::Time(_) => text(format!("10:00:{second:02}")),
        SqlType::Timestamp(_) => text(format!("2024-01-{day:02} 10:00:{second:02}")),
        SqlType::TimestampTz(_) => text(format!("2024-01-{day:02} 10:00:{second:02}+00:00")),
        SqlType::Uuid => text(format!("00000000-0000-4000-8000-{row:012}")),
        SqlType::Json | SqlType::Jsonb => text(format!("{{\"row\": {row}}}")),
        SqlType::Enum(name) => {
            let values = &schema.enums.get(name)?.values;
            text(values.get(row % values.len().max(1))?.clone())
        }
        SqlType::Array(_) => text("{}".to_owned()),
        SqlType::Native(_) => None,
    }
}
