//! Every type: created, read, compared, changed and changed back, with rows.

use super::live::Live;
use migrate_runtime::introspect::introspect;
use migrate_runtime::schema::{
    Backend, Check, Column, DefaultValue, EnumType, Name, Schema, SqlType, Table, Value,
};

fn with_key(name: &str, columns: impl IntoIterator<Item = Column>) -> Table {
    let mut id = Column::new("id", SqlType::BigInt).not_null();
    id.auto_increment = true;
    let mut table = Table::new(name).with_column(id).with_primary_key(["id"]);
    table.columns.extend(columns);
    table
}

fn schema(table: Table) -> Schema {
    let mut schema = Schema::new();
    schema.enums.insert("mood".into(), mood(&["sad", "ok"]));
    schema.insert(table);
    schema
}

fn mood(values: &[&str]) -> EnumType {
    EnumType {
        name: "mood".into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn native(spelling: &str) -> SqlType {
    SqlType::native(Backend::Postgres, spelling)
}

const EXTENSIONS: &str = "CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore; \
    CREATE TYPE point3 AS (x real, y real, z real); CREATE DOMAIN year AS integer CHECK (value > 1900); \
    CREATE SCHEMA s; CREATE TYPE s.\"Odd Type\" AS ENUM ('a')";

fn all_types() -> Vec<SqlType> {
    let portable = [
        SqlType::Bool,
        SqlType::TinyInt,
        SqlType::SmallInt,
        SqlType::Integer,
        SqlType::BigInt,
        SqlType::UnsignedTinyInt,
        SqlType::UnsignedSmallInt,
        SqlType::UnsignedInteger,
        SqlType::UnsignedBigInt,
        SqlType::Float,
        SqlType::Double,
        SqlType::Decimal(10, 2),
        SqlType::Text,
        SqlType::Varchar(40),
        SqlType::Char(3),
        SqlType::Binary,
        SqlType::Date,
        SqlType::Time(None),
        SqlType::Time(Some(0)),
        SqlType::Timestamp(None),
        SqlType::Timestamp(Some(3)),
        SqlType::TimestampTz(None),
        SqlType::TimestampTz(Some(6)),
        SqlType::Uuid,
        SqlType::Json,
        SqlType::Jsonb,
        SqlType::Enum("mood".into()),
        SqlType::Array(Box::new(SqlType::Enum("mood".into()))),
        SqlType::Array(Box::new(SqlType::Text)),
        SqlType::Array(Box::new(SqlType::Decimal(4, 1))),
        SqlType::Array(Box::new(SqlType::TimestampTz(Some(3)))),
    ];
    let own = [
        "varchar",
        "numeric",
        "decimal(7)",
        "money",
        "citext",
        "inet",
        "cidr",
        "macaddr",
        "macaddr8",
        "bit",
        "bit(8)",
        "varbit",
        "bit varying(5)",
        "interval",
        "interval(3)",
        "interval day to second(3)",
        "timetz",
        "time(2) with time zone",
        "xml",
        "tsvector",
        "tsquery",
        "ltree",
        "hstore",
        "point",
        "box",
        "int4range",
        "tstzrange",
        "int4multirange",
        "datemultirange",
        "oid",
        "name",
        "\"char\"",
        "point3",
        "year",
        "s.\"Odd Type\"",
        "citext[]",
        "inet[]",
        "int4range[]",
        "bit(3)[]",
        "point3[]",
        "float(10)",
        "float(40)",
        "int[][]",
        "bpchar",
        "regclass",
        "jsonpath",
        "pg_lsn",
    ];
    portable
        .into_iter()
        .chain(own.into_iter().map(native))
        .collect()
}

#[test]
fn every_type_is_read_as_it_was_written() {
    let Some(mut live) = Live::empty(EXTENSIONS) else {
        return;
    };
    let is_old = live.version() < 14;
    let since_14 = [native("int4multirange"), native("datemultirange")];
    let columns = all_types()
        .into_iter()
        .filter(|ty| !is_old || !since_14.contains(ty))
        .enumerate()
        .map(|(at, ty)| Column::new(format!("c{at}"), ty));
    let done = live.migrate(&schema(with_key("t", columns)));
    live.back(&done);
}

#[test]
fn every_type_becomes_text_and_text_becomes_it_again() {
    let Some(mut live) = Live::empty(EXTENSIONS) else {
        return;
    };
    let values: &[(SqlType, &str)] = &[
        (SqlType::Bool, "true"),
        (SqlType::SmallInt, "7"),
        (SqlType::BigInt, "-7"),
        (SqlType::Double, "1.5"),
        (SqlType::Decimal(10, 2), "1.50"),
        (SqlType::Varchar(9), "short"),
        (SqlType::Binary, "bytes"),
        (SqlType::Date, "2020-02-29"),
        (SqlType::Timestamp(None), "2020-02-29 12:00:00"),
        (SqlType::Uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        (SqlType::Jsonb, "{\"a\": 1}"),
        (SqlType::Enum("mood".into()), "ok"),
        (native("inet"), "10.0.0.1/24"),
        (native("interval"), "1 day"),
        (native("int4range"), "[1,5)"),
        (native("citext"), "Cased"),
        (SqlType::Array(Box::new(SqlType::Integer)), "{1,2}"),
    ];
    let table = |text: bool| {
        let columns = values.iter().enumerate().map(|(at, (ty, _))| {
            let ty = if text { SqlType::Text } else { ty.clone() };
            Column::new(format!("c{at}"), ty)
        });
        schema(with_key("t", columns))
    };
    live.migrate(&table(true));
    let list: Vec<String> = values
        .iter()
        .map(|(_, value)| format!("'{value}'"))
        .collect();
    live.run(&format!(
        "INSERT INTO t VALUES (DEFAULT, {})",
        list.join(", ")
    ));
    let before = live.rows("SELECT * FROM t");
    let done = live.migrate(&table(false));
    live.back(&done);
    assert_eq!(live.rows("SELECT * FROM t"), before);
}

#[test]
fn times_are_in_utc_whatever_the_zone_of_the_session() {
    let table = |ty| schema(with_key("t", [Column::new("at", ty)]));
    let Some(mut live) = Live::new(&table(SqlType::Timestamp(None)), "") else {
        return;
    };
    live.run("SET timezone = 'Asia/Tokyo'; INSERT INTO t (at) VALUES ('2020-01-01 12:00')");
    let done = live.migrate(&table(SqlType::TimestampTz(None)));
    let utc = "SELECT at AT TIME ZONE 'UTC' FROM t";
    assert_eq!(live.rows(utc), ["2020-01-01 12:00:00"]);
    live.back(&done);
    assert_eq!(live.rows("SELECT at FROM t"), ["2020-01-01 12:00:00"]);
}

#[test]
fn a_default_goes_with_its_type() {
    let table = |ty, default: &str| {
        let column = Column::new("a", ty)
            .not_null()
            .with_default(DefaultValue::Value(Value::Text(default.to_owned())));
        schema(with_key("t", [column]))
    };
    let Some(mut live) = Live::new(&table(SqlType::Text, "ok"), "INSERT INTO t DEFAULT VALUES")
    else {
        return;
    };
    let done = live.migrate(&table(SqlType::Enum("mood".into()), "sad"));
    live.run("INSERT INTO t DEFAULT VALUES");
    assert_eq!(live.rows("SELECT a FROM t ORDER BY id"), ["ok", "sad"]);
    live.back(&done);
    assert_eq!(live.rows("SELECT a FROM t ORDER BY id"), ["ok", "sad"]);
}

#[test]
fn numbering_comes_and_goes() {
    let table = |ty: SqlType, auto_increment| {
        let mut id = Column::new("id", ty).not_null();
        id.auto_increment = auto_increment;
        let other = Column::new("x", SqlType::Integer);
        schema(
            Table::new("t")
                .with_column(id)
                .with_column(other)
                .with_primary_key(["id"]),
        )
    };
    let plain = || table(SqlType::Integer, false);
    let Some(mut live) = Live::new(&plain(), "INSERT INTO t VALUES (5, 5)") else {
        return;
    };
    for numbered in [
        table(SqlType::Integer, true),
        table(native("serial"), true),
        table(
            native("integer GENERATED ALWAYS AS IDENTITY (INCREMENT BY 10)"),
            true,
        ),
    ] {
        let done = live.migrate(&numbered);
        live.run("INSERT INTO t (x) VALUES (1)");
        let next = live.rows("SELECT max(id) FROM t");
        assert!(next == ["6"] || next == ["15"], "{next:?}");
        live.run("DELETE FROM t WHERE id > 5");
        live.back(&done);
    }
    let Some(mut live) = Live::empty("") else {
        return;
    };
    live.migrate(&table(native("bigserial"), true));
    let done = live.migrate(&table(SqlType::BigInt, false));
    live.back(&done);
}

/// A second sequence may be owned by a column, which stays one column, numbered by the one it uses.
#[test]
fn a_column_owns_two_sequences() {
    let Some(mut live) = Live::empty(
        "CREATE TABLE t (id serial PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY); \
         CREATE SEQUENCE a OWNED BY t.id; CREATE SEQUENCE b OWNED BY t.n",
    ) else {
        return;
    };
    let found = introspect(&mut live.database).unwrap();
    let table = &found.tables[&"t".into()];
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.auto_increment, &column.ty))
        .collect();
    let identity = "integer GENERATED ALWAYS AS IDENTITY";
    assert_eq!(
        columns,
        [
            ("id", true, &native("serial")),
            ("n", true, &native(identity))
        ]
    );
}

#[test]
fn the_numbers_of_a_serial_go_on_where_its_old_type_ends() {
    let Some(mut live) = Live::empty("CREATE TABLE t (id serial PRIMARY KEY)") else {
        return;
    };
    let table = |ty| {
        let mut id = Column::new("id", ty).not_null();
        id.auto_increment = true;
        let mut schema = Schema::new();
        schema.insert(Table::new("t").with_column(id).with_primary_key(["id"]));
        schema
    };
    live.assert_holds(&table(SqlType::Integer));
    live.run("INSERT INTO t VALUES (2147483647); SELECT setval('t_id_seq', 2147483647)");
    live.migrate(&table(SqlType::BigInt));
    live.run("INSERT INTO t DEFAULT VALUES");
    assert_eq!(live.rows("SELECT max(id) FROM t"), ["2147483648"]);
    // An identity's sequence, too.
    live.run("DROP TABLE t");
    live.forget(&Schema::new());
    live.migrate(&table(SqlType::SmallInt));
    let done = live.migrate(&table(SqlType::BigInt));
    live.back(&done);
}

#[test]
fn a_virtual_column_comes_and_goes() {
    let with = |expression: &str| {
        let mut twice = Column::new("twice", SqlType::Integer);
        twice.generated = Some(migrate_runtime::schema::Generated {
            expression: expression.into(),
            stored: false,
        });
        schema(with_key("t", [Column::new("a", SqlType::Integer), twice]))
    };
    let Some(mut live) = Live::empty("") else {
        return;
    };
    if live.version() < 18 {
        super::server::not_run("NOT RUN: virtual columns, which the server is too old for");
        return;
    }
    live.migrate(&with("a * 2"));
    live.run("INSERT INTO t (a) VALUES (4)");
    let done = live.migrate(&with("a*3"));
    assert_eq!(live.rows("SELECT twice FROM t"), ["12"]);
    live.back(&done);
}

#[test]
fn enum_values_come_go_and_change() {
    let with = |values: &[&str]| {
        let column = Column::new("m", SqlType::Enum("mood".into()))
            .not_null()
            .with_default(DefaultValue::Value(Value::Text(values[0].to_owned())));
        let list = Column::new("ms", SqlType::Array(Box::new(SqlType::Enum("mood".into()))));
        let mut schema = schema(with_key("t", [column, list]));
        schema.enums.insert(Name::from("mood"), mood(values));
        let table = schema.tables.values_mut().next().unwrap();
        table.checks.push(migrate_runtime::schema::Check {
            name: Some("t_m_check".into()),
            expression: "m <> 'never'"
                .replace("never", values[values.len() - 1])
                .as_str()
                .into(),
        });
        schema
    };
    let rows = "INSERT INTO t (m, ms) VALUES ('ok', '{ok,sad}')";
    let Some(mut live) = Live::new(&with(&["sad", "ok", "odd"]), rows) else {
        return;
    };
    let mut grown = with(&["sad", "ok", "odd"]);
    (grown.enums).insert("mood".into(), mood(&["glad", "sad", "ok", "odd"]));
    let first = live.migrate(&grown);
    let done = live.migrate(&with(&["glad", "sad", "ok", "odd"]));
    live.run("INSERT INTO t DEFAULT VALUES");
    assert_eq!(live.rows("SELECT m FROM t ORDER BY id"), ["ok", "glad"]);
    live.run("DELETE FROM t WHERE m = 'glad'");
    live.back(&done);
    live.back(&first);
    let done = live.migrate(&with(&["ok", "sad", "odd"]));
    assert_eq!(live.rows("SELECT m, ms FROM t"), ["ok|{ok,sad}"]);
    live.back(&done);
    let mut grown = with(&["sad", "ok", "odd"]);
    (grown.enums).insert("mood".into(), mood(&["sad", "ok", "odd", "end"]));
    let first = live.migrate(&grown);
    let done = live.migrate(&with(&["sad", "ok", "odd", "end"]));
    live.back(&done);
    live.back(&first);
    let mut fewer = with(&["sad", "ok", "odd"]);
    fewer.enums.insert("mood".into(), mood(&["sad", "odd"]));
    let operations = migrate_runtime::diff::diff(
        &with(&["sad", "ok", "odd"]),
        &fewer,
        &migrate_runtime::diff::RenameHints::default(),
    );
    let Err(refused) = live.apply(operations) else {
        panic!("a value in use went away");
    };
    assert_eq!(
        refused,
        "column t.m still has values that go away: 'ok' in 1 row"
    );
}

#[test]
fn a_value_is_added_in_its_place() {
    let with = |values: &[&str]| {
        let column = Column::new("m", SqlType::Enum("mood".into()));
        let mut schema = schema(with_key("t", [column]));
        schema.enums.insert(Name::from("mood"), mood(values));
        schema
    };
    let Some(mut live) = Live::new(&with(&["b", "d"]), "") else {
        return;
    };
    let done = live.migrate(&with(&["a", "b", "c", "d", "e"]));
    assert_eq!(
        done.statements,
        [
            "ALTER TYPE \"mood\" ADD VALUE 'a' BEFORE 'b'",
            "ALTER TYPE \"mood\" ADD VALUE 'c' AFTER 'b'",
            "ALTER TYPE \"mood\" ADD VALUE 'e' AFTER 'd'",
        ]
    );
    live.back(&done);
}

#[test]
fn a_check_that_old_rows_need_not_satisfy_stays_so_beside_another_type() {
    let with = |values: &[&str]| {
        let mut table = with_key("t", [Column::new("mood", SqlType::Enum("mood".into()))]);
        table.checks.push(Check {
            name: Some("t_check".into()),
            expression: "mood <> 'ok'".into(),
        });
        let mut schema = schema(table);
        schema.enums.insert("mood".into(), mood(values));
        schema
    };
    let Some(mut live) = Live::new(&with(&["sad", "ok", "gone"]), "") else {
        return;
    };
    live.run(
        "ALTER TABLE t DROP CONSTRAINT t_check; INSERT INTO t (mood) VALUES ('ok');
         ALTER TABLE t ADD CONSTRAINT t_check CHECK (mood <> 'ok') NOT VALID",
    );
    let done = live.migrate(&with(&["sad", "ok"]));
    live.back(&done);
    let state = "SELECT convalidated::text FROM pg_constraint WHERE conname = 't_check'";
    assert_eq!(live.rows(state), ["false"]);
}

/// A value goes that was the default, and comes back with it.
#[test]
fn the_value_of_a_default_is_removed() {
    let with = |values: &[&str]| {
        let column = Column::new("m", SqlType::Enum("mood".into()))
            .with_default(DefaultValue::Value(Value::Text(values[0].to_owned())));
        let mut schema = schema(with_key("t", [column]));
        schema.enums.insert(Name::from("mood"), mood(values));
        schema
    };
    let Some(mut live) = Live::new(&with(&["ok", "sad"]), "") else {
        return;
    };
    let mut kept = with(&["sad"]);
    (kept.enums).insert("mood".into(), mood(&["ok", "sad"]));
    let first = live.migrate(&kept);
    let done = live.migrate(&with(&["sad"]));
    live.back(&done);
    live.back(&first);
}
