//! What is the same in other words is no difference, and what is another thing is one.

use super::live::Live;
use crate::catalogue::server::found;
use migrate_runtime::schema::{
    Backend, Check, Column, DefaultValue, Generated, Schema, SqlText, SqlType, Table, Value,
};

fn t(column: Column) -> Schema {
    let mut schema = Schema::new();
    let id = Column::new("id", SqlType::Integer).not_null();
    let table = Table::new("t").with_column(id).with_column(column);
    schema.insert(table.with_primary_key(["id"]));
    schema
}

fn native(spelling: &str) -> SqlType {
    SqlType::native(Backend::Mysql, spelling)
}

fn sql(ty: SqlType, default: &str) -> Column {
    Column::new("a", ty).with_default(DefaultValue::Sql(SqlText::new(default)))
}

fn value(ty: SqlType, value: Value) -> Column {
    Column::new("a", ty).with_default(DefaultValue::Value(value))
}

fn generated(expression: &str, stored: bool) -> Column {
    let mut column = Column::new("a", SqlType::Integer);
    column.generated = Some(Generated {
        expression: SqlText::new(expression),
        stored,
    });
    column
}

#[test]
fn one_column_in_the_servers_words_and_in_the_models() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let cases: Vec<(&str, Column)> = vec![
        ("int(11)", Column::new("a", SqlType::Integer)),
        (
            "integer unsigned",
            Column::new("a", SqlType::UnsignedInteger),
        ),
        ("tinyint(1)", Column::new("a", SqlType::Bool)),
        ("tinyint", Column::new("a", SqlType::TinyInt)),
        ("double precision", Column::new("a", SqlType::Double)),
        ("longtext", Column::new("a", SqlType::Text)),
        ("json", Column::new("a", SqlType::Json)),
        (
            "longtext COLLATE utf8mb4_bin CHECK (json_valid(a))",
            Column::new("a", SqlType::Json),
        ),
        ("binary(16)", Column::new("a", SqlType::Uuid)),
        ("datetime(6)", Column::new("a", SqlType::Timestamp(None))),
        ("datetime", Column::new("a", SqlType::Timestamp(Some(0)))),
        (
            "timestamp(3) NULL",
            Column::new("a", SqlType::TimestampTz(Some(3))),
        ),
        (
            "varchar(20) COLLATE utf8mb4_bin",
            Column::new("a", SqlType::Varchar(20)),
        ),
        (
            "varchar(20) CHARACTER SET latin1",
            Column::new("a", SqlType::Varchar(20)),
        ),
        (
            "varchar(20) COLLATE utf8mb4_bin",
            Column::new("a", native("varchar(20) COLLATE utf8mb4_bin")),
        ),
        (
            "enum('a','b''c')",
            Column::new("a", native("ENUM('a', 'b''c')")),
        ),
        ("set('a','b')", Column::new("a", native("set('a','b')"))),
        ("uuid", Column::new("a", native("UUID"))),
        ("point", Column::new("a", native("POINT"))),
        (
            "tinyint(1) DEFAULT 1",
            value(SqlType::Bool, Value::Bool(true)),
        ),
        (
            "decimal(10,2) DEFAULT 0",
            sql(SqlType::Decimal(10, 2), "0.00"),
        ),
        (
            "decimal(10,2) DEFAULT 1.5",
            sql(SqlType::Decimal(10, 2), "1.50"),
        ),
        (
            "varchar(20) DEFAULT 'it''s'",
            value(SqlType::Varchar(20), text("it's")),
        ),
        (
            "varchar(20) DEFAULT 'it''s'",
            sql(SqlType::Varchar(20), "'it''s'"),
        ),
        (
            "varchar(20) DEFAULT ''",
            value(SqlType::Varchar(20), text("")),
        ),
        (
            r"varchar(20) DEFAULT 'a\\b'",
            value(SqlType::Varchar(20), text(r"a\b")),
        ),
        ("longtext DEFAULT 'x'", value(SqlType::Text, text("x"))),
        (
            "datetime DEFAULT now()",
            sql(SqlType::Timestamp(Some(0)), "current_timestamp()"),
        ),
        (
            "datetime DEFAULT now()",
            sql(SqlType::Timestamp(Some(0)), "NOW()"),
        ),
        (
            "datetime(6) DEFAULT now(6)",
            Column::new("a", SqlType::Timestamp(None)).with_default(DefaultValue::Now),
        ),
        (
            "datetime DEFAULT now() ON UPDATE now()",
            sql(
                SqlType::Timestamp(Some(0)),
                "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            ),
        ),
        (
            "datetime ON UPDATE now()",
            sql(
                SqlType::Timestamp(Some(0)),
                "NULL ON UPDATE CURRENT_TIMESTAMP",
            ),
        ),
        (
            "date DEFAULT curdate()",
            Column::new("a", SqlType::Date).with_default(DefaultValue::Today),
        ),
        (
            "char(36) DEFAULT (uuid())",
            Column::new("a", SqlType::Char(36)).with_default(DefaultValue::Uuid),
        ),
        (
            "binary(16) DEFAULT (unhex(replace(uuid(),'-','')))",
            Column::new("a", SqlType::Uuid).with_default(DefaultValue::Uuid),
        ),
        ("int DEFAULT NULL", Column::new("a", SqlType::Integer)),
        ("bit(3) DEFAULT b'101'", sql(native("bit(3)"), "5")),
        ("int DEFAULT (1+2)", sql(SqlType::Integer, "1 + 2")),
        // What the canonical form does not settle, the server does.
        (
            "varchar(20) DEFAULT (date_format('2020-01-02', '%Y'))",
            sql(SqlType::Varchar(20), "DATE_FORMAT( '2020-01-02' , '%Y' )"),
        ),
        (
            "bigint DEFAULT (extract(year from '2020-01-02'))",
            sql(SqlType::BigInt, "EXTRACT(YEAR FROM ('2020-01-02'))"),
        ),
        (
            "int GENERATED ALWAYS AS (id * 2) STORED",
            generated("id*2", true),
        ),
        (
            "int AS (if(id > 1, 1, 0))",
            generated("IF(`id`>1,1,0)", false),
        ),
        ("int AS (id MOD 3)", generated("id % 3", false)),
        (
            "int AS (cast(id as char(5)) + 1)",
            generated("CAST(id AS CHAR(5)) + 1", false),
        ),
        ("int AS (id is null)", generated("isnull(id)", false)),
        (
            "int AS (position('a' in 'ba'))",
            generated("LOCATE('a', 'ba')", false),
        ),
    ];
    let mut wrong = Vec::new();
    for (written, column) in cases {
        let create = format!("CREATE TABLE t (id int PRIMARY KEY, a {written})");
        let (blocking, extra) = found(&mut live, &create, &t(column.clone()));
        if !blocking.is_empty() || !extra.is_empty() {
            wrong.push(format!(
                "{written}: {} {}",
                blocking.join("; "),
                extra.join("; ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn other_things_are_differences() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let cases: Vec<(&str, Column)> = vec![
        ("int", Column::new("a", SqlType::BigInt)),
        ("int", Column::new("a", SqlType::UnsignedInteger)),
        ("text", Column::new("a", SqlType::Text)),
        ("longtext", Column::new("a", SqlType::Json)),
        ("float", Column::new("a", SqlType::Double)),
        ("datetime", Column::new("a", SqlType::Timestamp(None))),
        ("datetime(6)", Column::new("a", SqlType::TimestampTz(None))),
        ("binary(16)", Column::new("a", SqlType::Binary)),
        ("year", Column::new("a", SqlType::Integer)),
        ("enum('a','b')", Column::new("a", native("enum('b','a')"))),
        (
            "varchar(20) COLLATE utf8mb4_bin",
            Column::new("a", native("varchar(20) COLLATE utf8mb4_unicode_ci")),
        ),
        ("int DEFAULT 1", sql(SqlType::Integer, "2")),
        ("int DEFAULT 0", Column::new("a", SqlType::Integer)),
        ("varchar(9) DEFAULT 'A'", sql(SqlType::Varchar(9), "'a'")),
        (
            "datetime DEFAULT now() ON UPDATE now()",
            sql(SqlType::Timestamp(Some(0)), "now()"),
        ),
        ("int AS (id * 2) VIRTUAL", generated("id * 2", true)),
        ("int AS (id * 2)", generated("id * 3", false)),
        ("int NOT NULL", Column::new("a", SqlType::Integer)),
        ("int COMMENT 'x'", Column::new("a", SqlType::Integer)),
    ];
    for (written, column) in cases {
        let create = format!("CREATE TABLE t (id int PRIMARY KEY, a {written})");
        let (blocking, _) = found(&mut live, &create, &t(column));
        assert!(!blocking.is_empty(), "{written}");
    }
}

#[test]
fn checks_in_the_servers_words() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    for expression in [
        "a > 0",
        "a>0 AND a<>5",
        "a IN (1, 2) OR a IS NULL",
        "NOT (a BETWEEN 1 AND 2)",
        "s LIKE 'a\\_%'",
        "s REGEXP '^[a-z]+$'",
        "char_length(s) >= 3",
        "s <> '' && a",
        "json_valid(s)",
        "CASE WHEN a = 1 THEN s = 'x' ELSE true END",
        "a % 2 = 0",
        "a DIV 2 = 1",
        "a <=> 1",
        "(a & 1) = 1",
        "lower(s) = s COLLATE utf8mb4_bin",
        "s = \"x\"",
        "a = -1",
        "coalesce(a, 0) + 1 > 0.5",
        "a XOR 1",
        "cast(s AS unsigned) > 1",
        "date_add('2020-01-01', INTERVAL a DAY) > '2020-01-02'",
        "s NOT IN ('it''s', 'b')",
    ] {
        let mut chain = t(Column::new("a", SqlType::Integer));
        let table = chain.table_mut(&"t".into()).unwrap();
        table.columns.push(Column::new("s", SqlType::Varchar(20)));
        table.checks.push(Check {
            name: Some("t_check".into()),
            expression: expression.into(),
        });
        let create = format!(
            "CREATE TABLE t (id int PRIMARY KEY, a int, s varchar(20), CONSTRAINT t_check CHECK ({expression}))"
        );
        let (blocking, extra) = found(&mut live, &create, &chain);
        assert!(
            blocking.is_empty() && extra.is_empty(),
            "{expression}: {blocking:?} {extra:?}"
        );
        let other = expression.replacen(['1', '2', '3', '5', '0', 'x', 'b'], "7", 1);
        if other != expression {
            chain.table_mut(&"t".into()).unwrap().checks[0].expression = other.as_str().into();
            let (blocking, _) = found(&mut live, &create, &chain);
            assert!(!blocking.is_empty(), "{expression} is not {other}");
        }
    }
}
