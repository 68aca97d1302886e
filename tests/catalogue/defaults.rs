//! Server defaults.

use super::support::{changed, ignored, int, number, schema, steps, string, t, unchanged, words};
use super::{Row, row};
use migrate_runtime::schema::{Column, DefaultValue, SqlType, Value};

fn in_database(column: &str) -> String {
    format!("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, {column})")
}

/// Each spelling in the database is the default of the model's column.
fn same(spellings: &[&str], column: &Column) {
    for spelling in spellings {
        unchanged(&in_database(spelling), &schema([t([column.clone()])]));
    }
}

pub(super) const ROWS: &[Row] = &[
    row("D59", || {
        let spellings = [
            "a INTEGER DEFAULT 0",
            "a INTEGER DEFAULT (0)",
            "a INTEGER DEFAULT '0'",
        ];
        same(&spellings, &int("a").with_default(number(0)));
        let one = schema([t([int("a").with_default(number(1))])]);
        changed(
            &in_database("a INTEGER DEFAULT 0"),
            &one,
            "column t.a is different",
        );
    }),
    row("D61", || {
        same(
            &["a TEXT DEFAULT 'it''s'"],
            &string("a").with_default(words("it's")),
        );
        same(&["a TEXT DEFAULT ''"], &string("a").with_default(words("")));
    }),
    row("D62", || {
        let spellings = [
            "a TIMESTAMP DEFAULT CURRENT_TIMESTAMP",
            "a TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)",
            "a TIMESTAMP DEFAULT current_timestamp",
        ];
        let column = Column::new("a", SqlType::Timestamp(None));
        same(&spellings, &column.clone().with_default(DefaultValue::Now));
        same(
            &spellings,
            &column.with_default(DefaultValue::Sql("current_Timestamp".into())),
        );
    }),
    row("D63", || {
        let sql = DefaultValue::Sql("datetime('now')".into());
        same(
            &["a TEXT DEFAULT (datetime('now'))"],
            &string("a").with_default(sql),
        );
    }),
    row("D64", || {
        let value = DefaultValue::Value(Value::Bool(false));
        let column = Column::new("a", SqlType::Bool).with_default(value);
        same(
            &[
                "a BOOLEAN DEFAULT false",
                "a BOOLEAN DEFAULT 0",
                "a BOOLEAN DEFAULT FALSE",
            ],
            &column,
        );
    }),
    row("D65", || {
        same(
            &["a TEXT DEFAULT NULL", "a TEXT DEFAULT null", "a TEXT"],
            &string("a"),
        );
    }),
    // What one database says in words of its own is compared as those words, and not at all where `ignore`
    // says so.
    row("D69", || {
        let custom = |text: &str| {
            schema([t(
                [string("a").with_default(DefaultValue::Sql(text.into()))],
            )])
        };
        steps(&custom("hex(1)"), &custom("hex(1)"), &[]);
        steps(
            &custom("hex(1)"),
            &custom("hex(2)"),
            &["changed t.a: DEFAULT hex(2)"],
        );
        let sql = in_database("a TEXT DEFAULT (hex(3))");
        changed(&sql, &custom("hex(1)"), "column t.a is different");
        ignored(&sql, &custom("hex(1)"), "t.a: default");
    }),
];
