//! Every type: created, read, compared and taken back, with its least and its greatest value and NULL.

use super::live::Live;
use crate::catalogue::support::{check, schema, t};
use migrate_runtime::connection::Session;
use migrate_runtime::introspect::introspect;
use migrate_runtime::schema::{Backend, Column, EnumType, Schema, SqlType};

/// A type, its least and its greatest value (or two that say most), as SQL, and one of them as text
/// where the server writes it in another way.
type Case = (SqlType, &'static str, &'static str);

fn native(spelling: &str) -> SqlType {
    SqlType::native(Backend::Mysql, spelling)
}

fn portable() -> Vec<Case> {
    vec![
        (SqlType::Bool, "0", "1"),
        (SqlType::TinyInt, "-128", "127"),
        (SqlType::SmallInt, "-32768", "32767"),
        (SqlType::Integer, "-2147483648", "2147483647"),
        (
            SqlType::BigInt,
            "-9223372036854775808",
            "9223372036854775807",
        ),
        (SqlType::UnsignedTinyInt, "0", "255"),
        (SqlType::UnsignedSmallInt, "0", "65535"),
        (SqlType::UnsignedInteger, "0", "4294967295"),
        (SqlType::UnsignedBigInt, "0", "18446744073709551615"),
        (SqlType::Float, "-3.40282e38", "3.40282e38"),
        (
            SqlType::Double,
            "-1.7976931348623157e308",
            "2.2250738585072014e-308",
        ),
        (
            SqlType::Decimal(65, 30),
            "-99999999999999999999999999999999999.999999999999999999999999999999",
            "0.000000000000000000000000000001",
        ),
        (SqlType::Decimal(1, 0), "-9", "9"),
        (SqlType::Text, "''", "repeat('ü', 100000)"),
        (SqlType::Varchar(40), "''", "repeat('🦀', 40)"),
        (SqlType::Char(3), "''", "'€€€'"),
        (SqlType::Binary, "''", "x'00ff27'"),
        (SqlType::Date, "'1000-01-01'", "'9999-12-31'"),
        (SqlType::Time(None), "'-838:59:59'", "'838:59:59.000001'"),
        (SqlType::Time(Some(0)), "'-838:59:59'", "'838:59:59'"),
        (
            SqlType::Timestamp(None),
            "'1000-01-01 00:00:00'",
            "'9999-12-31 23:59:59.999999'",
        ),
        (
            SqlType::Timestamp(Some(0)),
            "'1000-01-01 00:00:00'",
            "'9999-12-31 23:59:59'",
        ),
        (
            SqlType::Timestamp(Some(3)),
            "'1000-01-01 00:00:00.001'",
            "'9999-12-31 23:59:59.999'",
        ),
        (
            SqlType::TimestampTz(None),
            "'1970-01-02 00:00:01'",
            "'2038-01-18 03:14:07.999999'",
        ),
        (
            SqlType::TimestampTz(Some(0)),
            "'1970-01-02 00:00:01'",
            "'2038-01-18 03:14:07'",
        ),
        (SqlType::Uuid, "repeat(x'00', 16)", "repeat(x'ff', 16)"),
        (SqlType::Json, "'null'", "'{\"a\": [1, \"ü\"]}'"),
        (SqlType::Jsonb, "'[]'", "'{}'"),
        (SqlType::Enum("mood".into()), "'sad'", "'it''s'"),
    ]
}

fn own() -> Vec<Case> {
    [
        ("mediumint", "-8388608", "8388607"),
        ("mediumint unsigned", "0", "16777215"),
        ("int(5) zerofill", "0", "4294967295"),
        ("float(7,3)", "-9999.999", "9999.999"),
        ("double(10,2)", "-1.25", "99999999.99"),
        ("float unsigned", "0", "1.5"),
        ("decimal(10,2) unsigned", "0", "99999999.99"),
        ("bit", "b'0'", "b'1'"),
        ("bit(64)", "b'0'", "~0"),
        ("char(0)", "''", "''"),
        (
            "char(5) CHARACTER SET latin1 COLLATE latin1_bin",
            "''",
            "'äöüß!'",
        ),
        (
            "varchar(9) CHARACTER SET ascii COLLATE ascii_general_ci",
            "''",
            "'~~~~~~~~~'",
        ),
        ("varchar(5) COLLATE utf8mb4_bin", "'a'", "'A'"),
        ("tinytext", "''", "repeat('x', 255)"),
        ("text", "''", "repeat('x', 65535)"),
        ("mediumtext", "''", "repeat('x', 70000)"),
        (
            "text CHARACTER SET latin1 COLLATE latin1_swedish_ci",
            "''",
            "'ß'",
        ),
        ("binary(4)", "x'00000000'", "x'ffffffff'"),
        ("varbinary(4)", "''", "x'ffffffff'"),
        ("tinyblob", "''", "repeat(x'ff', 255)"),
        ("blob", "''", "repeat(x'ff', 65535)"),
        ("mediumblob", "''", "repeat(x'ff', 70000)"),
        ("year", "1901", "2155"),
        ("enum('a','b,c','d''e','')", "'a'", "'d''e'"),
        ("set('a','b','c')", "''", "'a,b,c'"),
        (
            "geometry",
            "ST_GeomFromText('POINT(0 0)')",
            "ST_GeomFromText('LINESTRING(0 0,1 1)')",
        ),
        (
            "point",
            "ST_GeomFromText('POINT(-1 -1)')",
            "ST_GeomFromText('POINT(1 1)')",
        ),
        (
            "linestring",
            "ST_GeomFromText('LINESTRING(0 0,1 1)')",
            "NULL",
        ),
        (
            "polygon",
            "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')",
            "NULL",
        ),
        (
            "multipoint",
            "ST_GeomFromText('MULTIPOINT(0 0,1 1)')",
            "NULL",
        ),
        (
            "multilinestring",
            "ST_GeomFromText('MULTILINESTRING((0 0,1 1))')",
            "NULL",
        ),
        (
            "multipolygon",
            "ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')",
            "NULL",
        ),
        (
            "geometrycollection",
            "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(0 0))')",
            "NULL",
        ),
    ]
    .map(|(spelling, least, greatest)| (native(spelling), least, greatest))
    .into()
}

/// What MariaDB has and MySQL has not.
fn of_mariadb() -> Vec<Case> {
    [
        (
            "uuid",
            "'00000000-0000-0000-0000-000000000000'",
            "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
        ),
        ("inet4", "'0.0.0.0'", "'255.255.255.255'"),
        ("inet6", "'::'", "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'"),
    ]
    .map(|(spelling, least, greatest)| (native(spelling), least, greatest))
    .into()
}

fn with(columns: impl IntoIterator<Item = Column>) -> Schema {
    let mut schema = schema([t(columns)]);
    let mood = EnumType {
        name: "mood".into(),
        values: ["sad", "ok", "it's"].map(str::to_owned).into(),
    };
    schema.enums.insert(mood.name.clone(), mood);
    schema
}

fn name(at: usize) -> String {
    format!("c{at}")
}

#[test]
fn every_type_is_read_as_it_was_written_and_keeps_its_values() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let mut cases: Vec<Case> = portable().into_iter().chain(own()).collect();
    if live.rows("SELECT VERSION()")[0].contains("MariaDB") {
        cases.extend(of_mariadb());
    }
    live.run("SET time_zone = '+00:00'");
    let columns = |others: bool| {
        let columns = cases.iter().enumerate();
        with(columns.map(|(at, (ty, _, _))| {
            let mut column = Column::new(name(at), ty.clone());
            if others {
                // Restated as a whole, for another reason.
                column.comment = Some("changed".to_owned());
            }
            column
        }))
    };
    let done = live.migrate(&columns(false));
    // What is read is spelled as what was written: the same models again.
    let found = introspect(&mut live.database).unwrap();
    assert_eq!(found.tables[&"t".into()].columns.len(), cases.len() + 1);
    for at in 1..=2 {
        let values: Vec<&str> = (cases.iter())
            .map(|(_, least, greatest)| if at == 1 { *least } else { *greatest })
            .collect();
        live.run(&format!(
            "INSERT INTO t VALUES ({at}, {})",
            values.join(", ")
        ));
    }
    live.run("INSERT INTO t () VALUES ()");
    // The driver has no values of geometry.
    let digests: Vec<String> = (0..cases.len())
        .map(|at| format!("MD5({})", name(at)))
        .collect();
    let all = format!("SELECT id, {} FROM t ORDER BY id", digests.join(", "));
    let held = live.rows(&all);
    assert!(
        held[2].split('|').skip(1).all(|value| value == "NULL"),
        "{held:?}"
    );
    // Each is the value that was given.
    for (at, (ty, least, greatest)) in cases.iter().enumerate() {
        let column = name(at);
        for (id, value) in [(1, least), (2, greatest)] {
            let same = match ty {
                // The server compares JSON and floats in ways of its own.
                SqlType::Json | SqlType::Jsonb | SqlType::Float => continue,
                _ if *value == "NULL" => format!("{column} IS NULL"),
                SqlType::Native(_) if value.contains("GeomFrom") => {
                    format!("ST_AsText({column}) = ST_AsText({value})")
                }
                _ => format!("{column} = {value}"),
            };
            let count = live.rows(&format!(
                "SELECT count(*) FROM t WHERE id = {id} AND {same}"
            ));
            assert_eq!(count, ["1"], "{}: {same}", ty.describe());
        }
    }
    let changed = live.migrate(&columns(true));
    assert_eq!(live.rows(&all), held);
    live.back(&changed);
    assert_eq!(live.rows(&all), held);
    live.back(&done);
}

#[test]
fn every_type_comes_and_goes_as_a_column_of_a_table_with_rows() {
    let Some(mut live) = Live::new(&with([]), "INSERT INTO t () VALUES (), ()") else {
        return;
    };
    for (ty, least, _) in portable().into_iter().chain(own()) {
        let what = ty.describe();
        let done = live.migrate(&with([Column::new("a", ty)]));
        live.run(&format!("UPDATE t SET a = {least} WHERE id = 1"));
        assert_eq!(live.rows("SELECT count(a) FROM t"), ["1"], "{what}");
        live.back(&done);
        assert_eq!(live.rows("SELECT count(*) FROM t"), ["2"], "{what}");
    }
}

#[test]
fn values_go_with_the_type_and_come_back() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    for (from, to, value) in [
        (SqlType::Integer, SqlType::BigInt, "-7"),
        (SqlType::BigInt, SqlType::Text, "'42'"),
        (SqlType::Varchar(40), SqlType::Text, "'ü'"),
        (
            SqlType::Varchar(40),
            native("text CHARACTER SET latin1 COLLATE latin1_bin"),
            "'ü'",
        ),
        (SqlType::Text, SqlType::Json, "'{}'"),
        (SqlType::Text, SqlType::Date, "'2020-02-29'"),
        (SqlType::Varchar(9), SqlType::Enum("mood".into()), "'ok'"),
        (SqlType::Enum("mood".into()), SqlType::Text, "'it''s'"),
        (SqlType::Decimal(10, 2), SqlType::Double, "1.25"),
        (
            SqlType::Timestamp(None),
            SqlType::TimestampTz(None),
            "'2020-02-29 12:00:00.5'",
        ),
        (SqlType::Date, SqlType::Timestamp(Some(0)), "'2020-02-29'"),
        (native("year"), SqlType::SmallInt, "1999"),
        (native("bit(8)"), SqlType::SmallInt, "129"),
        (native("set('a','b')"), SqlType::Varchar(20), "'a,b'"),
        (SqlType::Bool, SqlType::TinyInt, "1"),
        (SqlType::Uuid, native("varbinary(16)"), "repeat(x'f0', 16)"),
    ] {
        live.reset();
        let what = format!("{} to {}", from.describe(), to.describe());
        live.run("SET time_zone = '+00:00'");
        live.migrate(&with([Column::new("a", from)]));
        live.run(&format!("INSERT INTO t (a) VALUES ({value}), (NULL)"));
        let before = live.rows("SELECT * FROM t ORDER BY id");
        let done = live.migrate(&with([Column::new("a", to)]));
        assert_eq!(live.rows("SELECT count(a) FROM t"), ["1"], "{what}");
        live.back(&done);
        assert_eq!(live.rows("SELECT * FROM t ORDER BY id"), before, "{what}");
    }
}

/// Of values that do not fit nothing is cut off or made up.
#[test]
fn values_that_do_not_fit_stay() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    for (from, to, value) in [
        (SqlType::BigInt, SqlType::Integer, "2147483648"),
        (SqlType::Integer, SqlType::UnsignedInteger, "-1"),
        (SqlType::Text, SqlType::Varchar(3), "'four'"),
        (SqlType::Text, SqlType::Integer, "'x'"),
        (SqlType::Text, SqlType::Json, "'no JSON'"),
        (SqlType::Text, SqlType::Date, "'2020-02-30'"),
        (SqlType::Varchar(9), SqlType::Enum("mood".into()), "'glad'"),
        (SqlType::Decimal(10, 2), SqlType::Decimal(4, 2), "12345.67"),
        (
            SqlType::Text,
            native("varchar(9) CHARACTER SET latin1"),
            "'€🦀'",
        ),
        (
            SqlType::Timestamp(Some(0)),
            SqlType::TimestampTz(Some(0)),
            "'2040-01-01'",
        ),
    ] {
        live.reset();
        let what = format!("{} to {}", from.describe(), to.describe());
        live.migrate(&with([Column::new("a", from.clone())]));
        live.run(&format!("INSERT INTO t (a) VALUES ({value})"));
        let before = live.rows("SELECT * FROM t");
        let operations = migrate_runtime::diff::diff(
            &with([Column::new("a", from.clone())]),
            &with([Column::new("a", to)]),
            &migrate_runtime::diff::RenameHints::default(),
        );
        assert!(live.apply(operations).is_err(), "{what} was done");
        assert_eq!(live.rows("SELECT * FROM t"), before, "{what}");
        live.assert_holds(&with([Column::new("a", from)]));
    }
}

/// A check that somebody wrote beside a column is a part of the column there.
#[test]
fn the_check_of_a_column_stays_when_the_column_changes() {
    let sql = "CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY, a int CHECK (a > 0), b int)";
    let Some(mut live) = Live::empty(sql) else {
        return;
    };
    let models = |ty, checked: bool| {
        let mut table = t([Column::new("a", ty), Column::new("b", SqlType::Integer)]);
        if checked {
            table.checks.push(check("t_a_check", "a > 0"));
        }
        schema([table])
    };
    live.forget(&models(SqlType::Integer, true));
    live.assert_holds(&models(SqlType::Integer, true));
    live.run("INSERT INTO t (a) VALUES (1)");
    let done = live.migrate(&models(SqlType::BigInt, true));
    let refused = live.database.batch("INSERT INTO t (a) VALUES (-1)");
    assert!(refused.is_err(), "{:?}", done.statements);
    live.back(&done);
    // It can go, too.
    live.migrate(&models(SqlType::Integer, false));
    live.run("INSERT INTO t (a) VALUES (-1)");
}
