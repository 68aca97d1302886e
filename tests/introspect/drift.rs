//! Differences are told in the words of those who wrote the schemas.

use super::sqlite::read;
use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::sqlite::SqliteConnection;
use insta::assert_snapshot;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::connection::session;
use migrate_runtime::dialect::{Sqlite, compared};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::schema::{
    Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Index, ReferentialAction,
    Schema, SqlText, SqlType, Table, Unique, Value,
};
use migrate_runtime::sql::{Step, render};

fn between(chain: &str, database: &str) -> String {
    let found = drift(&read(chain), &read(database), &Sqlite);
    let lines: Vec<String> = found.into_iter().map(|drift| drift.description).collect();
    lines.join("\n")
}

#[test]
fn drift_speaks_in_the_words_of_the_database() {
    assert_snapshot!(between(
        "CREATE TABLE AspNetUsers (Id INTEGER PRIMARY KEY, userName VARCHAR(30) NOT NULL, Created DATETIME DEFAULT CURRENT_TIMESTAMP,
            Score INT CHECK (Score>=0), Gone TEXT);
        CREATE INDEX IX_UserName ON AspNetUsers (userName);
        CREATE INDEX IX_Lower ON AspNetUsers (Lower(userName));
        CREATE TABLE OnlyInChain (Id INTEGER PRIMARY KEY)",
        "CREATE TABLE AspNetUsers (Id INTEGER PRIMARY KEY, userName NVARCHAR(256), Created DATE DEFAULT (Date('now')),
            Score INT CHECK (Score>=10 OR Score IS NULL), extraColumn DECIMAL(10,2) DEFAULT 1.50, ownerId INT REFERENCES BlogOwners,
            UNIQUE (ownerId, Score));
        CREATE INDEX IX_UserName ON AspNetUsers (userName DESC);
        CREATE INDEX IX_Lower ON AspNetUsers (UPPER(userName)) WHERE Score>5;
        CREATE TABLE BlogOwners (OwnerId INTEGER PRIMARY KEY)"
    ), @r#"
    table BlogOwners is in the database and in no migration
    table OnlyInChain is missing in the database
    column AspNetUsers.Created is different in the database: DATE, DEFAULT (Date('now'))
    column AspNetUsers.Gone is missing in the database
    column AspNetUsers.extraColumn is in the database and in no migration
    column AspNetUsers.ownerId is in the database and in no migration
    column AspNetUsers.userName is different in the database: NULL
    index IX_Lower on AspNetUsers is different in the database: (UPPER(userName)) WHERE Score>5
    index IX_UserName on AspNetUsers is different in the database: (userName DESC)
    unique constraint (ownerId, Score) on AspNetUsers is in the database and in no migration
    check (Score>=0) on AspNetUsers is missing in the database
    check (Score>=10 OR Score IS NULL) on AspNetUsers is in the database and in no migration
    foreign key (ownerId) on AspNetUsers is in the database and in no migration
    "#);
}

#[test]
fn what_is_written_in_other_words_is_no_drift() {
    let quiet = between(
        "CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name VARCHAR(30) DEFAULT 'x', UNIQUE (Name), CHECK (Id>0)); CREATE INDEX I ON Users (Name)",
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, NAME TEXT DEFAULT ('x'), CONSTRAINT u UNIQUE (name), CONSTRAINT c CHECK (\"id\" > 0)); CREATE INDEX i ON USERS (\"name\")",
    );
    assert_eq!(quiet, "");
}

/// Two tables with most of what a model can say.
fn models() -> Schema {
    let mut schema = Schema::new();
    let mood = EnumType {
        name: "mood".into(),
        values: vec!["glad".into(), "sad".into()],
    };
    schema.enums.insert(mood.name.clone(), mood);
    let key = || Column {
        auto_increment: true,
        ..Column::new("id", SqlType::BigInt).not_null()
    };
    let users = Table::new("users")
        .with_column(key())
        .with_column(Column::new("name", SqlType::Varchar(40)).not_null())
        .with_column(Column::new("mood", SqlType::Enum("mood".into())).not_null())
        .with_column(Column::new("age", SqlType::UnsignedSmallInt))
        .with_primary_key(["id"]);
    let mut posts = Table::new("posts")
        .with_column(key())
        .with_column(Column::new("user_id", SqlType::BigInt).not_null())
        .with_column(
            Column::new("stars", SqlType::Integer)
                .not_null()
                .with_default(DefaultValue::Value(Value::Integer(0))),
        )
        .with_column(Column::new("made", SqlType::Timestamp(None)).with_default(DefaultValue::Now))
        .with_primary_key(["id"]);
    posts.foreign_keys.push(ForeignKey {
        name: Some("posts_user_id_fkey".into()),
        columns: vec!["user_id".into()],
        target: "users".into(),
        target_columns: vec!["id".into()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    });
    posts.uniques.push(Unique {
        name: Some("posts_user_id_made_key".into()),
        columns: vec!["user_id".into(), "made".into()],
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    });
    posts.checks.push(Check {
        name: Some("stars_are_few".into()),
        expression: SqlText::new("stars < 6"),
    });
    posts.indexes.push(Index::new("posts_stars_idx", ["stars"]));
    posts.indexes.push(Index::new("posts_made_idx", ["made"]));
    schema.insert(users);
    schema.insert(posts);
    schema
}

/// A database without drift is the usual one, and to normalize a thousand tables is most of the work.
#[test]
fn what_the_chain_made_is_known_without_being_normalized() {
    let models = models();
    let mut connection = SqliteConnection::establish(":memory:").expect("memory is there");
    let operations = diff(&Schema::new(), &models, &RenameHints::default());
    for statement in render(&operations, &Schema::new(), &Sqlite).expect("it can be rendered") {
        if let Step::Sql(sql) = statement.step {
            connection.batch_execute(&sql).expect("SQLite takes it");
        }
    }
    let found = introspect(&mut session(&mut connection)).expect("it can be read");
    let (chain, database) = compared(&models, &found, &Sqlite);
    assert!(chain.tables.is_empty() && database.tables.is_empty());
}
