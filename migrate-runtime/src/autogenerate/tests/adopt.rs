//! What the database has already.

use super::*;
use crate::schema::AttachedKind;

#[test]
fn what_exists_already_is_adopted_by_name_and_never_dropped_again() {
    let (chain, models) = (Schema::new(), schema([users()]));
    let error = planned(&chain, &models, Some(&models), &Flags::default()).unwrap_err();
    insta::assert_snapshot!(error.hints().join("\n"), @r"
    take it over with --adopt users
    take it over with --adopt users_email_idx
    go on all the same with --ignore-drift
    ");
    let flags = Flags {
        adopt: vec!["users".to_owned()],
        ..Flags::default()
    };
    let plan = planned(&chain, &models, Some(&models), &flags).unwrap();
    assert!(matches!(
        &plan.upgrade[..],
        [
            Operation::CreateTable {
                if_not_exists: true,
                ..
            },
            Operation::CreateIndex {
                if_not_exists: true,
                ..
            },
        ]
    ));
    assert!(
        plan.downgrade
            .iter()
            .all(|operation| matches!(operation, Operation::Sql { .. }))
    );
    let other = schema([Table::new("users").with_column(Column::new("id", SqlType::Text))]);
    let error = planned(&chain, &models, Some(&other), &flags).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("--adopt users: the models have it in another form"),
        "{error}"
    );
}

#[test]
fn what_has_the_name_and_another_form_is_not_adopted() {
    let with = |column: Column, index: Index| {
        let mut table = users().with_column(column);
        table.indexes.push(index);
        schema([table])
    };
    let chain = schema([users()]);
    let models = with(
        Column::new("age", SqlType::Text),
        Index::new("by_age", ["age"]),
    );
    let mut number = Column::new("age", SqlType::Integer).not_null();
    number.default = Some(crate::schema::DefaultValue::Value(
        crate::schema::Value::Integer(5),
    ));
    let database = with(number, Index::new("by_age", ["email"]));
    let error = planned(&chain, &models, Some(&database), &Flags::default()).unwrap_err();
    insta::assert_snapshot!(error, @"the database is not what the chain says it is: column users.age is to be created and already exists: INTEGER NOT NULL DEFAULT 5; the models say TEXT NULL; index by_age on users is to be created and already exists: (email); the models say (age)");
    insta::assert_snapshot!(error.hints().join("\n"), @r"
    make users.age the same in the model and in the database, take it over with --adopt users.age, and change the model in the revision after
    make by_age the same in the model and in the database, take it over with --adopt by_age, and change the model in the revision after
    go on all the same with --ignore-drift
    ");

    let adopt = |name: &str| Flags {
        adopt: vec![name.to_owned()],
        ..Flags::default()
    };
    let refused = |database: &Schema, name: &str| {
        planned(&chain, &models, Some(database), &adopt(name)).unwrap_err()
    };
    insta::assert_snapshot!(refused(&database, "users.age"), @"--adopt users.age: the database has column users.age in another form: INTEGER NOT NULL DEFAULT 5; the models say TEXT NULL");
    insta::assert_snapshot!(refused(&database, "by_age"), @"--adopt by_age: the database has index by_age on users in another form: (email); the models say (age)");
    // The same form under another case of letters is the same index on SQLite, and another form is not.
    let database = with(
        Column::new("AGE", SqlType::Text),
        Index::new("BY_AGE", ["email"]),
    );
    insta::assert_snapshot!(refused(&database, "by_age"), @"--adopt by_age: the database has index by_age on users in another form: (email); the models say (age)");
    // The name of another table's index.
    let mut other = Table::new("other").with_column(Column::new("a", SqlType::Text));
    other.indexes.push(Index::new("by_age", ["a"]));
    let database = schema([
        users().with_column(Column::new("age", SqlType::Text)),
        other,
    ]);
    insta::assert_snapshot!(refused(&database, "by_age"), @"--adopt by_age: index by_age on users cannot have that name: by_age on other has it");
}

#[test]
fn what_cannot_be_adopted_says_why_and_what_to_do() {
    let said = |models: &Schema, database: &Schema, adopt: &str| {
        let flags = Flags {
            adopt: vec![adopt.to_owned()],
            ..Flags::default()
        };
        let chain = Schema::new();
        let error = planned(&chain, models, Some(database), &flags).unwrap_err();
        format!("{error}\n{}", error.hints().join("\n"))
    };
    let models = schema([users()]);
    let other = schema([Table::new("users").with_column(Column::new("id", SqlType::Text))]);
    insta::assert_snapshot!(said(&models, &other, "users"), @r"
    --adopt users: the models have it in another form: added users.email TEXT NOT NULL; changed users.id: BIGINT, NOT NULL; added users PRIMARY KEY (id); added users_email_idx on users (email)
    what the database has: cargo migrate models --from-database
    make the model like that, adopt it, and change the model in the revision after
    or change the database to what the model says, and adopt it then
    ");
    insta::assert_snapshot!(said(&models, &models, "orders"), @r"
    --adopt orders: no new operation creates it; write it into the models first (cargo migrate models --from-database)
    what the database has: cargo migrate models --from-database
    make the model like that, adopt it, and change the model in the revision after
    or change the database to what the model says, and adopt it then
    ");
    let with_index = |columns: &[&str]| {
        let mut table = users();
        table.indexes = vec![Index::new("users_email_idx", columns.iter().copied())];
        schema([table])
    };
    let flags = Flags {
        adopt: vec!["users_email_idx".to_owned()],
        ..Flags::default()
    };
    let mut chain = with_index(&[]);
    chain.table_mut(&"users".into()).unwrap().indexes.clear();
    let error = planned(
        &chain,
        &with_index(&["email"]),
        Some(&with_index(&["id"])),
        &flags,
    );
    let error = error.unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{}", error.hints().join("\n")), @r"
    --adopt users_email_idx: the database has index users_email_idx on users in another form: (id); the models say (email)
    what the database has: cargo migrate models --from-database
    make the model like that, adopt it, and change the model in the revision after
    or change the database to what the model says, and adopt it then
    ");
}

#[test]
fn only_what_is_named_like_tables_has_the_name_of_one() {
    let attached = |kind, name: &str| crate::schema::Attached {
        kind,
        name: name.into(),
        table: None,
        sql: None,
    };
    let is_adopted = |kind, name| {
        let models = schema([users()]);
        let mut database = models.clone();
        database.attached.push(attached(kind, name));
        let flags = Flags {
            adopt: vec!["users".to_owned()],
            ..Flags::default()
        };
        planned(&Schema::new(), &models, Some(&database), &flags).is_ok()
    };
    for kind in [
        AttachedKind::Function,
        AttachedKind::Extension,
        AttachedKind::PARTITIONED,
    ] {
        assert!(is_adopted(kind, "users"), "{kind:?}");
    }
    for kind in [
        AttachedKind::View,
        AttachedKind::Type,
        AttachedKind::Sequence,
    ] {
        assert!(!is_adopted(kind, "users"), "{kind:?}");
        assert!(is_adopted(kind, "reporting.users"), "{kind:?}");
    }
}

#[test]
fn a_name_of_several_words_is_one_word_in_a_hint() {
    let mut models = Schema::new();
    models.insert(Table::new("it's old").with_column(Column::new("id", SqlType::Text)));
    let error = planned(&Schema::new(), &models, Some(&models), &Flags::default()).unwrap_err();
    let hints = error.hints();
    assert_eq!(hints[0], r"take it over with --adopt 'it'\''s old'");
}
