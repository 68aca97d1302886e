//! Which declarations are equal, and the laws of the dialect.

use super::types::{Affinity, affinity};
use super::*;
use crate::dialect::dialect;
use crate::schema::{
    Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Index, IndexColumn, IndexKey,
    PrimaryKey, ReferentialAction, SqlText, Table, TableName, Unique, Value,
};
use insta::assert_snapshot;
use proptest::prelude::*;

#[test]
fn only_sqlite_answers() {
    assert_eq!(dialect(Backend::Sqlite).unwrap().backend(), Backend::Sqlite);
    assert_snapshot!(Sqlite.spell_type(&SqlType::Array(Box::new(SqlType::Text))).unwrap_err(), @r#"sqlite has no type TEXT[]; say how it is stored there: `#[model(sql_type(sqlite = "…"))]`"#);
}

/// Each line holds spellings that are equal; no two lines are.
#[test]
fn y11_y60_y61_declared_types_compare_by_key() {
    let groups: [&[&str]; 14] = [
        &[
            "TEXT",
            "text",
            "VARCHAR(30)",
            "CHAR(2)",
            "CLOB",
            "NVARCHAR(9)",
            "BLOB SUB_TYPE TEXT",
            "character varying (8)",
        ],
        &["INT", "integer", "INT(11)"],
        &["BIGINT", "int8"],
        &["SMALLINT"],
        &["TINYINT(1)", "tinyint"],
        &["REAL", "DOUBLE", "FLOAT", "double  precision"],
        &["BOOL", "BOOLEAN"],
        &["NUMERIC", "DECIMAL(10,2)"],
        &["TIMESTAMP", "DATETIME", "datetime(3)"],
        &["TIMESTAMPTZ", "timestamp with time zone"],
        &["DATE"],
        &["TIME"],
        &["BLOB"],
        &[""],
    ];
    let mut seen = std::collections::BTreeMap::new();
    for (number, group) in groups.iter().enumerate() {
        for spelling in *group {
            let key = types::key(spelling);
            let owner = *seen.entry(key.clone()).or_insert(number);
            assert_eq!(
                owner, number,
                "{spelling:?} has the key {key:?} of another line"
            );
            assert_eq!(types::key(&key), key, "a key is its own key");
            let again = Sqlite.spell_type(&Sqlite.parse_type(spelling)).unwrap();
            assert_eq!(
                types::key(&again),
                key,
                "{spelling:?} read and spelled again is {again:?}"
            );
        }
    }
    assert_eq!(seen.len(), groups.len());
}

#[test]
fn d07_d08_d59_to_d65_defaults_compare_by_value() {
    let equal: [(&str, &[&str]); 15] = [
        (
            "INTEGER",
            &[
                "0",
                "(0)",
                "'0'",
                "-0",
                "0.0",
                "false",
                "+0",
                "0x0",
                "( ( 0 ) )",
            ],
        ),
        ("BOOLEAN", &["1", "TRUE", "'1'"]),
        ("REAL", &["1", "1.0", "1e0", "'1.0'"]),
        ("NUMERIC", &["1.50", "1.5", "'1.50'"]),
        ("TEXT", &["'it''s'", "\"it's\"", "('it''s')"]),
        ("TEXT", &["''", "\"\""]),
        ("TEXT", &["0", "'0'"]),
        (
            "TIMESTAMP",
            &[
                "CURRENT_TIMESTAMP",
                "current_timestamp",
                "(Current_Timestamp)",
                "datetime('now')",
                "( DATETIME( 'now' ) )",
            ],
        ),
        ("DATE", &["CURRENT_DATE", "(date('now'))"]),
        ("TEXT", &["(lower( 'A' ))", "LOWER('A')"]),
        ("TEXT", &["(json_array())", "( JSON_ARRAY( ) )"]),
        ("", &["'0'"]),
        ("", &["0"]),
        ("BLOB", &["x'00'", "X'00'"]),
        ("TEXT", &["'null'"]),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (ty, spellings) in equal {
        let keys: Vec<_> = spellings
            .iter()
            .map(|text| default::key(text, affinity(ty)).unwrap())
            .collect();
        assert!(
            keys.iter().all(|key| *key == keys[0]),
            "{spellings:?}: {keys:?}"
        );
        assert!(
            seen.insert((affinity(ty) as u8, keys[0].clone())),
            "{keys:?} twice"
        );
        assert_eq!(default::key(&keys[0], affinity(ty)), Some(keys[0].clone()));
    }
    for null in ["null", "NULL", "(NULL)"] {
        assert_eq!(default::key(null, Affinity::Text), None);
    }
}

#[test]
fn d63_defaults_are_written_as_sqlite_takes_them() {
    let spelled = |default, ty| default::spell(&default, &ty).unwrap();
    let sql = |text: &str| DefaultValue::Sql(text.into());
    assert_snapshot!(spelled(sql("datetime('now')"), SqlType::Text), @r#"(datetime('now'))"#);
    assert_snapshot!(spelled(sql("1 + 1 -- two"), SqlType::Integer), @r#"
    (1 + 1 -- two
    )
    "#);
    assert_snapshot!(spelled(sql("-5"), SqlType::Integer), @r#"-5"#);
    assert_snapshot!(spelled(sql("(a) || (b)"), SqlType::Integer), @r#"((a) || (b))"#);
    assert_snapshot!(spelled(sql("3 NOT NULL"), SqlType::Integer), @r#"(3 NOT NULL)"#);
    assert_snapshot!(spelled(DefaultValue::Value(Value::Text("it's".into())), SqlType::Text), @r#"'it''s'"#);
    assert_snapshot!(spelled(DefaultValue::Value(Value::Bool(true)), SqlType::Bool), @r#"1"#);
    assert_snapshot!(spelled(DefaultValue::Now, SqlType::Date), @r#"CURRENT_DATE"#);
    assert_snapshot!(spelled(DefaultValue::Uuid, SqlType::Uuid), @r#"(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"#);
}

#[test]
fn k06_enums_and_small_numbers_become_checks() {
    let mut schema = Schema::new();
    schema.enums.insert(
        "status".into(),
        EnumType {
            name: "status".into(),
            values: vec!["new".into(), "it's".into()],
        },
    );
    let mut table = Table::new("orders")
        .with_column(Column::new("id", SqlType::BigInt).not_null())
        .with_column(Column::new("status", SqlType::Enum("status".into())))
        .with_column(Column::new("n", SqlType::UnsignedTinyInt))
        .with_column(Column::new("big", SqlType::UnsignedBigInt))
        .with_primary_key(["id"]);
    table.columns[0].auto_increment = true;
    table.checks.push(Check {
        name: Some("orders_n_check".into()),
        expression: "n <> 3".into(),
    });
    schema.insert(table);
    let physical = Sqlite.physical(&schema);
    assert!(physical.enums.is_empty());
    let table = &physical.tables[&TableName::new("orders")];
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("{} {}", column.name, column.ty.describe()))
        .collect();
    assert_snapshot!(columns.join("\n"), @r#"
    id INTEGER
    status TEXT
    n SMALLINT
    big BIGINT
    "#);
    let checks: Vec<String> = table
        .checks
        .iter()
        .map(|check| {
            format!(
                "{:?} {:?}",
                check.name,
                check.expression.get(Backend::Sqlite)
            )
        })
        .collect();
    assert_snapshot!(checks.join("\n"), @r#"
    Some(Name("orders_n_check")) Some("n <> 3")
    Some(Name("orders_status_check")) Some("\"status\" IN ('new', 'it''s')")
    None Some("\"n\" BETWEEN 0 AND 255")
    Some(Name("orders_big_check")) Some("\"big\" >= 0")
    "#);
}

#[test]
fn strict_tables_have_six_types() {
    let mut schema = Schema::new();
    let mut table = Table::new("t");
    table.options.sqlite_strict = true;
    let all = [
        SqlType::Bool,
        SqlType::BigInt,
        SqlType::Float,
        SqlType::Varchar(3),
        SqlType::Decimal(9, 2),
        SqlType::Binary,
        SqlType::Date,
        SqlType::TimestampTz(None),
        SqlType::native(Backend::Sqlite, "DECIMAL(3)"),
    ];
    for (number, ty) in all.into_iter().enumerate() {
        table.columns.push(Column::new(format!("c{number}"), ty));
    }
    schema.insert(table);
    let physical = Sqlite.physical(&schema);
    let types: Vec<String> = physical.tables[&TableName::new("t")]
        .columns
        .iter()
        .map(|column| column.ty.describe())
        .collect();
    assert_snapshot!(types.join(" "), @r#"INTEGER INTEGER REAL TEXT TEXT BLOB TEXT TEXT ANY"#);
}

/// A table as a person would write it, and as another one would.
fn twins() -> (Schema, Schema) {
    let mut one = Schema::new();
    one.insert(
        Table::new("p")
            .with_column(Column::new("a", SqlType::native(Backend::Sqlite, "INTEGER")).not_null())
            .with_column(Column::new("b", SqlType::Text))
            .with_primary_key(["a", "b"]),
    );
    let mut other = Schema::new();
    other.insert(
        Table::new("P")
            .with_column(Column::new("A", SqlType::native(Backend::Sqlite, "INT")).not_null())
            .with_column(Column::new("B", SqlType::Varchar(3)))
            .with_primary_key(["A", "B"]),
    );
    let mut child = Table::new("c")
        .with_column(Column::new("x", SqlType::Integer))
        .with_column(Column::new("y", SqlType::Text));
    child.columns[1].collation = Some("NOCASE".into());
    let mut twin = child.clone();
    let key = ForeignKey {
        name: Some("k".into()),
        columns: vec!["x".into(), "y".into()],
        target: "p".into(),
        target_columns: vec!["a".into(), "b".into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    };
    twin.foreign_keys.push(ForeignKey {
        name: None,
        columns: vec!["X".into(), "Y".into()],
        target_columns: Vec::new(),
        deferrable: Deferrable::InitiallyImmediate,
        ..key.clone()
    });
    child.foreign_keys.push(key);
    let unique = |name: Option<&str>, columns: [&str; 2]| Unique {
        name: name.map(Into::into),
        columns: columns.map(Into::into).to_vec(),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    };
    child.uniques.push(unique(Some("u"), ["x", "y"]));
    twin.uniques.push(unique(None, ["Y", "X"]));
    let mut index = Index::new("I", ["y"]);
    child.indexes.push(index.clone());
    index.columns = vec![IndexColumn {
        collation: Some("nocase".into()),
        ..IndexColumn::new(IndexKey::Expression(SqlText::new("( \"Y\" )")))
    }];
    twin.indexes.push(Index {
        name: "i".into(),
        ..index
    });
    one.insert(child);
    other.insert(twin);
    (one, other)
}

#[test]
fn f26_f31_i15_i19_i66_structure_counts_and_spelling_does_not() {
    let (one, other) = twins();
    assert_eq!(Sqlite.normalize(&one), Sqlite.normalize(&other));
}

#[test]
fn p02_a_key_may_be_null_unless_it_is_the_rowid() {
    let key = |spelling: &str| {
        let mut schema = Schema::new();
        schema.insert(
            Table::new("t")
                .with_column(Column::new(
                    "id",
                    SqlType::native(Backend::Sqlite, spelling),
                ))
                .with_primary_key(["id"]),
        );
        let column = Sqlite.normalize(&schema).tables[&TableName::new("t")].columns[0].clone();
        (column.nullable, column.auto_increment)
    };
    assert_eq!(key("integer"), (false, true));
    assert_eq!(key("INT"), (true, false));
    assert_eq!(key("TEXT"), (true, false));
}

#[test]
fn a_default_of_the_rowid_is_none() {
    let key = |spelling: &str| {
        let mut column = Column::new("id", SqlType::native(Backend::Sqlite, spelling));
        column.default = Some(DefaultValue::Sql(SqlText::only(Backend::Sqlite, "'0'")));
        let mut schema = Schema::new();
        schema.insert(Table::new("t").with_column(column).with_primary_key(["id"]));
        Sqlite.normalize(&schema).tables[&TableName::new("t")].columns[0]
            .default
            .is_some()
    };
    assert_eq!((key("INTEGER"), key("INT")), (false, true));
}

fn any_type() -> impl Strategy<Value = SqlType> {
    prop_oneof![
        Just(SqlType::Bool),
        Just(SqlType::TinyInt),
        Just(SqlType::BigInt),
        Just(SqlType::Double),
        Just(SqlType::Decimal(8, 2)),
        Just(SqlType::Varchar(9)),
        Just(SqlType::Timestamp(None)),
        Just(SqlType::Enum("e".into())),
        Just(SqlType::UnsignedInteger),
        "[A-Za-z ]{0,9}(\\([0-9]\\))?".prop_map(|text| SqlType::native(Backend::Sqlite, text)),
    ]
}

fn any_default() -> impl Strategy<Value = Option<DefaultValue>> {
    prop_oneof![
        Just(None),
        Just(Some(DefaultValue::Now)),
        Just(Some(DefaultValue::Uuid)),
        any::<bool>().prop_map(|value| Some(DefaultValue::Value(Value::Bool(value)))),
        any::<f64>()
            .prop_map(|value| Some(DefaultValue::Value(Value::Float(format!("{value:?}"))))),
        "[a-z'\"0-9]{0,4}".prop_map(|text| Some(DefaultValue::Value(Value::Text(text)))),
        "(-|\\+)?[0-9]{1,3}|'[a-z]'|null|[a-z]{1,3}\\([0-9]\\)|\\(1 \\+ 2\\)"
            .prop_map(|text| Some(DefaultValue::Sql(SqlText::new(text)))),
    ]
}

fn any_schema() -> impl Strategy<Value = Schema> {
    let column = (any_type(), any_default(), any::<(bool, bool)>());
    let columns = proptest::collection::vec(column, 1..5);
    (columns, any::<(bool, bool)>()).prop_map(|(columns, (strict, key))| {
        let mut schema = Schema::new();
        schema.enums.insert(
            "e".into(),
            EnumType {
                name: "e".into(),
                values: vec!["v".into()],
            },
        );
        let mut table = Table::new("T");
        table.options.sqlite_strict = strict;
        for (number, (ty, default, (nullable, auto_increment))) in columns.into_iter().enumerate() {
            table.columns.push(Column {
                nullable,
                default,
                auto_increment,
                ..Column::new(format!("C{number}"), ty)
            });
        }
        table.primary_key = key.then(|| PrimaryKey {
            name: None,
            columns: vec!["C0".into()],
        });
        table.checks.push(Check {
            name: None,
            expression: "C0 > 0 and (C0<>1)".into(),
        });
        schema.insert(table);
        schema
    })
}

proptest! {
    #[test]
    fn twice_is_once(schema in any_schema()) {
        let physical = Sqlite.physical(&schema);
        prop_assert_eq!(Sqlite.physical(&physical), physical.clone());
        let normal = Sqlite.normalize(&physical);
        prop_assert_eq!(Sqlite.normalize(&normal), normal);
    }

    #[test]
    fn a_type_read_and_spelled_again_is_equal(spelling in "[A-Za-z' ]{0,12}(\\([0-9, ]{0,4}\\))?") {
        let again = Sqlite.spell_type(&Sqlite.parse_type(&spelling)).unwrap();
        prop_assert_eq!(types::key(&again), types::key(&spelling));
    }
}
