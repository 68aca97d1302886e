//! Types and enums.

use super::{Row, check, col, goes, mood, my, one, row, same, schema, t, table_sql, with};
use crate::catalogue::server::differs;
use migrate_runtime::connection::Session;
use migrate_runtime::schema::{Schema, SqlType};

/// Another type: a difference, and one statement there and back.
fn changes(live: &mut super::Live, from: &str, to: &str) {
    let (from_ty, to_ty) = (my(from), my(to));
    differs(
        live,
        &table_sql(&format!("a {from}")),
        &one(to_ty.clone()),
        "t.a",
    );
    let modify = format!("MODIFY COLUMN `a` {to}");
    goes(live, &one(from_ty), &one(to_ty), &[&modify]);
}

fn collated(name: Option<&str>) -> Schema {
    let mut column = col("a", SqlType::Varchar(20));
    column.collation = name.map(str::to_owned);
    schema([t([column])])
}

pub(super) const ROWS: &[Row] = &[
    row("Y10", |live| {
        let (from, to) = (SqlType::Decimal(10, 5), SqlType::Decimal(10, 0));
        differs(live, &table_sql("a decimal(10,5)"), &one(to.clone()), "t.a");
        goes(
            live,
            &one(from),
            &one(to),
            &["MODIFY COLUMN `a` decimal(10,0)"],
        );
        same(
            live,
            &table_sql("a decimal(10)"),
            &one(SqlType::Decimal(10, 0)),
        );
    }),
    row("Y11", |live| {
        for (to, word) in [(SqlType::BigInt, "bigint"), (SqlType::SmallInt, "smallint")] {
            differs(live, &table_sql("a int"), &one(to.clone()), "t.a");
            let modify = format!("MODIFY COLUMN `a` {word}");
            goes(live, &one(SqlType::Integer), &one(to), &[&modify]);
        }
    }),
    row("Y38", |live| {
        for written in ["int(11)", "int(5)", "integer"] {
            same(
                live,
                &table_sql(&format!("a {written}")),
                &one(SqlType::Integer),
            );
        }
        same(live, &table_sql("a int"), &one(my("int(11)")));
    }),
    row("Y41", |live| changes(live, "longtext", "text")),
    row("Y42", |live| {
        let sql = table_sql("a longtext COLLATE utf8mb4_bin CHECK (json_valid(a))");
        same(live, &sql, &one(SqlType::Json));
    }),
    row("Y43", |live| {
        differs(live, &table_sql("a longtext"), &one(SqlType::Json), "t.a");
        live.reset();
        live.migrate(&one(SqlType::Text));
        live.run("INSERT INTO t (a) VALUES ('{\"a\": 1}')");
        let done = live.migrate(&one(SqlType::Json));
        let refused = live.database.batch("INSERT INTO t (a) VALUES ('no JSON')");
        assert!(refused.is_err(), "the check is not there");
        live.back(&done);
        live.run("INSERT INTO t (a) VALUES ('no JSON')");
    }),
    row("Y45", |live| {
        let (plain, zoned) = (SqlType::Timestamp(Some(0)), SqlType::TimestampTz(Some(0)));
        differs(live, &table_sql("a datetime"), &one(zoned.clone()), "t.a");
        differs(
            live,
            &table_sql("a timestamp NULL"),
            &one(plain.clone()),
            "t.a",
        );
        goes(
            live,
            &one(plain),
            &one(zoned),
            &["MODIFY COLUMN `a` timestamp NULL"],
        );
    }),
    row("Y46", |live| {
        changes(live, "double", "float");
        changes(live, "float", "double");
    }),
    row("Y47", |live| {
        let modify = ["MODIFY COLUMN `a` enum('a','b','c')"];
        differs(
            live,
            &table_sql("a enum('a','b')"),
            &mood(&["a", "b", "c"]),
            "t.a",
        );
        goes(live, &mood(&["a", "b"]), &mood(&["a", "b", "c"]), &modify);
        changes(live, "enum('a','b')", "enum('a','b','c')");
    }),
    row("Y48", |live| {
        live.migrate(&mood(&["a", "b"]));
        live.run("INSERT INTO t (a) VALUES ('a'), ('b')");
        let done = live.migrate(&mood(&["b", "a"]));
        assert_eq!(live.rows("SELECT a FROM t ORDER BY a"), ["b", "a"]);
        assert_eq!(live.rows("SELECT a FROM t ORDER BY id"), ["a", "b"]);
        live.back(&done);
    }),
    row("Y50", |live| {
        let sql = table_sql("a varchar(20) COLLATE utf8mb4_bin");
        same(live, &sql, &collated(None));
    }),
    row("Y51", |live| {
        let sql = table_sql("a varchar(20) COLLATE utf8mb4_bin");
        let (bin, general) = (
            collated(Some("utf8mb4_bin")),
            collated(Some("utf8mb4_general_ci")),
        );
        same(live, &sql, &bin);
        differs(live, &sql, &general, "t.a");
        goes(
            live,
            &bin,
            &general,
            &["MODIFY COLUMN `a` varchar(20) COLLATE utf8mb4_general_ci"],
        );
    }),
    row("Y53", |live| {
        changes(live, "binary(16)", "blob");
        changes(live, "varbinary(16)", "blob");
    }),
    row("Y55", |live| {
        let sql = table_sql("a year");
        same(live, &sql, &one(my("year(4)")));
        differs(live, &sql, &one(SqlType::Integer), "t.a");
        // 0 is a year, too.
        let year = one(my("year"));
        goes(
            live,
            &year,
            &one(SqlType::Integer),
            &["MODIFY COLUMN `a` int"],
        );
    }),
    row("Y64", |live| {
        let (one, other) = (mood(&["a", "b"]), mood(&["a", "bb"]));
        same(live, &table_sql("a enum('a','b')"), &one);
        differs(live, &table_sql("a enum('a','b')"), &other, "t.a");
        live.reset();
        live.migrate(&one);
        live.run("INSERT INTO t (a) VALUES ('a')");
        let done = live.migrate(&other);
        live.run("INSERT INTO t (a) VALUES ('bb'); DELETE FROM t WHERE a = 'bb'");
        live.back(&done);
        assert_eq!(live.rows("SELECT a FROM t"), ["a"]);
    }),
    row("K06", |live| {
        let mut chain = mood(&["ok", "sad"]);
        let table = chain.table_mut(&"t".into()).unwrap();
        table.columns.push(col("b", SqlType::Bool));
        table.columns.push(col("c", SqlType::UnsignedInteger));
        same(
            live,
            &table_sql("a enum('ok','sad'), b boolean, c int unsigned"),
            &chain,
        );
        // One that somebody wrote, which the server writes in other words.
        let listed = with(t([col("a", SqlType::Varchar(9))]), |table| {
            table.checks.push(check("t_a_check", "a IN ('ok', 'sad')"));
        });
        let sql = table_sql("a varchar(9), CONSTRAINT t_a_check CHECK (a IN ('ok', 'sad'))");
        same(live, &sql, &schema([listed]));
    }),
    row("K10", |live| {
        same(live, &table_sql("a json"), &one(SqlType::Json));
    }),
];
