//! `adopt`: a project whose migrations are SQL that another tool applied.

use super::project::{Project, filters};

const MODELS: &str = "\
use migrate_runtime::Model;

#[derive(Model)]
#[model(table = \"users\")]
pub struct User {
    #[model(auto_increment)]
    pub id: i64,
    #[model(index(name = \"users_email\"))]
    pub email: String,
    pub age: Option<i64>,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User],
    migrations = \"revisions\",
}
";

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, email TEXT NOT NULL);\n\
     CREATE INDEX users_email ON users (email);\n";

const AGE: &str = "ALTER TABLE users ADD COLUMN age BIGINT;\n";

const DIESEL: &str = "
    CREATE TABLE __diesel_schema_migrations (
        version VARCHAR(50) PRIMARY KEY NOT NULL,
        run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
    );
    INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000'), ('20240102000000');
    INSERT INTO users (email) VALUES ('a@b.c');
";

const SQLX: &str = "
    CREATE TABLE _sqlx_migrations (
        version BIGINT PRIMARY KEY, description TEXT NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
        checksum BLOB NOT NULL, execution_time BIGINT NOT NULL
    );
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
    VALUES (1, 'users', TRUE, x'00', 1);
    INSERT INTO users (email) VALUES ('a@b.c');
";

/// A package that `init` has set up beside somebody else's SQL.
fn project(name: &str, sql: &[(&str, &str)]) -> Project {
    let manifest = super::project::manifest(name);
    let mut files = vec![("Cargo.toml", manifest.as_str()), ("src/lib.rs", "")];
    files.extend(sql);
    let project = Project::new(&files);
    project.migrate(&["init"]).success();
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project
}

const SCHEMA: &str = "SELECT sql AS value FROM sqlite_master
    WHERE name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' ORDER BY name";

#[test]
fn what_diesel_applied_is_a_chain_that_makes_the_same_schema() {
    let project = project(
        "adopt-diesel",
        &[
            ("migrations/2024-01-01-000000_users/up.sql", USERS),
            (
                "migrations/2024-01-01-000000_users/down.sql",
                "DROP TABLE users;\n",
            ),
            ("migrations/2024-01-02-000000_add_age/up.sql", AGE),
            (
                "migrations/2024-01-02-000000_add_age/down.sql",
                "ALTER TABLE users DROP COLUMN age;\n",
            ),
        ],
    );
    project.sql("app.db", &[USERS, AGE, DIESEL].concat());
    let dry = project
        .migrate(&["adopt", "migrations", "--dry-run"])
        .success();
    assert!(
        dry.stdout().contains("include_str!"),
        "{}",
        dry.transcript()
    );
    assert_eq!(project.read("revisions/HEAD"), "");

    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["adopt", "migrations"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          adopted   2 migrations of diesel
          written   revisions/20240101000000_users.rs and
                    revisions/20240102000000_add_age.rs, HEAD   (commit all of them with the models)
          applied   up to 20240102000000, says __diesel_schema_migrations
          next      cargo migrate models --from-database --adopt   once the models are listed
          database  sqlite  app.db
          stamped   base -> 20240102000000
        ");
        insta::assert_snapshot!(project.read("revisions/20240102000000_add_age.rs"), @r#"
        //! add age
        //!
        //! Revision: 20240102000000
        //! Revises:  20240101000000
        //! Created:  [TIME] UTC
        //! Destructive: for you to say. Reversible: for you to say.

        use migrate_runtime::migration::*;

        pub const MIGRATION: Migration = Migration::new("20240102000000")
            .revises(&["20240101000000"])
            .upgrade(&[sql(include_str!(
                "../migrations/2024-01-02-000000_add_age/up.sql"
            ))])
            .downgrade(&[sql(include_str!(
                "../migrations/2024-01-02-000000_add_age/down.sql"
            ))]);
        "#);
    });
    // The records of another tool are nobody's model.
    let models = project.migrate(&["models", "--from-database"]).success();
    assert!(
        !models.stdout().contains("diesel_schema"),
        "{}",
        models.stdout()
    );

    project.write("src/lib.rs", MODELS);
    project
        .migrate(&["models", "--from-database", "--adopt"])
        .success();
    project.migrate(&["check"]).success();
    project.cargo(&["check", "--quiet"]).success();
    assert_eq!(
        project.query("app.db", "SELECT email AS value FROM users"),
        ["a@b.c"]
    );

    // From nothing, the chain makes what the SQL made.
    project
        .migrate(&["upgrade", "--database-url", "sqlite://new.db"])
        .success();
    project
        .migrate(&["check", "--database-url", "sqlite://new.db"])
        .success();
    assert_eq!(
        project.query("new.db", SCHEMA),
        project.query("app.db", SCHEMA)
    );

    // And the way back is that of the old files.
    let refused = ["downgrade", "base", "--database-url", "sqlite://new.db"];
    project.sql("new.db", "INSERT INTO users (email) VALUES ('x')");
    let refused = project.migrate(&refused);
    assert!(
        refused.stderr().contains("rows would be destroyed"),
        "{}",
        refused.transcript()
    );
    assert_eq!(refused.code(), 2);
    let base = [
        "downgrade",
        "base",
        "--yes",
        "--database-url",
        "sqlite://new.db",
    ];
    project.migrate(&base).success();
    assert_eq!(project.query("new.db", SCHEMA), Vec::<String>::new());

    // A file that is edited later is an edited revision.
    project.write(
        "migrations/2024-01-02-000000_add_age/up.sql",
        "ALTER TABLE users ADD COLUMN age INTEGER;\n",
    );
    let edited = project.migrate(&["upgrade"]);
    assert!(
        edited.stderr().contains("20240102000000"),
        "{}",
        edited.transcript()
    );
    assert_eq!(edited.code(), 3);
}

#[test]
fn what_sqlx_has_not_applied_yet_is_pending() {
    let project = project(
        "adopt-sqlx",
        &[("db/1_users.sql", USERS), ("db/2_add_age.sql", AGE)],
    );
    project.sql("app.db", &[USERS, SQLX].concat());
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["adopt", "db"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          adopted   2 migrations of sqlx
          written   migrations/0001_users.rs and
                    migrations/0002_add_age.rs, HEAD   (commit all of them with the models)
          applied   up to 0001, says _sqlx_migrations
          next      cargo migrate upgrade
                    cargo migrate models --from-database --adopt   once the models are listed
          database  sqlite  app.db
          stamped   base -> 0001
        ");
    });
    project.migrate(&["upgrade"]).success();
    let columns = "SELECT name AS value FROM pragma_table_info('users')";
    assert_eq!(project.query("app.db", columns), ["id", "email", "age"]);
    assert_eq!(
        project.query("app.db", "SELECT email AS value FROM users"),
        ["a@b.c"]
    );
    let again = project.migrate(&["adopt", "db"]);
    filters().bind(|| insta::assert_snapshot!(again.transcript(), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
      database  sqlite  app.db
    error: the chain has revisions already, 2 of them

    hint: what another tool did comes before all of them: begin with an empty directory of migrations
    "));
}

#[test]
fn what_cannot_be_true_is_refused_before_anything_is_written() {
    let project = project(
        "adopt-refused",
        &[("db/1_users.sql", USERS), ("db/2_add_age.sql", AGE)],
    );
    let version = |version: u8, success: &str| {
        format!(
            "DELETE FROM _sqlx_migrations; INSERT INTO _sqlx_migrations
             (version, description, success, checksum, execution_time)
             VALUES ({version}, 'users', {success}, x'00', 1);"
        )
    };
    project.sql("app.db", &[USERS, SQLX].concat());
    // Cargo writes its lock file.
    project.migrate(&["current"]).success();
    let mut refused = String::new();
    let mut refuse = |change: &dyn Fn()| {
        change();
        let before = project.contents();
        refused += &project.migrate(&["adopt", "db"]).transcript();
        project.assert_unchanged(&before);
    };
    refuse(&|| project.sql("app.db", &version(2, "TRUE")));
    refuse(&|| project.sql("app.db", &version(3, "TRUE")));
    refuse(&|| project.sql("app.db", &version(1, "FALSE")));
    refuse(&|| project.write("db/2_add_age.sql", &format!("begin;\n{AGE}commit;\n")));
    filters().bind(|| insta::assert_snapshot!(refused, @r"
    exit code: 3
    ----- stdout -----
    ----- stderr -----
      database  sqlite  app.db
    error: _sqlx_migrations has 2 and not 1, which comes before it

    hint: let the other tool apply what is missing first, then try again
    exit code: 3
    ----- stdout -----
    ----- stderr -----
      database  sqlite  app.db
    error: _sqlx_migrations has 3, and no file in [DIR]/db is that

    hint: look for the file in the history of the repository; a database of somebody else's branch is not the one to begin with
    exit code: 3
    ----- stdout -----
    ----- stderr -----
      database  sqlite  app.db
    error: _sqlx_migrations says that 1 did not succeed

    hint: let the other tool apply what is missing first, then try again
    exit code: 3
    ----- stdout -----
    ----- stderr -----
      database  sqlite  app.db
    error: [DIR]/db/2_add_age.sql:1: `begin;` begins or ends a transaction

    hint: a revision runs in a transaction of its own: delete the statement, and the other end of it
    "));
}
