//! Plans, without a database.

mod adopt;
mod concurrent;
mod named;
mod rewrite;
mod values;

use super::*;
use crate::Explain;
use crate::dialect::{Postgres, Sqlite};
use crate::schema::{
    Check, Column, Deferrable, ForeignKey, Index, Name, ReferentialAction, SqlType, Table, Unique,
};

fn users() -> Table {
    let mut table = Table::new("users")
        .with_column(Column::new("id", SqlType::BigInt).not_null())
        .with_column(Column::new("email", SqlType::Text).not_null())
        .with_primary_key(["id"]);
    table.indexes.push(Index::new("users_email_idx", ["email"]));
    table
}

fn with_status() -> Table {
    users().with_column(Column::new("status", SqlType::Text).not_null())
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::new();
    for table in tables {
        schema.insert(table);
    }
    schema
}

fn planned(
    chain: &Schema,
    models: &Schema,
    database: Option<&Schema>,
    flags: &Flags,
) -> Result<Plan, PlanError> {
    let dialect = crate::dialect::dialect(crate::schema::Backend::Sqlite).unwrap();
    let request = Request {
        chain,
        models,
        renamed_from: &RenameHints::default(),
        database: database.map(|schema| Database { schema, dialect }),
        has_rows: &|_, _| database.is_some(),
        values_wait: true,
        flags,
    };
    plan(&request, None)
}

/// A plan where something is renamed, if `rename` says so; a database has no rows and is what the chain says.
fn renamed(
    [chain, models]: [&Schema; 2],
    dialect: Option<&dyn Dialect>,
    values_wait: bool,
    rename: &str,
) -> Result<Plan, PlanError> {
    let flags = Flags {
        renames: RenameFlags {
            renames: (rename.split_whitespace()).map(str::to_owned).collect(),
            drops: Vec::new(),
        },
        ..Flags::default()
    };
    let request = Request {
        chain,
        models,
        renamed_from: &RenameHints::default(),
        database: dialect.map(|dialect| Database {
            schema: chain,
            dialect,
        }),
        has_rows: &|_, _| false,
        values_wait,
        flags: &flags,
    };
    plan(&request, None)
}

#[test]
fn nothing_to_write_where_models_and_chain_agree() {
    let chain = schema([users()]);
    let plan = planned(&chain, &chain, Some(&chain), &Flags::default()).unwrap();
    assert!(plan.is_empty());
    assert_eq!(plan.drift, []);
}

#[test]
fn a_column_that_becomes_required_is_looked_at_first() {
    let nullable = |name: &str| Column::new(name, SqlType::Text);
    let of = |columns: [Column; 2]| {
        let [one, two] = columns;
        schema([users().with_column(one).with_column(two)])
    };
    let chain = of([nullable("phone"), nullable("fax")]);
    let models = of([nullable("mobile").not_null(), nullable("fax").not_null()]);
    let fill = |fills: &[&str]| Flags {
        renames: RenameFlags {
            renames: vec!["users.phone:mobile".to_owned()],
            drops: Vec::new(),
        },
        fills: fills.iter().map(|fill| (*fill).to_owned()).collect(),
        ..Flags::default()
    };
    // Under the name that the database has.
    let planned = |flags: &Flags| {
        let dialect = crate::dialect::dialect(crate::schema::Backend::Sqlite).unwrap();
        let request = Request {
            chain: &chain,
            models: &models,
            renamed_from: &RenameHints::default(),
            database: Some(Database {
                schema: &chain,
                dialect,
            }),
            has_rows: &|_, column| column.is_some_and(|column| column.as_str() == "phone"),
            values_wait: true,
            flags,
        };
        plan(&request, None)
    };
    let error = planned(&fill(&[])).unwrap_err();
    insta::assert_snapshot!(error, @"users.mobile becomes NOT NULL, and the database has rows where it is NULL");
    insta::assert_snapshot!(error.hints().join("\n"), @r#"
    fill those rows: --fill "users.mobile='…'" (an SQL expression)
    or keep the field an Option
    "#);
    let plan = planned(&fill(&["users.mobile='none'"])).unwrap();
    insta::assert_snapshot!(plan.in_words().join("\n"), @r"
    renamed users.phone to mobile
    fills users.mobile with 'none'
    changed users.mobile: NOT NULL
    changed users.fax: NOT NULL
    ");
}

#[test]
fn t44_a_required_column_on_a_table_with_rows_names_three_ways_out() {
    let (chain, models) = (schema([users()]), schema([with_status()]));
    let error = planned(&chain, &models, Some(&chain), &Flags::default()).unwrap_err();
    insta::assert_snapshot!(error, @"users.status is NOT NULL without a default, and the table has rows");
    insta::assert_snapshot!(error.hints().join("\n"), @r#"
    give the field a default: #[model(default = …)]
    fill the rows that exist: --fill "users.status='…'" (an SQL expression)
    make the field an Option
    "#);
    let flags = Flags {
        fills: vec!["users.status='active'".to_owned()],
        ..Flags::default()
    };
    let plan = planned(&chain, &models, Some(&chain), &flags).unwrap();
    insta::assert_snapshot!(plan.in_words().join("\n"), @r"
    added users.status TEXT NULL
    fills users.status with 'active'
    changed users.status: NOT NULL
    ");
    assert_eq!(
        plan.downgrade.len(),
        1,
        "the column is dropped, and nothing before that"
    );
    assert!(!plan.destructive);
}

#[test]
fn a_fill_for_nothing_is_an_error() {
    let chain = schema([users()]);
    for fill in ["users.status='x'", "users", "users.email="] {
        let flags = Flags {
            fills: vec![fill.to_owned()],
            ..Flags::default()
        };
        let error = planned(&chain, &chain, None, &flags).unwrap_err();
        assert!(
            matches!(error, PlanError::Flag { flag: "fill", .. }),
            "{error}"
        );
    }
}

#[test]
fn what_the_database_has_on_top_is_listed_and_does_not_block() {
    let chain = schema([users()]);
    let mut table = users().with_column(Column::new("legacy", SqlType::Text));
    table.indexes.push(Index::new("dba_idx", ["email", "id"]));
    let database = schema([
        table,
        Table::new("spatial").with_column(Column::new("x", SqlType::Text)),
    ]);
    let plan = planned(&chain, &chain, Some(&database), &Flags::default()).unwrap();
    let lines: Vec<&str> = plan
        .drift
        .iter()
        .map(|drift| drift.description.as_str())
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    table spatial is in the database and in no migration
    column users.legacy is in the database and in no migration
    index dba_idx on users is in the database and in no migration
    ");
    assert!(plan.is_empty());
}

#[test]
fn what_the_database_lacks_blocks_unless_ignored() {
    let (chain, models) = (
        schema([users()]),
        schema([users().with_column(Column::new("bio", SqlType::Text))]),
    );
    let mut bare = users();
    bare.indexes.clear();
    let database = schema([bare]);
    let error = planned(&chain, &models, Some(&database), &Flags::default()).unwrap_err();
    insta::assert_snapshot!(error, @"the database is not what the chain says it is: index users_email_idx on users is missing in the database");
    let flags = Flags {
        ignore_drift: true,
        ..Flags::default()
    };
    let plan = planned(&chain, &models, Some(&database), &flags).unwrap();
    assert_eq!(plan.in_words(), ["added users.bio TEXT NULL"]);
    assert_eq!(plan.drift.len(), 1);
}

#[test]
fn only_some_tables() {
    let mut posts = Table::new("posts").with_column(Column::new("id", SqlType::BigInt).not_null());
    posts.primary_key = users().primary_key;
    let (chain, models) = (schema([users()]), schema([with_status(), posts]));
    let flags = Flags {
        only: vec!["posts".to_owned()],
        ..Flags::default()
    };
    let plan = planned(&chain, &models, None, &flags).unwrap();
    assert_eq!(plan.in_words(), ["added table posts (id)"]);
    assert_eq!(
        plan.notes,
        ["1 other changes of the models are left for another revision"]
    );
    let flags = Flags {
        only: vec!["orders".to_owned()],
        ..Flags::default()
    };
    assert!(planned(&chain, &models, None, &flags).is_err());
}

#[test]
fn a_dropped_required_column_comes_back_filled() {
    let (chain, models) = (schema([with_status()]), schema([users()]));
    let plan = planned(&chain, &models, Some(&chain), &Flags::default()).unwrap();
    assert!(plan.destructive);
    assert_eq!(plan.findings[0].rule, "drop-column");
    assert_eq!(
        plan.notes,
        ["the downgrade fills users.status with '', since its values are lost"]
    );
    assert_eq!(plan.downgrade.len(), 3);
}

#[test]
fn a_dropped_parent_comes_back_and_its_rows_do_not() {
    let author = Column::new("author_id", SqlType::BigInt).not_null();
    let mut books = users().with_column(author);
    books.name = "books".into();
    books.foreign_keys.push(crate::schema::ForeignKey {
        name: Some("books_author_id_fkey".into()),
        columns: vec!["author_id".into()],
        target: "users".into(),
        target_columns: vec!["id".into()],
        on_delete: crate::schema::ReferentialAction::NoAction,
        on_update: crate::schema::ReferentialAction::NoAction,
        deferrable: crate::schema::Deferrable::No,
        match_full: false,
    });
    books.indexes.clear();
    let chain = schema([users(), books.clone()]);
    books.foreign_keys.clear();
    books.columns.pop();
    let plan = planned(&chain, &schema([books]), Some(&chain), &Flags::default()).unwrap();
    insta::assert_snapshot!(plan.notes.join("\n"), @r"
    the downgrade fills books.author_id with 0, since its values are lost
    the downgrade fails if a row of books refers to no row of users
    ");
    assert!(plan.findings_down.iter().any(Finding::may_fail));
}

#[test]
fn i18_a_name_that_postgresql_would_cut_is_refused_there() {
    let mut table = users();
    table.indexes.push(Index::new("x".repeat(64), ["id"]));
    let (chain, models) = (schema([users()]), schema([table]));
    let planned = |dialect: &'static dyn Dialect| {
        let request = Request {
            chain: &chain,
            models: &models,
            renamed_from: &RenameHints::default(),
            database: Some(Database {
                schema: &chain,
                dialect,
            }),
            has_rows: &|_, _| false,
            values_wait: true,
            flags: &Flags {
                ignore_drift: true,
                ..Flags::default()
            },
        };
        plan(&request, None)
    };
    let error = planned(&Postgres).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("has 64 bytes, and postgres keeps 63"),
        "{error}"
    );
    assert_eq!(planned(&Sqlite).unwrap().upgrade.len(), 1);
}

#[test]
fn models_that_refer_to_nothing_are_refused() {
    let table = users().with_column(Column::new("mood", SqlType::Enum(Name::from("mood"))));
    let error = planned(&Schema::new(), &schema([table]), None, &Flags::default()).unwrap_err();
    insta::assert_snapshot!(error, @"the models do not fit together: create_table: there is no enum type mood");
}

/// A plan whose decisions are those of former operations, and the flags of today.
fn amended(
    chain: &Schema,
    models: &Schema,
    former: &Plan,
    mut flags: Flags,
) -> Result<String, PlanError> {
    flags.former.clone_from(&former.upgrade);
    let plan = planned(chain, models, Some(chain), &flags)?;
    Ok(plan.in_words().join("\n"))
}

#[test]
fn what_a_revision_has_decided_is_not_asked_when_it_is_written_anew() {
    let text = |name: &str| Column::new(name, SqlType::Text);
    let table = |columns: &[&str]| {
        let table = Table::new("people").with_column(Column::new("id", SqlType::BigInt).not_null());
        (columns.iter()).fold(table, |table, name| table.with_column(text(name)))
    };
    let rename = |flag: &str| Flags {
        renames: RenameFlags {
            renames: vec![flag.to_owned()],
            drops: vec![],
        },
        ..Flags::default()
    };
    let drop = |flag: &str| Flags {
        renames: RenameFlags {
            renames: vec![],
            drops: vec![flag.to_owned()],
        },
        ..Flags::default()
    };
    let (before, after) = (schema([table(&["name"])]), schema([table(&["full_name"])]));
    let renamed = planned(&before, &after, None, &rename("people.name:full_name")).unwrap();
    let dropped = planned(&before, &after, None, &drop("people.name")).unwrap();
    let more = schema([table(&["full_name"]).with_column(Column::new("age", SqlType::Integer))]);

    let again = amended(&before, &more, &renamed, Flags::default()).unwrap();
    assert!(
        again.contains("renamed people.name to full_name"),
        "{again}"
    );
    let again = amended(&before, &more, &dropped, Flags::default()).unwrap();
    assert!(again.contains("removed people.name"), "{again}");

    // A flag of today wins.
    let again = amended(&before, &after, &renamed, drop("people.name")).unwrap();
    assert!(again.contains("removed people.name"), "{again}");
    let again = amended(&before, &after, &dropped, rename("people.name:full_name")).unwrap();
    assert_eq!(again, "renamed people.name to full_name");

    // What the answer was not about is a question again.
    for (models, former) in [
        (table(&["called"]), &renamed),
        (table(&["called"]), &dropped),
        (table(&["full_name", "called"]), &dropped),
    ] {
        let error = amended(&before, &schema([models]), former, Flags::default()).unwrap_err();
        assert!(matches!(error, PlanError::Rename(_)), "{error}");
    }
}

#[test]
fn a_fill_is_remembered_as_long_as_it_is_needed() {
    let (chain, models) = (schema([users()]), schema([with_status()]));
    let fill = |value: &str| Flags {
        fills: vec![format!("users.status={value}")],
        ..Flags::default()
    };
    let former = planned(&chain, &models, Some(&chain), &fill("'active'")).unwrap();
    let again = amended(&chain, &models, &former, Flags::default()).unwrap();
    assert!(
        again.contains("fills users.status with 'active'"),
        "{again}"
    );
    let again = amended(&chain, &models, &former, fill("'new'")).unwrap();
    assert!(again.contains("fills users.status with 'new'"), "{again}");
    let mut with_default = with_status();
    for column in &mut with_default.columns {
        if column.name.as_str() == "status" {
            column.default = Some(crate::schema::DefaultValue::Now);
        }
    }
    let again = amended(&chain, &schema([with_default]), &former, Flags::default()).unwrap();
    assert!(!again.contains("fills"), "{again}");
}

#[test]
fn a_constraint_that_only_changes_its_name_is_renamed_in_words() {
    let side = |name: &str, column: &str| {
        let mut table = Table::new(name)
            .with_column(Column::new("id", SqlType::BigInt).not_null())
            .with_column(Column::new(column, SqlType::Text))
            .with_column(Column::new("parent", SqlType::BigInt))
            .with_primary_key(["id"]);
        table.uniques.push(Unique {
            name: Some(format!("{name}_{column}_key").into()),
            columns: vec![column.into()],
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        });
        table.checks.push(Check {
            name: Some(format!("{name}_parent_check").into()),
            expression: "parent > 0".into(),
        });
        table.foreign_keys.push(ForeignKey {
            name: Some(format!("{name}_parent_fkey").into()),
            columns: vec!["parent".into()],
            target: name.into(),
            target_columns: vec!["id".into()],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
        });
        schema([table])
    };
    let flags = Flags {
        renames: RenameFlags {
            renames: vec!["users:people".to_owned(), "people.email:mail".to_owned()],
            drops: Vec::new(),
        },
        ..Flags::default()
    };
    let (chain, models) = (side("users", "email"), side("people", "mail"));
    let plan = planned(&chain, &models, None, &flags).unwrap();
    insta::assert_snapshot!(plan.in_words().join("\n"), @r"
    renamed table users to people
    renamed constraint users_parent_fkey to people_parent_fkey on people
    renamed people.email to mail
    renamed constraint users_email_key to people_mail_key on people
    renamed constraint users_parent_check to people_parent_check on people
    ");
    let findings: Vec<&str> = plan
        .findings
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    insta::assert_snapshot!(findings.join("\n"), @r"
    a program that still runs looks for users, which is people now
    a program that still runs looks for people.email, which is mail now
    ");
    // Another rule under another name is another one.
    let mut models = models;
    let people = models.table_mut(&"people".into()).unwrap();
    people.checks[0].expression = "parent > 1".into();
    let plan = planned(&chain, &models, None, &flags).unwrap();
    insta::assert_snapshot!(plan.in_words().join("\n"), @r"
    renamed table users to people
    renamed constraint users_parent_fkey to people_parent_fkey on people
    removed people CONSTRAINT users_parent_check
    renamed people.email to mail
    renamed constraint users_email_key to people_mail_key on people
    added people CONSTRAINT people_parent_check CHECK (parent > 1)
    ");
}

#[test]
fn a_decimal_on_a_database_that_has_none_is_noted() {
    let priced = |ty: SqlType| {
        let table = users().with_column(Column::new("balance", ty));
        let bills = Table::new("bills").with_column(Column::new("sum", SqlType::Decimal(9, 2)));
        (schema([table]), bills)
    };
    let chain = schema([users()]);
    let (mut models, bills) = priced(SqlType::Decimal(9, 2));
    models.insert(bills);
    let plan = planned(&chain, &models, Some(&chain), &Flags::default()).unwrap();
    insta::assert_snapshot!(plan.notes.join("\n"), @r"
    bills.sum is a decimal, which this database keeps as text: in SQL it sorts and compares as text ('100.00' < '14.50'); store an integer of cents, or CAST in queries
    users.balance is a decimal, which this database keeps as text: in SQL it sorts and compares as text ('100.00' < '14.50'); store an integer of cents, or CAST in queries
    ");
    let (models, _) = priced(SqlType::Double);
    let plan = planned(&chain, &models, Some(&chain), &Flags::default()).unwrap();
    assert_eq!(plan.notes, Vec::<String>::new());
    // A database that has them, and none at all.
    let (models, _) = priced(SqlType::Decimal(9, 2));
    let plan = planned(&chain, &models, None, &Flags::default()).unwrap();
    assert_eq!(plan.notes, Vec::<String>::new());
    let request = Request {
        chain: &chain,
        models: &models,
        renamed_from: &RenameHints::default(),
        database: Some(Database {
            schema: &chain,
            dialect: &Postgres,
        }),
        has_rows: &|_, _| true,
        values_wait: true,
        flags: &Flags {
            ignore_drift: true,
            ..Flags::default()
        },
    };
    assert_eq!(
        super::plan(&request, None).unwrap().notes,
        Vec::<String>::new()
    );
}
