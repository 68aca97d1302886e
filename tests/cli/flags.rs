//! Flags that change what a command does: each is seen in the database, with rows in the tables.

use super::bad_input::refused;
use super::project::{Project, filters};

const MODELS: &str = "\
use migrate_runtime::Model;

#[derive(Model)]
#[model(table = \"users\")]
pub struct User {
    #[model(auto_increment)]
    pub id: i64,
    pub email: String,
}

#[derive(Model)]
#[model(table = \"posts\")]
pub struct Post {
    #[model(auto_increment)]
    pub id: i64,
    pub title: String,
}

#[cfg(feature = \"tags\")]
#[derive(Model)]
#[model(table = \"tags\")]
pub struct Tag {
    #[model(auto_increment)]
    pub id: i64,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User, Post, #[cfg(feature = \"tags\")] Tag = \"tags\"],
    migrations = \"migrations\",
    version_table = \"shop_version\",
}
";

/// One package, from step to step: each begins where the one before has left it.
#[test]
fn each_does_what_it_says() {
    let manifest = "[package]\nname = \"flags\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[features]\ntags = []\n";
    let project = Project::new(&[("Cargo.toml", manifest), ("src/lib.rs", "")]);
    project.migrate(&["init"]).success();
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project.write("src/lib.rs", MODELS);
    only_leaves_the_other_tables_for_later(&project);
    features_are_those_of_the_package(&project);
    fill_gives_a_value_to_rows_and_backup_keeps_them_as_they_were(&project);
    a_database_is_created_and_dropped(&project);
    redo_goes_down_and_up_by_as_many(&project);
    an_edit_is_allowed_once_or_accepted_for_good(&project);
    status_says_what_upgrade_says(&project);
    what_somebody_added_is_adopted(&project);
    drift_is_ignored_on_request(&project);
    purge_forgets_what_no_file_has(&project);
    reset_begins_anew(&project);
}

fn tables(project: &Project, database: &str) -> Vec<String> {
    project.query(
        database,
        "SELECT name AS value FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'shop%' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
}

fn applied(project: &Project) -> Vec<String> {
    project.query("app.db", "SELECT revision AS value FROM shop_version")
}

fn change(project: &Project, path: &str, from: &str, to: &str) {
    let text = project.read(path);
    assert!(text.contains(from), "{text}");
    project.write(path, &text.replace(from, to));
}

fn autogenerate<'a>(id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["revision", "--autogenerate", "--rev-id", id], more].concat()
}

fn only_leaves_the_other_tables_for_later(project: &Project) {
    project
        .migrate(&autogenerate("a", &["--only", "users"]))
        .success();
    project.migrate(&["upgrade"]).success();
    assert_eq!(tables(project, "app.db"), ["users"]);
    project.migrate(&autogenerate("b", &[])).success();
    project.migrate(&["upgrade"]).success();
    assert_eq!(tables(project, "app.db"), ["posts", "users"]);
    project.sql(
        "app.db",
        "INSERT INTO users (email) VALUES ('ada'), ('grace');
         INSERT INTO posts (title) VALUES ('one');",
    );
}

fn features_are_those_of_the_package(project: &Project) {
    let without = project
        .migrate(&autogenerate("x", &["--dry-run"]))
        .success();
    assert!(
        without.stderr().contains("nothing to write"),
        "{}",
        without.transcript()
    );
    let with = autogenerate("x", &["--dry-run", "--features", "tags"]);
    let with = project.migrate(&with).success();
    assert!(with.stdout().contains("\"tags\""), "{}", with.transcript());
    assert_eq!(tables(project, "app.db"), ["posts", "users"]);
}

fn fill_gives_a_value_to_rows_and_backup_keeps_them_as_they_were(project: &Project) {
    change(
        project,
        "src/lib.rs",
        "    pub email: String,\n",
        "    pub email: String,\n    pub status: String,\n",
    );
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &autogenerate("c", &[])), @r#"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head b
        error: users.status is NOT NULL without a default, and the table has rows

        hint: give the field a default: #[model(default = …)]
        hint: fill the rows that exist: --fill "users.status='…'" (an SQL expression)
        hint: make the field an Option
        "#);
    });
    let fill = autogenerate("c", &["--fill", "users.status='new ' || email"]);
    let sql = [&fill[..], &["--sql"]].concat();
    let before = project.contents();
    filters().bind(|| insta::assert_snapshot!(project.migrate(&sql).transcript(), @r#"
    exit code: 0
    ----- stdout -----
    CREATE TEMP TABLE __migrate_violations AS SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f;
    ALTER TABLE "users" ADD COLUMN "status" TEXT;
    UPDATE "users" SET "status" = 'new ' || email WHERE "status" IS NULL;
    CREATE TABLE "__migrate_new_users" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "email" TEXT NOT NULL,
        "status" TEXT NOT NULL
    );
    INSERT INTO "__migrate_new_users" ("id", "email", "status") SELECT "id", "email", "status" FROM "users";
    DELETE FROM sqlite_sequence WHERE name = '__migrate_new_users';
    INSERT INTO sqlite_sequence (name, seq) SELECT '__migrate_new_users', seq FROM sqlite_sequence WHERE name = 'users';
    DROP TABLE "users";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "__migrate_new_users" RENAME TO "users";
    PRAGMA legacy_alter_table = OFF;
    DROP TABLE temp.__migrate_violations;
    ----- stderr -----
      database  sqlite  app.db  at head b
      added     users.status TEXT NULL
      fills     users.status with 'new ' || email
      changed   users.status: NOT NULL
    "#));
    project.assert_unchanged(&before);
    project.migrate(&fill).success();
    let ran = project.migrate(&["upgrade", "--backup"]).success();
    let status = "SELECT status AS value FROM users ORDER BY id";
    assert_eq!(project.query("app.db", status), ["new ada", "new grace"]);
    let required =
        "SELECT \"notnull\" AS value FROM pragma_table_info('users') WHERE name = 'status'";
    assert_eq!(project.query("app.db", required), ["1"]);

    let files = std::fs::read_dir(project.path()).unwrap();
    let mut files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let copy = files.find(|name| name.starts_with("app.backup")).unwrap();
    assert!(ran.stderr().contains(&copy), "{}", ran.transcript());
    assert_eq!(project.query(&copy, required), Vec::<String>::new());
    let emails = "SELECT email AS value FROM users ORDER BY id";
    assert_eq!(project.query(&copy, emails), ["ada", "grace"]);
    let at = "SELECT revision AS value FROM shop_version";
    assert_eq!(project.query(&copy, at), ["b"]);
    std::fs::remove_file(project.path().join(copy)).unwrap();
    project.migrate(&["backup", "a copy.db"]).success();
    assert_eq!(project.query("a copy.db", required), ["1"]);
    let again = project.migrate(&["backup", "a copy.db"]);
    assert!(again.stderr().contains("there is a file of that name"));
    std::fs::remove_file(project.path().join("a copy.db")).unwrap();
}

fn a_database_is_created_and_dropped(project: &Project) {
    let other = ["--database-url", "other.db"];
    let run = |arguments: &[&str]| project.migrate(&[arguments, &other].concat());
    run(&["database", "create"]).success();
    let said = [
        run(&["database", "create"]),
        run(&["database", "drop"]),
        project.migrate(&["database", "drop", "-y", "--database-url", "Cargo.toml"]),
    ];
    project.sql("other.db", "CREATE TABLE t (x)");
    run(&["database", "drop", "--yes"]).success();
    assert!(!project.path().join("other.db").exists());
    let gone = run(&["database", "drop", "--yes"]);
    let said: Vec<String> = (said.iter().chain([&gone]))
        .map(super::project::Ran::transcript)
        .collect();
    filters().bind(|| insta::assert_snapshot!(said.join("\n")));
}

fn redo_goes_down_and_up_by_as_many(project: &Project) {
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &["redo", "2"]), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          destroys  users.status  2 rows  (revision c)
          destroys  table posts  1 row  (revision b)
        error: rows would be destroyed; it cannot be asked, since standard input is not a terminal

        hint: add `--yes` to go on without being asked
        ");
    });
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["redo", "2", "--yes"]).transcript(), @r"
            exit code: 0
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db
              destroys  users.status  2 rows  (revision c)
              destroys  table posts  1 row  (revision b)
            Running downgrade c -> b, add column status to users ([MS])
            Running downgrade b -> a, create table posts ([MS])
            Running upgrade a -> b, create table posts ([MS])
            Running upgrade b -> c, add column status to users ([MS])
              at        c
        ");
    });
    assert_eq!(applied(project), ["c"]);
    let posts = "SELECT count(*) AS value FROM posts";
    assert_eq!(project.query("app.db", posts), ["0"], "`b` was undone");
    let status = "SELECT status AS value FROM users ORDER BY id";
    assert_eq!(
        project.query("app.db", status),
        ["new ada", "new grace"],
        "`a` was not"
    );
}

fn an_edit_is_allowed_once_or_accepted_for_good(project: &Project) {
    let file = "migrations/c_add_column_status_to_users.rs";
    change(project, file, "'new ' || email", "'old'");
    change(
        project,
        "src/lib.rs",
        "    pub title: String,\n",
        "    pub title: String,\n    pub body: Option<String>,\n",
    );
    project
        .migrate(&["revision", "--from-chain", "--rev-id", "d"])
        .success();
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &["upgrade"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        error: revision c (migrations/c_add_column_status_to_users.rs) was edited after it was applied ([TIME] UTC on [HOST])

        hint: undo the edit, and write a new revision for the change: cargo migrate revision --autogenerate
        hint: if the database already has what the file says now: cargo migrate repair
        hint: to go on this once: cargo migrate upgrade --allow-edited
        ");
    });
    assert_eq!(applied(project), ["c"]);
    project.migrate(&["upgrade", "--allow-edited"]).success();
    assert_eq!(applied(project), ["d"]);

    // Allowed is not accepted.
    let check = project.migrate(&["check"]);
    assert_eq!(check.code(), 1, "{}", check.transcript());
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &["repair"]), @r"
            exit code: 2
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db
              edited    c  migrations/c_add_column_status_to_users.rs  (applied [TIME] UTC on [HOST])
            error: the files would be taken as what was applied; the schema is not touched; it cannot be asked, since standard input is not a terminal

            hint: add `--yes` to go on without being asked
        ");
        let rename = "ALTER TABLE posts RENAME COLUMN";
        project.sql("app.db", &format!("{rename} body TO text"));
        let differs = refused(project, ".", &["repair"]);
        project.sql("app.db", &format!("{rename} text TO body"));
        insta::assert_snapshot!(differs, @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          edited    c  migrations/c_add_column_status_to_users.rs  (applied [TIME] UTC on [HOST])
          drift     column posts.body is missing in the database
        error: the files would be taken as what was applied, though the database differs from them; the schema is not touched; it cannot be asked, since standard input is not a terminal

        hint: add `--yes` to go on without being asked
        ");
        insta::assert_snapshot!(project.migrate(&["repair", "-y"]).transcript(), @r"
            exit code: 0
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db
              edited    c  migrations/c_add_column_status_to_users.rs  (applied [TIME] UTC on [HOST])
              repaired  c
        ");
    });
    project.migrate(&["check"]).success();
    let status = "SELECT DISTINCT substr(status, 1, 3) AS value FROM users";
    assert_eq!(project.query("app.db", status), ["new"], "it only records");
}

fn status_says_what_upgrade_says(project: &Project) {
    let head = project.read("migrations/HEAD");
    project.write("migrations/HEAD", "c\n");
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["status"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
          database  sqlite  app.db
          at        d (head)  add column body to posts
          head      d
          wrong     [DIR]/migrations/HEAD names c, but the head is d
          next      a file came or went by hand; if the files are right, `cargo migrate merge` writes HEAD
        ----- stderr -----
        ");
        project.write("migrations/HEAD", &head);
        project.sql("app.db", "DELETE FROM shop_version");
    });
    let status = project.migrate(&["status"]).stdout();
    for said in [
        "lost      the version table has no row, but the log says that d was applied at ",
        "next      if the tables are as after it, record that: cargo migrate stamp d\n",
        "next      if there is nothing of it in the database: cargo migrate stamp base\n",
    ] {
        assert!(status.contains(said), "{status}");
    }
    assert_eq!(status.matches("next").count(), 2, "{status}");
    project.migrate(&["stamp", "d"]).success();
    project.migrate(&["check"]).success();
}

fn what_somebody_added_is_adopted(project: &Project) {
    project.sql(
        "app.db",
        "ALTER TABLE users ADD COLUMN nick TEXT; UPDATE users SET nick = upper(email);",
    );
    change(
        project,
        "src/lib.rs",
        "    pub email: String,\n",
        "    pub email: String,\n    pub nick: Option<String>,\n",
    );
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &autogenerate("e", &[])), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head d
        error: the database is not what the chain says it is: column users.nick is to be created and already exists: TEXT NULL

        hint: take it over with --adopt users.nick
        hint: go on all the same with --ignore-drift
        ");
    });
    project
        .migrate(&autogenerate("e", &["--adopt", "users.nick"]))
        .success();
    project.migrate(&["upgrade"]).success();
    assert_eq!(applied(project), ["e"]);
    let nicks = "SELECT nick AS value FROM users ORDER BY id";
    assert_eq!(project.query("app.db", nicks), ["ADA", "GRACE"]);
    project.migrate(&["check"]).success();
    // Where it is not, it is made.
    project
        .migrate(&["upgrade", "--database-url", "fresh.db"])
        .success();
    assert_eq!(project.query("fresh.db", nicks), Vec::<String>::new());
}

fn drift_is_ignored_on_request(project: &Project) {
    project.sql("app.db", "ALTER TABLE posts DROP COLUMN body");
    change(
        project,
        "src/lib.rs",
        "    pub body: Option<String>,\n",
        "    pub body: Option<String>,\n    pub stars: Option<i32>,\n",
    );
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &autogenerate("f", &[])), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head e
        error: the database is not what the chain says it is: column posts.body is missing in the database

        hint: bring the database back to the chain by hand (cargo migrate status lists every difference)
        hint: go on all the same with --ignore-drift
        ");
    });
    project
        .migrate(&autogenerate("f", &["--ignore-drift"]))
        .success();
    project.migrate(&["upgrade"]).success();
    let columns = "SELECT name AS value FROM pragma_table_info('posts')";
    assert_eq!(project.query("app.db", columns), ["id", "title", "stars"]);
    project.sql("app.db", "ALTER TABLE posts ADD COLUMN body TEXT");
}

fn purge_forgets_what_no_file_has(project: &Project) {
    project.sql("app.db", "UPDATE shop_version SET revision = 'gone'");
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &["stamp", "f", "--yes"]), @r"
            exit code: 3
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db
            error: Can't locate revision identified by 'gone'

            hint: bring the file back (another branch or a newer release has it), then run this again
            hint: if it is gone for good, record where the database is: cargo migrate stamp --purge REVISION
        ");
        insta::assert_snapshot!(project.migrate(&["stamp", "f", "--purge", "--yes"]).transcript(), @r"
            exit code: 0
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db
              stamped   gone -> f
        ");
    });
    assert_eq!(applied(project), ["f"]);
    project.migrate(&["check"]).success();
}

fn reset_begins_anew(project: &Project) {
    project.migrate(&["reset", "--yes"]).success();
    assert_eq!(applied(project), ["f"]);
    assert_eq!(tables(project, "app.db"), ["posts", "users"]);
    let users = "SELECT count(*) AS value FROM users";
    assert_eq!(project.query("app.db", users), ["0"]);
    project.migrate(&["check"]).success();
}
