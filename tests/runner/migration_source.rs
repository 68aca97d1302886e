//! A chain run by diesel's own harness.

use super::chains::{chain, traced};
use diesel::prelude::*;
use diesel_migrations::MigrationHarness;
use migrate_runtime::DieselMigrations;
use migrate_runtime::connection::session;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;

static LINE: SchemaDef = chain(&[traced!("a",), traced!("c", "a"), traced!("b", "c")]);

fn current(connection: &mut SqliteConnection) -> Vec<String> {
    let current = Migrator::new(&LINE).current(&mut session(connection));
    current.unwrap().into_iter().map(|it| it.id).collect()
}

fn recorded(connection: &mut SqliteConnection) -> usize {
    connection.applied_migrations().unwrap().len()
}

#[test]
fn diesels_harness_runs_a_chain() {
    let source = DieselMigrations::<SqliteConnection>::new(&LINE);
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    assert!(connection.has_pending_migration(source).unwrap());
    // diesel takes them by name, we by what they follow: what came with another one is not done again.
    connection.run_next_migration(source).unwrap();
    connection.run_next_migration(source).unwrap();
    assert_eq!(current(&mut connection), ["b"]);
    connection.run_pending_migrations(source).unwrap();
    assert_eq!(
        (current(&mut connection), recorded(&mut connection)),
        (vec!["b".to_owned()], 3)
    );
    assert!(!connection.has_pending_migration(source).unwrap());

    // The last one by name is not the last one of the chain.
    let refused = connection.revert_last_migration(source).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "revision c cannot be taken back: the database is at b"
    );
    assert_eq!(
        (current(&mut connection), recorded(&mut connection)),
        (vec!["b".to_owned()], 3)
    );
}

static TWO: SchemaDef = chain(&[traced!("1",), traced!("2", "1")]);

#[test]
fn diesels_harness_takes_a_chain_back() {
    let source = DieselMigrations::<SqliteConnection>::new(&TWO);
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(source).unwrap();
    connection.revert_last_migration(source).unwrap();
    let at = Migrator::new(&TWO)
        .current(&mut session(&mut connection))
        .unwrap();
    assert_eq!(at[0].id, "1");
    connection.revert_all_migrations(source).unwrap();
    let at = Migrator::new(&TWO)
        .current(&mut session(&mut connection))
        .unwrap();
    assert_eq!((at.len(), recorded(&mut connection)), (0, 0));
}

static BRANCHES: SchemaDef = chain(&[traced!("1",), traced!("2", "1"), traced!("3", "1")]);

#[test]
fn diesel_knows_no_branches() {
    let source = DieselMigrations::<SqliteConnection>::new(&BRANCHES);
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let refused = connection
        .run_pending_migrations(source)
        .map(|_| ())
        .unwrap_err();
    let said = "the chain is no line, and diesel knows no branches: 1 is followed by 2 and 3";
    assert_eq!(refused.to_string(), said);
}
