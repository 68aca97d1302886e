//! Rows of the catalogue on a real database: the journey of their schemas, with rows in every table.

use super::support::check;
use crate::journey::{Asked, Journey, Refusal, Revision};
use migrate_runtime::autogenerate::PlanError;
use migrate_runtime::schema::{Column, Schema, SqlType, Table};

/// A database that the chain created, with rows of the case's own.
pub(super) fn with_rows(chain: &Schema, rows: &str) -> Journey {
    let mut journey = Journey::new(true);
    settle(&mut journey, chain);
    journey.run(rows);
    journey
}

/// A database that was made by hand, and the chain that knows it.
pub(super) fn by_hand(chain: &Schema, sql: &str) -> Journey {
    let mut journey = Journey::new(true);
    journey.run(sql);
    journey.adopt(chain);
    journey.assert_settled(chain);
    journey
}

/// Goes to those models and comes back and goes again; everything that must hold, holds.
#[track_caller]
pub(super) fn migrate(journey: &mut Journey, models: &Schema) -> Revision {
    migrate_as(journey, models, &Asked::default())
}

/// As [`migrate`], with flags and renames.
#[track_caller]
pub(super) fn migrate_as(journey: &mut Journey, models: &Schema, asked: &Asked) -> Revision {
    let result = journey.travel(models, asked);
    result.unwrap_or_else(|refusal| panic!("refused: {}", refusal.text()))
}

/// The way from one schema to the other, with rows in every table.
#[track_caller]
pub(super) fn there_and_back(chain: &Schema, models: &Schema) {
    let mut journey = Journey::new(true);
    settle(&mut journey, chain);
    fill(&mut journey, chain);
    migrate(&mut journey, models);
}

fn settle(journey: &mut Journey, chain: &Schema) {
    if let Err(refusal) = journey.migrate(chain, &Asked::default()) {
        panic!("the schema before: {}", refusal.text());
    }
}

/// A database that was made by hand, with rows: the chain says the same, so there is nothing to do.
#[track_caller]
pub(super) fn nothing_to_do(sql: &str, chain: &Schema) {
    let mut journey = Journey::new(true);
    journey.run(sql);
    fill(&mut journey, chain);
    journey.adopt(chain);
    let plan = journey.plan(chain, &Asked::default()).unwrap();
    assert!(plan.is_empty(), "{}", plan.in_words().join("; "));
    assert!(
        plan.drift.is_empty(),
        "{sql}: {:?}",
        plan.drift
            .iter()
            .map(|it| &it.description)
            .collect::<Vec<_>>()
    );
}

/// A database that has something on top of the chain: a revision that makes its tables again, and the way
/// back, leave that where it is.
#[track_caller]
pub(super) fn kept(sql: &str, chain: &Schema, expected: &str) {
    let mut journey = Journey::new(true);
    journey.run(sql);
    fill(&mut journey, chain);
    journey.adopt(chain);
    let mut models = chain.clone();
    for table in models.tables.values_mut() {
        table.checks.push(check("later", "id > 0"));
    }
    let done = migrate(&mut journey, &models);
    assert!(done.rebuilt(), "{:#?}", done.statements);
    for (models, back) in [(&models, true), (chain, false)] {
        let drift = journey.plan(models, &Asked::default()).unwrap().drift;
        assert!(
            drift.iter().any(|it| it.description.contains(expected)),
            "{sql}: {drift:?}"
        );
        if back {
            journey.back();
        }
    }
}

/// A database that was made by hand and is not what the chain says: no revision is made on top of it.
#[track_caller]
pub(super) fn refused(sql: &str, chain: &Schema, expected: &str) {
    let mut journey = Journey::new(true);
    journey.run(sql);
    journey.adopt(chain);
    match journey.migrate(chain, &Asked::default()) {
        Err(Refusal::Plan(error @ PlanError::Drift(_))) => {
            let text = error.to_string();
            assert!(text.contains(expected), "{sql}: {text}");
        }
        Err(other) => panic!("{sql}: {}", other.text()),
        Ok(_) => panic!("{sql}: no drift was found"),
    }
}

/// Three rows for each table, with other values in each; parents before children, which repeating does.
fn fill(journey: &mut Journey, schema: &Schema) {
    let mut empty: Vec<&Table> = schema.tables.values().collect();
    while !empty.is_empty() {
        let before = empty.len();
        let mut problem = String::new();
        empty.retain(|table| {
            for number in 10..13 {
                let result = migrate_runtime::connection::Session::batch(
                    &mut *journey.session(),
                    &insert(schema, table, number),
                );
                if let Err(error) = result {
                    problem = format!("{}: {error}", table.name);
                    return true;
                }
            }
            false
        });
        assert!(empty.len() < before, "no row fits: {problem}");
    }
}

fn insert(schema: &Schema, table: &Table, number: i64) -> String {
    let columns = || (table.columns.iter()).filter(|column| column.generated.is_none());
    let names: Vec<String> = columns()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let values: Vec<String> = columns()
        .map(|column| value(schema, column, number))
        .collect();
    format!(
        "INSERT INTO \"{}\" ({}) VALUES ({})",
        table.name,
        names.join(", "),
        values.join(", ")
    )
}

fn value(schema: &Schema, column: &Column, number: i64) -> String {
    match &column.ty {
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => format!("'it''s {number}'"),
        SqlType::Timestamp(_) => format!("'2026-01-{number} 12:00:00'"),
        SqlType::Bool => "1".to_owned(),
        SqlType::Enum(name) => format!("'{}'", schema.enums[name].values[0]),
        SqlType::Native(_) => format!("'point {number}'"),
        _ => number.to_string(),
    }
}
