//! What the benchmarks share: schemas of a given size.

use migrate_runtime::schema::{
    Column, DefaultValue, ForeignKey, Index, Name, ReferentialAction, Schema, SqlType, Table,
    TableName, Unique, Value,
};

/// A schema of so many tables, each with ten columns, a foreign key, two indexes and a unique
/// constraint: the shape that the targets of the design are measured on.
pub fn schema_of(tables: usize) -> Schema {
    let mut schema = Schema::new();
    for number in 0..tables {
        schema.insert(table(number));
    }
    schema
}

fn table(number: usize) -> Table {
    let name = format!("table_{number}");
    let mut table = Table::new(TableName::new(name.as_str()))
        .with_column(Column {
            auto_increment: true,
            ..Column::new("id", SqlType::BigInt).not_null()
        })
        .with_column(Column::new("parent_id", SqlType::BigInt))
        .with_column(Column::new("code", SqlType::Varchar(40)).not_null())
        .with_column(
            Column::new("amount", SqlType::Integer)
                .not_null()
                .with_default(DefaultValue::Value(Value::Integer(0))),
        )
        .with_primary_key(["id"]);
    for column in 4..10 {
        table = table.with_column(Column::new(format!("note_{column}"), SqlType::Text));
    }
    table.uniques.push(Unique {
        name: Some(Name::new(format!("{name}_code_key"))),
        columns: vec!["code".into()],
        nulls_not_distinct: false,
        deferrable: migrate_runtime::schema::Deferrable::No,
    });
    table.foreign_keys.push(ForeignKey {
        name: Some(Name::new(format!("{name}_parent_id_fkey"))),
        columns: vec!["parent_id".into()],
        target: TableName::new(format!("table_{}", number / 2)),
        target_columns: vec!["id".into()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: migrate_runtime::schema::Deferrable::No,
    });
    for column in ["parent_id", "amount"] {
        table
            .indexes
            .push(Index::new(format!("{name}_{column}_idx"), [column]));
    }
    table
}
