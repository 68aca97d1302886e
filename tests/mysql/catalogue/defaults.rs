//! Defaults, generated columns and comments.

use super::{Row, col, goes, int, my, row, same, schema, t, table_sql, with};
use crate::catalogue::server::{differs, ignored};
use crate::catalogue::support::{generated, number, words};
use migrate_runtime::schema::{Column, DefaultValue, Schema, SqlType, Value};

/// `t` with one column that has that default, in SQL.
fn by(ty: SqlType, text: &str) -> Schema {
    schema([t([
        col("a", ty).with_default(DefaultValue::Sql(text.into()))
    ])])
}

fn one(column: Column) -> Schema {
    schema([t([column])])
}

const SECONDS: SqlType = SqlType::Timestamp(Some(0));

pub(super) const ROWS: &[Row] = &[
    row("D41", |live| {
        let (old, new) = (
            one(int("a").with_default(number(1))),
            one(int("a").with_default(number(2))),
        );
        differs(live, &table_sql("a int DEFAULT 1"), &new, "t.a");
        goes(live, &old, &new, &["ALTER COLUMN `a` SET DEFAULT 2"]);
    }),
    row("D42", |live| {
        let yes = one(col("a", SqlType::Bool).with_default(DefaultValue::Value(Value::Bool(true))));
        for written in ["1", "true", "TRUE"] {
            same(
                live,
                &table_sql(&format!("a tinyint(1) DEFAULT {written}")),
                &yes,
            );
            same(
                live,
                &table_sql("a boolean DEFAULT 1"),
                &by(SqlType::Bool, written),
            );
        }
    }),
    row("D47", |live| {
        let sql = table_sql("a varchar(9) DEFAULT ''");
        same(
            live,
            &sql,
            &one(col("a", SqlType::Varchar(9)).with_default(words(""))),
        );
        same(live, &sql, &by(SqlType::Varchar(9), "''"));
        differs(live, &sql, &one(col("a", SqlType::Varchar(9))), "t.a");
    }),
    row("D51", |live| {
        let sql = table_sql("a datetime DEFAULT current_timestamp()");
        for said in ["now()", "NOW()", "CURRENT_TIMESTAMP", "localtimestamp()"] {
            same(live, &sql, &by(SECONDS, said));
        }
    }),
    row("D52", |live| {
        let sql = table_sql("a datetime(6) DEFAULT current_timestamp(6)");
        same(
            live,
            &sql,
            &by(SqlType::Timestamp(None), "CURRENT_TIMESTAMP(6)"),
        );
        same(
            live,
            &sql,
            &one(col("a", SqlType::Timestamp(None)).with_default(DefaultValue::Now)),
        );
    }),
    row("D54", |live| {
        let (with, without) = (
            by(SECONDS, "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
            by(SECONDS, "CURRENT_TIMESTAMP"),
        );
        let sql = table_sql("a datetime DEFAULT now() ON UPDATE now()");
        same(live, &sql, &with);
        differs(live, &sql, &without, "t.a");
        goes(
            live,
            &with,
            &without,
            &["MODIFY COLUMN `a` datetime DEFAULT CURRENT_TIMESTAMP"],
        );
    }),
    row("D55", |live| {
        // Of a table's first one some servers make NOT NULL with a default, where nobody says NULL.
        let plain = one(col("a", SqlType::TimestampTz(Some(0))));
        live.migrate(&plain);
        let sql = "SELECT is_nullable, column_default FROM information_schema.columns \
                   WHERE table_schema = DATABASE() AND column_name = 'a'";
        assert_eq!(live.rows(sql), ["YES|NULL"]);
        live.run("SET explicit_defaults_for_timestamp = 0");
        live.forget(&Schema::new());
        live.run("DROP TABLE t");
        live.migrate(&plain);
        assert_eq!(live.rows(sql), ["YES|NULL"]);
        live.run("SET explicit_defaults_for_timestamp = 1");
    }),
    row("D57", |live| {
        let uuid = || col("a", SqlType::Char(36)).with_default(DefaultValue::Uuid);
        for written in ["uuid()", "(uuid())"] {
            same(
                live,
                &table_sql(&format!("a char(36) DEFAULT {written}")),
                &one(uuid()),
            );
            same(
                live,
                &table_sql("a char(36) DEFAULT uuid()"),
                &by(SqlType::Char(36), written),
            );
        }
    }),
    row("D58", |live| {
        let plain = with(t([]), |table| table.columns[0].auto_increment = false);
        same(
            live,
            "CREATE TABLE t (id bigint PRIMARY KEY)",
            &schema([plain]),
        );
    }),
    row("D69", |live| {
        let of = |text: &str| by(SqlType::Varchar(40), text);
        let sql = table_sql("a varchar(40) DEFAULT (md5('3'))");
        same(live, &sql, &of("md5('3')"));
        differs(live, &sql, &of("md5('1')"), "column t.a is different");
        ignored(live, &sql, &of("md5('1')"), "t.a: default");
        goes(
            live,
            &of("md5('3')"),
            &of("md5('1')"),
            &["DEFAULT (md5('1'))"],
        );
    }),
    row("G02", |live| {
        let with = |expression| schema([t([int("a"), generated("b", expression, true)])]);
        let sql = table_sql("a int, b int AS (a * 2) STORED");
        same(live, &sql, &with("a*2"));
        differs(live, &sql, &with("a * 3"), "t.b");
        goes(
            live,
            &with("a * 2"),
            &with("a * 3"),
            &["DROP COLUMN `b`", "ADD COLUMN `b`"],
        );
    }),
    row("G04", |live| {
        let with = |stored| schema([t([int("a"), generated("b", "a * 2", stored)])]);
        differs(
            live,
            &table_sql("a int, b int AS (a * 2) STORED"),
            &with(false),
            "t.b",
        );
        goes(
            live,
            &with(false),
            &with(true),
            &["DROP COLUMN `b`", "STORED"],
        );
    }),
    row("G06", |live| {
        let (without, with) = (
            schema([t([int("a")])]),
            schema([t([int("a"), generated("b", "a * 2", true)])]),
        );
        goes(live, &without, &with, &["ADD COLUMN `b`"]);
        goes(live, &with, &without, &["DROP COLUMN `b`"]);
    }),
    row("C07", |live| {
        let commented = |text: &str| {
            schema([with(t([]), |table| {
                table.columns[0].comment = (!text.is_empty()).then(|| text.to_owned());
            })])
        };
        let modify = ["MODIFY COLUMN `id` bigint NOT NULL AUTO_INCREMENT COMMENT 'it''s'"];
        goes(live, &commented(""), &commented("it's"), &modify);
        goes(
            live,
            &commented("x"),
            &commented(""),
            &["MODIFY COLUMN `id` bigint NOT NULL AUTO_INCREMENT"],
        );
        // What the column has keeps being there.
        let stamped = |comment: Option<&str>| {
            let mut column = col("a", my("timestamp")).not_null();
            column.default = Some(DefaultValue::Sql("now() ON UPDATE now()".into()));
            column.comment = comment.map(str::to_owned);
            one(column)
        };
        let kept = ["NOT NULL DEFAULT now() ON UPDATE now() COMMENT 'x'"];
        goes(live, &stamped(None), &stamped(Some("x")), &kept);
    }),
];
