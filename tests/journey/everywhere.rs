//! Journeys on every kind of database: each with rows, up, down and up again.

use super::cases::{goes, refusal, renames, schema, started_on, table};
use super::{Asked, Journey};
use crate::databases::each_of_its_own;
use migrate_runtime::schema::{
    Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Index, Name, ReferentialAction,
    Schema, SqlType, Table, Unique, Value,
};

/// On a database of each kind, with the first schema and rows.
fn each(chain: &Schema, rows: &str, test: impl Fn(&mut Journey)) {
    each_of_its_own(|database| {
        test(&mut started_on(Journey::on(database), chain, rows));
    });
}

fn short() -> SqlType {
    SqlType::Varchar(40)
}

fn key(name: &str, columns: &[&str]) -> Unique {
    Unique {
        name: Some(name.into()),
        columns: columns.iter().map(|&column| column.into()).collect(),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

fn reference(name: &str, column: &str, target: &str, of_target: &str) -> ForeignKey {
    ForeignKey {
        name: Some(name.into()),
        columns: vec![Name::from(column)],
        target: target.into(),
        target_columns: vec![Name::from(of_target)],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    }
}

fn seven() -> DefaultValue {
    DefaultValue::Value(Value::Integer(7))
}

#[test]
fn columns_and_tables_swap_their_names() {
    let text = || SqlType::Text;
    let from = schema([table("t", &[("a", text()), ("b", text())])]);
    each(
        &from,
        "INSERT INTO t (a, b) VALUES ('was a', 'was b')",
        |journey| {
            goes(journey, &from, &renames(&["t.a:b", "t.b:a"]));
            assert_eq!(journey.rows("SELECT a, b FROM t"), ["was b|was a"]);
        },
    );

    let from = schema([table("t", &[("a", text())]), table("u", &[("b", text())])]);
    let to = schema([table("u", &[("a", text())]), table("t", &[("b", text())])]);
    each(&from, "INSERT INTO t (a) VALUES ('was in t')", |journey| {
        goes(journey, &to, &renames(&["t:u", "u:t"]));
        assert_eq!(journey.rows("SELECT a FROM u"), ["was in t"]);
    });
}

#[test]
fn a_rule_that_names_its_own_table_survives_a_change() {
    let side = |nullable: bool| {
        let mut table = table("t", &[("a", SqlType::Integer)]);
        table.columns[1].nullable = nullable;
        table.checks.push(Check {
            name: Some("t_a".into()),
            expression: "a > 0".into(),
        });
        schema([table])
    };
    each(&side(true), "INSERT INTO t (a) VALUES (1)", |journey| {
        goes(journey, &side(false), &Asked::default());
    });
}

/// A parent that is referred to by a key of its own, and a child.
fn family(of_parent: &str, of_child: &str, check: &str) -> Schema {
    let mut parent = table("parent", &[("code", short())]);
    parent.uniques.push(key(of_parent, &["code"]));
    let mut child = table("child", &[("code", short()), ("amount", SqlType::Integer)]);
    (child.foreign_keys).push(reference(of_child, "code", "parent", "code"));
    child.checks.push(Check {
        name: Some(check.into()),
        expression: "amount > 0".into(),
    });
    schema([parent, child])
}

const FAMILY: &str = "INSERT INTO parent (code) VALUES ('x'), ('y'); \
                      INSERT INTO child (code, amount) VALUES ('x', 1), ('y', 2), ('y', 3)";

#[test]
fn constraints_get_other_names() {
    let from = family("parent_code_key", "child_code_fkey", "child_amount_check");
    let to = family("one_code", "of_parent", "is_positive");
    each(&from, FAMILY, |journey| {
        let revision = journey.travel(&to, &Asked::default());
        let revision = revision.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
        insta::assert_snapshot!(revision.plan.in_words().join("\n"), @r"
        renamed constraint child_code_fkey to of_parent on child
        renamed constraint child_amount_check to is_positive on child
        renamed constraint parent_code_key to one_code on parent
        ");
    });
}

#[test]
fn a_key_that_others_refer_to_and_their_columns_are_renamed() {
    let from = family("parent_code_key", "child_code_fkey", "child_amount_check");
    let mut parent = table("parent", &[("slug", short())]);
    parent.uniques.push(key("parent_slug_key", &["slug"]));
    let mut kid = table("kid", &[("slug", short()), ("amount", SqlType::BigInt)]);
    (kid.foreign_keys).push(reference("kid_slug_fkey", "slug", "parent", "slug"));
    let to = schema([parent, kid]);
    let asked = renames(&["parent.code:slug", "child:kid", "kid.code:slug"]);
    each(&from, FAMILY, |journey| {
        goes(journey, &to, &asked);
        let rows = "SELECT slug, amount FROM kid ORDER BY amount";
        assert_eq!(journey.rows(rows), ["x|1", "y|2", "y|3"]);
    });
}

#[test]
fn columns_change_with_their_rows() {
    let from = schema([table(
        "t",
        &[
            ("small", SqlType::Integer),
            ("name", short()),
            ("gone", SqlType::Text),
        ],
    )]);
    let mut after = table("t", &[("small", SqlType::BigInt), ("name", short())]);
    after.columns[1] = Column::new("small", SqlType::BigInt)
        .with_default(seven())
        .not_null();
    after.columns[2] = Column::new("name", SqlType::Varchar(80)).not_null();
    (after.columns).push(Column::new("fresh", SqlType::Integer).with_default(seven()));
    after.indexes.push(Index::new("t_name_idx", ["name"]));
    after.uniques.push(key("t_both_key", &["small", "name"]));
    let rows = "INSERT INTO t (small, name, gone) VALUES (1, 'a', 'x'), (2, 'b', NULL)";
    each(&from, rows, |journey| {
        goes(journey, &schema([after.clone()]), &Asked::default());
        let rows = "SELECT small, name, fresh FROM t ORDER BY id";
        assert_eq!(journey.rows(rows), ["1|a|7", "2|b|7"]);
    });
}

#[test]
fn rows_in_the_way_are_counted_and_kept() {
    let from = schema([table("t", &[("a", SqlType::Integer)])]);
    let mut required = table("t", &[("a", SqlType::Integer)]);
    required.columns[1].nullable = false;
    let mut unique = table("t", &[("a", SqlType::Integer)]);
    unique.uniques.push(key("t_a_key", &["a"]));
    let rows = "INSERT INTO t (a) VALUES (1), (1), (NULL)";
    each(&from, rows, |journey| {
        let text = refusal(journey, &schema([required.clone()]));
        assert!(text.contains("operation 1, alter_column"), "{text}");
        let text = refusal(journey, &schema([unique.clone()]));
        assert!(text.contains("operation 1, add_unique"), "{text}");
        assert_eq!(journey.rows("SELECT count(*) FROM t"), ["3"]);
    });
}

/// Text with a check, a type of its own or inline, as the database has it.
fn mooded(values: &[&str], default: Option<&str>) -> Schema {
    let mut mood = Column::new("mood", SqlType::Enum("mood".into()));
    mood.default = default.map(|value| DefaultValue::Value(Value::Text(value.to_owned())));
    let mut schema = schema([Table {
        columns: vec![Column::new("id", SqlType::BigInt).not_null(), mood],
        ..Table::new("t").with_primary_key(["id"])
    }]);
    let values = values.iter().map(|&value| value.to_owned()).collect();
    let name = Name::from("mood");
    (schema.enums).insert(name.clone(), EnumType { name, values });
    schema
}

#[test]
fn an_enum_gets_values_in_every_place() {
    let from = mooded(&["glad", "sad"], Some("glad"));
    let to = mooded(&["new", "glad", "between", "sad", "last"], Some("sad"));
    let rows = "INSERT INTO t (id, mood) VALUES (1, 'glad'), (2, 'sad'), (3, NULL)";
    each(&from, rows, |journey| {
        goes(journey, &to, &Asked::default());
        let glad = "SELECT id FROM t WHERE mood = 'glad'";
        assert_eq!(journey.rows(glad), ["1"]);
        let sorted = "SELECT id FROM t WHERE mood IS NOT NULL ORDER BY mood";
        assert_eq!(journey.rows(sorted), ["1", "2"]);
    });
}

#[test]
fn what_is_a_default_and_in_a_check_gets_another_name() {
    let side = |first: &str, tables: &[&str]| {
        let values = vec![first.to_owned(), "sad".to_owned()];
        let with = |name: &&str| {
            let mut mood = Column::new("mood", SqlType::Enum("mood".into())).not_null();
            mood.default = Some(DefaultValue::Value(Value::Text(first.to_owned())));
            let mut table = table(name, &[]);
            table.columns.push(mood);
            table.checks.push(Check {
                name: Some(format!("{name}_moods").into()),
                expression: format!("mood = '{first}' OR mood = 'sad'").as_str().into(),
            });
            table
        };
        let mut schema = schema(tables.iter().map(with));
        let name = Name::from("mood");
        (schema.enums).insert(name.clone(), EnumType { name, values });
        schema
    };
    let rows = "INSERT INTO t (id) VALUES (1); INSERT INTO t (id, mood) VALUES (2, 'sad')";
    each(&side("ok", &["t", "gone"]), rows, |journey| {
        let asked = renames(&["mood.ok:fine"]);
        goes(journey, &side("fine", &["t", "new"]), &asked);
        journey.run("INSERT INTO t (id) VALUES (3)");
        let fine = "SELECT id FROM t WHERE mood = 'fine' ORDER BY id";
        assert_eq!(journey.rows(fine), ["1", "3"]);
    });
}

#[test]
fn tables_that_refer_to_each_other_come_and_go() {
    let circle = || {
        let mut a = table("a", &[("of_b", SqlType::BigInt)]);
        (a.foreign_keys).push(reference("a_of_b_fkey", "of_b", "b", "id"));
        let mut b = table("b", &[("of_a", SqlType::BigInt), ("of_b", SqlType::BigInt)]);
        (b.foreign_keys).push(reference("b_of_a_fkey", "of_a", "a", "id"));
        (b.foreign_keys).push(reference("b_of_b_fkey", "of_b", "b", "id"));
        [a, b, table("other", &[])]
    };
    let alone = schema([table("other", &[])]);
    each(&alone, "SELECT 1", |journey| {
        goes(journey, &schema(circle()), &Asked::default());
    });
    let rows = "INSERT INTO a (id) VALUES (1); INSERT INTO b (id, of_a, of_b) VALUES (1, 1, 1); \
                UPDATE a SET of_b = 1";
    each(&schema(circle()), rows, |journey| {
        goes(journey, &alone, &Asked::default());
    });
}

#[test]
fn a_check_that_names_what_is_renamed_is_refused_where_the_database_would_not_follow() {
    let hits = |column: &str, bot: &str, said: [&str; 2]| {
        let kind = ("kind", SqlType::Enum("kind".into()));
        let mut table = table("hits", &[(column, short()), kind]);
        let [named, of_kind] = said;
        table.checks.push(Check {
            name: Some("hits_ck".into()),
            expression: format!("{named} <> '' OR kind = '{of_kind}'")
                .as_str()
                .into(),
        });
        let mut schema = schema([table]);
        let values = vec!["human".to_owned(), bot.to_owned()];
        let name = Name::from("kind");
        (schema.enums).insert(name.clone(), EnumType { name, values });
        schema
    };
    let from = hits("page", "bot", ["page", "bot"]);
    let rows = "INSERT INTO hits (id, page, kind) VALUES (1, '', 'bot')";
    each(&from, rows, |journey| {
        let refused = |journey: &mut Journey, models: &Schema, asked: &[&str]| {
            let result = journey.travel(models, &renames(asked));
            result.unwrap_err().text()
        };
        let column = hits("path", "bot", ["page", "bot"]);
        let said = refused(journey, &column, &["hits.page:path"]);
        assert!(
            said.contains("still names page, which is path now"),
            "{said}"
        );
        let value = hits("page", "robot", ["page", "bot"]);
        if journey.dialect().capabilities().enum_types {
            let said = refused(journey, &value, &["kind.bot:robot"]);
            assert!(said.contains("still speaks of 'bot'"), "{said}");
        }
        let to = hits("path", "robot", ["path", "robot"]);
        goes(
            journey,
            &to,
            &renames(&["hits.page:path", "kind.bot:robot"]),
        );
        let robots = "SELECT id FROM hits WHERE path = '' AND kind = 'robot'";
        assert_eq!(journey.rows(robots), ["1"]);
    });
}
