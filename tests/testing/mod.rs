//! The proof of a chain that an application's tests call, on every kind of database.

use crate::databases::{each, run};
use crate::runner::chains::chain;
use migrate_runtime::Error;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::schema::Backend;
use migrate_runtime::testing::{ChainTest, Proof, TestError};

/// A chain whose tables have no models in this build.
const fn of(migrations: &'static [Migration], tables: &'static [TableNameDef]) -> SchemaDef {
    SchemaDef {
        unmanaged: tables,
        ..chain(migrations)
    }
}

const AUTHORS: TableNameDef = TableNameDef {
    schema: None,
    name: "authors",
};
const BOOKS: TableNameDef = TableNameDef {
    schema: None,
    name: "books",
};

const FIRST: Migration = Migration::new("a")
    .upgrade(&[
        create_enum("shelf", &["front", "back"]),
        create_table(
            "authors",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("name", Varchar(80)).not_null(),
                column("born", Date),
            ],
        )
        .constraints(&[primary_key(&["id"]), unique("uq_authors_name", &["name"])]),
        create_table(
            "books",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("author", BigInt).not_null(),
                column("follows", BigInt),
                column("shelf", Enum("shelf")).not_null(),
                column("price", Decimal(10, 2)).not_null(),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("fk_books_author", &["author"], "authors", &["id"]),
            foreign_key("fk_books_follows", &["follows"], "books", &["id"]),
        ]),
    ])
    .downgrade(&[
        drop_table("books"),
        drop_table("authors"),
        drop_enum("shelf"),
    ]);

const SECOND: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[
        rename_column("books", "price", "list_price"),
        add_column(
            "authors",
            column("active", Bool).not_null().default(boolean(true)),
        ),
    ])
    .downgrade(&[
        drop_column("authors", "active"),
        rename_column("books", "list_price", "price"),
    ]);

fn prove(
    session: &mut dyn migrate_runtime::connection::Session,
    schema: &SchemaDef,
) -> Result<Proof, Error> {
    ChainTest::new(schema).run_on(session)
}

#[test]
fn a_chain_that_holds() {
    static CHAIN: SchemaDef = of(&[FIRST, SECOND], &[AUTHORS, BOOKS]);
    each(|database| {
        let proof = prove(&mut *database.session(), &CHAIN).unwrap();
        assert_eq!(proof.revisions, 2);
        assert_eq!(
            proof.is_created,
            database.session().backend() != Backend::Mysql
        );
        assert_eq!((proof.back_at, proof.without_rows), (vec![], vec![]));
        let rows = crate::databases::column(database, "SELECT name FROM authors ORDER BY id");
        assert_eq!(rows, ["1", "2", "3"]);
    });
}

#[test]
fn a_database_with_tables_is_not_touched_unless_it_may_be() {
    static CHAIN: SchemaDef = of(&[FIRST], &[AUTHORS, BOOKS]);
    each(|database| {
        run(database, "CREATE TABLE somebodys (id INTEGER)");
        let error = prove(&mut *database.session(), &CHAIN).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database is not empty: it has somebodys"
        );
        assert_eq!(database.tables(), ["somebodys"]);

        let mut test = ChainTest::new(&CHAIN).destroy(true);
        test.run_on(&mut *database.session()).unwrap();
        assert!(!database.tables().contains(&"somebodys".to_owned()));
        // At the head of the same chain, with rows in the tables.
        test = test.rows(1);
        test.run_on(&mut *database.session()).unwrap();
    });
}

#[test]
fn rows_that_are_lost_are_told() {
    static CHAIN: SchemaDef = of(
        &[
            FIRST,
            Migration::new("b")
                .revises(&["a"])
                .upgrade(&[
                    drop_table("books"),
                    drop_enum("shelf"),
                    create_table("books", &[column("id", BigInt).not_null()])
                        .constraints(&[primary_key(&["id"])]),
                ])
                .irreversible("the books are gone"),
        ],
        &[AUTHORS, BOOKS],
    );
    each(|database| {
        let error = prove(&mut *database.session(), &CHAIN).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the upgrade of revision b lost rows of table books: 3 before, 0 after"
        );
    });
}

#[test]
fn the_way_back_ends_above_what_is_irreversible() {
    static CHAIN: SchemaDef = of(
        &[
            FIRST,
            Migration::new("b")
                .revises(&["a"])
                .upgrade(&[drop_column("authors", "born")])
                .irreversible("nobody knows it any more"),
            Migration::new("c")
                .revises(&["b"])
                .upgrade(&[add_column("authors", column("died", Date))])
                .downgrade(&[drop_column("authors", "died")]),
        ],
        &[AUTHORS, BOOKS],
    );
    each(|database| {
        let proof = prove(&mut *database.session(), &CHAIN).unwrap();
        assert_eq!(proof.back_at, ["b"]);
    });
}

#[test]
fn what_a_downgrade_leaves_is_told() {
    static CHAIN: SchemaDef = of(
        &[FIRST
            .upgrade(&[sql("CREATE TABLE hidden (id INTEGER)")])
            .downgrade(&[])],
        &[],
    );
    each(|database| {
        let error = prove(&mut *database.session(), &CHAIN).unwrap_err();
        assert_eq!(error.to_string(), "at base, the database still has hidden");
    });
}

#[test]
fn models_that_the_chain_does_not_know_are_told() {
    static CHAIN: SchemaDef = of(&[FIRST], &[BOOKS]);
    each(|database| {
        let error = prove(&mut *database.session(), &CHAIN).unwrap_err();
        let Some(TestError::Different { check, .. }) = error.downcast_ref() else {
            panic!("{error}");
        };
        assert!(check.to_string().contains("authors"), "{check}");
    });
}
