//! `ignore`: what is left out of every comparison with the database.

use super::chains::run;
use crate::databases::{Database, each, sqlite};
use migrate_runtime::Explain;
use migrate_runtime::autogenerate::{Flags, Ignore};
use migrate_runtime::command::{self, RevisionRequest, autogenerate};
use migrate_runtime::migration::{
    BigInt, ColumnDef, ConstraintDef, Integer, Migration, Text, column as col, create_table,
    integer, options, primary_key, table_name,
};
use migrate_runtime::model::{ModelColumn, SchemaDef, TableDef};
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::{
    Attached, AttachedKind, Column, Deferrable, Index, Name, Schema, SqlType, Table, TableName,
    Unique,
};
use migrate_runtime::source::models::ModelsOptions;

const COLUMNS: [ColumnDef; 3] = [
    col("id", BigInt).not_null(),
    col("title", Text),
    col("price", Integer).default(integer(18)),
];
const KEY: &[ConstraintDef] = &[primary_key(&["id"])];

const fn model(field: &'static str, column: ColumnDef) -> ModelColumn {
    ModelColumn {
        field,
        column,
        enum_type: None,
        renamed_from: None,
    }
}

const BOOKS: &[TableDef] = &[TableDef {
    model: "Book",
    name: table_name("books"),
    columns: &[
        model("id", COLUMNS[0]),
        model("title", COLUMNS[1]),
        model("price", COLUMNS[2]),
    ],
    constraints: KEY,
    indexes: &[],
    comment: None,
    options: options(),
    renamed_from: None,
}];

const CHAIN: &[Migration] =
    &[Migration::new("1").upgrade(&[create_table("books", &COLUMNS).constraints(KEY)])];

const fn schema(ignore: &'static [&'static str]) -> SchemaDef {
    SchemaDef {
        version_table: None,
        chain: "tests",
        models: BOOKS,
        unmanaged: &[],
        ignore,
        include: &[],
        migrations: CHAIN,
        head: "1",
    }
}

/// What others have made of the database, in words that each database knows.
const THEIRS: &str = "
    CREATE TABLE legacy_users (id INTEGER PRIMARY KEY);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, of_user INTEGER REFERENCES legacy_users (id));
    CREATE VIEW reports_daily AS SELECT * FROM books;
    ALTER TABLE books ADD COLUMN search VARCHAR(90);
    CREATE INDEX by_search ON books (search);
    CREATE INDEX books_title_tmp ON books (price);
    CREATE TABLE tmp_books (id BIGINT NOT NULL, title VARCHAR(9), price VARCHAR(9) DEFAULT '21', search VARCHAR(90),
        PRIMARY KEY (id), CONSTRAINT theirs_price CHECK (price > '0'))";

/// What only SQLite has, besides.
const THEIRS_ON_SQLITE: &str = "
    CREATE TRIGGER legacy AFTER INSERT ON legacy_users BEGIN SELECT 1; END;
    CREATE TRIGGER audit_books AFTER DELETE ON books BEGIN SELECT 1; END;
    CREATE VIRTUAL TABLE found USING fts5(x)";

const PATTERNS: &[&str] = &[
    "LEGACY_*",
    "notes",
    "view reports_*",
    "trigger audit_*",
    "virtual table found",
    "shadow table found_*",
    "books.search",
    "index *_tmp",
    "tmp_*",
];

/// What `check` says of the database, and `revision --autogenerate`, and the structs of `models`.
fn said(
    database: &mut dyn Database,
    ignore: &'static [&'static str],
    changes: &[&str],
) -> (String, String, String) {
    let schema: &'static SchemaDef = Box::leak(Box::new(schema(ignore)));
    let mut migrator = Migrator::new(schema);
    migrator.upgrade(&mut *database.session(), "head").unwrap();
    for change in changes {
        run(database, change);
    }
    let mut session = database.session();
    let session = &mut *session;
    let check = match command::check(session, &mut migrator) {
        Ok(check) => check.to_string(),
        Err(error) => format!("{error}\n{}", error.hints().join("\n")),
    };
    let directory = tempfile::tempdir().unwrap();
    let request = RevisionRequest {
        dry_run: true,
        ..RevisionRequest::new("anything new?")
    };
    let planned = autogenerate(
        &directory.path().into(),
        schema,
        Some(&mut *session),
        &Flags::default(),
        &request,
        None,
    );
    let planned = match planned {
        Ok(planned) => {
            let drift = planned.plan.drift.iter().map(|it| it.description.clone());
            drift
                .chain(planned.plan.in_words())
                .collect::<Vec<_>>()
                .join("\n")
        }
        Err(error) => error.to_string(),
    };
    let models = command::models(session, schema, &ModelsOptions::default());
    let models = models.map_or_else(|error| error.to_string(), |models| models.source);
    (check, planned, models)
}

/// The statements of a text, each for itself: not every server takes several at once.
fn statements(text: &'static str) -> Vec<&'static str> {
    text.split(";\n").collect()
}

#[test]
fn nothing_is_said_of_what_is_ignored() {
    each(|database| {
        let (check, planned, models) = said(database, PATTERNS, &statements(THEIRS));
        assert_eq!((check.as_str(), planned.as_str()), ("", ""));
        assert!(models.contains("pub struct Book "), "{models}");
        for word in ["legacy", "note", "search", "tmp"] {
            assert!(!models.to_lowercase().contains(word), "{word}: {models}");
        }
    });
    let mut theirs = statements(THEIRS);
    theirs.push(THEIRS_ON_SQLITE);
    let (check, planned, models) = said(&mut *sqlite(), PATTERNS, &theirs);
    assert_eq!((check.as_str(), planned.as_str()), ("", ""));
    assert!(!models.contains("found"), "{models}");
}

#[test]
fn all_of_it_is_said_otherwise() {
    each(|database| {
        let (check, planned, models) = said(database, &[], &statements(THEIRS));
        assert_eq!(check.lines().count(), 7, "{check}");
        assert_eq!(planned.lines().count(), 7, "{planned}");
        assert!(models.contains("legacy_users") && models.contains("search"));
    });
    let mut theirs = statements(THEIRS);
    theirs.push(THEIRS_ON_SQLITE);
    let (check, planned, _) = said(&mut *sqlite(), &[], &theirs);
    // The trigger of a table that is theirs goes with it.
    assert_eq!(check.lines().count(), 14, "{check}");
    assert_eq!(planned.lines().count(), 14, "{planned}");
}

#[test]
fn y63_d69_a_type_or_default_is_left_alone() {
    let by_hand = "DROP TABLE books; CREATE TABLE books (id BIGINT NOT NULL, title VARCHAR(9) NOT NULL, \
                   price TEXT DEFAULT 21, PRIMARY KEY (id))";
    let (check, ..) = said(&mut *sqlite(), &[], &[by_hand]);
    insta::assert_snapshot!(check, @"
    drift: column books.price is different in the database: TEXT, DEFAULT 21
    drift: column books.title is different in the database: NOT NULL
    ");
    let (check, ..) = said(
        &mut *sqlite(),
        &["books.price: type", "column title: nullable"],
        &[by_hand],
    );
    insta::assert_snapshot!(check, @"drift: column books.price is different in the database: DEFAULT 21");
    let all = &[
        "books.*: type",
        "books.price: default",
        "books.title: nullable",
    ];
    let (check, planned, _) = said(&mut *sqlite(), all, &[by_hand]);
    assert_eq!((check.as_str(), planned.as_str()), ("", ""));
}

#[test]
fn what_a_model_makes_cannot_be_ignored() {
    let (check, planned, _) = said(&mut *sqlite(), &["legacy_*", "books.pri*"], &[]);
    insta::assert_snapshot!(check, @r#"
    `ignore` of schema! leaves out column books.price (pattern "books.pri*"), which a model or a migration makes
    only what the database has beyond the models can be left out: make the pattern narrower, or take the object out of the model
    to leave only its type or default alone, say so: "books.pri*: type"
    "#);
    assert!(check.starts_with(&planned), "{planned}");
    let (check, ..) = said(&mut *sqlite(), &["b*"], &[]);
    assert!(
        check.starts_with("`ignore` of schema! leaves out table books (pattern \"b*\")"),
        "{check}"
    );
    let (check, planned, models) = said(&mut *sqlite(), &["books.price: prize"], &[]);
    insta::assert_snapshot!(check, @r#"
    `ignore` of schema! has the pattern "books.price: prize", which cannot be read: there is no aspect `prize`
    a pattern is a full name with `*` and `?`: "legacy_*", "books.search"; a kind may stand before it: "view reports_*", "index *_tmp"; an aspect behind it leaves only that alone: "books.price: type"
    kinds: table, column, index, constraint, enum, view, trigger, virtual table, shadow table, materialized view, foreign table, partition, sequence, function, domain, type, rule, policy, extension, exclusion constraint
    aspects: type, default, nullable, collation, comment
    "#);
    assert!(check.starts_with(&planned) && check.starts_with(&models));
}

/// On PostgreSQL names have a schema in front.
#[test]
fn a_schema_is_a_part_of_the_name() {
    let table = |schema: Option<&str>, name: &str| {
        Table::new(TableName {
            schema: schema.map(Into::into),
            name: name.into(),
        })
        .with_column(Column::new("a", SqlType::Text))
    };
    let mut books = table(None, "books");
    books
        .indexes
        .push(Index::new("books_a_idx", vec![Name::from("a")]));
    let mut database = Schema::new();
    for table in [
        books,
        table(Some("audit"), "books"),
        table(Some("audit"), "log"),
    ] {
        database.insert(table);
    }
    database.attached.push(Attached {
        kind: AttachedKind::Function,
        name: "audit.note(integer)".into(),
        table: None,
        sql: None,
    });
    let left = |patterns: &[&str]| {
        let mut database = database.clone();
        let ignore = Ignore::parse(patterns.iter().copied()).unwrap();
        ignore.leave_out(&mut database, &Schema::new());
        let mut names: Vec<String> = database.tables.keys().map(ToString::to_string).collect();
        names.extend(database.attached.iter().map(|it| it.name.to_string()));
        names.extend(
            database
                .tables
                .values()
                .flat_map(|it| &it.indexes)
                .map(|it| it.name.to_string()),
        );
        names.join(" ")
    };
    assert_eq!(
        left(&["table audit.*"]),
        "books audit.note(integer) books_a_idx"
    );
    assert_eq!(
        left(&["function audit.*"]),
        "books audit.books audit.log books_a_idx"
    );
    assert_eq!(left(&["audit.*"]), "books books_a_idx");
    assert_eq!(
        left(&["books"]),
        "audit.books audit.log audit.note(integer)"
    );
    assert_eq!(
        left(&["column a"]),
        "books audit.books audit.log audit.note(integer)"
    );
}

/// On PostgreSQL a unique constraint may hold columns that it does not compare.
#[test]
fn a_constraint_goes_with_a_column_that_it_only_includes() {
    let mut books = Table::new("books")
        .with_column(Column::new("a", SqlType::Text))
        .with_column(Column::new("b", SqlType::Text));
    let unique = |name: &str, include: &[&str]| Unique {
        include: include.iter().map(|&column| column.into()).collect(),
        name: Some(name.into()),
        columns: vec!["a".into()],
        nulls_not_distinct: false,
        deferrable: Deferrable::default(),
    };
    books.uniques = vec![unique("plain", &[]), unique("covering", &["b"])];
    let mut database = Schema::new();
    database.insert(books);
    let ignore = Ignore::parse(["books.b"]).unwrap();
    ignore.leave_out(&mut database, &Schema::new());
    let left = database.table(&"books".into()).unwrap();
    assert_eq!(left.uniques, [unique("plain", &[])]);
}

#[test]
fn a_bad_pattern_is_an_error_of_the_project() {
    let error = Ignore::parse(["books", "index books.x: type"]).unwrap_err();
    assert_eq!(error.kind(), migrate_runtime::ErrorKind::Config);
    insta::assert_snapshot!(error, @r#"`ignore` of schema! has the pattern "index books.x: type", which cannot be read: only columns and tables have aspects"#);
    insta::assert_snapshot!(error.hints().join("\n"), @r#"
    a pattern is a full name with `*` and `?`: "legacy_*", "books.search"; a kind may stand before it: "view reports_*", "index *_tmp"; an aspect behind it leaves only that alone: "books.price: type"
    kinds: table, column, index, constraint, enum, view, trigger, virtual table, shadow table, materialized view, foreign table, partition, sequence, function, domain, type, rule, policy, extension, exclusion constraint
    aspects: type, default, nullable, collation, comment
    "#);
}
