//! Databases that are not there, not reachable, or not what the files say: each says what is wrong and
//! what to type, and leaves every byte as it was.

use super::bad_input::refused;
use super::project::{Project, USERS, filters, manifest};

/// One package for all cases, with one revision, which `app.db` has. Each finds it as it was made.
#[test]
fn each_says_what_is_wrong() {
    let project = project();
    let made = project.contents();
    let cases: &[fn(&Project)] = &[
        a_database_that_nobody_has_named_or_that_is_not_there,
        a_file_that_cannot_be_used,
        a_database_that_is_ahead_of_the_files,
        #[cfg(unix)]
        a_disk_that_is_full,
        #[cfg(unix)]
        streams_that_are_closed,
        #[cfg(target_os = "linux")]
        a_script_that_does_not_fit,
    ];
    for case in cases {
        case(&project);
        project.restore(&made);
    }
}

fn project() -> Project {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("bad-database")),
        ("src/lib.rs", ""),
    ]);
    project.migrate(&["init"]).success();
    project.write("src/lib.rs", USERS);
    let revision = ["revision", "--from-chain", "--rev-id", "first"];
    project.migrate(&revision).success();
    project
        .migrate(&["upgrade", "--database-url", "app.db"])
        .success();
    project
}

fn a_database_that_nobody_has_named_or_that_is_not_there(project: &Project) {
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &["upgrade"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: no database is configured: no --database-url, DATABASE_URL is not set, and [DIR]/.env does not exist

        hint: write DATABASE_URL=sqlite://app.db into [DIR]/.env
        hint: or add `--database-url sqlite://app.db`
        ");
        let wrong = [
            "oracle://scott:tiger@db/shop",
            "postgres://scott:tiger@db/shop",
            "",
            "sqlite:///no/such/place.db",
            "sqlite://app.db?mode=ro",
        ];
        let said = wrong.map(|url| refused(project, ".", &["upgrade", "--database-url", url]));
        assert!(!said.concat().contains("tiger"), "a password is printed");
        insta::assert_snapshot!(said.join("\n"), @r#"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: `oracle://scott:***@db/shop` is not a database URL: the scheme `oracle` is not known (from --database-url)

        hint: write `sqlite://app.db`, `postgres://user@host/name` or `mysql://user@host/name`

        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: this build cannot open a postgres database

        hint: say in Cargo.toml: migrate = ["migrate-runtime/cli-postgres"]

        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: the database URL is empty (from --database-url)

        hint: write for example `sqlite://app.db`

        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: `sqlite:///no/such/place.db` can be read in two ways: relative (as SQLAlchemy does), [DIR]/no/such/place.db, or absolute (as sqlx and diesel do), /no/such/place.db (from --database-url)

        hint: for [DIR]/no/such/place.db write sqlite://no/such/place.db
        hint: for /no/such/place.db write sqlite:////no/such/place.db

        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: `sqlite://app.db?mode=ro`: the parameter `mode=ro` is not supported (from --database-url)

        hint: leave out everything after the `?`
        "#);
        insta::assert_snapshot!(refused(project, ".", &["current", "--database-url", "other.db"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: the database [DIR]/other.db does not exist

        hint: run `cargo migrate upgrade`, which creates it
        hint: or name another one: `--database-url sqlite://path`
        ");
        insta::assert_snapshot!(refused(project, ".", &["upgrade", "--database-url", "no/such/dir.db"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: the database has no directory to be in: [DIR]/no/such does not exist

        hint: make it: mkdir -p '[DIR]/no/such'
        hint: or name another database: `--database-url sqlite://path`
        ");
        insta::assert_snapshot!(refused(project, ".", &["upgrade", "--database-url", "src"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: the database [DIR]/src is a directory

        hint: name another one: `--database-url sqlite://path`
        ");
        project.write(".env", "# here\nDATABASE_URL='postgres://scott:tiger@db/shop\n");
        insta::assert_snapshot!(refused(project, ".", &["current"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/.env:2: not a line of the form NAME=value

        hint: write NAME=value, a value with spaces in quotes, which end where they begin
        ");
    });
}

fn a_file_that_cannot_be_used(project: &Project) {
    let second = ["revision", "--rev-id", "second", "-m", "nothing"];
    project.migrate(&second).success();
    project.write("text.db", "this is no database, and long enough to be none for certain, as SQLite looks at the first hundred bytes\n");
    // The version of the format for writing: one that this SQLite does not know may only be read.
    let mut bytes = std::fs::read(project.path().join("app.db")).unwrap();
    bytes[18] = 9;
    std::fs::write(project.path().join("readable.db"), bytes).unwrap();
    let text = ["upgrade", "--database-url", "text.db"];
    let readable = ["upgrade", "--database-url", "readable.db"];
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &text), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  text.db
        error: the log cannot be read: file is not a database

        hint: the file is no SQLite database; check the path in the URL
        ");
        insta::assert_snapshot!(refused(project, ".", &readable), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  readable.db
        Running upgrade first -> second, nothing (failed, rolled back)
        error: the bookkeeping tables could not be read or written: attempt to write a readonly database

        hint: the database file or its directory is not writable; check owner and permissions
        ");
        let commands: [&[&str]; 3] = [&["upgrade"], &["status"], &["revision", "--autogenerate"]];
        let said = commands.map(|command| {
            let database = ["--database-url", "app.db", "--lock-timeout", "0"];
            let before = project.contents();
            // Not read in between: closing a file gives up the locks that the process has on it.
            let ran = project.while_locked("app.db", || {
                project.migrate(&[command, &database].concat())
            });
            project.assert_unchanged(&before);
            ran.transcript()
        });
        insta::assert_snapshot!(said.join("\n"), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        error: another process holds the database: no lock after 0.0 s

        hint: run it again when the other process is done; nothing was changed

        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        error: another process holds the database: no lock after 0.0 s

        hint: run it again when the other process is done; nothing was changed

        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        error: another process holds the database: no lock after 0.0 s

        hint: run it again when the other process is done; nothing was changed
        ");
    });
}

fn a_database_that_is_ahead_of_the_files(project: &Project) {
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project.sql(
        "app.db",
        "UPDATE __migrate_version SET revision = '20990101_000000'",
    );
    filters().bind(|| {
        let said = ["upgrade", "downgrade", "check"].map(|word| refused(project, ".", &[word]));
        insta::assert_snapshot!(said.join("\n"), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        error: Can't locate revision identified by '[ID]'

        hint: bring the file back (another branch or a newer release has it), then run this again
        hint: if it is gone for good, record where the database is: cargo migrate stamp --purge REVISION

        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        error: Can't locate revision identified by '[ID]'

        hint: bring the file back (another branch or a newer release has it), then run this again
        hint: if it is gone for good, record where the database is: cargo migrate stamp --purge REVISION

        exit code: 1
        ----- stdout -----
          unknown   Can't locate revision identified by '[ID]'
        ----- stderr -----
          database  sqlite  app.db
          next      cargo migrate current, then take the missing file back, or stamp
        ");
        insta::assert_snapshot!(refused(project, ".", &["revision", "--autogenerate"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at [ID]
        error: Can't locate revision identified by '[ID]'

        hint: bring the file back (another branch or a newer release has it), then run this again
        hint: if it is gone for good, record where the database is: cargo migrate stamp --purge REVISION
        ");
    });
}

/// The size of files is limited instead of the disk: what is written fails half way.
#[cfg(unix)]
fn a_disk_that_is_full(project: &Project) {
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    let model = USERS.replace(
        "pub email: String",
        "pub email: String, pub bio: Option<String>",
    );
    project.write("src/lib.rs", &model);
    // Built, so that only ours is left to be written.
    project.migrate(&["current"]).success();
    // More than fits.
    let long = "why ".repeat(400);
    let full = |arguments: &[&str]| {
        let before = project.contents();
        let ran = project.migrate_on_a_full_disk("bad-database-migrate", arguments);
        project.assert_unchanged(&before);
        ran.transcript()
    };
    filters().bind(|| {
        insta::assert_snapshot!(full(&["revision", "--autogenerate", "--rev-id", "second", "-m", &long]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head first
        error: cannot write [DIR]/migrations/second_why_why_why_why_why_why_why_why_why_why.rs
          caused by: File too large (os error 27)

        hint: nothing was changed: look at the space on the disk and at the permissions, then try again
        ");
        insta::assert_snapshot!(full(&["upgrade", "--database-url", "new.db"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  new.db
        Running upgrade  -> first, create table users (failed, rolled back)
        error: the migration could not be committed: disk I/O error

        hint: look at the space on the disk, its quota and its health, then run the command again
        ");
        insta::assert_snapshot!(full(&["downgrade", "base", "--yes"]), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        Running downgrade first -> , create table users (failed, rolled back)
        error: downgrade of revision first failed at operation 1, drop_table (migrations/first_create_table_users.rs:23): disk I/O error
            statement: DROP TABLE "users"
            rolled back: all of revision first; the database is at first, as before it

        hint: look at the space on the disk, its quota and its health, then run the command again
        "#);
    });
}

/// Nobody can answer, or listen: no more than that.
#[cfg(unix)]
fn streams_that_are_closed(project: &Project) {
    let second = "//! two\nuse migrate_runtime::migration::*;\n\npub const MIGRATION: Migration = \
                  Migration::new(\"second\").revises(&[\"first\"]).upgrade(&[]).downgrade(&[]);\n";
    project.write("migrations/second_two.rs", second);
    project.write("migrations/HEAD", "second\n");
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project.sql("app.db", "INSERT INTO users (email) VALUES ('ada')");
    let before = project.contents();
    for (line, code) in [
        (&["history", "-v"][..], 0),
        (&["show", "first"], 0),
        (&["status"], 0),
        (&["current", "--check-heads"], 1),
        (&["upgrade", "--sql"], 0),
        (&["--help"], 0),
        (&["upgrad"], 2),
        (&["downgrade", "base"], 2),
        (&["stamp", "base", "--purge"], 2),
    ] {
        let usual = project.migrate(line);
        assert_eq!(usual.code(), code, "{}", usual.transcript());
        let deaf = project.migrate_with_streams("<&-", line);
        assert_eq!(usual.transcript(), deaf.transcript());
        for streams in [">&-", "2>&-", "<&- >&- 2>&-", "| true", "2>&1 | true"] {
            let ran = project.migrate_with_streams(streams, line);
            let said = format!("{line:?} {streams}: {}", ran.transcript());
            assert_eq!(ran.code(), code, "{said}");
            assert!(!said.contains("panicked"), "{said}");
        }
        project.assert_unchanged(&before);
    }
    // What was asked for is done.
    let up = project.migrate_with_streams("<&- >&- 2>&-", &["upgrade"]);
    assert_eq!(up.code(), 0);
    let at = "SELECT revision AS value FROM __migrate_version";
    assert_eq!(project.query("app.db", at), ["second"]);
}

/// Half of a script must not look like a script.
#[cfg(target_os = "linux")]
fn a_script_that_does_not_fit(project: &Project) {
    for line in [["upgrade", "--sql"], ["history", "-v"]] {
        let ran = project.migrate_with_streams(">/dev/full", &line);
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.transcript(), @r"
            exit code: 3
            ----- stdout -----
            ----- stderr -----
            error: standard output could not be written: No space left on device (os error 28)

            hint: what the command does is done; only what it prints is not complete
            ");
        }
    }
    for line in [["history", "--format=json"], ["show", "--help"]] {
        assert_eq!(project.migrate_with_streams(">/dev/full", &line).code(), 3);
    }
}
