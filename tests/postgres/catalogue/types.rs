//! Types.

use super::{
    Row, col, differs, goes, int, kept, named, pg, row, same, schema, t, table_sql, with_enum,
};
use migrate_runtime::schema::{DefaultValue, Schema, SqlType, Value};

fn one(ty: SqlType) -> Schema {
    schema([t([col("a", ty)])])
}

fn mood(values: &[&str]) -> Schema {
    with_enum(one(SqlType::Enum("mood".into())), values)
}

pub(super) const ROWS: &[Row] = &[
    row("Y03", |live| {
        goes(
            live,
            &one(SqlType::Varchar(20)),
            &one(pg("varchar")),
            &["TYPE character varying"],
        );
    }),
    // Two types, as `pg_dump` has it.
    row("Y04", |live| {
        goes(
            live,
            &one(pg("varchar")),
            &one(SqlType::Text),
            &["TYPE text"],
        );
    }),
    row("Y07", |live| {
        goes(
            live,
            &one(pg("numeric")),
            &one(SqlType::Decimal(10, 2)),
            &["TYPE numeric(10,2)"],
        );
    }),
    row("Y10", |live| {
        goes(
            live,
            &one(SqlType::Decimal(10, 5)),
            &one(SqlType::Decimal(10, 0)),
            &["TYPE numeric(10,0)"],
        );
    }),
    row("Y11", |live| {
        goes(
            live,
            &one(SqlType::Integer),
            &one(SqlType::BigInt),
            &["TYPE bigint"],
        );
        goes(
            live,
            &one(SqlType::Integer),
            &one(SqlType::SmallInt),
            &["TYPE smallint"],
        );
    }),
    row("Y12", |live| {
        goes(
            live,
            &one(SqlType::Float),
            &one(SqlType::Double),
            &["TYPE double precision"],
        );
    }),
    row("Y13", |live| {
        same(live, &table_sql("a double precision"), &one(pg("float")));
    }),
    row("Y14", |live| {
        goes(
            live,
            &one(SqlType::Timestamp(None)),
            &one(SqlType::TimestampTz(None)),
            &["TYPE timestamp with time zone USING \"a\" AT TIME ZONE 'UTC'"],
        );
    }),
    row("Y16", |live| {
        goes(
            live,
            &one(SqlType::Timestamp(Some(3))),
            &one(SqlType::Timestamp(Some(6))),
            &["timestamp(6)"],
        );
    }),
    row("Y18", |live| {
        let list = |ty| one(SqlType::Array(Box::new(ty)));
        goes(
            live,
            &list(SqlType::Integer),
            &list(SqlType::BigInt),
            &["TYPE bigint[]"],
        );
    }),
    row("Y20", |live| {
        same(
            live,
            &table_sql("a int[][]"),
            &one(SqlType::Array(Box::new(SqlType::Integer))),
        );
    }),
    row("Y21", |live| {
        goes(
            live,
            &one(SqlType::Varchar(36)),
            &one(SqlType::Uuid),
            &["TYPE uuid USING \"a\"::uuid"],
        );
    }),
    row("Y23", |live| {
        goes(
            live,
            &mood(&["a", "b"]),
            &mood(&["a", "b", "c"]),
            &["ADD VALUE 'c' AFTER 'b'"],
        );
    }),
    row("Y25", |live| {
        differs(
            live,
            &format!(
                "CREATE TYPE mood AS ENUM ('a', 'b'); {}",
                table_sql("a mood")
            ),
            &mood(&["b", "a"]),
            "enum type mood",
        );
        live.reset();
        live.migrate(&mood(&["a", "b"]));
        let done = live.migrate(&mood(&["b", "a"]));
        live.run("INSERT INTO t (a) VALUES ('a'), ('b')");
        assert_eq!(live.rows("SELECT a FROM t ORDER BY a"), ["b", "a"]);
        live.back(&done);
    }),
    row("Y27", |live| {
        let list = |values: &[&str]| {
            with_enum(
                one(SqlType::Array(Box::new(SqlType::Enum("mood".into())))),
                values,
            )
        };
        goes(
            live,
            &list(&["a", "b"]),
            &list(&["a", "b", "c"]),
            &["ADD VALUE 'c' AFTER 'b'"],
        );
    }),
    row("Y29", |live| {
        let both = with_enum(
            schema(
                ["one", "two"].map(|name| named(name, [col("m", SqlType::Enum("mood".into()))])),
            ),
            &["a"],
        );
        goes(
            live,
            &Schema::new(),
            &both,
            &[
                "CREATE TYPE \"mood\"",
                "CREATE TABLE \"one\"",
                "CREATE TABLE \"two\"",
            ],
        );
        assert_eq!(
            live.rows("SELECT count(*) FROM pg_type WHERE typname = 'mood'"),
            ["0"]
        );
    }),
    row("Y33", |live| {
        let collated = |name: &str| {
            let mut column = col("a", SqlType::Text);
            column.collation = Some(name.to_owned());
            schema([t([column])])
        };
        goes(
            live,
            &collated("C"),
            &collated("POSIX"),
            &["TYPE text COLLATE \"POSIX\""],
        );
    }),
    row("Y34", |live| {
        let sql = format!(
            "CREATE EXTENSION citext; CREATE EXTENSION hstore; {}",
            table_sql("a citext, b hstore")
        );
        same(
            live,
            &sql,
            &schema([t([col("a", pg("citext")), col("b", pg("hstore"))])]),
        );
    }),
    row("D37", |live| {
        // What the models say is a plain number.
        let plain = {
            let mut table = t([]);
            table.columns[0].auto_increment = false;
            table
        };
        live.migrate(&schema([t([])]));
        live.run("INSERT INTO t DEFAULT VALUES");
        let done = live.migrate(&schema([plain]));
        assert_eq!(live.rows("SELECT attidentity FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'id'"), [""]);
        live.back(&done);
    }),
    row("D22", |live| {
        let sql = format!(
            "CREATE TYPE mood AS ENUM ('a', 'b'); {}",
            table_sql("a mood DEFAULT 'a'")
        );
        let with = |value: &str| {
            let mut schema = mood(&["a", "b"]);
            let column = &mut schema.table_mut(&"t".into()).unwrap().columns[1];
            column.default = Some(DefaultValue::Value(Value::Text(value.to_owned())));
            schema
        };
        same(live, &sql, &with("a"));
        differs(live, &sql, &with("b"), "t.a");
        goes(live, &with("a"), &with("b"), &["SET DEFAULT 'b'"]);
    }),
    row("T27", |live| {
        let sql = "CREATE TABLE x (a int); CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 1; \
            CREATE SEQUENCE s; CREATE TYPE mood AS ENUM ('a'); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'";
        kept(
            live,
            sql,
            &Schema::new(),
            "materialized view m is not managed",
        );
    }),
    row("Y13", |live| {
        goes(
            live,
            &schema([t([int("a")])]),
            &schema([t([int("a")])]),
            &[],
        );
    }),
];
