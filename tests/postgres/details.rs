//! Details of a table that no migration says: each is named, none is a difference, none is lost in silence
//! where models are written from the database.

use super::live::Live;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::dialect::Postgres;
use migrate_runtime::migration::*;
use migrate_runtime::operation::apply_all;
use migrate_runtime::schema::{Column, Schema, SqlType, Table, TableName};
use migrate_runtime::source::models::{ModelsOptions, models_source};

const CHAIN: &[OperationDef] = &[
    create_table(
        "owners",
        &[
            column("id", Integer).not_null(),
            column("part", Integer).not_null(),
        ],
    )
    .constraints(&[primary_key(&["id", "part"])]),
    create_table(
        "things",
        &[
            column("id", Integer).not_null(),
            column("owner", Integer),
            column("part", Integer),
            column("size", Integer),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        check("things_size", "size > 0"),
        unique("things_owner", &["owner"]),
        foreign_key(
            "things_owned",
            &["owner", "part"],
            "owners",
            &["id", "part"],
        )
        .on_delete(SetNull),
    ]),
    create_index("things_by_size", "things", &["size"]),
];

/// What is said of a change by hand: as drift, and by `models --from-database`.
fn said(change: &str, since: u32) -> Option<String> {
    let mut chain = Schema::new();
    let operations: Vec<_> = CHAIN.iter().map(OperationDef::lower).collect();
    apply_all(&mut chain, &operations).unwrap();
    let mut live = Live::new(&chain, "")?;
    if live.version() < since {
        return None;
    }
    // A tablespace is made by a request of its own.
    change.split("; ").for_each(|one| live.run(one));
    let database = live.introspected();
    let found = drift(&chain, &database, &Postgres);
    let models = models_source(&database, &Postgres, &ModelsOptions::default());
    let drift = found.iter().map(|it| {
        let kept = if it.blocking { "blocks" } else { "kept" };
        format!("{kept}: {}", it.description)
    });
    let models = models.inexpressible.iter();
    let models = models.map(|it| format!("models: {}: {}: {}", it.table, it.object, it.reason));
    Some(drift.chain(models).collect::<Vec<_>>().join("\n"))
}

macro_rules! details {
    ($($name:ident, $since:literal: $change:expr => @$said:literal;)*) => {$(
        #[test]
        fn $name() {
            let Some(said) = said($change, $since) else { return };
            insta::assert_snapshot!(said, @$said);
        }
    )*};
}

details! {
    a_primary_key_that_includes, 13:
        "ALTER TABLE things DROP CONSTRAINT things_pkey, ADD PRIMARY KEY (id) INCLUDE (size)" => @r"
        kept: INCLUDE of constraint things_pkey on things is not managed by the chain
        models: things: INCLUDE of constraint things_pkey (PRIMARY KEY (id) INCLUDE (size)): no model says it; it is kept as it is
        ";
    a_primary_key_that_is_deferrable, 13:
        "ALTER TABLE things DROP CONSTRAINT things_pkey, ADD PRIMARY KEY (id) DEFERRABLE" => @r"
        kept: DEFERRABLE of constraint things_pkey on things is not managed by the chain
        models: things: DEFERRABLE of constraint things_pkey (PRIMARY KEY (id) DEFERRABLE): no model says it; it is kept as it is
        ";
    a_foreign_key_that_sets_some_columns_null, 15:
        "ALTER TABLE things DROP CONSTRAINT things_owned, ADD CONSTRAINT things_owned \
         FOREIGN KEY (owner, part) REFERENCES owners ON DELETE SET NULL (part)" => @r"
        kept: SET NULL columns of constraint things_owned on things is not managed by the chain
        models: things: SET NULL columns of constraint things_owned (FOREIGN KEY (owner, part) REFERENCES owners(id, part) ON DELETE SET NULL (part)): no model says it; it is kept as it is
        ";
    a_check_that_is_not_inherited, 13:
        "ALTER TABLE things DROP CONSTRAINT things_size, \
         ADD CONSTRAINT things_size CHECK (size > 0) NO INHERIT" => @r"
        kept: NO INHERIT of constraint things_size on things is not managed by the chain
        models: things: NO INHERIT of constraint things_size (CHECK ((size > 0)) NO INHERIT): no model says it; it is kept as it is
        ";
    storage_parameters, 13:
        "ALTER TABLE things SET (fillfactor = 70); \
         ALTER INDEX things_owner SET (fillfactor = 60)" => @r"
        kept: WITH of constraint things_owner on things is not managed by the chain
        kept: WITH of table things is not managed by the chain
        models: things: WITH of constraint things_owner (fillfactor=60): no model says it; it is kept as it is
        models: things: WITH of table (fillfactor=70): no model says it; it is kept as it is
        ";
    a_tablespace_of_an_index, 15:
        "SET allow_in_place_tablespaces = on; CREATE TABLESPACE elsewhere LOCATION ''; \
         ALTER INDEX things_by_size SET TABLESPACE elsewhere; \
         ALTER INDEX things_owner SET TABLESPACE elsewhere" => @r"
        kept: tablespace of constraint things_owner on things is not managed by the chain
        kept: tablespace of index things_by_size on things is not managed by the chain
        models: things: tablespace of constraint things_owner (elsewhere): no model says it; it is kept as it is
        models: things: tablespace of index things_by_size (elsewhere): no model says it; it is kept as it is
        ";
}

/// diesel names a schema as an identifier; a table in another one is a model without diesel.
#[test]
fn a_schema_that_diesel_cannot_name() {
    let mut schema = Schema::new();
    for name in ["my-app", "sales"] {
        let name = TableName {
            schema: Some(name.into()),
            name: "things".into(),
        };
        let id = Column::new("id", SqlType::BigInt).not_null();
        schema.insert(Table::new(name).with_column(id).with_primary_key(["id"]));
    }
    let source = models_source(&schema, &Postgres, &ModelsOptions::default()).source;
    let (_, app) = source.split_once("/// A row of `my-app.things`.").unwrap();
    let (app, sales) = app.split_once("/// A row of `sales.things`.").unwrap();
    assert!(
        !app.contains("diesel") && !app.contains("Queryable"),
        "{app}"
    );
    assert!(sales.contains("Queryable"), "{sales}");
}

/// Models take names for one that differ in the case of letters only, and diesel wants a column.
#[test]
fn columns_that_are_twins_and_none_at_all() {
    let table = |name: &str, columns: &[&str]| {
        let column = |name: &&str| Column::new(*name, SqlType::Integer);
        Table {
            columns: columns.iter().map(column).collect(),
            ..Table::new(name)
        }
    };
    let mut schema = Schema::new();
    schema.insert(table("twins", &["self", "Self"]));
    schema.insert(table("nothing", &[]));
    let written = models_source(&schema, &Postgres, &ModelsOptions::default());
    let lost: Vec<String> = (written.inexpressible.iter())
        .map(|item| format!("{}: {}: {}", item.table, item.object, item.reason))
        .collect();
    insta::assert_snapshot!(lost.join("\n"), @"twins: the table: the name of column Self differs from another's only in the case of letters");
    assert!(
        written
            .source
            .contains("#[derive(Debug, Model)]\n#[model(table = \"nothing\", no_primary_key)]\n"),
        "{}",
        written.source
    );
}

#[test]
fn a_table_goes_to_a_schema_where_one_is_called_as_it_is() {
    const IDS: &[ColumnDef] = &[column("id", Integer).not_null()];
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let lower = |operations: &[OperationDef]| operations.iter().map(OperationDef::lower).collect();
    let made = [
        create_table("books", IDS),
        create_table("shop.books", IDS),
        create_table("shop.lines", IDS),
    ];
    live.apply(lower(&made)).unwrap();
    live.run("INSERT INTO books VALUES (1); INSERT INTO shop.books VALUES (2)");
    // Neither can it go there under its name, nor have the other one here.
    let done = live.apply(lower(&[rename_table("shop.books", "lines")]));
    let done = done.unwrap();
    assert_eq!(live.rows("SELECT id FROM lines"), ["2"]);
    assert_eq!(live.rows("SELECT id FROM books"), ["1"]);
    live.back(&done);
    assert_eq!(live.rows("SELECT id FROM shop.books"), ["2"]);
}
