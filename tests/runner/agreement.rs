//! `check`: one test per kind of difference; `downgrade`: what it costs.

use super::chains::{chain, memory, run};
use crate::databases::{Database, each};
use migrate_runtime::command::{
    Difference, Loss, check, downgrade, losses, redo, reset, status, upgrade,
};
use migrate_runtime::connection::session;
use migrate_runtime::migration::{
    BigInt, ConstraintDef, Migration, TableOptionsDef, Text, Varchar, add_column, column as col,
    create_index, create_table, drop_column, drop_index, drop_table, options, primary_key,
    table_name,
};
use migrate_runtime::model::{ModelColumn, SchemaDef, TableDef};
use migrate_runtime::operation::Operation;
use migrate_runtime::runner::Migrator;

const OPTIONS: TableOptionsDef = options();
const KEY: &[ConstraintDef] = &[primary_key(&["id"])];

const fn field(column: migrate_runtime::migration::ColumnDef) -> ModelColumn {
    ModelColumn {
        field: "",
        column,
        enum_type: None,
        renamed_from: None,
    }
}

const fn users(columns: &'static [ModelColumn]) -> TableDef {
    TableDef {
        model: "User",
        name: table_name("users"),
        columns,
        constraints: KEY,
        indexes: &[],
        comment: None,
        options: OPTIONS,
        renamed_from: None,
    }
}

const FIRST: Migration = Migration::new("a")
    .upgrade(&[create_table(
        "users",
        &[
            col("id", BigInt).not_null(),
            col("email", Varchar(90)).not_null(),
        ],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);
const SECOND: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[
        add_column("users", col("bio", Text)),
        create_index("users_email_idx", "users", &["email"]),
    ])
    .downgrade(&[
        drop_index("users_email_idx", "users"),
        drop_column("users", "bio"),
    ]);

static CHAIN: SchemaDef = chain(&[FIRST, SECOND]);

static AGREES: SchemaDef = SchemaDef {
    chain: "tests",
    models: &[users(&[
        field(col("id", BigInt).not_null()),
        field(col("email", Varchar(90)).not_null()),
    ])],
    unmanaged: &[],
    ignore: &[],
    version_table: None,
    include: &[],
    migrations: &[FIRST],
    head: "a",
};

static NEW_FIELD: SchemaDef = SchemaDef {
    models: &[users(&[
        field(col("id", BigInt).not_null()),
        field(col("email", Varchar(90)).not_null()),
        field(col("bio", Text)),
    ])],
    ..AGREES_COPY
};
const AGREES_COPY: SchemaDef = SchemaDef {
    chain: "tests",
    models: &[],
    unmanaged: &[],
    ignore: &[],
    version_table: None,
    include: &[],
    migrations: &[FIRST],
    head: "a",
};

/// What `check` says on each database, which is the same.
fn differences(schema: &SchemaDef, is_expected: impl Fn(&[Difference]) -> bool) {
    each(|database| {
        let mut session = database.session();
        Migrator::new(&AGREES)
            .upgrade(&mut *session, "head")
            .unwrap();
        let found = check(&mut *session, &mut Migrator::new(schema)).unwrap();
        assert!(is_expected(&found.differences), "{found}");
    });
}

/// What the compiler refuses, and a build of the tool, which it does not check, has nevertheless.
const FORGETFUL: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[add_column("users", col("bio", Text))])
    .downgrade(&[]);
const HASTY: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[create_index("users_email_idx", "users", &["email"]).concurrently()])
    .downgrade(&[drop_index("users_email_idx", "users")]);

#[test]
fn what_the_compiler_refuses_is_not_applied() {
    each(|database| {
        let mut said = |chain: &SchemaDef| {
            database.clear();
            let session = &mut *database.session();
            let mut migrator = Migrator::new(chain);
            let error = upgrade(session, &mut migrator, "head", None).unwrap_err();
            assert_eq!(migrator.current(session).unwrap(), []);
            // What is before it is as good as ever.
            upgrade(session, &mut migrator, "a", None).unwrap();
            let found = check(session, &mut migrator).unwrap();
            assert!(!found.is_clean());
            let refused = (found.differences.iter()).find(|it| it.word() == "refused");
            assert!(refused.is_some(), "{found}");
            error.to_string()
        };
        static NO_WAY_BACK: SchemaDef = chain(&[FIRST, FORGETFUL]);
        insta::assert_snapshot!(said(&NO_WAY_BACK), @r"the compiler refuses revision b (tests/runner/agreement.rs): its downgrade does not restore what its upgrade started from: still to be removed users.bio");
        static IN_A_TRANSACTION: SchemaDef = chain(&[FIRST, HASTY]);
        let said = said(&IN_A_TRANSACTION);
        assert!(
            said.contains(
                "upgrade step 1 says CONCURRENTLY, which cannot run inside a transaction"
            )
        );
        assert!(said.ends_with("say .outside_transaction() on the migration"));
    });
}

#[test]
fn all_is_well() {
    differences(&AGREES, <[_]>::is_empty);
}

#[test]
fn the_models_say_more_than_the_chain() {
    differences(&NEW_FIELD, |found| match found {
        [Difference::Model(operation)] => matches!(**operation, Operation::AddColumn { .. }),
        _ => false,
    });
}

#[test]
fn a_revision_is_pending() {
    static PENDING: SchemaDef = SchemaDef {
        migrations: &[FIRST, Migration::new("b").revises(&["a"])],
        ..NEW_FIELD_COPY
    };
    const NEW_FIELD_COPY: SchemaDef = SchemaDef {
        models: &[users(&[
            field(col("id", BigInt).not_null()),
            field(col("email", Varchar(90)).not_null()),
        ])],
        ..AGREES_COPY
    };
    differences(
        &PENDING,
        |found| matches!(found, [Difference::Pending { revision, .. }] if revision == "b"),
    );
}

/// A database that was made by other means, or whose records say less than it is.
#[test]
fn what_is_pending_is_there_already() {
    each(|database| {
        let mut migrator = Migrator::new(&AGREES);
        let mut is_there = |database: &mut dyn Database, change: &str| {
            if !change.is_empty() {
                run(database, change);
            }
            let found = check(&mut *database.session(), &mut migrator).unwrap();
            match found.differences.as_slice() {
                [Difference::Pending { is_there, .. }] => *is_there,
                other => panic!("{other:?}"),
            }
        };
        assert!(!is_there(database, ""));
        let mut applies = Migrator::new(&AGREES);
        applies.upgrade(&mut *database.session(), "head").unwrap();
        applies
            .stamp(&mut *database.session(), &["base"], false)
            .unwrap();
        assert!(is_there(database, ""));
        assert!(!is_there(database, "ALTER TABLE users DROP COLUMN email"));
    });
}

#[test]
fn an_applied_revision_was_edited() {
    static EDITED: SchemaDef = SchemaDef {
        migrations: &[Migration::new("a").upgrade(&[create_table(
            "users",
            &[col("id", BigInt).not_null(), col("mail", Text).not_null()],
        )
        .constraints(&[primary_key(&["id"])])])],
        ..AGREES_COPY
    };
    differences(&EDITED, |found| {
        found
            .iter()
            .any(|it| matches!(it, Difference::Edited(edited) if edited.revision == "a"))
    });
}

#[test]
fn the_database_is_at_a_revision_that_no_file_has() {
    static EMPTY: SchemaDef = chain(&[]);
    differences(
        &EMPTY,
        |found| matches!(found, [Difference::Unknown(unknown)] if unknown.revision == "a"),
    );
}

#[test]
fn what_a_downgrade_would_destroy() {
    each(|database| {
        let mut migrator = Migrator::new(&CHAIN);
        migrator.upgrade(&mut *database.session(), "head").unwrap();
        run(
            database,
            "INSERT INTO users (id, email, bio) VALUES (1, 'a', 'x'), (2, 'b', NULL), (3, 'c', NULL)",
        );
        let lost = losses(&mut *database.session(), &mut migrator, "base").unwrap();
        let lost: Vec<_> = lost
            .iter()
            .filter_map(|loss| match loss {
                Loss::Rows {
                    revision,
                    table: _,
                    column,
                    rows,
                } => Some((revision.as_str(), column.is_some(), *rows)),
                _ => None,
            })
            .collect();
        assert_eq!(lost, [("b", true, 1), ("a", false, 3)]);
        // Asking changes nothing.
        let state = status(&mut *database.session(), &mut migrator).unwrap();
        assert_eq!(state.current[0].id, "b");
        assert!(state.current[0].is_head);
        assert_eq!(state.heads, ["b"]);
    });
}

#[test]
fn a_copy_is_made_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("it's a copy.db");
    let mut connection = memory();
    let mut migrator = Migrator::new(&CHAIN);
    upgrade(&mut session(&mut connection), &mut migrator, "a", None).unwrap();
    run(&mut connection, "INSERT INTO users VALUES (1, 'kept')");
    downgrade(
        &mut session(&mut connection),
        &mut migrator,
        "base",
        Some(&copy),
    )
    .unwrap();
    let mut kept = migrate_runtime::connection::open(
        migrate_runtime::schema::Backend::Sqlite,
        copy.to_str().unwrap(),
    )
    .unwrap();
    let rows = kept.query("SELECT email FROM users").unwrap();
    assert_eq!(rows[0].text(0).as_deref(), Some("kept"));
    // A copy is never written over, and without one nothing runs.
    let error = upgrade(
        &mut session(&mut connection),
        &mut migrator,
        "head",
        Some(&copy),
    )
    .unwrap_err();
    assert!(error.to_string().contains("there is a file of that name"));
    assert_eq!(migrator.current(&mut session(&mut connection)).unwrap(), []);
}

#[test]
fn down_and_up_again() {
    each(|database| {
        let mut migrator = Migrator::new(&CHAIN);
        upgrade(&mut *database.session(), &mut migrator, "head", None).unwrap();
        let steps = |report: migrate_runtime::runner::Report| -> Vec<String> {
            report
                .steps
                .iter()
                .map(|step| format!("{} {}", step.direction.as_str(), step.revision))
                .collect()
        };
        let report = redo(&mut *database.session(), &mut migrator, "-1").unwrap();
        assert_eq!(steps(report), ["downgrade b", "upgrade b"]);
        let report = reset(&mut *database.session(), &mut migrator).unwrap();
        assert_eq!(
            steps(report),
            ["downgrade b", "downgrade a", "upgrade a", "upgrade b"]
        );
    });
}
