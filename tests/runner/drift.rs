//! `check` and the database: one case for each way in which it can differ from the chain.

use super::chains::{chain, memory, run};
use migrate_runtime::command::{Check, Difference, check};
use migrate_runtime::connection::session;
use migrate_runtime::migration::{
    BigInt, Integer, Migration, Text, check as check_that, column as col, create_index,
    create_table, foreign_key, primary_key, unique,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;

static CHAIN: SchemaDef = chain(&[Migration::new("a").upgrade(&[
    create_table("teams", &[col("id", BigInt).not_null()]).constraints(&[primary_key(&["id"])]),
    create_table(
        "users",
        &[
            col("id", BigInt).not_null(),
            col("email", Text).not_null(),
            col("age", Integer).default(migrate_runtime::migration::integer(18)),
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
    let table = "CREATE TABLE users (id BIGINT NOT NULL, email TEXT NOT NULL, age INTEGER DEFAULT 18, \
                 team_id BIGINT, PRIMARY KEY (id), CONSTRAINT users_email_key UNIQUE (email), \
                 CONSTRAINT users_age_check CHECK (age >= 0), \
                 CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id))";
    assert!(table.contains(from), "{from}");
    format!(
        "DROP TABLE users; {}; CREATE INDEX users_age_idx ON users (age)",
        table.replacen(from, to, 1)
    )
}

fn checked(change: &str) -> Check {
    let mut connection = memory();
    let mut migrator = Migrator::new(&CHAIN);
    migrator
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    run(&mut connection, change);
    check(&mut session(&mut connection), &mut migrator).unwrap()
}

/// What is said of the database after it was changed by hand. Without models, all tables are in the chain
/// only, which is said too.
fn drift(change: &str) -> String {
    let found = checked(change);
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

macro_rules! cases {
    ($($name:ident: $change:expr => $said:literal,)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(drift(&$change), $said);
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
    ) => "drift: column users.team_id is missing in the database\ndrift: foreign key (team_id) on users is missing in the database",
    another_type: users("age INTEGER", "age TEXT") => "drift: column users.age is different in the database: TEXT",
    another_nullability: users("email TEXT NOT NULL", "email TEXT") => "drift: column users.email is different in the database: NULL",
    another_default: users("DEFAULT 18", "DEFAULT 21") => "drift: column users.age is different in the database: DEFAULT 21",
    no_default: users(" DEFAULT 18", "") => "drift: column users.age is different in the database: no default",
    another_collation: users("email TEXT", "email TEXT COLLATE NOCASE") => "drift: column users.email is different in the database: COLLATE NOCASE",
    another_primary_key: users("PRIMARY KEY (id)", "PRIMARY KEY (id, email)") => "drift: primary key of users is different in the database: PRIMARY KEY (id, email)",
    a_unique_constraint_is_gone: users(" CONSTRAINT users_email_key UNIQUE (email),", "") => "drift: unique constraint (email) on users is missing in the database",
    another_unique_constraint: users("UNIQUE (email)", "UNIQUE (email, age)") => "kept: unique constraint (age, email) on users is in the database and in no migration\ndrift: unique constraint (email) on users is missing in the database",
    a_check_is_gone: users(" CONSTRAINT users_age_check CHECK (age >= 0),", "") => "drift: check (age >= 0) on users is missing in the database",
    another_check: users("age >= 0", "age > 0") => "kept: check (age > 0) on users is in the database and in no migration\ndrift: check (age >= 0) on users is missing in the database",
    a_foreign_key_is_gone: users(
        ", CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id)", "",
    ) => "drift: foreign key (team_id) on users is missing in the database",
    another_foreign_key: users("REFERENCES teams (id)", "REFERENCES teams (id) ON DELETE CASCADE") => "drift: foreign key (team_id) on users is different in the database: FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE",
    an_index_is_gone: "DROP INDEX users_age_idx" => "drift: index users_age_idx on users is missing in the database",
    another_index: "DROP INDEX users_age_idx; CREATE INDEX users_age_idx ON users (age DESC)" => "drift: index users_age_idx on users is different in the database: (age DESC)",
    a_column_more: "ALTER TABLE users ADD COLUMN note TEXT" => "kept: column users.note is in the database and in no migration",
    an_index_more: "CREATE INDEX by_the_dba ON users (email)" => "kept: index by_the_dba on users is in the database and in no migration",
    a_constraint_more: users("CHECK (age >= 0)", "CHECK (age >= 0), CHECK (id > 0)") => "kept: check (id > 0) on users is in the database and in no migration",
    a_table_more: "CREATE TABLE foreigner (x INTEGER)" => "kept: table foreigner is in the database and in no migration",
    a_view_and_a_trigger: "CREATE VIEW adults AS SELECT * FROM users; \
        CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1; END" => "kept: view adults is not managed by the chain\nkept: trigger t on users is not managed by the chain",
}

#[test]
fn what_is_kept_is_nobody_s_fault() {
    let clean = |change: &str| {
        let found = checked(change).differences.into_iter();
        let drift = found.filter(|difference| matches!(difference, Difference::Drift(_)));
        let found = Check {
            differences: drift.collect(),
        };
        (found.differences.len(), found.is_clean())
    };
    assert_eq!(clean("SELECT 1"), (0, true));
    assert_eq!(clean("CREATE TABLE foreigner (x INTEGER)"), (1, true));
    assert_eq!(clean("DROP INDEX users_age_idx"), (1, false));
}
