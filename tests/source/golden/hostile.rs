//! say "no" */ \ \r\u{202e}evil\0
//! Revision: 1
//!
//! `rm` 🦀 añade
//!
//! Revision: 20260125_120002
//! Revises:  nothing
//! Created:  2026-01-25 12:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260125_120002")
    .revises(&[])
    .upgrade(&[
        add_column(r#"a"b"#, column(r#"a"b"#, Enum(r#"a"b"#))),
        add_column(r"a\", column(r"a\", Enum(r"a\"))),
        add_column(r##""#"##, column(r##""#"##, Enum(r##""#"##))),
        add_column("new\nline", column("new\nline", Enum("new\nline"))),
        add_column("\u{202e}x", column("\u{202e}x", Enum("\u{202e}x"))),
        add_column("tab\t", column("tab\t", Enum("tab\t"))),
        add_column("ünïcode 🦀", column("ünïcode 🦀", Enum("ünïcode 🦀"))),
        add_column("'; --", column("'; --", Enum("'; --"))),
        add_column("", column("", Enum(""))),
    ])
    .downgrade(&[
        drop_table("a.b")
            .in_table(TableNameDef::new(None, "a.b"))
            .if_exists(),
        rename_table("my.schema.my.table", "c.d")
            .in_table(TableNameDef::new(Some("my.schema"), "my.table"))
            .to_table(TableNameDef::new(None, "c.d")),
        add_foreign_key(
            "my.schema.my.table",
            foreign_key("dots.fkey", &["a.b"], "my.schema.my.table", &["id"])
                .target(TableNameDef::new(Some("my.schema"), "my.table")),
        )
        .in_table(TableNameDef::new(Some("my.schema"), "my.table")),
    ]);
