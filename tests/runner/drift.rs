//! `check` and the database: one case for each way in which it can differ from the chain, on every kind.

use super::chains::{chain, run};
use crate::databases::{Database, each, sqlite};
use migrate_runtime::command::{Check, Difference, check};
use migrate_runtime::migration::{
    BigInt, Integer, Migration, Varchar, check as check_that, column as col, create_index,
    create_table, foreign_key, integer, primary_key, unique,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::Backend;

static CHAIN: SchemaDef = chain(&[Migration::new("a").upgrade(&[
    create_table("teams", &[col("id", BigInt).not_null()]).constraints(&[primary_key(&["id"])]),
    create_table(
        "users",
        &[
            col("id", BigInt).not_null(),
            col("email", Varchar(90)).not_null(),
            col("age", Integer).default(integer(18)),
            col("team_id", BigInt),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("users_email_key", &["email"]),
        check_that("users_age_check", "age >= 0"),
        foreign_key("users_team_id_fkey", &["team_id"], "teams", &["id"]),
    ]),
    create_index("users_age_idx", "users", &["age"]),
])]);

/// The table as the chain makes it, with one thing said otherwise.
fn users(from: &str, to: &str) -> String {
    let table = "DROP TABLE users; \
                 CREATE TABLE users (id BIGINT NOT NULL, email VARCHAR(90) NOT NULL, age INTEGER DEFAULT 18, \
                 team_id BIGINT, PRIMARY KEY (id), CONSTRAINT users_email_key UNIQUE (email), \
                 CONSTRAINT users_age_check CHECK (age >= 0), \
                 CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id)); \
                 CREATE INDEX users_age_idx ON users (age)";
    assert!(table.contains(from), "{from}");
    table.replacen(from, to, 1)
}

fn checked(database: &mut dyn Database, change: &str) -> Check {
    let mut migrator = Migrator::new(&CHAIN);
    migrator.upgrade(&mut *database.session(), "head").unwrap();
    for statement in change.split("; ") {
        run(database, statement);
    }
    check(&mut *database.session(), &mut migrator).unwrap()
}

/// What is said of the database after it was changed by hand. Without models, all tables are in the chain
/// only, which is said too.
fn drift(database: &mut dyn Database, change: &str) -> String {
    let found = checked(database, change);
    let mut lines = Vec::new();
    for difference in &found.differences {
        match difference {
            Difference::Drift(drift) => {
                let word = if drift.blocking { "drift" } else { "kept" };
                lines.push(format!("{word}: {}", drift.description));
            }
            Difference::Model(_) => {}
            other => panic!("{other:?}"),
        }
    }
    lines.join("\n")
}

/// SQLite forgets the names of constraints; on servers they are what is compared, and types and expressions are
/// in their words. The last that is expected is so on all further ones.
fn said(database: &mut dyn Database, change: &str, expected: &[&str]) {
    let place = match database.session().backend() {
        Backend::Sqlite => 0,
        Backend::Postgres => 1,
        Backend::Mysql => 2,
    };
    let expected = expected[place.min(expected.len() - 1)];
    assert_eq!(drift(database, change), expected);
}

macro_rules! cases {
    ($($name:ident: $change:expr => $said:literal $(or $on_servers:literal)*,)*) => {
        $(
            #[test]
            fn $name() {
                each(|database| said(database, &$change, &[$said $(, $on_servers)*]));
            }
        )*
    };
}

cases! {
    nothing: "SELECT 1" => "",
    the_same_table_made_by_hand: users("18", "18") => "",
    a_table_is_gone: "DROP TABLE users; DROP TABLE teams" => "drift: table teams is missing in the database\ndrift: table users is missing in the database",
    a_column_is_gone: users(", team_id BIGINT, ", ", ") .replace(
        ", CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id)", "",
    ) => "drift: column users.team_id is missing in the database\ndrift: foreign key (team_id) on users is missing in the database" or "drift: column users.team_id is missing in the database\ndrift: foreign key users_team_id_fkey on users is missing in the database",
    another_type: users("age INTEGER", "age BIGINT") => "drift: column users.age is different in the database: BIGINT" or "drift: column users.age is different in the database: bigint",
    another_nullability: users("email VARCHAR(90) NOT NULL", "email VARCHAR(90)") => "drift: column users.email is different in the database: NULL",
    another_default: users("DEFAULT 18", "DEFAULT 21") => "drift: column users.age is different in the database: DEFAULT 21",
    no_default: users(" DEFAULT 18", "") => "drift: column users.age is different in the database: no default",
    another_primary_key: users("PRIMARY KEY (id)", "PRIMARY KEY (id, email)") => "drift: primary key of users is different in the database: PRIMARY KEY (id, email)",
    a_unique_constraint_is_gone: users(" CONSTRAINT users_email_key UNIQUE (email),", "") => "drift: unique constraint (email) on users is missing in the database" or "drift: unique constraint users_email_key on users is missing in the database",
    another_unique_constraint: users("UNIQUE (email)", "UNIQUE (email, age)") => "kept: unique constraint (age, email) on users is in the database and in no migration\ndrift: unique constraint (email) on users is missing in the database" or "drift: unique constraint users_email_key on users is different in the database: CONSTRAINT users_email_key UNIQUE (age, email)",
    a_check_is_gone: users(" CONSTRAINT users_age_check CHECK (age >= 0),", "") => "drift: check (age >= 0) on users is missing in the database" or "drift: check users_age_check on users is missing in the database",
    another_check: users("age >= 0", "age > 0") => "kept: check (age > 0) on users is in the database and in no migration\ndrift: check (age >= 0) on users is missing in the database" or "drift: check users_age_check on users is different in the database: CONSTRAINT users_age_check CHECK ((age > 0))" or "drift: check users_age_check on users is different in the database: CONSTRAINT users_age_check CHECK (`age` > 0)",
    a_foreign_key_is_gone: users(
        ", CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id)", "",
    ) => "drift: foreign key (team_id) on users is missing in the database" or "drift: foreign key users_team_id_fkey on users is missing in the database",
    another_foreign_key: users("REFERENCES teams (id)", "REFERENCES teams (id) ON DELETE CASCADE") => "drift: foreign key (team_id) on users is different in the database: FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE" or "drift: foreign key users_team_id_fkey on users is different in the database: CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE",
    an_index_is_gone: users("; CREATE INDEX users_age_idx ON users (age)", "") => "drift: index users_age_idx on users is missing in the database",
    another_index: users("users (age)", "users (age DESC)") => "drift: index users_age_idx on users is different in the database: (age DESC)",
    a_column_more: "ALTER TABLE users ADD COLUMN note TEXT" => "kept: column users.note is in the database and in no migration",
    an_index_more: "CREATE INDEX by_the_dba ON users (email)" => "kept: index by_the_dba on users is in the database and in no migration",
    a_constraint_more: users("CHECK (age >= 0)", "CHECK (age >= 0), CONSTRAINT positive CHECK (id > 0)") => "kept: check (id > 0) on users is in the database and in no migration" or "kept: check positive on users is in the database and in no migration",
    a_table_more: "CREATE TABLE foreigner (x INTEGER)" => "kept: table foreigner is in the database and in no migration",
    a_view: "CREATE VIEW adults AS SELECT * FROM users" => "kept: view adults is not managed by the chain",
}

#[test]
fn a_trigger_and_a_collation() {
    let said = |change: &str| drift(&mut *sqlite(), change);
    assert_eq!(
        said("CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1;END"),
        "kept: trigger t on users is not managed by the chain"
    );
    assert_eq!(
        said(&users("VARCHAR(90)", "VARCHAR(90) COLLATE NOCASE")),
        "drift: column users.email is different in the database: COLLATE NOCASE"
    );
}

#[test]
fn what_is_kept_is_nobody_s_fault() {
    let clean = |database: &mut dyn Database, change: &str| {
        let found = checked(database, change).differences.into_iter();
        let drift = found.filter(|difference| matches!(difference, Difference::Drift(_)));
        let found = Check {
            differences: drift.collect(),
        };
        (found.differences.len(), found.is_clean())
    };
    each(|database| assert_eq!(clean(database, "SELECT 1"), (0, true)));
    each(|database| {
        assert_eq!(
            clean(database, "CREATE TABLE foreigner (x INTEGER)"),
            (1, true)
        );
    });
    let without_index = users("; CREATE INDEX users_age_idx ON users (age)", "");
    each(|database| assert_eq!(clean(database, &without_index), (1, false)));
}
