//! Differences are told in the words of those who wrote the schemas.

use super::sqlite::read;
use insta::assert_snapshot;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::dialect::Sqlite;

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
