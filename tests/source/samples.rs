//! What the golden files are written from.

use super::parts::{auto_key, foreign_key, mixed, names, unique};
use migrate_runtime::operation::{ColumnChange, Operation};
use migrate_runtime::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Generated, Index,
    IndexColumn, IndexKey, NullsOrder, PrimaryKey, ReferentialAction, SortOrder, SqlText, SqlType,
    Table, TableName, TableOptions, Unique, Value,
};
use migrate_runtime::source::name::Timestamp;
use migrate_runtime::source::{CommentedOperation, Downgrade, MigrationFile};

/// 2026-01-25 12:00:00 UTC.
const AT: Timestamp = Timestamp::from_unix(1_769_342_400);

fn steps(operations: Vec<Operation>) -> Vec<CommentedOperation> {
    operations.into_iter().map(Into::into).collect()
}

/// A new table with a key to another, a new column and its index, and a dropped column.
pub fn typical() -> MigrationFile {
    let mut books = Table::new("books")
        .with_column(auto_key())
        .with_column(Column::new("title", SqlType::Varchar(255)).not_null())
        .with_column(Column::new("price", SqlType::Decimal(10, 2)).not_null())
        .with_column(
            Column::new("created_at", SqlType::Timestamp(None))
                .not_null()
                .with_default(DefaultValue::Now),
        )
        .with_column(Column::new("author_id", SqlType::BigInt).not_null())
        .with_primary_key(["id"]);
    books.uniques.push(unique("books_title_key", &["title"]));
    books.checks.push(Check {
        name: Some("books_price_check".into()),
        expression: "price >= 0".into(),
    });
    books.foreign_keys.push(ForeignKey {
        on_delete: ReferentialAction::Cascade,
        ..foreign_key("books_author_id_fkey", "author_id", "authors")
    });
    let bio = Column::new("bio", SqlType::Text);
    let mut file = MigrationFile::empty("20260125_120000", "add books", AT);
    file.body = vec!["The shop opens on Monday.\nUntil then the table is empty.".to_owned()];
    file.revises = vec!["20260120_100000".to_owned()];
    file.upgrade = steps(vec![
        Operation::CreateTable {
            table: books,
            if_not_exists: false,
        },
        Operation::AddColumn {
            table: "authors".into(),
            column: bio,
            if_not_exists: false,
        },
        Operation::CreateIndex {
            table: "authors".into(),
            index: Index::new("authors_bio_idx", ["bio"]),
            if_not_exists: false,
            concurrently: false,
        },
    ]);
    file.upgrade.push(CommentedOperation {
        operation: Operation::DropColumn {
            table: "authors".into(),
            column: "nickname".into(),
            if_exists: false,
        },
        destroys: Some("drops the values of authors.nickname".to_owned()),
        comments: Vec::new(),
        included_from: None,
        function: None,
    });
    file.downgrade = Downgrade::Operations(steps(vec![
        Operation::AddColumn {
            table: "authors".into(),
            column: Column::new("nickname", SqlType::Text),
            if_not_exists: false,
        },
        Operation::DropIndex {
            table: "authors".into(),
            index: "authors_bio_idx".into(),
            if_exists: false,
            concurrently: false,
        },
        Operation::DropColumn {
            table: "authors".into(),
            column: "bio".into(),
            if_exists: false,
        },
        Operation::DropTable {
            table: "books".into(),
            if_exists: false,
        },
    ]));
    file
}

/// The first migration of a small crate: one table up, one down.
pub fn first() -> MigrationFile {
    let users = Table::new("users")
        .with_column(auto_key())
        .with_column(Column::new("email", SqlType::Varchar(255)).not_null())
        .with_primary_key(["id"]);
    let mut file = MigrationFile::empty("20260125_115959", "create table users", AT);
    file.upgrade = steps(vec![Operation::CreateTable {
        table: users,
        if_not_exists: false,
    }]);
    file.downgrade = Downgrade::Operations(steps(vec![Operation::DropTable {
        table: "users".into(),
        if_exists: false,
    }]));
    file
}

/// A revision without operations, as a merge is.
pub fn empty() -> MigrationFile {
    let mut file = MigrationFile::empty("20260125_115958", "merge", AT);
    file.revises = vec!["20260120_100000".to_owned(), "20260121_100000".to_owned()];
    file
}

fn all_types() -> Vec<SqlType> {
    vec![
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
        SqlType::Varchar(255),
        SqlType::Char(2),
        SqlType::Binary,
        SqlType::Date,
        SqlType::Time(None),
        SqlType::Timestamp(Some(6)),
        SqlType::TimestampTz(None),
        SqlType::Uuid,
        SqlType::Json,
        SqlType::Jsonb,
        SqlType::Enum("mood".into()),
        SqlType::Array(Box::new(SqlType::Array(Box::new(SqlType::Varchar(9))))),
        SqlType::native(Backend::Postgres, "citext"),
        SqlType::Native(mixed(Some("TEXT"), "BLOB")),
        SqlType::Native(SqlText::default()),
    ]
}

fn all_defaults() -> Vec<DefaultValue> {
    let float = |text: &str| DefaultValue::Value(Value::Float(text.to_owned()));
    vec![
        DefaultValue::Value(Value::Bool(true)),
        DefaultValue::Value(Value::Integer(i64::MIN)),
        float("0.5"),
        float("1e300"),
        float("-2.0"),
        float("inf"),
        DefaultValue::Value(Value::Text("it's \"new\"".to_owned())),
        DefaultValue::Now,
        DefaultValue::Today,
        DefaultValue::Uuid,
        DefaultValue::Sql("1 + 1".into()),
        DefaultValue::Sql(mixed(Some("now()"), "CURRENT_TIMESTAMP")),
        DefaultValue::Sql(SqlText::only(Backend::Mysql, "0")),
        DefaultValue::Sql(SqlText::default()),
    ]
}

fn full_column(expression: SqlText) -> Column {
    let mut column = Column::new("total", SqlType::Integer);
    column.generated = Some(Generated {
        expression,
        stored: true,
    });
    column.collation = Some("NOCASE".to_owned());
    column.comment = Some("of all\nlines".to_owned());
    column
}

fn full_table() -> Table {
    let mut table = Table::new("shop.orders");
    table.columns = all_types()
        .into_iter()
        .enumerate()
        .map(|(n, ty)| Column::new(format!("type_{n}"), ty))
        .collect();
    table
        .columns
        .extend(all_defaults().into_iter().enumerate().map(|(n, default)| {
            Column::new(format!("default_{n}"), SqlType::Text).with_default(default)
        }));
    table
        .columns
        .push(full_column(mixed(Some("a + b"), "b + a")));
    table.primary_key = Some(PrimaryKey {
        name: Some("orders_key".into()),
        columns: names(&["type_1", "type_2"]),
    });
    table.uniques = vec![
        Unique {
            include: vec!["type_2".into()],
            nulls_not_distinct: true,
            deferrable: Deferrable::InitiallyDeferred,
            ..unique("orders_a_key", &["type_1"])
        },
        Unique {
            name: None,
            ..unique("", &["type_3"])
        },
    ];
    table.checks = vec![
        Check {
            name: Some("orders_check".into()),
            expression: mixed(Some("type_1 > 0"), "type_1 > 1"),
        },
        Check {
            name: None,
            expression: SqlText::only(Backend::Mysql, "type_1 < 9"),
        },
        Check {
            name: Some("orders_apart".into()),
            expression: SqlText::only(Backend::Postgres, "USING gist (type_1 WITH =)"),
        },
    ];
    table.foreign_keys = vec![ForeignKey {
        on_delete: ReferentialAction::SetNull,
        on_update: ReferentialAction::Restrict,
        deferrable: Deferrable::InitiallyImmediate,
        match_full: true,
        ..foreign_key("orders_fkey", "type_4", "auth.users")
    }];
    table.comment = Some("What was ordered".to_owned());
    table.options = TableOptions {
        sqlite_strict: true,
        sqlite_without_rowid: true,
        sqlite_no_autoincrement: true,
        postgres_unlogged: true,
        postgres_tablespace: Some("fast".to_owned()),
        mysql_engine: Some("InnoDB".to_owned()),
        mysql_charset: Some("utf8mb4".to_owned()),
        mysql_collation: Some("utf8mb4_bin".to_owned()),
        mysql_row_format: Some("DYNAMIC".to_owned()),
    };
    table
}

fn full_index() -> Index {
    let mut index = Index::new("orders_idx", ["type_1"]);
    index.columns[0].order = SortOrder::Descending;
    index.columns[0].nulls = Some(NullsOrder::Last);
    index.columns[0].collation = Some("C".to_owned());
    index.columns[0].operator_class = Some("text_pattern_ops".to_owned());
    let expression = |text: SqlText| IndexColumn::new(IndexKey::Expression(text));
    index.columns.push(expression("lower(a)".into()));
    index.columns.push(expression(mixed(None, "upper(a)")));
    index.columns[2].nulls = Some(NullsOrder::First);
    index.unique = true;
    index.predicate = Some(mixed(Some("type_1 > 0"), "type_1 > 1"));
    index.method = Some("btree".to_owned());
    index.include = names(&["type_2"]);
    index.nulls_not_distinct = true;
    index.storage = Some("fillfactor = 70".to_owned());
    index
}

fn changes() -> Vec<ColumnChange> {
    let mut all = vec![
        ColumnChange {
            ty: Some(SqlType::Varchar(500)),
            using: Some("a::text".into()),
            nullable: Some(false),
            default: Some(Some(DefaultValue::Value(Value::Integer(0)))),
            generated: None,
            auto_increment: Some(true),
            collation: Some(Some("C".to_owned())),
            comment: Some(Some("new".to_owned())),
        },
        ColumnChange {
            ty: None,
            using: Some(SqlText::only(Backend::Postgres, "b")),
            nullable: Some(true),
            default: Some(None),
            generated: Some(None),
            auto_increment: Some(false),
            collation: Some(None),
            comment: Some(None),
        },
    ];
    all.extend(
        [mixed(Some("a"), "b"), mixed(None, "b")].map(|expression| ColumnChange {
            generated: Some(Some(Generated {
                expression,
                stored: false,
            })),
            default: Some(Some(DefaultValue::Sql(mixed(Some("1"), "2")))),
            ..ColumnChange::default()
        }),
    );
    all
}

fn table_steps(table: &TableName) -> Vec<Operation> {
    let on = || table.clone();
    let mut steps = vec![
        Operation::CreateTable {
            table: full_table(),
            if_not_exists: true,
        },
        Operation::RenameTable {
            from: on(),
            to: "sales".into(),
        },
        Operation::SetTableComment {
            table: on(),
            comment: Some("short".to_owned()),
        },
        Operation::SetTableComment {
            table: on(),
            comment: None,
        },
        Operation::SetTableOptions {
            table: on(),
            options: TableOptions::default(),
        },
        Operation::SetTableOptions {
            table: on(),
            options: full_table().options,
        },
        Operation::AddColumn {
            table: on(),
            column: full_column(SqlText::only(Backend::Sqlite, "1")),
            if_not_exists: true,
        },
        Operation::RenameColumn {
            table: on(),
            from: "a".into(),
            to: "b".into(),
        },
    ];
    steps.extend(changes().into_iter().map(|change| Operation::AlterColumn {
        table: on(),
        column: "total".into(),
        change,
    }));
    steps.extend([
        Operation::CreateIndex {
            table: on(),
            index: full_index(),
            if_not_exists: true,
            concurrently: true,
        },
        Operation::RenameIndex {
            table: on(),
            from: "orders_idx".into(),
            to: "sales_idx".into(),
        },
        Operation::RenameConstraint {
            table: on(),
            from: "orders_key".into(),
            to: "sales_key".into(),
        },
        Operation::DropIndex {
            table: on(),
            index: "sales_idx".into(),
            if_exists: true,
            concurrently: true,
        },
        Operation::DropColumn {
            table: on(),
            column: "total".into(),
            if_exists: true,
        },
        Operation::DropTable {
            table: on(),
            if_exists: true,
        },
    ]);
    steps
}

fn constraint_steps(table: &TableName) -> Vec<Operation> {
    let on = || table.clone();
    vec![
        Operation::AddPrimaryKey {
            table: on(),
            primary_key: PrimaryKey {
                name: None,
                columns: names(&["id"]),
            },
        },
        Operation::DropPrimaryKey { table: on() },
        Operation::AddUnique {
            table: on(),
            unique: unique(
                "orders_number_of_the_customer_key",
                &["customer_number", "order_number"],
            ),
            if_not_exists: true,
        },
        Operation::DropUnique {
            table: on(),
            name: "orders_a_key".into(),
        },
        Operation::AddCheck {
            table: on(),
            check: Check {
                name: Some("orders_check".into()),
                expression: "a LIKE '%\"\\%' AND b <> ''".into(),
            },
            if_not_exists: true,
            not_valid: true,
        },
        Operation::ValidateConstraint {
            table: on(),
            name: "orders_check".into(),
        },
        Operation::DropCheck {
            table: on(),
            name: "orders_check".into(),
        },
        Operation::AddForeignKey {
            table: on(),
            foreign_key: ForeignKey {
                on_delete: ReferentialAction::SetDefault,
                ..foreign_key("orders_customer_id_fkey", "customer_id", "customers")
            },
            if_not_exists: true,
            not_valid: true,
        },
        Operation::DropForeignKey {
            table: on(),
            name: "orders_customer_id_fkey".into(),
        },
    ]
}

fn other_steps() -> Vec<Operation> {
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let backfill = |value, condition| Operation::Backfill {
        table: "orders".into(),
        column: "status".into(),
        value,
        condition,
    };
    let sql = |sql, changes| Operation::Sql { sql, changes };
    let added = Operation::AddColumn {
        table: "orders".into(),
        column: Column::new("note", SqlType::Text),
        if_not_exists: false,
    };
    vec![
        Operation::CreateEnum {
            enum_type: EnumType {
                name: "mood".into(),
                values: words(&["sad", "ok", "happy"]),
            },
            if_not_exists: true,
        },
        Operation::AlterEnum {
            name: "mood".into(),
            values: words(&["sad", "fine", "happy"]),
            renames: vec![("ok".to_owned(), "fine".to_owned())],
        },
        Operation::AlterEnum {
            name: "mood".into(),
            values: words(&[
                "unbearable",
                "sad",
                "fine",
                "content",
                "happy",
                "overjoyed",
                "none",
            ]),
            renames: Vec::new(),
        },
        Operation::CreateEnum {
            enum_type: EnumType {
                name: "letters".into(),
                values: ('a'..='z').map(|c| c.to_string().repeat(3)).collect(),
            },
            if_not_exists: false,
        },
        Operation::DropEnum {
            name: "mood".into(),
        },
        sql("DELETE FROM orders".into(), Vec::new()),
        sql(mixed(Some("VACUUM"), "SELECT 1"), Vec::new()),
        sql(SqlText::only(Backend::Postgres, "ANALYZE"), Vec::new()),
        sql(SqlText::default(), Vec::new()),
        sql(
            "CREATE VIEW recent AS\n  SELECT * FROM orders\n  WHERE note = 'a \"b\"#'".into(),
            vec![added.clone()],
        ),
        sql(
            "ALTER TABLE orders ADD note TEXT".into(),
            vec![added.clone(), added],
        ),
        backfill("'active'".into(), None),
        backfill(mixed(Some("'a'"), "'b'"), Some("status = ''".into())),
        backfill(mixed(None, "'b'"), Some(mixed(None, "status IS NULL"))),
        backfill("0".into(), Some(SqlText::default())),
    ]
}

/// Every operation with every detail.
pub fn everything() -> MigrationFile {
    let table = TableName::parse("shop.orders");
    let mut file = MigrationFile::empty("20260125_120001", "everything", AT);
    file.revises = vec!["20260120_100000".to_owned(), "20260121_100000".to_owned()];
    file.depends_on = vec!["20260101_000000".to_owned()];
    file.branch_labels = vec!["shop".to_owned()];
    file.upgrade = steps(table_steps(&table));
    file.upgrade.extend(steps(constraint_steps(&table)));
    file.upgrade.extend(steps(other_steps()));
    file.downgrade = Downgrade::Irreversible("rows are gone".to_owned());
    file
}

/// Names and messages that try to end the literal or the comment they stand in.
pub fn hostile() -> MigrationFile {
    let message = "say \"no\" */ \\ \r\u{202e}evil\u{0}\nRevision: 1\n\n`rm` 🦀 añade";
    let nasty = [
        "a\"b",
        "a\\",
        "\"#",
        "new\nline",
        "\u{202e}x",
        "tab\t",
        "ünïcode 🦀",
        "'; --",
        "",
    ];
    let mut file = MigrationFile::empty("20260125_120002", message, AT);
    file.upgrade = nasty
        .iter()
        .map(|name| Operation::AddColumn {
            table: TableName::new(*name),
            column: Column::new(*name, SqlType::Enum((*name).into())),
            if_not_exists: false,
        })
        .map(Into::into)
        .collect();
    let dotted = TableName {
        schema: Some("my.schema".into()),
        name: "my.table".into(),
    };
    file.downgrade = Downgrade::Operations(steps(vec![
        Operation::DropTable {
            table: TableName::new("a.b"),
            if_exists: true,
        },
        Operation::RenameTable {
            from: dotted.clone(),
            to: TableName::new("c.d"),
        },
        Operation::AddForeignKey {
            table: dotted.clone(),
            foreign_key: ForeignKey {
                target: dotted,
                ..foreign_key("dots.fkey", "a.b", "x")
            },
            if_not_exists: false,
            not_valid: false,
        },
    ]));
    file
}
