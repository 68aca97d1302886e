//! What the benchmarks share: schemas, chains and crates of a given size.

pub mod project;

use migrate_runtime::migration::{
    BigInt, Migration, Text, column, create_table, drop_table, primary_key,
};
use migrate_runtime::model::SchemaDef;
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
        include: Vec::new(),
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
        match_full: false,
    });
    for column in ["parent_id", "amount"] {
        table
            .indexes
            .push(Index::new(format!("{name}_{column}_idx"), [column]));
    }
    table
}

/// A linear chain of so many migrations, each of which creates a table.
///
/// A chain is const data; this one stays in memory for the rest of the process.
pub fn chain_of(migrations: usize) -> &'static SchemaDef {
    let ids: &'static [&'static str] = (0..migrations)
        .map(|number| &*String::leak(format!("m{number:04}")))
        .collect::<Vec<_>>()
        .leak();
    let migrations: Vec<Migration> = (0..migrations)
        .map(|number| {
            let table: &'static str = String::leak(format!("table_{number}"));
            Migration::new(ids[number])
                .revises(if number == 0 {
                    &[]
                } else {
                    std::slice::from_ref(&ids[number - 1])
                })
                .upgrade(Vec::leak(vec![
                    create_table(
                        table,
                        const {
                            &[
                                column("id", BigInt).not_null().auto_increment(),
                                column("name", Text).not_null(),
                            ]
                        },
                    )
                    .constraints(const { &[primary_key(&["id"])] }),
                ]))
                .downgrade(Vec::leak(vec![drop_table(table)]))
        })
        .collect();
    Box::leak(Box::new(SchemaDef {
        chain: "bench",
        models: &[],
        unmanaged: &[],
        ignore: &[],
        version_table: None,
        include: &[],
        migrations: migrations.leak(),
        head: "",
    }))
}
