//! everything
//!
//! Revision: 20260125_120001
//! Revises:  20260120_100000, 20260121_100000
//! Created:  2026-01-25 12:00:00 UTC
//! Destructive: for you to say. Reversible: no.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260125_120001")
    .revises(&["20260120_100000", "20260121_100000"])
    .depends_on(&["20260101_000000"])
    .branch_labels(&["shop"])
    .upgrade(&[
        create_table(
            "shop.orders",
            &[
                column("type_0", Bool),
                column("type_1", TinyInt),
                column("type_2", SmallInt),
                column("type_3", Integer),
                column("type_4", BigInt),
                column("type_5", UnsignedTinyInt),
                column("type_6", UnsignedSmallInt),
                column("type_7", UnsignedInteger),
                column("type_8", UnsignedBigInt),
                column("type_9", Float),
                column("type_10", Double),
                column("type_11", Decimal(10, 2)),
                column("type_12", Text),
                column("type_13", Varchar(255)),
                column("type_14", Char(2)),
                column("type_15", Binary),
                column("type_16", Date),
                column("type_17", Time(None)),
                column("type_18", Timestamp(Some(6))),
                column("type_19", TimestampTz(None)),
                column("type_20", Uuid),
                column("type_21", Json),
                column("type_22", Jsonb),
                column("type_23", Enum("mood")),
                column("type_24", Array(&Array(&Varchar(9)))),
                column("type_25", Native(SqlDef::only(Postgres, "citext"))),
                column("type_26", Native(SqlDef::new("TEXT").or(Sqlite, "BLOB"))),
                column("type_27", Native(SqlDef::EMPTY)),
                column("default_0", Text).default(boolean(true)),
                column("default_1", Text).default(integer(-9223372036854775808)),
                column("default_2", Text).default(float(0.5)),
                column("default_3", Text).default(float(1e300)),
                column("default_4", Text).default(float(-2.0)),
                column("default_5", Text).default(float(f64::INFINITY)),
                column("default_6", Text).default(text(r#"it's "new""#)),
                column("default_7", Text).default(now()),
                column("default_8", Text).default(today()),
                column("default_9", Text).default(uuid()),
                column("default_10", Text).default_sql("1 + 1"),
                column("default_11", Text)
                    .default_sql("now()")
                    .default_sql_for(Sqlite, "CURRENT_TIMESTAMP"),
                column("default_12", Text).default_sql_for(Mysql, "0"),
                column("default_13", Text).default(DefaultDef::Sql(SqlDef::EMPTY)),
                column("total", Integer)
                    .generated_stored("a + b")
                    .generated_for(Sqlite, "b + a")
                    .collate("NOCASE")
                    .comment("of all\nlines"),
            ],
        )
        .constraints(&[
            primary_key(&["type_1", "type_2"]).named("orders_key"),
            unique("orders_a_key", &["type_1"])
                .include(&["type_2"])
                .nulls_not_distinct()
                .initially_deferred(),
            unique("", &["type_3"]).unnamed(),
            check("orders_check", "type_1 > 0").expression_for(Sqlite, "type_1 > 1"),
            check_def("", SqlDef::only(Mysql, "type_1 < 9")).unnamed(),
            exclusion("orders_apart", "USING gist (type_1 WITH =)"),
            foreign_key("orders_fkey", &["type_4"], "auth.users", &["id"])
                .on_delete(SetNull)
                .on_update(Restrict)
                .match_full()
                .deferrable(),
        ])
        .comment("What was ordered")
        .options(
            options()
                .sqlite_strict()
                .sqlite_without_rowid()
                .sqlite_no_autoincrement()
                .postgres_unlogged()
                .postgres_tablespace("fast")
                .mysql_engine("InnoDB")
                .mysql_charset("utf8mb4")
                .mysql_collation("utf8mb4_bin")
                .mysql_row_format("DYNAMIC"),
        )
        .if_not_exists(),
        rename_table("shop.orders", "sales"),
        set_table_comment("shop.orders", Some("short")),
        set_table_comment("shop.orders", None),
        set_table_options("shop.orders", options()),
        set_table_options(
            "shop.orders",
            options()
                .sqlite_strict()
                .sqlite_without_rowid()
                .sqlite_no_autoincrement()
                .postgres_unlogged()
                .postgres_tablespace("fast")
                .mysql_engine("InnoDB")
                .mysql_charset("utf8mb4")
                .mysql_collation("utf8mb4_bin")
                .mysql_row_format("DYNAMIC"),
        ),
        add_column(
            "shop.orders",
            column("total", Integer)
                .generated(GeneratedDef::stored(SqlDef::only(Sqlite, "1")))
                .collate("NOCASE")
                .comment("of all\nlines"),
        )
        .if_not_exists(),
        rename_column("shop.orders", "a", "b"),
        alter_column("shop.orders", "total")
            .set_type(Varchar(500))
            .using("a::text")
            .set_not_null()
            .set_default(integer(0))
            .set_auto_increment(true)
            .set_collation("C")
            .set_comment("new"),
        alter_column("shop.orders", "total")
            .using_def(SqlDef::only(Postgres, "b"))
            .drop_not_null()
            .drop_default()
            .drop_generated()
            .set_auto_increment(false)
            .drop_collation()
            .drop_comment(),
        alter_column("shop.orders", "total")
            .set_default_sql("1")
            .set_default_sql_for(Sqlite, "2")
            .set_generated_virtual("a")
            .generated_for(Sqlite, "b"),
        alter_column("shop.orders", "total")
            .set_default_sql("1")
            .set_default_sql_for(Sqlite, "2")
            .set_generated(GeneratedDef::computed(SqlDef::only(Sqlite, "b"))),
        create_index("orders_idx", "shop.orders", &[])
            .on(&[
                by("type_1")
                    .desc()
                    .nulls_last()
                    .collate("C")
                    .operator_class("text_pattern_ops"),
                by_expression("lower(a)"),
                by_expression_def(SqlDef::only(Sqlite, "upper(a)")).nulls_first(),
            ])
            .unique()
            .filter("type_1 > 0")
            .filter_for(Sqlite, "type_1 > 1")
            .method("btree")
            .include(&["type_2"])
            .nulls_not_distinct()
            .storage("fillfactor = 70")
            .if_not_exists()
            .concurrently(),
        rename_index("shop.orders", "orders_idx", "sales_idx"),
        rename_constraint("shop.orders", "orders_key", "sales_key"),
        drop_index("sales_idx", "shop.orders")
            .if_exists()
            .concurrently(),
        drop_column("shop.orders", "total").if_exists(),
        drop_table("shop.orders").if_exists(),
        add_primary_key("shop.orders", primary_key(&["id"])),
        drop_primary_key("shop.orders"),
        add_unique(
            "shop.orders",
            unique(
                "orders_number_of_the_customer_key",
                &["customer_number", "order_number"],
            ),
        )
        .if_not_exists(),
        drop_unique("shop.orders", "orders_a_key"),
        add_check(
            "shop.orders",
            check("orders_check", r#"a LIKE '%"\%' AND b <> ''"#),
        )
        .if_not_exists()
        .not_valid(),
        validate_constraint("shop.orders", "orders_check"),
        drop_check("shop.orders", "orders_check"),
        add_foreign_key(
            "shop.orders",
            foreign_key(
                "orders_customer_id_fkey",
                &["customer_id"],
                "customers",
                &["id"],
            )
            .on_delete(SetDefault),
        )
        .if_not_exists()
        .not_valid(),
        drop_foreign_key("shop.orders", "orders_customer_id_fkey"),
        create_enum("mood", &["sad", "ok", "happy"]).if_not_exists(),
        alter_enum("mood", &["sad", "fine", "happy"]).renames(&[("ok", "fine")]),
        alter_enum(
            "mood",
            &[
                "unbearable",
                "sad",
                "fine",
                "content",
                "happy",
                "overjoyed",
                "none",
            ],
        ),
        create_enum(
            "letters",
            &[
                "aaa", "bbb", "ccc", "ddd", "eee", "fff", "ggg", "hhh", "iii", "jjj", "kkk", "lll",
                "mmm", "nnn", "ooo", "ppp", "qqq", "rrr", "sss", "ttt", "uuu", "vvv", "www", "xxx",
                "yyy", "zzz",
            ],
        ),
        drop_enum("mood"),
        sql("DELETE FROM orders"),
        sql("VACUUM").or_for(Sqlite, "SELECT 1"),
        sql_for(Postgres, "ANALYZE"),
        sql_def(SqlDef::EMPTY),
        sql(r##"CREATE VIEW recent AS
  SELECT * FROM orders
  WHERE note = 'a "b"#'"##)
        .changes(&[add_column("orders", column("note", Text))]),
        sql("ALTER TABLE orders ADD note TEXT").changes(&[
            add_column("orders", column("note", Text)),
            add_column("orders", column("note", Text)),
        ]),
        backfill("orders", "status", "'active'"),
        backfill("orders", "status", "'a'")
            .or_for(Sqlite, "'b'")
            .filter("status = ''"),
        backfill_def("orders", "status", SqlDef::only(Sqlite, "'b'"))
            .filter_for(Sqlite, "status IS NULL"),
        backfill("orders", "status", "0").filter_def(SqlDef::EMPTY),
    ])
    .irreversible("rows are gone");
