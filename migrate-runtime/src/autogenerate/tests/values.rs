//! Values of enum types and what uses them, in revisions of their own.

use super::{Flags, Plan, Request, plan, renamed, schema, users};
use crate::dialect::Postgres;
use crate::diff::{RenameFlags, RenameHints};
use crate::operation::describe;
use crate::schema::{Check, Column, DefaultValue, EnumType, Index, Name, Schema, SqlType, Value};

/// Users with a mood, of these values; the default is one of them.
fn moody(values: &[&str], default: Option<&str>) -> Schema {
    let mut mood = Column::new("mood", SqlType::Enum("mood".into()));
    mood.default = default.map(|text| DefaultValue::Value(Value::Text(text.to_owned())));
    let mut schema = schema([users().with_column(mood)]);
    let values = values.iter().map(|&value| value.to_owned()).collect();
    let name = Name::from("mood");
    (schema.enums).insert(name.clone(), EnumType { name, values });
    schema
}

fn planned(chain: &Schema, models: &Schema, values_wait: bool, concurrently: bool) -> Plan {
    let is_kept = |value: &String| models.enums.values().any(|it| it.values.contains(value));
    let mut gone = vec!["ok".to_owned()];
    gone.retain(|value| !is_kept(value));
    let gone = gone.iter().map(|value| format!("mood.{value}")).collect();
    let request = Request {
        chain,
        models,
        renamed_from: &RenameHints::default(),
        database: Some(super::Database {
            schema: chain,
            dialect: &Postgres,
        }),
        has_rows: &|_, _| false,
        values_wait,
        flags: &Flags {
            concurrently,
            renames: RenameFlags {
                renames: Vec::new(),
                drops: gone,
            },
            ..Flags::default()
        },
    };
    plan(&request, None).unwrap()
}

/// The parts in words, up and down.
fn parts(plan: &Plan) -> Vec<[String; 2]> {
    let all = std::iter::successors(Some(plan), |plan| plan.then.as_deref());
    let words = |operations: &[crate::operation::Operation]| {
        operations
            .iter()
            .map(describe)
            .collect::<Vec<_>>()
            .join("; ")
    };
    all.map(|plan| [words(&plan.upgrade), words(&plan.downgrade)])
        .collect()
}

fn moved(from: &Schema, to: &Schema) -> Vec<[String; 2]> {
    parts(&planned(from, to, true, false))
}

#[test]
fn a_new_value_that_is_the_default_comes_first() {
    let from = moody(&["sad", "ok"], Some("ok"));
    let to = moody(&["sad", "ok", "glad"], Some("glad"));
    assert_eq!(
        moved(&from, &to),
        [
            [
                "changed enum mood (sad, ok, glad)",
                "changed enum mood (sad, ok)"
            ],
            [
                "changed users.mood: DEFAULT 'glad'",
                "changed users.mood: DEFAULT 'ok'"
            ],
        ]
    );
    // Where no database of the build minds, it is one revision.
    assert_eq!(parts(&planned(&from, &to, false, false)).len(), 1);
}

#[test]
fn a_new_value_that_nothing_uses_stays_with_the_rest() {
    let from = moody(&["sad", "ok"], Some("ok"));
    let mut to = moody(&["sad", "ok", "glad"], Some("sad"));
    let users = to.tables.values_mut().next().unwrap();
    users.columns.push(Column::new("bio", SqlType::Text));
    assert_eq!(moved(&from, &to).len(), 1);
}

#[test]
fn a_value_of_the_default_goes_after_the_default() {
    let from = moody(&["sad", "ok", "glad"], Some("glad"));
    let to = moody(&["sad", "ok"], Some("ok"));
    assert_eq!(
        moved(&from, &to),
        [
            [
                "changed users.mood: DEFAULT 'ok'",
                "changed users.mood: DEFAULT 'glad'"
            ],
            [
                "changed enum mood (sad, ok)",
                "changed enum mood (sad, ok, glad)"
            ],
        ]
    );
}

#[test]
fn one_value_takes_the_place_of_another_as_the_default() {
    let from = moody(&["sad", "ok"], Some("ok"));
    let to = moody(&["sad", "fine"], Some("fine"));
    assert_eq!(
        moved(&from, &to),
        [
            [
                "changed enum mood (sad, fine, ok)",
                "changed enum mood (sad, ok)"
            ],
            [
                "changed users.mood: DEFAULT 'fine'",
                "changed users.mood: DEFAULT 'ok'"
            ],
            [
                "changed enum mood (sad, fine)",
                "changed enum mood (sad, fine, ok)"
            ],
        ]
    );
}

#[test]
fn checks_predicates_and_new_columns_use_values_too() {
    let from = moody(&["sad", "ok"], None);
    let change = |change: &dyn Fn(&mut crate::schema::Table)| {
        let mut to = moody(&["sad", "ok", "it's"], None);
        change(to.tables.values_mut().next().unwrap());
        moved(&from, &to).len()
    };
    assert_eq!(
        change(&|users| users.checks.push(Check {
            name: Some("users_mood".into()),
            expression: "mood <> 'it''s'".into(),
        })),
        2
    );
    assert_eq!(
        change(&|users| users.indexes.push(Index {
            predicate: Some("mood = 'it''s'".into()),
            ..Index::new("users_mood_idx", ["id"])
        })),
        2
    );
    let list = || {
        Column::new(
            "all",
            SqlType::Array(Box::new(SqlType::Enum("mood".into()))),
        )
    };
    assert_eq!(
        change(&|users| {
            let mut list = list();
            list.default = Some(DefaultValue::Sql(
                "'{ok,it''s}'".replace("''", "").as_str().into(),
            ));
            users.columns.push(list);
        }),
        1,
        "that is not the value"
    );
    assert_eq!(
        change(&|users| {
            let mut list = list();
            list.default = Some(DefaultValue::Sql("array['it''s'::mood]".into()));
            users.columns.push(list);
        }),
        2
    );
    // Text that is equal to a value is none.
    assert_eq!(
        change(&|users| {
            let mut note = Column::new("note", SqlType::Text);
            note.default = Some(DefaultValue::Value(Value::Text("it's".to_owned())));
            users.columns.push(note);
        }),
        1
    );
}

#[test]
fn indexes_made_concurrently_come_last() {
    let from = moody(&["sad", "ok"], Some("ok"));
    let mut to = moody(&["sad", "ok", "glad"], Some("glad"));
    let users = to.tables.values_mut().next().unwrap();
    users.indexes.push(Index::new("users_id_idx", ["id"]));
    let plan = planned(&from, &to, true, true);
    let parts = parts(&plan);
    assert_eq!(parts.len(), 3, "{parts:?}");
    assert_eq!(parts[2][0], "added users_id_idx on users (id)");
    let last = plan.then.and_then(|plan| plan.then).unwrap();
    assert!(last.outside_transaction);
}

/// The type has another name, and all of its values.
#[test]
fn a_type_that_is_renamed_keeps_the_rows() {
    let of = |name: &str, values: &[&str]| {
        let mut schema =
            schema([users().with_column(Column::new("mood", SqlType::Enum(name.into())))]);
        let values = values.iter().map(|&value| value.to_owned()).collect();
        let name = Name::from(name);
        (schema.enums).insert(name.clone(), EnumType { name, values });
        schema
    };
    let (chain, same, fewer) = (
        of("mood", &["sad", "happy"]),
        of("feeling", &["sad", "happy"]),
        of("feeling", &["sad"]),
    );
    let planned = |models: &Schema, rename| renamed([&chain, models], None, false, rename);
    let named = planned(&same, "mood:feeling").unwrap();
    assert_eq!(named, planned(&same, "").unwrap());
    assert!(
        !named.destructive && named.findings.is_empty(),
        "{:?}",
        named.findings
    );
    assert!(planned(&same, "mood:other").is_err());
    let fewer = planned(&fewer, "mood:feeling").unwrap();
    assert!(!fewer.destructive);
    insta::assert_snapshot!(fewer.findings[0].message, @"fails if a value does not fit, users.mood: not every ENUM mood fits ENUM feeling");
}
