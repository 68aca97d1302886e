//! `verify`: the schema is read again after each migration.

use super::chains::{chain, column, run};
use crate::databases::{Database, each};
use migrate_runtime::Explain as _;
use migrate_runtime::dialect::dialect;
use migrate_runtime::migration::{
    BigInt, Migration, RunConnection, RunResult, Text, Varchar, add_column, column as col,
    create_table, drop_column, drop_table, primary_key, run as call, sql, text,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, RunError};

const FIRST: Migration = Migration::new("a")
    .upgrade(&[create_table(
        "users",
        &[
            col("id", BigInt).not_null(),
            col("email", Varchar(40)).not_null().default(text("")),
        ],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);

/// Takes a column away and says nothing of it.
const SILENT: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[sql("ALTER TABLE users DROP COLUMN email")])
    .downgrade(&[sql(
        "ALTER TABLE users ADD COLUMN email VARCHAR(40) NOT NULL DEFAULT ''",
    )]);

const DECLARED: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(
        &[sql("ALTER TABLE users DROP COLUMN email").changes(&[drop_column("users", "email")])],
    )
    .downgrade(&[
        sql("ALTER TABLE users ADD COLUMN email VARCHAR(40) NOT NULL DEFAULT ''").changes(&[
            add_column(
                "users",
                col("email", Varchar(40)).not_null().default(text("")),
            ),
        ]),
    ]);

fn forgets(_: &mut RunConnection<'_>) -> RunResult {
    Ok(())
}

/// Says that it adds a column, and does not.
const EMPTY: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[call("forgets", forgets).changes(&[add_column("users", col("bio", Text))])]);

static SILENT_CHAIN: SchemaDef = chain(&[FIRST, SILENT]);
static DECLARED_CHAIN: SchemaDef = chain(&[FIRST, DECLARED]);
static EMPTY_CHAIN: SchemaDef = chain(&[FIRST, EMPTY]);

/// Whether what has run can be undone.
fn rolls_back(database: &mut dyn Database) -> bool {
    let dialect = dialect(database.session().backend()).unwrap();
    dialect.capabilities().transactional_ddl
}

fn fails(database: &mut dyn Database, schema: &SchemaDef) -> String {
    let mut migrator = Migrator::new(schema).verify(true);
    let error = migrator
        .upgrade(&mut *database.session(), "head")
        .unwrap_err();
    assert!(matches!(error, RunError::NotAsWritten { .. }), "{error}");
    assert!(!error.hints().is_empty());
    let at = migrator.current(&mut *database.session()).unwrap();
    assert_eq!(at[0].id, "a", "the revision before it stays");
    assert_eq!(database.columns("users"), ["id", "email"], "rolled back");
    let failures = "SELECT count(*) FROM __migrate_log WHERE outcome = 'failed'";
    assert_eq!(column(database, failures), ["1"]);
    error.to_string().replace('\\', "/")
}

#[test]
fn a_step_that_does_more_than_it_says_is_rolled_back() {
    each(|database| {
        if !rolls_back(database) {
            return;
        }
        assert_eq!(
            fails(database, &SILENT_CHAIN),
            "upgrade of revision b (tests/runner/proof.rs) did not do what it says: column users.email is \
         missing in the database; it was rolled back"
        );
    });
}

#[test]
fn a_step_that_does_less_than_it_says_is_rolled_back() {
    each(|database| {
        if !rolls_back(database) {
            return;
        }
        assert_eq!(
            fails(database, &EMPTY_CHAIN),
            "upgrade of revision b (tests/runner/proof.rs) did not do what it says: column users.bio is \
         missing in the database; it was rolled back"
        );
    });
}

#[test]
fn what_is_declared_passes_up_and_down() {
    each(|database| {
        let mut migrator = Migrator::new(&DECLARED_CHAIN).verify(true);
        let up = migrator.upgrade(&mut *database.session(), "head").unwrap();
        assert_eq!(up.to, ["b"]);
        let down = migrator.downgrade(&mut *database.session(), "a").unwrap();
        assert_eq!(down.to, ["a"]);
        let down = migrator
            .downgrade(&mut *database.session(), "base")
            .unwrap();
        assert!(down.to.is_empty());
    });
}

#[test]
fn without_it_nobody_looks() {
    each(|database| {
        let mut migrator = Migrator::new(&SILENT_CHAIN);
        let up = migrator.upgrade(&mut *database.session(), "head").unwrap();
        assert_eq!(up.to, ["b"]);
    });
}

/// What somebody did to the database before is not this migration's fault.
#[test]
fn older_differences_do_not_count() {
    each(|database| {
        let mut migrator = Migrator::new(&DECLARED_CHAIN).verify(true);
        migrator.upgrade(&mut *database.session(), "a").unwrap();
        run(
            database,
            "DROP TABLE users; CREATE TABLE users (id BIGINT NOT NULL, email INTEGER NOT NULL)",
        );
        let up = migrator.upgrade(&mut *database.session(), "head").unwrap();
        assert_eq!(up.to, ["b"]);
    });
}
