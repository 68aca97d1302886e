//! Which indexes follow in a revision of their own.

use super::{Flags, Plan, PlanError, Request, plan, schema, users};
use crate::dialect::{Dialect, Postgres, Sqlite};
use crate::diff::RenameHints;
use crate::operation::{Operation, describe};
use crate::schema::{
    Attached, AttachedKind, Column, Deferrable, ForeignKey, Index, Name, ReferentialAction, Schema,
    SqlType, Table, Unique,
};

fn concurrent(
    chain: &Schema,
    models: &Schema,
    database: &Schema,
    dialect: &dyn Dialect,
) -> Result<Plan, PlanError> {
    let request = Request {
        chain,
        models,
        renamed_from: &RenameHints::default(),
        database: Some(super::Database {
            schema: database,
            dialect,
        }),
        has_rows: &|_, _| false,
        values_wait: true,
        flags: &Flags {
            concurrently: true,
            ..Flags::default()
        },
    };
    plan(&request, None)
}

/// Both parts in words; those of the second run outside a transaction.
fn parts(chain: &Schema, models: &Schema) -> [Vec<String>; 2] {
    let plan = concurrent(chain, models, chain, &Postgres).unwrap();
    let words = |plan: &Plan| plan.upgrade.iter().map(describe).collect::<Vec<_>>();
    match &plan.then {
        Some(then) => {
            assert!(then.outside_transaction && !plan.outside_transaction);
            [words(&plan), words(then)]
        }
        None if plan.outside_transaction => [Vec::new(), words(&plan)],
        None => [words(&plan), Vec::new()],
    }
}

fn with(change: impl FnOnce(&mut Table)) -> Schema {
    let mut table = users();
    change(&mut table);
    schema([table])
}

#[test]
fn an_index_of_a_new_column_follows() {
    let models = with(|users| {
        users.columns.push(Column::new("bio", SqlType::Text));
        users.indexes.push(Index::new("users_bio_idx", ["bio"]));
    });
    let [first, then] = parts(&schema([users()]), &models);
    assert_eq!(first, ["added users.bio TEXT NULL"]);
    assert_eq!(then, ["added users_bio_idx on users (bio)"]);
}

#[test]
fn alone_it_is_the_only_revision() {
    let models = with(|users| users.indexes[0] = Index::new("users_email_idx", ["email", "id"]));
    let [first, then] = parts(&schema([users()]), &models);
    assert_eq!(first, [""; 0]);
    // Never without it.
    insta::assert_snapshot!(then.join("\n"), @r"
    added users_email_idx_new on users (email, id)
    removed users_email_idx on users
    renamed index users_email_idx_new to users_email_idx on users
    ");
    let plan = concurrent(&schema([users()]), &models, &schema([users()]), &Postgres);
    let plan = plan.unwrap();
    let back: Vec<_> = plan.downgrade.iter().map(describe).collect();
    insta::assert_snapshot!(back.join("\n"), @r"
    renamed index users_email_idx to users_email_idx_new on users
    added users_email_idx on users (email)
    removed users_email_idx_new on users
    ");
    let all = plan.upgrade.iter().chain(&plan.downgrade);
    let waits = |one: &&Operation| {
        !matches!(
            one,
            Operation::RenameIndex { .. }
                | Operation::CreateIndex {
                    concurrently: true,
                    ..
                }
                | Operation::DropIndex {
                    concurrently: true,
                    ..
                }
        )
    };
    assert_eq!(all.filter(waits).count(), 0);
}

#[test]
fn the_name_of_an_index_that_is_exchanged_is_nobody_else_s() {
    let models = with(|users| {
        users.indexes[0] = Index::new("users_email_idx", ["email", "id"]);
        (users.indexes).push(Index::new("Users_email_idx_new", ["id"]));
    });
    let [_, then] = parts(&schema([users()]), &models);
    insta::assert_snapshot!(then.join("\n"), @r"
    added Users_email_idx_new on users (id)
    added users_email_idx_new_new on users (email, id)
    removed users_email_idx on users
    renamed index users_email_idx_new_new to users_email_idx on users
    ");
}

#[test]
fn an_index_of_a_new_table_does_not() {
    let mut posts = Table::new("posts").with_column(Column::new("id", SqlType::BigInt).not_null());
    posts.indexes.push(Index::new("posts_id_idx", ["id"]));
    let [first, then] = parts(&schema([users()]), &schema([users(), posts]));
    assert_eq!((first.len(), then.len()), (2, 0));
}

#[test]
fn an_index_that_a_foreign_key_needs_stays() {
    let chain = schema([users()]);
    let unique = |name: &str, column: &str| Index {
        unique: true,
        ..Index::new(name, [column])
    };
    let mut models = with(|users| {
        users.columns.push(Column::new("bio", SqlType::Text));
        users.indexes.push(Index::new("users_bio_idx", ["bio"]));
        users.indexes.push(unique("users_email_key", "email"));
    });
    let mut posts = Table::new("posts").with_column(Column::new("by", SqlType::Text));
    posts.foreign_keys.push(ForeignKey {
        name: Some(Name::from("posts_by_fkey")),
        columns: vec![Name::from("by")],
        target: "users".into(),
        target_columns: vec![Name::from("email")],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    });
    models.insert(posts);
    let [first, then] = parts(&chain, &models);
    assert_eq!(then, ["added users_bio_idx on users (bio)"]);
    assert!(
        first.iter().any(|one| one.contains("users_email_key")),
        "{first:?}"
    );
}

#[test]
fn a_dropped_index_stays_where_its_columns_change_or_its_name_is_wanted() {
    let chain = schema([users()]);
    let changed = with(|users| {
        users.indexes.clear();
        users.columns[1].ty = SqlType::Json;
    });
    let [first, then] = parts(&chain, &changed);
    assert_eq!((first.len(), then.len()), (2, 0));
    let mut taken = with(|users| users.indexes.clear());
    let mut posts = Table::new("posts").with_column(Column::new("id", SqlType::BigInt).not_null());
    posts.indexes.push(Index::new("users_email_idx", ["id"]));
    taken.insert(posts);
    let [first, then] = parts(&chain, &taken);
    assert_eq!((first.len(), then.len()), (3, 0));
    let [first, then] = parts(&chain, &with(|users| users.indexes.clear()));
    assert_eq!((first.len(), then.len()), (0, 1));
}

#[test]
fn what_cannot_be_made_so_is_said() {
    let chain = schema([users()]);
    let models = with(|users| {
        users.indexes.push(Index::new("users_id_idx", ["id"]));
        users.uniques.push(Unique {
            name: Some(Name::from("users_email_key")),
            columns: vec![Name::from("email")],
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        });
    });
    let error = concurrent(&chain, &models, &chain, &Sqlite).unwrap_err();
    assert!(matches!(error, PlanError::NotConcurrent(_)), "{error:?}");
    let mut database = chain.clone();
    database.attached.push(Attached {
        kind: AttachedKind::PARTITIONED,
        name: Name::from("users"),
        table: Some("users".into()),
        sql: None,
    });
    let plan = concurrent(&chain, &models, &database, &Postgres).unwrap();
    assert_eq!(plan.then, None);
    assert_eq!(plan.notes.len(), 2, "{:?}", plan.notes);
}
