//! The dialect of MySQL and MariaDB: what it spells, reads and holds equal.

use super::spelling::Spelling;
use super::{Mysql, default, types};
use crate::dialect::Dialect;
use crate::dialect::expression::canonical;
use crate::schema::{
    Backend, Column, DefaultValue, EnumType, ForeignKey, Index, IndexColumn, IndexKey, Schema,
    SqlText, SqlType, Table, Unique, Value,
};

fn key(text: &str) -> String {
    Spelling::parse(text).key()
}

#[test]
fn names_of_one_type() {
    for (one, other) in [
        ("INT(11)", "integer"),
        ("int unsigned", "INT(10) UNSIGNED"),
        ("bool", "tinyint(1)"),
        ("tinyint(4)", "TINYINT"),
        ("tinyint(1) unsigned", "tinyint unsigned"),
        ("numeric(8)", "decimal(8,0)"),
        ("dec", "decimal(10, 0)"),
        ("double precision", "REAL"),
        ("float(10)", "float"),
        ("float(53)", "double"),
        ("character varying(20)", "varchar(20)"),
        ("char", "CHARACTER(1)"),
        ("bit", "bit(1)"),
        ("year(4)", "year"),
        ("datetime(0)", "datetime"),
        ("enum('a', 'b')", "ENUM('a','b')"),
        ("enum('it''s')", r"enum('it\'s')"),
        ("mediumint(8) unsigned zerofill", "MEDIUMINT(8) ZEROFILL"),
        ("geomcollection", "GEOMETRYCOLLECTION"),
        ("bigint(20)", "int8"),
        ("varchar(20) collate latin1_bin", "varchar(20)"),
    ] {
        assert_eq!(key(one), key(other), "{one}");
    }
    for (one, other) in [
        ("tinyint(1)", "tinyint(4)"),
        ("int", "int unsigned"),
        ("varchar(20)", "varchar(21)"),
        ("enum('a','b')", "enum('b','a')"),
        ("enum('A')", "enum('a')"),
        ("datetime(6)", "datetime"),
        ("double(8,2)", "double"),
    ] {
        assert_ne!(key(one), key(other), "{one}");
    }
    assert_eq!(
        Spelling::parse("varchar(9) COLLATE latin1_bin").collation(),
        Some("latin1_bin")
    );
    assert_eq!(
        Spelling::parse("text character set latin1 collate latin1_bin").collation(),
        Some("latin1_bin")
    );
    assert_eq!(key("text character set latin1 collate latin1_bin"), "text");
    for odd in [
        "",
        "(",
        ")",
        "enum('",
        "int(",
        "x(y",
        "ü(ü)",
        "collate",
        "a collate",
    ] {
        let once = key(odd);
        assert_eq!(key(&once), once, "{odd}");
    }
}

const PORTABLE: &[SqlType] = &[
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
    SqlType::Varchar(20),
    SqlType::Char(3),
    SqlType::Binary,
    SqlType::Date,
    SqlType::Time(None),
    SqlType::Time(Some(0)),
    SqlType::Timestamp(Some(3)),
    SqlType::TimestampTz(None),
    SqlType::Json,
];

#[test]
fn a_portable_type_is_read_back_from_its_declaration() {
    for ty in PORTABLE {
        let spelling = types::spell(ty).unwrap();
        assert_eq!(types::parse(&spelling), *ty, "{spelling}");
        assert_eq!(key(&spelling), spelling);
    }
    assert!(types::spell(&SqlType::Array(Box::new(SqlType::Text))).is_err());
    assert_eq!(
        types::value_type("mediumint(8) unsigned"),
        SqlType::UnsignedInteger
    );
    assert_eq!(types::value_type("set('a')"), SqlType::Text);
    assert_eq!(types::value_type("point"), SqlType::Binary);
}

fn default_key(text: &str, ty: &str) -> Option<String> {
    default::key(text, &Spelling::parse(ty))
}

#[test]
fn defaults_that_store_the_same() {
    for (ty, one, other) in [
        ("decimal(10,2)", "0", "0.00"),
        ("decimal(10,2)", "1.5", "'1.50'"),
        ("tinyint(1)", "true", "1"),
        ("tinyint(1)", "'0'", "FALSE"),
        ("varchar(9)", "'it''s'", r"'it\'s'"),
        ("varchar(9)", "('x')", "'x'"),
        ("varchar(9)", "_utf8mb4'x'", "'x'"),
        ("varchar(9)", "5", "'5'"),
        ("datetime", "now()", "current_timestamp()"),
        ("datetime", "NOW()", "CURRENT_TIMESTAMP"),
        ("datetime(6)", "now(6)", "CURRENT_TIMESTAMP(6)"),
        ("datetime", "localtimestamp()", "LOCALTIME"),
        ("datetime", "'2020-01-01'", "'2020-01-01 00:00:00'"),
        (
            "datetime(3)",
            "'2020-01-01T10:00'",
            "'2020-01-01 10:00:00.000'",
        ),
        ("time", "'10:00'", "'10:00:00'"),
        ("char(36)", "uuid()", "(uuid())"),
        ("date", "(curdate())", "CURRENT_DATE"),
        ("int", "(1+2)", "(1 + 2)"),
        ("int", "-5", "- 5"),
        ("int", "- 5", "'-5'"),
        ("bit(3)", "b'101'", "5"),
        ("bit(3)", "0b101", "0x05"),
        ("varbinary(9)", "0x4142", "'AB'"),
        ("binary(4)", "'AB'", r"'AB\0\0'"),
        (
            "datetime",
            "now() on update now()",
            "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
        ),
        (
            "datetime",
            "ON UPDATE now()",
            "NULL on update current_timestamp()",
        ),
        ("json", "('{}')", "'{}'"),
    ] {
        assert_eq!(default_key(one, ty), default_key(other, ty), "{one}");
        assert!(default_key(one, ty).is_some(), "{one}");
    }
    assert_eq!(default_key("NULL", "int"), None);
    assert_eq!(default_key("(null)", "int"), None);
    for (ty, one, other) in [
        ("varchar(9)", "''", "'x'"),
        ("varchar(9)", "'a'", "'A'"),
        ("int", "1", "2"),
        ("datetime", "now()", "now() on update now()"),
        ("datetime(6)", "now(6)", "now(3)"),
        ("varchar(30)", "'x on update y'", "'x' on update y"),
    ] {
        assert_ne!(default_key(one, ty), default_key(other, ty), "{one}");
    }
}

#[test]
fn what_stands_behind_default() {
    let spelled = |default: DefaultValue, ty: SqlType| default::spell(&default, &ty).unwrap();
    let sql = |text: &str| DefaultValue::Sql(SqlText::new(text));
    let value = |text: &str| DefaultValue::Value(Value::Text(text.into()));
    for (text, default, ty) in [
        ("'a\\\\b''c'", value("a\\b'c"), SqlType::Varchar(9)),
        ("('x')", value("x"), SqlType::Text),
        ("1", DefaultValue::Value(Value::Bool(true)), SqlType::Bool),
        (
            "CURRENT_TIMESTAMP(6)",
            DefaultValue::Now,
            SqlType::Timestamp(None),
        ),
        (
            "CURRENT_TIMESTAMP()",
            DefaultValue::Now,
            SqlType::TimestampTz(Some(0)),
        ),
        ("(curdate())", DefaultValue::Today, SqlType::Date),
        ("(uuid())", DefaultValue::Uuid, SqlType::Char(36)),
        ("(1 + 2)", sql("1 + 2"), SqlType::Integer),
        ("(a) + (b)", sql("(a) + (b)"), SqlType::Integer),
        ("('x')", sql("('x')"), SqlType::Text),
        ("now()", sql("now()"), SqlType::Timestamp(None)),
        (
            "NULL ON UPDATE now()",
            sql("on update now()"),
            SqlType::Timestamp(None),
        ),
        (
            "b'1'",
            sql("b'1'"),
            SqlType::native(Backend::Mysql, "bit(1)"),
        ),
        ("(uuid() -- x\n)", sql("uuid() -- x"), SqlType::Char(36)),
    ] {
        let expected = if text.starts_with("(a)") {
            "((a) + (b))"
        } else {
            text
        };
        assert_eq!(spelled(default, ty), expected);
    }
}

#[test]
fn a_portable_default_is_read_back() {
    for (text, ty, default) in [
        (
            "current_timestamp(6)",
            SqlType::Timestamp(None),
            Some(DefaultValue::Now),
        ),
        (
            "current_timestamp()",
            SqlType::TimestampTz(Some(0)),
            Some(DefaultValue::Now),
        ),
        ("curdate()", SqlType::Date, Some(DefaultValue::Today)),
        (
            "1",
            SqlType::Bool,
            Some(DefaultValue::Value(Value::Bool(true))),
        ),
        (
            "-5",
            SqlType::Integer,
            Some(DefaultValue::Value(Value::Integer(-5))),
        ),
        (
            "'it''s'",
            SqlType::Text,
            Some(DefaultValue::Value(Value::Text("it's".into()))),
        ),
        (
            "0.5",
            SqlType::Double,
            Some(DefaultValue::Value(Value::Float("0.5".into()))),
        ),
        ("NULL", SqlType::Integer, None),
        (
            "current_timestamp()",
            SqlType::Timestamp(None),
            Some(DefaultValue::Sql(SqlText::new("current_timestamp()"))),
        ),
    ] {
        assert_eq!(default::parse(text, &ty), default, "{text}");
    }
}

#[test]
fn expressions_in_the_words_of_each_server() {
    for (one, other) in [
        ("n > 0", "(`n` > 0)"),
        (
            "s <> 'a' and b in (1,2)",
            "((`s` <> _utf8mb4'a') and (`b` in (1,2)))",
        ),
        ("a != 1 && b || c", "`a` <> 1 and `b` or `c`"),
        ("concat(s,'x')", "CONCAT(`s`, 'x')"),
        ("now() > a", "current_timestamp() > `a`"),
        ("a = \"x\"", "a = 'x'"),
        ("a % 2 = 0", "(`a` % 2) = 0"),
        ("a = true", "a = 1"),
        ("a between 1 and 2", "(`a` between 1 and 2)"),
        ("char_length(a) > 1", "character_length(`a`) > 1"),
        ("substr(a, 1, 2) = 'x'", "substring(`a`,1,2) = 'x'"),
    ] {
        let [first, second] = [one, other].map(|text| canonical(Backend::Mysql, text));
        assert_eq!(first, second, "{one}");
        assert_eq!(canonical(Backend::Mysql, &first), first);
    }
    let [one, other] = [r"a = 'x\\y'", "a = 'xy'"].map(|text| canonical(Backend::Mysql, text));
    assert_ne!(one, other);
    assert_eq!(canonical(Backend::Mysql, &one), one);
}

fn normal(table: Table) -> Table {
    let mut schema = Schema::new();
    schema.enums.insert(
        "mood".into(),
        EnumType {
            name: "mood".into(),
            values: vec!["sad".into(), "it's".into()],
        },
    );
    schema.insert(table);
    let once = Mysql.normalize(&Mysql.physical(&schema));
    assert_eq!(
        Mysql.normalize(&Mysql.physical(&once)),
        once,
        "once is enough"
    );
    once.tables.into_values().next().unwrap()
}

fn table() -> Table {
    Table::new("t")
        .with_column(Column::new("Id", SqlType::BigInt).not_null())
        .with_column(Column::new("a", SqlType::Integer))
        .with_primary_key(["id"])
}

#[test]
fn a_unique_index_is_a_unique_constraint() {
    let mut constraint = table();
    constraint.uniques.push(Unique {
        name: Some("T_A".into()),
        columns: vec!["A".into()],
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: crate::schema::Deferrable::No,
    });
    let mut index = table();
    let mut unique = Index::new("t_a", ["a"]);
    unique.unique = true;
    index.indexes.push(unique);
    assert_eq!(normal(constraint), normal(index.clone()));
    index.indexes[0].columns[0].key = IndexKey::Expression(SqlText::new("`A`(3)"));
    let normal = normal(index);
    assert_eq!((normal.uniques.len(), normal.indexes.len()), (0, 1));
    assert_eq!(
        normal.indexes[0].columns[0],
        IndexColumn::new(IndexKey::Expression(SqlText::only(
            Backend::Mysql,
            "`a`(3)"
        )))
    );
}

#[test]
fn the_index_of_a_foreign_key_is_not_compared() {
    let mut with_key = table();
    with_key.foreign_keys.push(ForeignKey {
        name: Some("t_a_fkey".into()),
        columns: vec!["a".into()],
        target: "t".into(),
        target_columns: vec!["id".into()],
        on_delete: crate::schema::ReferentialAction::Restrict,
        on_update: crate::schema::ReferentialAction::NoAction,
        deferrable: crate::schema::Deferrable::No,
        match_full: false,
    });
    for (name, kept) in [("t_a_fkey", 0), ("a", 0), ("t_a_idx", 1)] {
        let mut table = with_key.clone();
        table.indexes.push(Index::new(name, ["a"]));
        assert_eq!(normal(table).indexes.len(), kept, "{name}");
    }
}

#[test]
fn an_enum_type_is_the_list_of_its_values() {
    let enumerated = table().with_column(Column::new("m", SqlType::Enum("mood".into())));
    let spelled = table().with_column(Column::new(
        "m",
        SqlType::native(Backend::Mysql, "enum('sad','it''s')"),
    ));
    assert_eq!(normal(enumerated), normal(spelled));
}
