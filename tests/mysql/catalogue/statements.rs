//! The statements themselves: `MODIFY` or less, what is dropped by which word, literals, scripts.

use super::{Row, check, col, goes, int, my, reference, row, schema, t, unique, with};
use crate::catalogue::server::same;
use crate::catalogue::support::{number, words};
use migrate_runtime::operation::Operation;
use migrate_runtime::schema::{Column, DefaultValue, Schema, SqlType};

fn one(column: Column) -> Schema {
    schema([t([column])])
}

fn stamped(default: &str) -> Schema {
    let default = DefaultValue::Sql(default.into());
    one(col("a", my("datetime")).not_null().with_default(default))
}

pub(super) const ROWS: &[Row] = &[
    row("B29", |live| {
        let commented = |text: &str| {
            let mut column = col("a", SqlType::Varchar(20))
                .not_null()
                .with_default(words("it's"));
            column.collation = Some("utf8mb4_bin".to_owned());
            column.comment = Some(text.to_owned());
            one(column)
        };
        let whole = "MODIFY COLUMN `a` varchar(20) COLLATE utf8mb4_bin NOT NULL DEFAULT 'it''s' COMMENT 'y'";
        goes(live, &commented("x"), &commented("y"), &[whole]);
    }),
    row("B31", |live| {
        let plain = one(int("a"));
        let five = one(int("a").with_default(number(5)));
        goes(live, &plain, &five, &["ALTER COLUMN `a` SET DEFAULT 5"]);
        goes(live, &five, &plain, &["ALTER COLUMN `a` DROP DEFAULT"]);
    }),
    row("B32", |live| {
        let modify = ["MODIFY COLUMN `a` datetime NOT NULL DEFAULT now()"];
        goes(live, &stamped("'2020-01-01'"), &stamped("now()"), &modify);
    }),
    row("B33", |live| {
        let full = with(t([int("a"), col("b", SqlType::BigInt)]), |table| {
            table.uniques.push(unique("u", &["a"]));
            table.checks.push(check("c", "a > 0"));
            table
                .foreign_keys
                .push(reference("f", &["b"], "t", &["id"]));
        });
        live.migrate(&schema([full]));
        live.run("INSERT INTO t (a) VALUES (1)");
        for (operation, words) in [
            (
                Operation::DropForeignKey {
                    table: "t".into(),
                    name: "f".into(),
                },
                "DROP FOREIGN KEY `f`",
            ),
            (
                Operation::DropUnique {
                    table: "t".into(),
                    name: "u".into(),
                },
                "DROP INDEX `u`",
            ),
            (
                Operation::DropCheck {
                    table: "t".into(),
                    name: "c".into(),
                },
                "DROP CONSTRAINT `c`",
            ),
        ] {
            let done = live.apply(vec![operation]).unwrap();
            assert!(done.statements[0].contains(words), "{:?}", done.statements);
        }
        let unknown = Operation::DropUnique {
            table: "t".into(),
            name: "nothing".into(),
        };
        let why = live.apply(vec![unknown]).err().unwrap();
        assert!(why.contains("nothing"), "{why}");
    }),
    row("B36", |live| {
        let text = r"100% :name \d+ \\ ?";
        let literal = || {
            let mut column = col("a", SqlType::Varchar(40)).with_default(words(text));
            column.comment = Some(text.to_owned());
            one(column)
        };
        live.migrate(&literal());
        live.run("INSERT INTO t () VALUES ()");
        assert_eq!(live.rows("SELECT a FROM t"), [text]);
        let sql = live.rows("SHOW CREATE TABLE t")[0].clone();
        let sql = sql.split_once('|').unwrap().1.to_owned();
        same(live, &sql, &literal());
    }),
    row("V18", super::super::offline::a_script_has_no_transactions),
];
