//! An index that is exchanged while others write: whatever happens in the middle, the table is never without,
//! and the next run ends it.

use super::outside::texts;
use super::runner::connect;
use super::server::Database;
use crate::runner::chains::chain;
use migrate_runtime::connection::Session;
use migrate_runtime::migration::{
    Integer, Migration, column as col, create_index, create_table, drop_index, drop_table,
    rename_index,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{downgrade, upgrade, upgrade_to};

/// As `revision --concurrently` writes it.
static SCHEMA: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[
            create_table("t", &[col("x", Integer), col("y", Integer)]),
            create_index("t_y", "t", &["y"]).unique(),
        ])
        .downgrade(&[drop_table("t")]),
    Migration::new("b")
        .revises(&["a"])
        .outside_transaction()
        .upgrade(&[
            create_index("t_y_new", "t", &["y", "x"])
                .unique()
                .concurrently(),
            drop_index("t_y", "t").concurrently(),
            rename_index("t", "t_y_new", "t_y"),
        ])
        .downgrade(&[
            rename_index("t", "t_y", "t_y_new"),
            create_index("t_y", "t", &["y"]).unique().concurrently(),
            drop_index("t_y_new", "t").concurrently(),
        ]),
]);

fn filled() -> Option<Database> {
    let mut database = Database::new()?;
    upgrade_to(&mut connect(&database.url), &SCHEMA, "a").unwrap();
    database
        .batch(
            "INSERT INTO t SELECT n % 7, n FROM generate_series(1, 100) AS n; \
             CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE 'no record'; END $$",
        )
        .unwrap();
    Some(database)
}

/// The valid indexes, with their columns.
fn indexes(database: &mut Database) -> Vec<String> {
    let sql = "SELECT c.relname || ' ' || i.indkey::text FROM pg_index AS i \
               JOIN pg_class AS c ON c.oid = i.indexrelid \
               WHERE i.indrelid = 't'::regclass AND i.indisvalid AND i.indisunique ORDER BY 1";
    texts(database, sql)
}

/// The log cannot say of that operation, or of the whole, that it was done.
fn without_a_record(database: &mut Database, of: &str) {
    let trigger = format!(
        "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON __migrate_log FOR EACH ROW \
         WHEN (new.outcome = 'applied' AND {of}) EXECUTE FUNCTION refuse()"
    );
    database.batch(&trigger).unwrap();
}

fn with_records(database: &mut Database) {
    let drop = "DROP TRIGGER refuse ON __migrate_log";
    database.batch(drop).unwrap();
}

#[test]
fn the_table_is_never_without_and_the_next_run_ends_it() {
    let Some(mut database) = filled() else { return };
    let url = database.url.clone();
    for of in [
        "new.step = 1",
        "new.step = 2",
        "new.step = 3",
        "new.step IS NULL",
    ] {
        assert_eq!(indexes(&mut database), ["t_y 2"]);
        without_a_record(&mut database, of);
        let error = upgrade(&mut connect(&url), &SCHEMA).unwrap_err();
        assert!(error.to_string().contains("no record"), "{error}");
        assert_ne!(indexes(&mut database), [""; 0], "upgrade: {of}");
        with_records(&mut database);
        upgrade(&mut connect(&url), &SCHEMA).unwrap();
        assert_eq!(indexes(&mut database), ["t_y 2 1"], "upgrade: {of}");

        without_a_record(&mut database, of);
        let error = downgrade(&mut connect(&url), &SCHEMA, "a").unwrap_err();
        assert!(error.to_string().contains("no record"), "{error}");
        assert_ne!(indexes(&mut database), [""; 0], "downgrade: {of}");
        with_records(&mut database);
        downgrade(&mut connect(&url), &SCHEMA, "a").unwrap();
    }
    assert_eq!(indexes(&mut database), ["t_y 2"]);
}

#[test]
fn what_was_done_is_not_done_again() {
    let Some(mut database) = filled() else { return };
    let url = database.url.clone();
    without_a_record(&mut database, "new.step IS NULL");
    upgrade(&mut connect(&url), &SCHEMA).unwrap_err();
    with_records(&mut database);
    let report = upgrade(&mut connect(&url), &SCHEMA).unwrap();
    let there = "index t_y on t exists";
    assert_eq!(report.steps[0].skipped, [there, there, there]);
    assert_eq!(report.steps[0].statements, 0);

    without_a_record(&mut database, "new.step IS NULL");
    downgrade(&mut connect(&url), &SCHEMA, "a").unwrap_err();
    with_records(&mut database);
    let report = downgrade(&mut connect(&url), &SCHEMA, "a").unwrap();
    // What is dropped is dropped where it is there.
    assert_eq!(report.steps[0].statements, 1);
    assert_eq!(indexes(&mut database), ["t_y 2"]);
}
