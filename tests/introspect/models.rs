//! The models of an existing database: they are formatted, compile, and make the same schema again.

use super::written;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use insta::assert_snapshot;
use migrate_runtime::Model;
use migrate_runtime::connection::session;
use migrate_runtime::dialect::{Dialect, Sqlite};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::model::TableDef;
use migrate_runtime::schema::Schema;
use migrate_runtime::source::models::{ModelsOptions, ModelsSource, models_source};

const NASTY: &str = include_str!("nasty.sql");

fn read(sql: &str) -> Schema {
    let mut connection = SqliteConnection::establish(":memory:").expect("memory is there");
    connection.batch_execute(sql).expect("SQLite takes it");
    introspect(&mut session(&mut connection)).expect("it can be read")
}

fn models(sql: &str) -> ModelsSource {
    models_source(&read(sql), &Sqlite, &ModelsOptions::default())
}

/// `written.rs` is what comes out of `nasty.sql`, but for the word that keeps it out of a `schema!`.
#[test]
fn the_written_models_are_those_that_compile() {
    let written = models(NASTY);
    assert_eq!(
        (written.expressible, written.total),
        (5, 5),
        "{:?}",
        written.inexpressible
    );
    let source = written
        .source
        .replace("pub struct", "#[model(unlisted)]\npub struct");
    let path = crate::cli::project::repository().join("tests/introspect/written.rs");
    if std::env::var_os("MIGRATE_BLESS").is_some() {
        std::fs::write(&path, &source).unwrap();
    }
    assert_eq!(source, std::fs::read_to_string(path).unwrap());
}

#[test]
fn the_written_models_make_the_same_schema() {
    const TABLES: [TableDef; 5] = [
        written::Country::TABLE,
        written::Team::TABLE,
        written::Type::TABLE,
        written::User::TABLE,
        written::UsersBest::TABLE,
    ];
    let mut models = Schema::new();
    for table in TABLES {
        models.insert(table.lower());
    }
    let [models, database] =
        [&models, &read(NASTY)].map(|schema| Sqlite.normalize(&Sqlite.physical(schema)));
    let none = Vec::new();
    assert_eq!(diff(&models, &database, &RenameHints::default()), none);
    assert_eq!(diff(&database, &models, &RenameHints::default()), none);
}

#[test]
fn what_no_model_can_say_is_listed() {
    let written = models(
        "CREATE TABLE log (line TEXT);
        CREATE TABLE p (id INTEGER PRIMARY KEY, x INT);
        CREATE TABLE c (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES p ON DELETE SET NULL,
            b INT REFERENCES gone, d INT REFERENCES p(x), e INT REFERENCES log);
        CREATE VIEW v AS SELECT 1;
        CREATE TRIGGER p AFTER INSERT ON p BEGIN SELECT 1; END;
        CREATE VIRTUAL TABLE search USING fts5(body)",
    );
    assert_eq!((written.expressible, written.total), (2, 3));
    assert_eq!(written.models, ["C", "Log", "P"]);
    let lines: Vec<String> = written
        .inexpressible
        .iter()
        .map(|item| format!("{}: {}: {}", item.table, item.object, item.reason))
        .collect();
    assert_snapshot!(lines.join("\n"), @r#"
    c: foreign key (a) to p: it sets a column to NULL that cannot be NULL
    c: foreign key (b) to gone: there is no model of `gone`
    c: foreign key (d) to p (x): the columns it refers to are neither the primary key nor unique, so SQLite refuses changes to its rows
    c: foreign key (e) to log: it has another number of columns than the key it refers to
    v: the view: it belongs to no model; it is kept as it is
    p: the trigger: it belongs to no model; it is kept as it is
    search: the virtual table: it belongs to no model; it is kept as it is
    "#);
}

#[test]
fn a_wide_table_goes_without_diesel() {
    let columns: String = (0..40)
        .map(|number| format!(", c{number} INT"))
        .collect::<Vec<_>>()
        .concat();
    let written = models(&format!(
        "CREATE TABLE wide (key TEXT NOT NULL PRIMARY KEY{columns});
        CREATE TABLE part (id INTEGER PRIMARY KEY, whole TEXT REFERENCES wide)"
    ));
    // There is no `table!` that could be joined.
    assert!(
        written
            .source
            .contains("references = Wide, joinable = false")
    );
    let head: String = written
        .source
        .lines()
        .skip_while(|line| *line != "/// A row of `wide`.")
        .take(4)
        .collect::<Vec<_>>()
        .join("\n");
    assert_snapshot!(head, @r#"
    /// A row of `wide`.
    #[derive(Debug, Model)]
    #[model(table = "wide", primary_key(key))]
    pub struct Wide {
    "#);
}
