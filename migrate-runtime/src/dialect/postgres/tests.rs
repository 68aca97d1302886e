//! What PostgreSQL spells, reads and compares, as tables of cases.

use super::spelling::Spelling;
use super::{Postgres, default, types};
use crate::dialect::Dialect;
use crate::dialect::expression::canonical;
use crate::schema::{
    Backend, Check, Column, DefaultValue, Index, Name, NullsOrder, Schema, SqlType, Table, Value,
};
use insta::assert_snapshot;
use proptest::prelude::*;

#[test]
fn names_of_one_type_have_one_key() {
    for (key, spellings) in [
        (
            "integer",
            &[
                "int",
                "INT4",
                "Integer",
                "pg_catalog.int4",
                "serial",
                "serial4",
            ][..],
        ),
        (
            "bigint",
            &[
                "int8",
                "bigserial",
                "bigint GENERATED ALWAYS AS IDENTITY (START 5)",
            ],
        ),
        ("smallint", &["int2", "smallserial"]),
        ("real", &["float4", "float(24)"]),
        (
            "double precision",
            &["float8", "FLOAT", "float(53)", "double  precision"],
        ),
        (
            "numeric(10,0)",
            &["decimal(10)", "numeric( 10 , 0 )", "dec(10, 0)"],
        ),
        ("numeric", &["DECIMAL"]),
        ("boolean", &["bool"]),
        (
            "character varying(20)",
            &["varchar(20)", "char varying (20)"],
        ),
        ("character(1)", &["char", "character(1)", "bpchar(1)"]),
        ("timestamp without time zone", &["timestamp"]),
        (
            "timestamp(3) with time zone",
            &["timestamptz(3)", "TIMESTAMP (3) WITH TIME ZONE"],
        ),
        ("time(0) without time zone", &["time(0)"]),
        ("time with time zone", &["timetz"]),
        ("bit varying(8)", &["varbit(8)"]),
        (
            "integer[]",
            &["int4[]", "int[][]", "integer[3]", "integer ARRAY"],
        ),
        (
            "mood",
            &["Mood", "public.mood", "\"mood\"", "public.\"mood\""],
        ),
        ("\"Mood\"", &["\"Mood\"", "public.\"Mood\""]),
        ("s.mood[]", &["\"s\".\"mood\"[]", "s.mood []"]),
        ("geometry(point,4326)", &["geometry(point, 4326)"]),
        ("interval(3)", &["INTERVAL(3)"]),
        ("\"char\"", &["\"char\""]),
        ("\"we \"\"said\"", &["\"we \"\"said\""]),
    ] {
        for spelling in spellings {
            assert_eq!(types::key(spelling), key, "{spelling}");
        }
        assert_eq!(types::key(key), key);
    }
}

#[test]
fn portable_types_come_back() {
    for ty in [
        SqlType::Bool,
        SqlType::SmallInt,
        SqlType::Integer,
        SqlType::BigInt,
        SqlType::Float,
        SqlType::Double,
        SqlType::Decimal(10, 2),
        SqlType::Text,
        SqlType::Varchar(255),
        SqlType::Char(3),
        SqlType::Binary,
        SqlType::Date,
        SqlType::Time(None),
        SqlType::Time(Some(3)),
        SqlType::Timestamp(None),
        SqlType::TimestampTz(Some(0)),
        SqlType::Uuid,
        SqlType::Json,
        SqlType::Jsonb,
        SqlType::Array(Box::new(SqlType::Text)),
    ] {
        assert_eq!(types::parse(&types::spell(&ty).unwrap()), ty);
    }
}

#[test]
fn other_types_are_kept_as_they_are_written() {
    for spelling in [
        "character varying",
        "numeric",
        "citext",
        "inet",
        "cidr",
        "macaddr",
        "bit(3)",
        "interval",
        "money",
        "int4range",
        "int4multirange",
        "tsvector",
        "ltree",
        "hstore",
        "vector(3)",
        "time with time zone",
        "timestamp(3) without time zone",
        "citext[]",
        "xml",
    ] {
        let parsed = types::parse(spelling);
        assert_eq!(types::key(&types::spell(&parsed).unwrap()), spelling);
    }
    assert_eq!(types::value_type("inet"), SqlType::Text);
    assert_eq!(types::value_type("bigserial"), SqlType::BigInt);
}

#[test]
fn a_type_of_another_database_is_refused() {
    let error = types::spell(&SqlType::native(Backend::Sqlite, "CLOB")).unwrap_err();
    assert_snapshot!(error, @r#"postgres has no type CLOB; say how it is stored there: `#[model(sql_type(postgres = "…"))]`"#);
}

fn default_key(text: &str, ty: &str) -> Option<String> {
    default::key(text, &Spelling::parse(ty))
}

#[test]
fn defaults_that_store_the_same_are_equal() {
    for (ty, one, other) in [
        ("integer", "0", "'0'::integer"),
        ("integer", "-1", "'-1'::integer"),
        ("integer", "-1", "(- 1)"),
        ("real", "5", "5.0"),
        ("double precision", "'5'::double precision", "5.0::float8"),
        ("numeric(10,2)", "0", "0.00"),
        ("boolean", "false", "'f'"),
        ("boolean", "TRUE", "'yes'::boolean"),
        ("character varying(9)", "'x'", "'x'::character varying"),
        ("text", "'it''s'", "('it''s'::text)"),
        ("timestamp with time zone", "now()", "CURRENT_TIMESTAMP"),
        (
            "timestamp without time zone",
            "timezone('utc'::text, now())",
            "now() at time zone 'utc'",
        ),
        (
            "timestamp without time zone",
            "(now() AT TIME ZONE 'utc'::text)",
            "TIMEZONE('utc', NOW())",
        ),
        ("jsonb", "'{}'::jsonb", "'{}'"),
        (
            "jsonb",
            "'{\"a\":1, \"b c\" : \"d e\"}'::jsonb",
            "'{\"a\": 1, \"b c\": \"d e\"}'",
        ),
        ("json", "'{}'::json", "'{ }'"),
        ("text[]", "ARRAY[]::text[]", "'{}'::text[]"),
        ("mood", "'a'::mood", "'a'"),
        ("bigint", "nextval('s'::regclass)", "nextval('s')"),
        ("uuid", "gen_random_uuid()", "GEN_RANDOM_UUID()"),
        (
            "uuid",
            "'ABCDEF00-0000-0000-0000-000000000000'",
            "'abcdef00-0000-0000-0000-000000000000'::uuid",
        ),
        ("interval", "'1 day'::interval", "INTERVAL '1 day'"),
        ("date", "'2020-01-01'::date", "DATE '2020-01-01'"),
    ] {
        assert_eq!(
            default_key(one, ty),
            default_key(other, ty),
            "{one} and {other}"
        );
    }
    assert_eq!(default_key("NULL::character varying", "text"), None);
}

#[test]
fn defaults_that_store_something_else_differ() {
    for (ty, one, other) in [
        ("integer", "0", "1"),
        ("boolean", "true", "false"),
        ("text", "'a'", "'A'"),
        ("text", "'1'", "'1.0'"),
        ("text", "'x'", "x"),
        ("jsonb", "'{\"a\":\"b c\"}'", "'{\"a\":\"bc\"}'"),
        ("mood", "'a'::mood", "'b'"),
        (
            "numeric(30,10)",
            "0.12345678901234567891",
            "0.12345678901234567892",
        ),
        ("timestamp with time zone", "now()", "clock_timestamp()"),
    ] {
        assert_ne!(
            default_key(one, ty),
            default_key(other, ty),
            "{one} and {other}"
        );
    }
}

#[test]
fn defaults_of_a_database_become_portable() {
    for (text, ty, expected) in [
        (
            "'draft'::character varying",
            SqlType::Varchar(9),
            DefaultValue::Value(Value::Text("draft".to_owned())),
        ),
        (
            "false",
            SqlType::Bool,
            DefaultValue::Value(Value::Bool(false)),
        ),
        (
            "'-7'::integer",
            SqlType::Integer,
            DefaultValue::Value(Value::Integer(-7)),
        ),
        (
            "0.5",
            SqlType::Double,
            DefaultValue::Value(Value::Float("0.5".to_owned())),
        ),
        ("now()", SqlType::TimestampTz(None), DefaultValue::Now),
        ("CURRENT_DATE", SqlType::Date, DefaultValue::Today),
        ("gen_random_uuid()", SqlType::Uuid, DefaultValue::Uuid),
        (
            "'{}'::jsonb",
            SqlType::Jsonb,
            DefaultValue::Sql("'{}'::jsonb".into()),
        ),
    ] {
        assert_eq!(default::parse(text, &ty), Some(expected));
    }
}

#[test]
fn the_servers_spelling_of_an_expression_is_that_of_its_author() {
    for (written, printed) in [
        ("age >= 0", "(age >= 0)"),
        (
            "status in ('a', 'b')",
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        ),
        (
            "status in ('a', 'b')",
            "(status = ANY (ARRAY['a'::text, 'b'::text]))",
        ),
        (
            "status not in ('a', 'b')",
            "(status <> ALL (ARRAY['a'::text, 'b'::text]))",
        ),
        ("status in ('a')", "(status = 'a'::text)"),
        ("a between 1 and 2", "((a >= 1) AND (a <= 2))"),
        ("email like '%@%'", "(email ~~ '%@%'::text)"),
        ("email not ilike 'x'", "(email !~~* 'x'::text)"),
        ("a != -1", "(a <> '-1'::integer)"),
        ("lower(email)", "lower((email)::text)"),
        ("coalesce(a, '')", "COALESCE(a, ''::character varying)"),
        (
            "to_tsvector('english', a || ' ' || b)",
            "to_tsvector('english'::regconfig, (((a)::text || ' '::text) || (b)::text))",
        ),
        ("cast(jb -> 'x' as integer)", "((jb -> 'x'::text))::integer"),
        ("price > 0", "(price > (0)::numeric)"),
        ("made at time zone 'utc'", "(made AT TIME ZONE 'utc'::text)"),
        ("tags = array['a']", "(tags = ARRAY['a'::text])"),
        ("\"group\" is not null", "(\"group\" IS NOT NULL)"),
    ] {
        assert_eq!(
            canonical(Backend::Postgres, written),
            canonical(Backend::Postgres, printed)
        );
    }
}

#[test]
fn expressions_of_other_meaning_stay_different() {
    for (one, other) in [
        ("a between 1 and 2", "a not between 1 and 2"),
        ("a in (1, 2)", "a in (2, 1)"),
        ("a::integer", "a::bigint"),
        ("a like 'x'", "a ilike 'x'"),
        ("jb -> 'foo'", "jb -> 'bar'"),
        ("a = any(b)", "a = all(b)"),
    ] {
        assert_ne!(
            canonical(Backend::Postgres, one),
            canonical(Backend::Postgres, other)
        );
    }
}

fn normal(table: Table) -> Table {
    let mut schema = Schema::new();
    let name = table.name.clone();
    schema.insert(table);
    let mut normal = Postgres.normalize(&Postgres.physical(&schema));
    normal.tables.remove(&name).unwrap()
}

#[test]
fn a_serial_and_an_identity_number_rows_alike() {
    let table = |ty: &str, auto_increment, default: Option<&str>| {
        let mut column = Column::new("id", SqlType::native(Backend::Postgres, ty));
        column.auto_increment = auto_increment;
        column.default = default.map(|text| DefaultValue::Sql(text.into()));
        normal(Table::new("t").with_column(column))
    };
    let identity = table("bigint", true, None);
    assert_eq!(table("bigserial", true, None), identity);
    assert_eq!(table("bigserial", false, None), identity);
    assert_eq!(
        table("bigint GENERATED ALWAYS AS IDENTITY", true, None),
        identity
    );
    assert_ne!(table("bigint", false, None), identity);
    assert_ne!(table("bigint", false, Some("nextval('other')")), identity);
}

#[test]
fn what_an_index_says_by_saying_nothing() {
    let table = |change: fn(&mut Index)| {
        let mut index = Index::new("t_a_idx", ["a"]);
        change(&mut index);
        let mut table = Table::new("t").with_column(Column::new("a", SqlType::Integer));
        table.indexes.push(index);
        normal(table)
    };
    let plain = table(|_| {});
    assert_eq!(
        table(|index| index.method = Some("BTREE".to_owned())),
        plain
    );
    assert_eq!(
        table(|index| index.columns[0].nulls = Some(NullsOrder::Last)),
        plain
    );
    assert_ne!(
        table(|index| index.columns[0].nulls = Some(NullsOrder::First)),
        plain
    );
    assert_ne!(table(|index| index.include = vec![Name::from("b")]), plain);
}

#[test]
fn numbers_without_a_type_of_their_own_get_a_check() {
    let table = Table::new("t")
        .with_column(Column::new("small", SqlType::UnsignedTinyInt))
        .with_column(Column::new("large", SqlType::UnsignedBigInt));
    let mut schema = Schema::new();
    schema.insert(table);
    let physical = Postgres.physical(&schema);
    assert_eq!(Postgres.physical(&physical), physical);
    let texts: Vec<String> = (physical.tables.values())
        .flat_map(|table| &table.checks)
        .map(|Check { name, expression }| {
            format!(
                "{} {}",
                name.as_ref().unwrap(),
                expression.get(Backend::Postgres).unwrap()
            )
        })
        .collect();
    assert_snapshot!(texts.join("\n"), @r#"
    t_small_check "small" BETWEEN 0 AND 255
    t_large_check "large" >= 0
    "#);
}

#[test]
fn the_server_keeps_63_bytes_of_a_name() {
    let long = "x".repeat(80);
    let mut one = Table::new("t").with_column(Column::new("a", SqlType::Integer));
    let mut other = one.clone();
    one.indexes.push(Index::new(long.as_str(), ["a"]));
    other.indexes.push(Index::new(&long[..63], ["a"]));
    assert_eq!(normal(one), normal(other));
}

proptest! {
    #[test]
    fn no_spelling_panics(text in any::<String>()) {
        let key = types::key(&text);
        types::parse(&text);
        default_key(&text, &text);
        drop(key);
    }

    #[test]
    fn a_key_is_its_own_key(text in "(\"?[A-Za-z]{1,4}\"?\\.)?\"?[a-zA-Z ]{1,8}\"?(\\([0-9]{1,2}(,[0-9])?\\))?(\\[\\])?") {
        let key = types::key(&text);
        prop_assert_eq!(types::key(&key), key);
    }
}
