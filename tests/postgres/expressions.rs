//! Expressions that only the server can compare.

use super::live::Live;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::Postgres;
use migrate_runtime::introspect::introspect_beside;
use migrate_runtime::schema::{
    Check, Column, DefaultValue, Generated, Index, IndexColumn, IndexKey, Name, Schema, SqlType,
    Table,
};

/// A table with an expression at every place; some columns for it to speak of.
fn with(check: &str, default: &str, generated: &str, key: &str, predicate: &str) -> Schema {
    let mut column = Column::new("d", SqlType::Double);
    column.default = Some(DefaultValue::Sql(default.into()));
    let mut computed = Column::new("g", SqlType::Text);
    computed.generated = Some(Generated {
        expression: generated.into(),
        stored: true,
    });
    let mut table = Table::new("t")
        .with_column(Column::new("a", SqlType::Integer))
        .with_column(Column::new("it's \"odd\"", SqlType::Varchar(40)))
        .with_column(Column::new("born", SqlType::Date))
        .with_column(Column::new("j", SqlType::Json))
        .with_column(column)
        .with_column(computed);
    table.checks.push(Check {
        name: Some("t_check".into()),
        expression: check.into(),
    });
    let mut index = Index::new("t_idx", Vec::<Name>::new());
    index.columns = vec![IndexColumn::new(IndexKey::Expression(key.into()))];
    index.predicate = Some(predicate.into());
    table.indexes.push(index);
    let mut schema = Schema::new();
    schema.insert(table);
    schema
}

/// In words that no canonical form brings together with the server's.
fn words() -> Schema {
    with(
        "extract(year from born) > 1900 and a not in (1, 2) is not false -- 'quoted' \"words\"",
        "random() * 10 + position('x' in 'ax')",
        "substring(\"it's \"\"odd\"\"\" from 1 for 3) || trim(both from 'it''s')",
        "overlay(\"it's \"\"odd\"\"\" placing 'x' from 2)",
        "(a, born) is distinct from (1, date '2020-01-01')",
    )
}

fn found(session: &mut dyn Session, chain: &Schema) -> Vec<String> {
    let database = introspect_beside(session, chain).unwrap();
    drift(chain, &database, &Postgres)
        .into_iter()
        .map(|drift| drift.description)
        .collect()
}

/// The database that the schema makes, without a look at what it became.
fn made(schema: &Schema) -> Option<Live> {
    let mut live = Live::empty("")?;
    let operations = migrate_runtime::diff::diff(
        &Schema::new(),
        schema,
        &migrate_runtime::diff::RenameHints::default(),
    );
    let statements = migrate_runtime::sql::render(&operations, &Schema::new(), &Postgres).unwrap();
    for statement in statements {
        live.run(statement.sql());
    }
    Some(live)
}

#[test]
fn the_server_says_what_its_own_words_mean() {
    let Some(mut live) = made(&words()) else {
        return;
    };
    assert_eq!(found(&mut live.database, &words()), [""; 0]);
    // Also within a transaction, which goes on.
    live.run("BEGIN; CREATE TABLE other (a int)");
    let extra = "table other is in the database and in no migration";
    assert_eq!(found(&mut live.database, &words()), [extra]);
    live.run("COMMIT");
    assert_eq!(
        live.rows("SELECT count(*) FROM pg_class WHERE relname LIKE '%migrate%'"),
        ["0"]
    );
    assert_eq!(live.rows("SELECT count(*) FROM other"), ["0"]);
}

#[test]
fn another_meaning_stays_a_difference() {
    let Some(mut live) = made(&words()) else {
        return;
    };
    let others = with(
        "extract(year from born) > 1901",
        "random() * 11 + position('x' in 'ax')",
        "substring(\"it's \"\"odd\"\"\" from 1 for 4)",
        "overlay(\"it's \"\"odd\"\"\" placing 'y' from 2)",
        "no_such_function(a) and and",
    );
    let lines = found(&mut live.database, &others);
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert!(
        lines.iter().all(|line| line.contains("is different")),
        "{lines:#?}"
    );
}

#[test]
fn who_may_not_write_cannot_tell() {
    let Some(mut live) = made(&words()) else {
        return;
    };
    live.run("SET default_transaction_read_only = on");
    let lines = found(&mut live.database, &words());
    // An older server spells more of them in its own way.
    let undecided = if live.version() < 14 { 5 } else { 3 };
    assert_eq!(lines.len(), undecided, "{lines:#?}");
    let line = "cannot tell whether t_idx on t differs: the connection may not write";
    assert!(lines.iter().any(|found| found == line), "{lines:#?}");
    live.run("SET default_transaction_read_only = off");
    live.run(
        "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM public', current_database()); END $$;
         CREATE ROLE migrate_reader; SET ROLE migrate_reader",
    );
    let lines = found(&mut live.database, &words());
    live.run("RESET ROLE; DROP OWNED BY migrate_reader; DROP ROLE migrate_reader");
    assert!(lines.iter().any(|found| found == line), "{lines:#?}");
}
