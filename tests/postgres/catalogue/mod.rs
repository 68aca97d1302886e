//! The rows of the case catalogue for PostgreSQL, by id: a failed or absent one fails the test.

mod defaults;
mod keys;
mod objects;
mod tables;
mod types;

use super::live::Live;
use super::server::Database;
use crate::catalogue::OF_ALL;
use crate::catalogue::server::{
    self, a_required_column, differs, every_row_holds, goes, ignored, kept, row, same,
};
use migrate_runtime::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Index, IndexColumn,
    IndexKey, Name, ReferentialAction, Schema, SqlType, Table, Unique,
};

type Row = server::Row<Database>;

/// The rows for PostgreSQL; those for all databases come before.
const OF_POSTGRES: &[&str] = &[
    "T12", "T17", "T23", "T27", "T35", "T40", "Y03", "Y04", "Y07", "Y12", "Y13", "Y14", "Y16",
    "Y18", "Y20", "Y21", "Y23", "Y25", "Y27", "Y29", "Y33", "Y34", "D01", "D02", "D04", "D05",
    "D07", "D08", "D10", "D11", "D14", "D15", "D16", "D17", "D18", "D19", "D20", "D22", "D25",
    "D26", "D27", "D28", "D29", "D30", "D32", "D34", "D37", "D39", "G01", "G05", "C02", "C03",
    "P05", "K01", "K04", "I13", "I18", "I20", "I21", "I24", "I25", "I29", "I30", "I31", "I32",
    "I33", "I34", "I38", "I41", "I43", "I44", "I45", "I47", "I49", "I50", "I51", "F04", "F06",
    "F13", "F21", "F22", "F23", "B28", "V18",
];

#[test]
fn every_row_of_the_catalogue_holds() {
    every_row_holds(
        &[OF_ALL, OF_POSTGRES].concat(),
        &[
            tables::ROWS,
            types::ROWS,
            defaults::ROWS,
            keys::ROWS,
            objects::ROWS,
        ],
    );
}

/// `t` with its key, as models have it.
fn t(columns: impl IntoIterator<Item = Column>) -> Table {
    named("t", columns)
}

/// A table with the key `id`, as models have it.
fn named(name: &str, columns: impl IntoIterator<Item = Column>) -> Table {
    let mut id = Column::new("id", SqlType::Integer).not_null();
    id.auto_increment = true;
    let mut table = Table::new(name).with_column(id).with_primary_key(["id"]);
    table.columns.extend(columns);
    table
}

/// The same table in SQL, its columns given.
fn table_sql(columns: &str) -> String {
    let comma = if columns.is_empty() { "" } else { ", " };
    format!("CREATE TABLE t (id serial PRIMARY KEY{comma}{columns})")
}

fn int(name: &str) -> Column {
    Column::new(name, SqlType::Integer)
}

fn col(name: &str, ty: SqlType) -> Column {
    Column::new(name, ty)
}

fn pg(spelling: &str) -> SqlType {
    SqlType::native(Backend::Postgres, spelling)
}

fn sql_default(column: Column, text: &str) -> Column {
    column.with_default(DefaultValue::Sql(text.into()))
}

fn with(mut table: Table, change: impl FnOnce(&mut Table)) -> Table {
    change(&mut table);
    table
}

fn indexed(columns: impl IntoIterator<Item = Column>, index: Index) -> Schema {
    schema([with(t(columns), |table| table.indexes.push(index))])
}

fn by_expression(name: &str, expression: &str) -> Index {
    let mut index = Index::new(name, Vec::<Name>::new());
    index.columns = vec![IndexColumn::new(IndexKey::Expression(expression.into()))];
    index
}

fn unique(name: &str, columns: &[&str]) -> Unique {
    Unique {
        name: Some(name.into()),
        columns: columns.iter().map(|name| Name::from(*name)).collect(),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

fn check(name: &str, expression: &str) -> Check {
    Check {
        name: Some(name.into()),
        expression: expression.into(),
    }
}

fn reference(name: &str, columns: &[&str], target: &str, targets: &[&str]) -> ForeignKey {
    let names = |list: &[&str]| list.iter().map(|name| Name::from(*name)).collect();
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

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::new();
    for table in tables {
        schema.insert(table);
    }
    schema
}

fn with_enum(mut schema: Schema, values: &[&str]) -> Schema {
    let mood = EnumType {
        name: "mood".into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    schema.enums.insert(mood.name.clone(), mood);
    schema
}
