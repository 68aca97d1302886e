//! What the models' SQL still names, although it goes.

use super::{PlanError, renamed, schema, users};
use crate::Explain;
use crate::dialect::{Dialect, Mysql, Postgres, Sqlite};
use crate::schema::{Check, Column, EnumType, Generated, Index, Name, Schema, SqlType, Table};

fn planned(schemas: [&Schema; 2], dialect: &dyn Dialect, rename: &str) -> Result<(), PlanError> {
    renamed(schemas, Some(dialect), false, rename).map(drop)
}

/// Hits with a check, an index and a generated column of these texts.
fn hits(column: &str, [check, predicate, generated]: [&str; 3]) -> Table {
    let mut length = Column::new("length", SqlType::Integer);
    length.generated = Some(Generated {
        expression: generated.into(),
        stored: true,
    });
    let mut table = Table::new("hits")
        .with_column(Column::new(column, SqlType::Text))
        .with_column(length);
    table.checks.push(Check {
        name: Some("hits_ck".into()),
        expression: check.into(),
    });
    let mut index = Index::new("hits_idx", [column]);
    index.predicate = Some(predicate.into());
    table.indexes.push(index);
    table
}

#[test]
fn sql_that_reads_a_renamed_column_is_refused() {
    let old = ["page <> ''", "page <> 'page'", "length(page)"];
    let new = ["path <> ''", "path <> 'page'", "length(path)"];
    let chain = schema([hits("page", old)]);
    for dialect in [&Sqlite as &dyn Dialect, &Postgres, &Mysql] {
        let planned = |texts| {
            let models = schema([hits("path", texts)]);
            planned([&chain, &models], dialect, "hits.page:path")
        };
        let error = planned(old).unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"the models name columns that are gone: hits.length still names page, which is path now; the check hits_ck of hits still names page, which is path now; the index hits_idx still names page, which is path now");
            insta::assert_snapshot!(error.hints().join(""), @"write the columns of today in the model's SQL; nothing was written");
        }
        assert_eq!(planned(new), Ok(()));
    }
}

#[test]
fn sql_that_reads_a_dropped_column_is_refused() {
    let with = |columns: &[&str]| {
        let add = |table: Table, name: &&str| table.with_column(Column::new(*name, SqlType::Text));
        let mut table = columns.iter().fold(users(), add);
        table.checks.push(Check {
            name: Some("users_ck".into()),
            expression: "date > email".into(),
        });
        schema([table])
    };
    let error = planned([&with(&["date"]), &with(&[])], &Sqlite, "").unwrap_err();
    insta::assert_snapshot!(error, @"the models name columns that are gone: the check users_ck of users still names date, which the table has no more");
    assert_eq!(
        planned([&with(&["date"]), &with(&["date"])], &Sqlite, ""),
        Ok(())
    );
}

/// Visits of a kind; the check and the index say these values.
fn visits(values: &[&str], [check, predicate]: [&str; 2]) -> Schema {
    let mut table = Table::new("visits")
        .with_column(Column::new("kind", SqlType::Enum("visit_kind".into())))
        .with_column(Column::new("agent", SqlType::Text));
    table.checks.push(Check {
        name: Some("visits_ck".into()),
        expression: check.into(),
    });
    let mut index = Index::new("visits_bots", ["kind"]);
    index.predicate = Some(predicate.into());
    table.indexes.push(index);
    let mut schema = schema([table]);
    let values = values.iter().map(|&value| value.to_owned()).collect();
    let name = Name::from("visit_kind");
    (schema.enums).insert(name.clone(), EnumType { name, values });
    schema
}

#[test]
fn a_renamed_value_is_refused_where_the_database_renames_it_in_checks() {
    let old = ["kind <> 'bot' OR agent <> ''", "kind = 'bot'"];
    let new = ["kind <> 'robot' OR agent <> ''", "kind = 'robot'"];
    let chain = visits(&["human", "bot"], old);
    let planned = |texts, dialect| {
        let models = visits(&["human", "robot"], texts);
        planned([&chain, &models], dialect, "visit_kind.bot:robot")
    };
    let error = planned(old, &Postgres as &dyn Dialect).unwrap_err();
    insta::assert_snapshot!(error, @"the models name values that are gone: the check visits_ck of visits still speaks of 'bot', which is 'robot' now; the index visits_bots still speaks of 'bot', which is 'robot' now");
    insta::assert_snapshot!(error.hints().join("\n"), @r"
    write the new value in the model's SQL; nothing was written
    where it is text that a column of another type is compared with, write that column before it
    ");
    assert_eq!(planned(new, &Postgres), Ok(()));
    // Without a database, a build for PostgreSQL says it.
    let models = visits(&["human", "robot"], old);
    let from_chain = |values_wait| {
        let rename = "visit_kind.bot:robot";
        renamed([&chain, &models], None, values_wait, rename).map(drop)
    };
    assert_eq!(from_chain(true), Err(error));
    assert_eq!(from_chain(false), Ok(()));
    // Text of another column, which only looks like it.
    let other = ["kind <> 'human' OR agent <> 'bot'", "kind = 'robot'"];
    assert_eq!(planned(other, &Postgres), Ok(()));
    // Where enums are text, a comment in the file says it.
    assert_eq!(planned(old, &Sqlite), Ok(()));
    assert_eq!(planned(old, &Mysql), Ok(()));
}
