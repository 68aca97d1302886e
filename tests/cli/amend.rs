//! `revision --amend`: the head written anew while one iterates on a model, with rows in the tables.

use super::project::{Project, Ran, USERS, filters};
use std::process::Command;

fn with(fields: &str) -> String {
    USERS.replace(
        "pub email: String,",
        &format!("pub email: String,\n    {fields}"),
    )
}

/// Users with rows, and a second revision that adds `bio`; not applied.
fn project(name: &str) -> Project {
    let project = Project::library(name, USERS, "app.db");
    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&first).success();
    project.migrate(&["upgrade"]).success();
    project.sql(
        "app.db",
        "INSERT INTO users (email) VALUES ('a@b.c'), ('d@e.f')",
    );
    project.write("src/lib.rs", &with("pub bio: Option<String>,"));
    let second = ["revision", "--autogenerate", "--rev-id", "second"];
    project.migrate(&second).success();
    project
}

fn files(project: &Project) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(project.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Refused: no byte has changed, in the directory or the database.
#[track_caller]
fn refused(project: &Project, arguments: &[&str]) -> Ran {
    let before = project.contents();
    let ran = project.migrate(arguments);
    assert_ne!(ran.code(), 0, "{}", ran.transcript());
    project.assert_unchanged(&before);
    ran
}

#[test]
fn a_head_that_is_not_applied_is_written_again() {
    let project = project("amend-pending");
    project.write(
        "src/lib.rs",
        &with("pub bio: Option<String>,\n    #[model(unique)]\n    pub name: Option<String>,"),
    );
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["revision", "--amend"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at first
          added     users.bio TEXT NULL
          added     users.name TEXT NULL
          added     users CONSTRAINT users_name_key UNIQUE (name)
          may fail  if two rows of users have the same (name)
          written   migrations/second_add_column_bio_to_users_and_1_more.rs, HEAD   (commit both with the models)
          next      cargo migrate upgrade
        ");
        insta::assert_snapshot!(project.migrate(&["show"]).transcript(), @r#"
        exit code: 0
        ----- stdout -----
        //! add column bio to users and 1 more
        //!
        //! Revision: second
        //! Revises:  first
        //! Created:  [TIME] UTC
        //! Destructive: no. Reversible: yes.
        //! Generated: [SEAL]

        use migrate_runtime::migration::*;

        pub const MIGRATION: Migration = Migration::new("second")
            .revises(&["first"])
            .upgrade(&[
                add_column("users", column("bio", Text)),
                add_column("users", column("name", Text)),
                // fails if two rows of users have the same (name)
                add_unique("users", unique("users_name_key", &["name"])),
            ])
            .downgrade(&[
                drop_unique("users", "users_name_key"),
                // DESTRUCTIVE: the values of users.name are lost
                drop_column("users", "name"),
                // DESTRUCTIVE: the values of users.bio are lost
                drop_column("users", "bio"),
            ]);
        ----- stderr -----
          revision  second (head), add column bio to users and 1 more
          file      migrations/second_add_column_bio_to_users_and_1_more.rs
        "#);
    });
    assert_eq!(files(&project).len(), 3, "{:?}", files(&project));
    assert_eq!(project.read("migrations/HEAD"), "second\n");
    project.migrate(&["upgrade"]).success();
    project.migrate(&["check"]).success();
    project.cargo(&["check", "--quiet"]).success();

    // Others have what the main branch of `origin` has.
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(project.path().join("migrations"));
        git.args(["-c", "user.name=a", "-c", "user.email=a@b.c"]);
        assert!(git.args(arguments).output().unwrap().status.success());
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "a"]);
    let amend = || project.migrate(&["revision", "--amend"]).success().stderr();
    assert!(!amend().contains("warning"), "{}", amend());
    git(&["update-ref", "refs/remotes/origin/HEAD", "HEAD"]);
    let told =
        "warning: origin/HEAD has migrations/second_add_column_bio_to_users_and_1_more.rs as well";
    assert!(amend().contains(told), "{}", amend());
}

#[test]
fn a_head_that_is_applied_is_taken_back_and_applied_again() {
    let project = project("amend-applied");
    project.migrate(&["upgrade"]).success();
    project.write("src/lib.rs", &with("pub about: Option<String>,"));
    filters().bind(|| {
        insta::assert_snapshot!(
            project.migrate(&["revision", "--amend", "-m", "people say what they are about"]).transcript(),
            @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head second
        Running downgrade second -> first, add column bio to users ([MS])
          added     users.about TEXT NULL
          written   migrations/second_people_say_what_they_are_about.rs, HEAD   (commit both with the models)
          database  sqlite  app.db
        Running upgrade first -> second, people say what they are about ([MS])
          at        second
        "
        );
        insta::assert_snapshot!(project.migrate(&["status"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
          database  sqlite  app.db
          at        second (head)  people say what they are about
          head      second
          agree     models, revisions and database
        ----- stderr -----
        ");
    });
    assert_eq!(
        project
            .query("app.db", "SELECT email AS value FROM users")
            .len(),
        2
    );
    // A formatter and another message are no edits.
    let path = "migrations/second_people_say_what_they_are_about.rs";
    let text = project.read(path);
    project.write(
        path,
        &text
            .replace("\n    .", "\n        .")
            .replace("people say", "users say"),
    );
    project.write("src/lib.rs", &with("pub about: Option<i64>,"));
    project.migrate(&["revision", "--amend"]).success();
    assert_eq!(
        files(&project),
        [
            "HEAD",
            "first_create_table_users.rs",
            "second_users_say_what_they_are_about.rs"
        ]
    );
    project.migrate(&["check"]).success();
}

#[test]
fn values_are_destroyed_only_with_a_yes() {
    let project = project("amend-rows");
    project.migrate(&["upgrade"]).success();
    project.sql("app.db", "UPDATE users SET bio = 'x' WHERE id = 1");
    project.write(
        "src/lib.rs",
        &with("pub bio: Option<String>,\n    pub name: Option<String>,"),
    );
    filters().bind(|| {
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head second
          destroys  users.bio  1 row  (revision second)
        error: rows would be destroyed; it cannot be asked, since standard input is not a terminal

        hint: add `--yes` to go on without being asked
        ");
    });
    project.migrate(&["revision", "--amend", "--yes"]).success();
    assert_eq!(
        project.query("app.db", "SELECT bio AS value FROM users"),
        ["NULL", "NULL"]
    );
    project.migrate(&["check"]).success();

    // A rename that was decided once is not asked again.
    let renamed = |fields: &str| with(fields).replace("pub email", "pub address");
    project.write("src/lib.rs", &renamed("pub bio: Option<String>,"));
    let rename = [
        "revision",
        "--amend",
        "-y",
        "--rename",
        "users.email:address",
    ];
    project.migrate(&rename).success();
    project.write("src/lib.rs", &renamed("pub age: Option<i32>,"));
    let again = project.migrate(&["revision", "--amend", "-y"]).success();
    let told = again.stderr();
    assert!(told.contains("renamed   users.email to address"), "{told}");
    assert_eq!(
        project.query("app.db", "SELECT address AS value FROM users"),
        ["a@b.c", "d@e.f"]
    );
}

#[test]
fn what_was_written_by_hand_is_not_lost() {
    let project = project("amend-by-hand");
    let path = "migrations/second_add_column_bio_to_users.rs";
    let generated = project.read(path);
    project.write(
        "src/lib.rs",
        &with("pub bio: Option<String>,\n    pub name: Option<String>,"),
    );
    let edits = [
        (
            ".upgrade(&[",
            ".upgrade(&[\n        // since the new profile page\n",
        ),
        (
            "])\n    .downgrade",
            ", backfill(\"users\", \"bio\", \"''\")])\n    .downgrade",
        ),
        ("column(\"bio\", Text)", "column(\"bio\", Varchar(9))"),
    ];
    for (from, to) in edits {
        let edited = generated.replace(from, to);
        assert_ne!(edited, generated);
        project.write(path, &edited);
        let said = refused(&project, &["revision", "--amend"]).transcript();
        assert!(said.contains("was edited by hand"), "{said}");
    }
    filters().bind(|| {
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at first
        error: revision second was edited by hand since it was generated, and amending would lose that: [DIR]/migrations/second_add_column_bio_to_users.rs

        hint: write another revision: cargo migrate revision --autogenerate -m "..."
        hint: or change [DIR]/migrations/second_add_column_bio_to_users.rs by hand
        "#);
        project.write(path, &generated);
        project
            .migrate(&["revision", "--rev-id", "third", "-m", "by hand"])
            .success();
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at first
        error: revision third was written by hand, and amending would replace it: [DIR]/migrations/third_by_hand.rs

        hint: write another revision: cargo migrate revision --autogenerate -m "..."
        hint: or change [DIR]/migrations/third_by_hand.rs by hand
        "#);
    });
}

#[test]
fn only_a_head_that_the_database_is_at_or_waits_for() {
    let project = project("amend-refused");
    // Back to the model before the head.
    project.write("src/lib.rs", USERS);
    filters().bind(|| {
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at first
        error: nothing would be left of revision second: the models are what they were before it

        hint: take it away: cargo migrate downgrade, then delete [DIR]/migrations/second_add_column_bio_to_users.rs and the line second in HEAD
        ");
        project.migrate(&["downgrade", "base", "--yes"]).success();
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at base
        error: Target database is not up to date: 1 revision is not applied: first

        hint: bring it up to date: cargo migrate upgrade
        hint: or leave the database out of it: cargo migrate revision --from-chain
        ");
    });
    // Two heads.
    project.write(
        "migrations/other_head.rs",
        "use migrate_runtime::migration::*;\npub const MIGRATION: Migration = Migration::new(\"other\").revises(&[\"first\"]).upgrade(&[]).downgrade(&[]);\n",
    );
    project.write("migrations/HEAD", "other\nsecond\n");
    filters().bind(|| {
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at base
        error: Multiple heads are present: other, second; which of them is to be amended?

        hint: cargo migrate revision --amend --head other
        hint: cargo migrate revision --amend --head second
        ");
    });
    // A merge.
    project.migrate(&["merge", "--rev-id", "joined"]).success();
    filters().bind(|| {
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at base
        error: revision joined is a merge: there is nothing in it to generate

        hint: write another revision: cargo migrate revision --autogenerate -m "..."
        "#);
    });
}

#[test]
fn one_of_several_heads() {
    let project = project("amend-heads");
    project
        .migrate(&[
            "revision",
            "-m",
            "beside",
            "--rev-id",
            "other",
            "--head",
            "first",
            "--splice",
            "--branch-label",
            "beside",
        ])
        .success();
    project.migrate(&["upgrade", "other"]).success();
    project.write("src/lib.rs", &with("pub about: Option<String>,"));
    filters().bind(|| {
        // The one that is not applied.
        insta::assert_snapshot!(project.migrate(&["revision", "--amend"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head other
          added     users.about TEXT NULL
          written   migrations/second_add_column_about_to_users.rs, HEAD   (commit both with the models)
          next      cargo migrate upgrade heads
        ");
        project.migrate(&["upgrade", "heads"]).success();
        project.migrate(&["check"]).success();
        project.write("src/lib.rs", &with("pub bio: Option<String>,"));
        insta::assert_snapshot!(refused(&project, &["revision", "--amend"]).transcript(), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head other, head second
        error: Multiple heads are present: other, second; which of them is to be amended?

        hint: cargo migrate revision --amend --head other
        hint: cargo migrate revision --amend --head second
        ");
        let named = ["revision", "--amend", "--head", "second", "--yes"];
        insta::assert_snapshot!(project.migrate(&named).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head other, head second
        Running downgrade second -> first, add column about to users ([MS])
          added     users.bio TEXT NULL
          written   migrations/second_add_column_bio_to_users.rs, HEAD   (commit both with the models)
          database  sqlite  app.db
        Running upgrade first -> second, add column bio to users ([MS])
          at        other, second
        ");
        assert_eq!(project.read("migrations/HEAD"), "other\nsecond\n");
        project.migrate(&["check"]).success();

        // What fails leaves the other branch alone.
        project.sql("app.db", "INSERT INTO users (email) VALUES ('a@b.c')");
        let unique = with("pub bio: Option<String>,")
            .replace("pub email", "#[model(unique)]\n    pub email");
        project.write("src/lib.rs", &unique);
        let failed = project.migrate(&named);
        assert_eq!(failed.code(), 3, "{}", failed.transcript());
        assert_eq!(project.read("migrations/HEAD"), "other\nsecond\n");
        project.write("src/lib.rs", &with("pub bio: Option<String>,"));
        project.migrate(&["check"]).success();
    });
}

#[test]
fn an_upgrade_that_fails_puts_everything_back() {
    let project = project("amend-fails");
    project.migrate(&["upgrade"]).success();
    project.sql("app.db", "INSERT INTO users (email) VALUES ('a@b.c')");
    let before = files(&project);
    // The new text cannot be applied: two rows have the same address.
    let model =
        with("pub bio: Option<String>,").replace("pub email", "#[model(unique)]\n    pub email");
    project.write("src/lib.rs", &model);
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["revision", "--amend"]).transcript(), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head second
        Running downgrade second -> first, add column bio to users ([MS])
          added     users.bio TEXT NULL
          added     users CONSTRAINT users_email_key UNIQUE (email)
          may fail  if two rows of users have the same (email)
          note      values of (email) that are in users more than once: 1 in this database; SELECT "email", count(*) FROM "users" WHERE "email" IS NOT NULL GROUP BY "email" HAVING count(*) > 1
          written   migrations/second_add_column_bio_to_users.rs, HEAD   (commit both with the models)
          database  sqlite  app.db
        Running upgrade first -> second, add column bio to users (failed, rolled back)
        error: upgrade of revision second failed at operation 2, add_unique (migrations/second_add_column_bio_to_users.rs:16): rows of users are equal in (email), which is to be unique: 'a@b.c' in 2 rows
            rolled back: all of revision second; the database is at first, as before it

        hint: make them different, or delete all but one, before
          database  sqlite  app.db
        Running upgrade first -> second, add column bio to users ([MS])
          at        second
          put back  migrations/second_add_column_bio_to_users.rs is what it was, and so is the revision of the database
        "#);
    });
    assert_eq!(files(&project), before);
    project.write("src/lib.rs", &with("pub bio: Option<String>,"));
    project.migrate(&["check"]).success();
    assert_eq!(
        project
            .query("app.db", "SELECT email AS value FROM users")
            .len(),
        3
    );
}

/// What `merge` says where two branches add a value to one enum type is the way out.
#[test]
fn a_branch_with_a_value_of_its_own_goes_behind_the_other() {
    let models = |values: &str| {
        let values = format!(
            "#[derive(Debug, Clone, Copy, migrate_runtime::SqlEnum)]\npub enum Mood {{ {values} }}\n\n#[derive(Model)]"
        );
        with("pub mood: Option<Mood>,").replacen("#[derive(Model)]", &values, 1)
    };
    let project = Project::library("amend-values", &models("Glad"), "app.db");
    let revision = |id: &str| {
        let arguments = ["revision", "--autogenerate", "--rev-id", id, "-m", id];
        project.migrate(&arguments).success();
    };
    revision("first");
    project.migrate(&["upgrade"]).success();
    project.write("src/lib.rs", &models("Glad, Calm"));
    revision("left");
    let left = project.read("migrations/left_left.rs");
    project.remove("migrations/left_left.rs");
    project.write("migrations/HEAD", "first\n");
    project.write("src/lib.rs", &models("Glad, Sad"));
    revision("right");
    project.write("migrations/left_left.rs", &left);
    project.write("migrations/HEAD", "left\nright\n");
    project.write("src/lib.rs", &models("Glad, Calm, Sad"));

    let told = refused(&project, &["merge"]).stderr();
    assert!(told.contains("left and right both change"), "{told}");
    assert!(
        told.contains("cargo migrate rebase right --onto left"),
        "{told}"
    );
    project
        .migrate(&["rebase", "right", "--onto", "left"])
        .success();
    let amend = ["revision", "--amend", "--autogenerate"];
    project.migrate(&["upgrade", "left"]).success();
    project.migrate(&amend).success();
    project.migrate(&["upgrade"]).success();
    project.migrate(&["check"]).success();
    project.cargo(&["check", "--quiet"]).success();
}
