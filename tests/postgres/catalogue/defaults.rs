//! Server defaults, sequences, generated columns.

use super::{Row, col, differs, goes, int, pg, row, same, schema, sql_default, t, table_sql};
use migrate_runtime::schema::{Column, DefaultValue, Generated, Schema, SqlType, Value};

/// `t` with one column that has that default.
fn one(ty: SqlType, text: &str) -> Schema {
    schema([t([sql_default(col("a", ty), text)])])
}

fn number(value: i64) -> Schema {
    schema([t([
        int("a").with_default(DefaultValue::Value(Value::Integer(value)))
    ])])
}

fn generated(expression: &str) -> Column {
    let mut column = col("b", pg("tsvector"));
    if !expression.contains("tsvector") {
        column = int("b");
    }
    column.generated = Some(Generated {
        expression: expression.into(),
        stored: true,
    });
    column
}

pub(super) const ROWS: &[Row] = &[
    row("D01", |live| {
        same(live, &table_sql("a int DEFAULT 0"), &number(0));
        same(
            live,
            &table_sql("a int DEFAULT 0"),
            &one(SqlType::Integer, "'0'"),
        );
    }),
    row("D02", |live| {
        same(live, &table_sql("a int DEFAULT '0'"), &number(0));
    }),
    row("D04", |live| {
        for text in ["5", "5.0", "'5'", "'5.0'"] {
            for stored in ["5", "5.0", "'5'", "'5.0'"] {
                same(
                    live,
                    &table_sql(&format!("a double precision DEFAULT {stored}")),
                    &one(SqlType::Double, text),
                );
            }
        }
    }),
    row("D05", |live| {
        same(live, &table_sql("a int DEFAULT -1"), &number(-1));
    }),
    row("D07", |live| {
        goes(
            live,
            &schema([t([int("a")])]),
            &number(5),
            &["SET DEFAULT 5"],
        );
    }),
    row("D08", |live| {
        goes(
            live,
            &number(5),
            &schema([t([int("a")])]),
            &["DROP DEFAULT"],
        );
    }),
    row("D10", |live| {
        for (stored, said) in [("false", "FALSE"), ("'f'", "False"), ("true", "TRUE")] {
            same(
                live,
                &table_sql(&format!("a boolean DEFAULT {stored}")),
                &one(SqlType::Bool, said),
            );
        }
    }),
    row("D11", |live| {
        same(
            live,
            &table_sql("a varchar DEFAULT 'x'"),
            &one(pg("varchar"), "'x'"),
        );
    }),
    row("D14", |live| {
        same(
            live,
            &table_sql("a timestamptz DEFAULT now()"),
            &one(SqlType::TimestampTz(None), "CURRENT_TIMESTAMP"),
        );
        let now = schema([t([
            col("a", SqlType::Timestamp(None)).with_default(DefaultValue::Now)
        ])]);
        same(live, &table_sql("a timestamp DEFAULT now()"), &now);
    }),
    row("D15", |live| {
        same(
            live,
            &table_sql("a timestamptz DEFAULT clock_timestamp()"),
            &one(SqlType::TimestampTz(None), "clock_timestamp()"),
        );
        same(
            live,
            &table_sql("a double precision DEFAULT random()"),
            &one(SqlType::Double, "random()"),
        );
        same(
            live,
            &table_sql("a uuid DEFAULT gen_random_uuid()"),
            &schema([t(
                [col("a", SqlType::Uuid).with_default(DefaultValue::Uuid)],
            )]),
        );
    }),
    row("D16", |live| {
        for stored in ["timezone('utc', now())", "now() AT TIME ZONE 'utc'"] {
            for said in ["timezone('utc', now())", "now() at time zone 'utc'"] {
                same(
                    live,
                    &table_sql(&format!("a timestamp DEFAULT ({stored})")),
                    &one(SqlType::Timestamp(None), said),
                );
            }
        }
    }),
    row("D17", |live| {
        same(
            live,
            &table_sql("a jsonb DEFAULT '{}'::jsonb"),
            &one(SqlType::Jsonb, "'{}'"),
        );
    }),
    row("D18", |live| {
        same(
            live,
            &table_sql("a jsonb DEFAULT '{\"a\":1}'"),
            &one(SqlType::Jsonb, "'{\"a\": 1}'"),
        );
    }),
    row("D19", |live| {
        same(
            live,
            &table_sql("a json DEFAULT '{}'::json"),
            &one(SqlType::Json, "'{}'"),
        );
        goes(
            live,
            &one(SqlType::Json, "'{}'"),
            &one(SqlType::Json, "'[]'"),
            &["SET DEFAULT '[]'"],
        );
    }),
    row("D20", |live| {
        let list = SqlType::Array(Box::new(SqlType::Text));
        same(
            live,
            &table_sql("a text[] DEFAULT ARRAY[]::text[]"),
            &one(list, "'{}'::text[]"),
        );
    }),
    row("D25", |live| same(live, &table_sql(""), &schema([t([])]))),
    row("D26", |live| {
        same(live, "CREATE TABLE t (id bigserial PRIMARY KEY)", &{
            let mut table = t([]);
            table.columns[0].ty = SqlType::BigInt;
            schema([table])
        });
        let mut number = int("n").not_null();
        number.auto_increment = true;
        same(live, &table_sql("n serial"), &schema([t([number])]));
        same(
            live,
            "CREATE SCHEMA s2; CREATE TABLE s2.t (id serial PRIMARY KEY)",
            &schema([super::named("s2.t", [])]),
        );
    }),
    row("D27", |live| {
        let sql = "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))";
        same(live, sql, &schema([t([])]));
    }),
    row("D28", |live| {
        let sql = format!(
            "CREATE SEQUENCE s; {}",
            table_sql("n int DEFAULT nextval('s')")
        );
        differs(live, &sql, &schema([t([int("n")])]), "t.n");
    }),
    row("D29", |live| {
        let sql = format!(
            "CREATE SEQUENCE s; {}",
            table_sql("n int DEFAULT nextval('s'::regclass)")
        );
        same(
            live,
            &sql,
            &schema([t([sql_default(int("n"), "nextval('s')")])]),
        );
    }),
    row("D30", |live| {
        let sql = format!(
            "CREATE SEQUENCE s; {}",
            table_sql("n numeric DEFAULT nextval('s')")
        );
        same(
            live,
            &sql,
            &schema([t([sql_default(col("n", pg("numeric")), "nextval('s')")])]),
        );
    }),
    row("D32", |live| {
        same(
            live,
            "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)",
            &schema([t([])]),
        );
    }),
    row("D34", |live| {
        same(
            live,
            "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (START 5) PRIMARY KEY)",
            &schema([t([])]),
        );
    }),
    row("D39", |live| {
        differs(
            live,
            &table_sql("a text DEFAULT 'a' || 'b'"),
            &one(SqlType::Text, "'ab'"),
            "t.a",
        );
    }),
    row("G01", |live| {
        let models = schema([t([int("a"), generated("A*2")])]);
        same(
            live,
            &table_sql("a int, b int GENERATED ALWAYS AS ( ((a) * 2) ) STORED"),
            &models,
        );
    }),
    row("G02", |live| {
        let with = |expression| schema([t([int("a"), generated(expression)])]);
        goes(
            live,
            &with("a * 2"),
            &with("a * 3"),
            &["DROP COLUMN \"b\"", "ADD COLUMN \"b\""],
        );
    }),
    row("G05", |live| {
        let models = schema([t([
            col("a", SqlType::Text),
            generated("to_tsvector('english', a)"),
        ])]);
        let sql =
            "a text, b tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, a)) STORED";
        same(live, &table_sql(sql), &models);
    }),
    row("G06", |live| {
        let (without, with) = (
            schema([t([int("a")])]),
            schema([t([int("a"), generated("a * 2")])]),
        );
        goes(live, &without, &with, &["ADD COLUMN \"b\""]);
        goes(live, &with, &without, &["DROP COLUMN \"b\""]);
    }),
];
