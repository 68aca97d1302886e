//! Types, generated columns, comments, nullability.

use super::support::{
    changed, check, generated, ignored, int, names, read, schema, steps, string, t, unchanged, with,
};
use super::{Row, row};
use migrate_runtime::operation::Operation;
use migrate_runtime::schema::{Backend, Column, EnumType, PrimaryKey, Schema, SqlType, Table};

fn typed(ty: SqlType) -> Schema {
    schema([t([Column::new("a", ty)])])
}

fn mood(values: &[&str]) -> Schema {
    let mut schema = typed(SqlType::Enum("mood".into()));
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    schema.enums.insert(
        "mood".into(),
        EnumType {
            name: "mood".into(),
            values,
        },
    );
    schema
}

const DOUBLED: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER,
    b INTEGER GENERATED ALWAYS AS (A  * (2)) STORED)";

pub(super) const ROWS: &[Row] = &[
    row("Y10", || {
        steps(
            &typed(SqlType::Decimal(10, 5)),
            &typed(SqlType::Decimal(10, 0)),
            &["changed t.a: DECIMAL(10, 0)"],
        );
    }),
    row("Y11", || {
        steps(
            &typed(SqlType::Integer),
            &typed(SqlType::BigInt),
            &["changed t.a: BIGINT"],
        );
        steps(
            &typed(SqlType::SmallInt),
            &typed(SqlType::Integer),
            &["changed t.a: INTEGER"],
        );
    }),
    row("Y60", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)";
        unchanged(sql, &typed(SqlType::Varchar(30)));
    }),
    row("Y61", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)";
        changed(sql, &typed(SqlType::Text), "column t.a is different");
    }),
    // A type in a database's own words is compared as those words, and not at all where `ignore` says so.
    row("Y63", || {
        let native = |text: &str| typed(SqlType::native(Backend::Sqlite, text));
        steps(&native("GEOMETRY"), &native("GEOMETRY"), &[]);
        steps(
            &native("GEOMETRY"),
            &native("SHAPE"),
            &["changed t.a: SHAPE"],
        );
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a SHAPE)";
        changed(sql, &native("GEOMETRY"), "column t.a is different");
        ignored(sql, &native("GEOMETRY"), "t.a: type");
    }),
    row("Y64", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, CHECK (a IN ('a', 'b')))";
        unchanged(sql, &mood(&["a", "b"]));
        changed(sql, &mood(&["a", "bb"]), "is missing in the database");
        steps(
            &mood(&["a", "b"]),
            &mood(&["a", "bb"]),
            &["changed enum mood (a, bb)"],
        );
    }),
    row("G01", || {
        unchanged(
            DOUBLED,
            &schema([t([int("a"), generated("b", "a*2", true)])]),
        );
    }),
    row("G02", || {
        let side = |expression| schema([t([int("a"), generated("b", expression, true)])]);
        let expected = [
            "removed t.b",
            "added t.b INTEGER NULL GENERATED (a * 3) STORED",
        ];
        steps(&side("a * 2"), &side("a * 3"), &expected);
        changed(DOUBLED, &side("a * 3"), "column t.b is");
    }),
    row("G04", || {
        let side = |stored| schema([t([int("a"), generated("b", "a * 2", stored)])]);
        let expected = [
            "removed t.b",
            "added t.b INTEGER NULL GENERATED (a * 2) STORED",
        ];
        steps(&side(false), &side(true), &expected);
        changed(DOUBLED, &side(false), "column t.b is");
    }),
    row("G06", || {
        let (without, with) = (
            schema([t([int("a")])]),
            schema([t([int("a"), generated("b", "a * 2", true)])]),
        );
        steps(
            &without,
            &with,
            &["added t.b INTEGER NULL GENERATED (a * 2) STORED"],
        );
        steps(&with, &without, &["removed t.b"]);
    }),
    row("C06", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)";
        let mut column = string("a");
        column.comment = Some("said in the model".to_owned());
        unchanged(
            sql,
            &schema([with(t([column]), |table| {
                table.comment = Some("x".to_owned());
            })]),
        );
    }),
    row("P02", || {
        let model = Table::new("t")
            .with_column(string("id").not_null())
            .with_primary_key(["id"]);
        changed(
            "CREATE TABLE t (id TEXT PRIMARY KEY)",
            &schema([model]),
            "column t.id is different",
        );
    }),
    row("P03", || {
        let side = |key: &[&str]| {
            let key = Some(PrimaryKey {
                name: None,
                columns: names(key),
            });
            let table = Table::new("t")
                .with_column(int("a").not_null())
                .with_column(int("b").not_null());
            schema([with(table, |table| table.primary_key = key)])
        };
        let expected = ["removed t PRIMARY KEY", "added t PRIMARY KEY (a, b)"];
        steps(&side(&["a"]), &side(&["a", "b"]), &expected);
    }),
    row("P04", || {
        let table = Table::new("t").with_column(int("a").not_null());
        let keyed = table.clone().with_primary_key(["a"]);
        steps(
            &schema([keyed]),
            &schema([table]),
            &["removed t PRIMARY KEY"],
        );
    }),
    row("P08", || {
        // With a rebuild: in `rebuild.rs`.
        let chain = schema([t([])]);
        unchanged(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
            &chain,
        );
        unchanged("CREATE TABLE t (id INTEGER PRIMARY KEY)", &chain);
        let with_keyword = read("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)");
        assert!(with_keyword.tables[&"t".into()].columns[0].auto_increment);
    }),
    row("K01", || {
        let checked = with(t([int("a")]), |table| {
            table.checks.push(check("ck1", "a > 0"));
        });
        steps(
            &schema([t([int("a")])]),
            &schema([checked]),
            &["added t CONSTRAINT ck1 CHECK (a > 0)"],
        );
    }),
    row("K03", || {
        let side = |text| {
            schema([with(t([int("a")]), |table| {
                table.checks.push(check("ck1", text));
            })])
        };
        let expected = [
            "removed t CONSTRAINT ck1",
            "added t CONSTRAINT ck1 CHECK (a > 5)",
        ];
        steps(&side("a > 0"), &side("a > 5"), &expected);
    }),
    row("K06", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT,
            CONSTRAINT t_a_check CHECK (a IN ('ok', 'sad')))";
        unchanged(sql, &mood(&["ok", "sad"]));
    }),
    row("K08", || {
        let checked = with(t([int("a")]), |table| {
            table.checks.push(check("ck1", "a > 0"));
        });
        let operations = steps(
            &Schema::new(),
            &schema([checked]),
            &["added table t (id, a)"],
        );
        assert!(
            matches!(&operations[0], Operation::CreateTable { table, .. } if table.checks.len() == 1)
        );
    }),
    row("K09", || {
        let checked = with(t([int("a")]), |table| {
            table.checks.push(check("ck1", "a > 0"));
        });
        steps(&schema([checked]), &Schema::new(), &["removed table t"]);
    }),
];
