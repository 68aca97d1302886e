//! A model that a `#[cfg]` takes out of a build: its table is neither missing nor dropped.

use diesel::{Connection, SqliteConnection};
use migrate_runtime::autogenerate::Flags;
use migrate_runtime::command::{RevisionRequest, autogenerate, check};
use migrate_runtime::connection::session;
use migrate_runtime::migration::{
    BigInt, ColumnDef, ConstraintDef, Enum, Migration, column, create_enum, create_table,
    drop_enum, drop_table, foreign_key, options, primary_key, table_name,
};
use migrate_runtime::model::{ModelColumn, SchemaDef, TableDef};
use migrate_runtime::runner::Migrator;

const ID: ColumnDef = column("id", BigInt).not_null();
const KEY: &[ConstraintDef] = &[primary_key(&["id"])];

const CHAIN: &[Migration] = &[Migration::new("1")
    .upgrade(&[
        create_enum("status", &["draft", "published"]),
        create_table("users", &[ID]).constraints(KEY),
        create_table(
            "posts",
            &[
                ID,
                column("user_id", BigInt),
                column("status", Enum("status")),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("posts_user_id_fkey", &["user_id"], "users", &["id"]),
        ]),
    ])
    .downgrade(&[
        drop_table("posts"),
        drop_table("users"),
        drop_enum("status"),
    ])];

const USERS: TableDef = TableDef {
    model: "User",
    name: table_name("users"),
    columns: &[ModelColumn {
        field: "id",
        column: ID,
        enum_type: None,
        renamed_from: None,
    }],
    constraints: KEY,
    indexes: &[],
    comment: None,
    options: options(),
    renamed_from: None,
};

static WITHOUT_BLOG: SchemaDef = SchemaDef {
    chain: "tests",
    models: &[USERS],
    unmanaged: &[table_name("posts")],
    ignore: &[],
    version_table: None,
    include: &[],
    migrations: CHAIN,
    head: "1",
};

static FORGOTTEN: SchemaDef = SchemaDef {
    chain: "tests",
    models: &[USERS],
    unmanaged: &[],
    ignore: &[],
    version_table: None,
    include: &[],
    migrations: CHAIN,
    head: "1",
};

/// What `check` finds on a database at the head, and how many operations a revision would have.
fn found(schema: &SchemaDef) -> (usize, usize) {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let mut migrator = Migrator::new(schema);
    migrator
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    let check = check(&mut session(&mut connection), &mut migrator).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let request = RevisionRequest {
        dry_run: true,
        ..RevisionRequest::new("anything new?")
    };
    let planned = autogenerate(
        &directory.path().into(),
        schema,
        Some(&mut session(&mut connection)),
        &Flags::default(),
        &request,
        None,
    );
    (
        check.differences.len(),
        planned.map_or(99, |planned| planned.plan.upgrade.len()),
    )
}

#[test]
fn its_table_stays() {
    assert_eq!(found(&WITHOUT_BLOG), (0, 0));
}

#[test]
fn a_table_that_nobody_owns_is_dropped() {
    let (differences, operations) = found(&FORGOTTEN);
    assert_eq!(differences, 2, "the table and its enum");
    assert_ne!(operations, 0);
}
