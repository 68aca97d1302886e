//! What does not fit, in words.

use super::*;
use crate::Explain;
use crate::schema::{
    Column, Deferrable, ForeignKey, Index, PrimaryKey, ReferentialAction, SqlType, Unique,
};

fn text(name: &str) -> Column {
    Column::new(name, SqlType::Text).not_null()
}

/// Organisations with a primary key, a unique constraint and a unique index, each referred to.
fn referred() -> Schema {
    let mut orgs = Table::new("orgs")
        .with_column(text("id"))
        .with_column(text("slug"))
        .with_column(text("code"))
        .with_primary_key(["id"]);
    orgs.uniques.push(Unique {
        name: Some("orgs_slug_key".into()),
        columns: vec!["slug".into()],
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    });
    orgs.indexes.push(Index {
        unique: true,
        ..Index::new("orgs_code_idx", ["code"])
    });
    let mut users = Table::new("users");
    for column in ["id", "slug", "code"] {
        users.columns.push(text(column));
        users.foreign_keys.push(ForeignKey {
            name: Some(format!("users_{column}_fkey").into()),
            columns: vec![column.into()],
            target: "orgs".into(),
            target_columns: vec![column.into()],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
        });
    }
    let mut schema = Schema::new();
    schema.insert(orgs);
    schema.insert(users);
    schema
}

fn drops() -> [Operation; 3] {
    let table: TableName = "orgs".into();
    [
        Operation::DropPrimaryKey {
            table: table.clone(),
        },
        Operation::DropUnique {
            table: table.clone(),
            name: "orgs_slug_key".into(),
        },
        Operation::DropIndex {
            table,
            index: "orgs_code_idx".into(),
            if_exists: false,
            concurrently: false,
        },
    ]
}

#[test]
fn a_key_stays_while_a_foreign_key_relies_on_it() {
    let mut schema = referred();
    let said: Vec<String> = (drops().iter())
        .map(|operation| {
            let error = apply(&mut schema, operation).unwrap_err();
            format!("{error}\n  {}", error.hints().join("\n"))
        })
        .collect();
    assert_eq!(schema, referred());
    insta::assert_snapshot!(said.join("\n"), @r"
    drop_primary_key: primary key of orgs is used by foreign key users_id_fkey on users
      drop the foreign key users_id_fkey on users before, and add it again when what it refers to is a key again
    drop_unique: unique constraint orgs_slug_key on orgs is used by foreign key users_slug_fkey on users
      drop the foreign key users_slug_fkey on users before, and add it again when what it refers to is a key again
    drop_index: index orgs_code_idx on orgs is used by foreign key users_code_fkey on users
      drop the foreign key users_code_fkey on users before, and add it again when what it refers to is a key again
    ");
}

#[test]
fn a_key_goes_where_another_one_is_on_the_same_columns() {
    let mut schema = referred();
    for (operation, column) in drops().iter().zip(["id", "slug", "code"]) {
        let orgs = schema.table_mut(&"orgs".into()).unwrap();
        let index = Index {
            unique: true,
            ..Index::new(format!("other_{column}"), [column])
        };
        orgs.indexes.push(index);
        apply(&mut schema, operation).unwrap();
    }
    let again = Operation::AddPrimaryKey {
        table: "orgs".into(),
        primary_key: PrimaryKey {
            name: None,
            columns: vec!["id".into()],
        },
    };
    apply(&mut schema, &again).unwrap();
}

#[test]
fn a_database_may_hold_what_no_chain_does() {
    let mut schema = referred();
    for operation in drops() {
        apply_to_database(&mut schema, &operation).unwrap();
    }
}
