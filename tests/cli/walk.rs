//! The road from end to end, as a user walks it: model, revision, upgrade, change, check.

use super::project::{Project, USERS, filters};

/// A library that `init` has set up, with a model and a database in `.env`.
fn shop(name: &str) -> Project {
    Project::library(name, USERS, "shop.db")
}

#[test]
fn n16_from_a_model_to_a_database_and_on() {
    let project = shop("walk-on");
    let revision = [
        "revision",
        "--autogenerate",
        "--rev-id",
        "first",
        "-m",
        "Create users: who (née 'Ada')",
    ];
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&revision).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  shop.db  at base
          added     table users (id, email)
          written   migrations/first_create_users_who_nee_ada.rs, HEAD   (commit both with the models)
          next      cargo migrate upgrade
        ");
        // Where the user stands makes no difference to a `.env` file.
        insta::assert_snapshot!(project.migrate_in("src", &["upgrade"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  [DIR]/shop.db
        Running upgrade  -> first, Create users: who (née 'Ada') ([MS])
          at        first
        ");
        insta::assert_snapshot!(project.migrate(&["upgrade"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  shop.db
          at        first, nothing to do
        ");
        insta::assert_snapshot!(project.migrate(&["check"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
          models, revisions and database agree
        ----- stderr -----
          database  sqlite  shop.db
        ");
    });
    project.cargo(&["check", "--quiet"]).success();

    let changed = USERS.replace(
        "pub email: String",
        "pub email: String,\n    pub bio: Option<String>",
    );
    project.write("src/lib.rs", &changed);
    let refused = project.cargo(&["check", "--quiet"]);
    assert!(
        refused.stderr().contains("column users.bio TEXT NULL"),
        "{}",
        refused.transcript()
    );
    let revision = ["revision", "--autogenerate", "--rev-id", "second"];
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["check"]).transcript(), @r#"
        exit code: 1
        ----- stdout -----
          model     added  users.bio TEXT NULL
        ----- stderr -----
          database  sqlite  shop.db
          next      cargo migrate revision --autogenerate -m "..."
        "#);
        insta::assert_snapshot!(project.migrate(&revision).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  shop.db  at head first
          added     users.bio TEXT NULL
          written   migrations/second_add_column_bio_to_users.rs, HEAD   (commit both with the models)
          next      cargo migrate upgrade
        ");
        insta::assert_snapshot!(project.migrate(&revision).transcript(), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  shop.db  at first
        error: Target database is not up to date: 1 revision is not applied: second

        hint: bring it up to date: cargo migrate upgrade
        hint: or leave the database out of it: cargo migrate revision --from-chain
        ");
        insta::assert_snapshot!(project.migrate(&["upgrade"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  shop.db
        Running upgrade first -> second, add column bio to users ([MS])
          at        second
        ");
        insta::assert_snapshot!(project.migrate(&["downgrade"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  shop.db
        Running downgrade second -> first, add column bio to users ([MS])
          at        first
        ");
        insta::assert_snapshot!(project.migrate(&["history"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first -> second (head), add column bio to users
        <base> -> first, Create users: who (née 'Ada')
        ----- stderr -----
        ");
        insta::assert_snapshot!(project.migrate(&["status"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
          database  sqlite  shop.db
          at        first  Create users: who (née 'Ada')
          head      second
          pending   second  migrations/second_add_column_bio_to_users.rs
          next      cargo migrate upgrade
        ----- stderr -----
        ");
    });
    the_history_knows_where_the_database_is(&project);
    #[cfg(unix)]
    the_shell_is_the_client(&project);
    how_much_is_printed(&project);
    project.cargo(&["check", "--quiet"]).success();
    let again = project.migrate(&["revision", "--autogenerate"]).success();
    assert!(
        again
            .stderr()
            .contains("no changes detected: nothing to write"),
        "{}",
        again.transcript()
    );
}

/// At `first`, with `second` to come.
fn the_history_knows_where_the_database_is(project: &Project) {
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["history", "-i"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first -> second (head), add column bio to users
        <base> -> first (current), Create users: who (née 'Ada')
        ----- stderr -----
          database  sqlite  shop.db
        ");
        insta::assert_snapshot!(project.migrate(&["history", "-r", "current:", "--quiet"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first -> second (head), add column bio to users
        <base> -> first (current), Create users: who (née 'Ada')
        ----- stderr -----
        ");
        insta::assert_snapshot!(project.migrate(&["current", "-v"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first  Create users: who (née 'Ada')
            file     migrations/first_create_users_who_nee_ada.rs
            applied  [TIME] UTC
        ----- stderr -----
          database  sqlite  shop.db
        ");
        // Files are named as they can be opened from where the user is.
        let verbose = project.migrate_in("migrations", &["current", "-v"]);
        let beside = "file     first_create_users_who_nee_ada.rs";
        assert!(verbose.stdout().contains(beside), "{}", verbose.transcript());
        let status = project.migrate_in("src", &["status"]);
        let elsewhere = "second  [DIR]/migrations/second_add_column_bio_to_users.rs";
        assert!(status.transcript().contains(elsewhere), "{}", status.transcript());
        insta::assert_snapshot!(project.migrate(&["current", "--check-heads"]).transcript(), @r"
        exit code: 1
        ----- stdout -----
        first  Create users: who (née 'Ada')
        ----- stderr -----
          database  sqlite  shop.db
          pending   second
          next      cargo migrate upgrade
        ");
    });
}

/// `upgrade` to `second` and back, and up again.
fn how_much_is_printed(project: &Project) {
    let all = project.migrate(&["upgrade", "-vv"]).success().stderr();
    assert!(
        all.contains("\n    ALTER TABLE \"users\" ADD COLUMN \"bio\" TEXT"),
        "{all}"
    );
    let back = ["downgrade", "--yes", "--color", "always"];
    let colored = project.migrate(&back).success().stderr();
    assert!(
        colored.contains("\x1b[1mdatabase\x1b[0m  sqlite"),
        "{colored}"
    );
    assert!(!all.contains('\x1b'), "no terminal, no colour: {all}");
    let quiet = project.migrate(&["upgrade", "--quiet"]).success();
    assert_eq!(
        (quiet.stdout(), quiet.stderr()),
        (String::new(), String::new())
    );
}

/// A client that says what it was started with, and one that is not there.
#[cfg(unix)]
fn the_shell_is_the_client(project: &Project) {
    use std::os::unix::fs::PermissionsExt;
    let shell = |path: &str, arguments: &[&str]| {
        let line = [&["shell"], arguments].concat();
        project
            .built_with_path("walk-on-migrate", path, &line)
            .transcript()
    };
    project.write("clients/sqlite3", "#!/bin/sh\necho \"$@\"\nexit 7\n");
    let client = project.path().join("clients/sqlite3");
    std::fs::set_permissions(&client, PermissionsExt::from_mode(0o755)).unwrap();
    insta::assert_snapshot!(shell("clients", &["--", ".schema", "users"]), @r"
    exit code: 7
    ----- stdout -----
    [DIR]/shop.db .schema users
    ----- stderr -----
      database  sqlite  shop.db
    ");
    insta::assert_snapshot!(shell("migrations", &[]), @r"
    exit code: 3
    ----- stdout -----
    ----- stderr -----
      database  sqlite  shop.db
    error: the client `sqlite3` is not installed

    hint: install it: the package is called `sqlite3` (Debian, Ubuntu) or `sqlite` (Fedora, Homebrew)
    ");
    let memory = ["--database-url", "sqlite::memory:"];
    insta::assert_snapshot!(shell("clients", &memory), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
      database  sqlite  in memory
    error: a database in memory lives only as long as one connection; there is nothing to open
    ");
}

#[test]
fn the_files_answer_when_the_crate_does_not_compile() {
    let project = shop("walk-broken");
    project
        .migrate(&["revision", "--from-chain", "--rev-id", "first"])
        .success();
    project.write("src/lib.rs", "this is no Rust");
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["heads"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first (head), create table users
        ----- stderr -----
        ");
        insta::assert_snapshot!(project.migrate(&["show"]).transcript(), @r#"
        exit code: 0
        ----- stdout -----
        //! create table users
        //!
        //! Revision: first
        //! Revises:  nothing
        //! Created:  [TIME] UTC
        //! Destructive: no. Reversible: yes.
        //! Generated: [SEAL]

        use migrate_runtime::migration::*;

        pub const MIGRATION: Migration = Migration::new("first")
            .revises(&[])
            .upgrade(&[create_table(
                "users",
                &[
                    column("id", BigInt).not_null().auto_increment(),
                    column("email", Text).not_null(),
                ],
            )
            .constraints(&[primary_key(&["id"])])])
            .downgrade(&[
                // DESTRUCTIVE: all rows of users are lost
                drop_table("users"),
            ]);
        ----- stderr -----
          revision  first (head), create table users
          file      migrations/first_create_table_users.rs
        "#);
        let line = ["revision", "--rev-id", "second", "-m", "añade biografía"];
        insta::assert_snapshot!(project.migrate(&line).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          written   migrations/second_anade_biografia.rs, HEAD   (commit both with the models)
          next      write its operations in migrations/second_anade_biografia.rs, then cargo migrate upgrade
        ");
        insta::assert_snapshot!(project.migrate(&["history"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first -> second (head), añade biografía
        <base> -> first, create table users
        ----- stderr -----
        ");
    });
}
