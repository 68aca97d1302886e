//! `doctor`: every part of a setup, well or broken, `completions` and `man`.

use super::project::{Project, USERS, manifest};
use crate::databases::{column, each};
use migrate_runtime::dialect::dialect;

#[track_caller]
fn doctor(project: &Project) -> (i32, String) {
    let ran = project.migrate(&["doctor"]);
    (ran.code(), ran.transcript())
}

/// These lines are there, in that order.
#[track_caller]
fn told(said: &str, lines: &[&str]) {
    let mut rest = said;
    for line in lines {
        let (_, behind) = rest
            .split_once(line)
            .unwrap_or_else(|| panic!("{line} is not in:\n{said}"));
        rest = behind;
    }
}

#[test]
fn a_setup_is_well_or_says_what_to_do() {
    let project = Project::library("doctor-well", USERS, "app.db");
    let (code, said) = doctor(&project);
    assert_eq!(code, 0, "{said}");
    told(
        &said,
        &[
            "ok        package     doctor-well, Cargo.toml",
            "ok        feature     migrate",
            "ok        drivers     sqlite",
            "ok        migrations  migrations, 0 revisions",
            "ok        heads       none: no revision yet",
            "ok        database    sqlite  app.db",
            "note      connection  there is no app.db yet",
            "                      `cargo migrate upgrade` creates it",
        ],
    );
    let elsewhere = ["doctor", "--database-url", "sqlite://none/app.db"];
    let ran = project.migrate(&elsewhere);
    assert_eq!(ran.code(), 1);
    let no_directory =
        "wrong     connection  the database has no directory to be in: [DIR]/none does not exist";
    told(&ran.transcript(), &[no_directory, "mkdir -p"]);

    project.sql("theirs.db", "CREATE TABLE theirs (id INTEGER)");
    let theirs = ["doctor", "--database-url", "sqlite://theirs.db"];
    let said = project.migrate(&theirs).success().transcript();
    let table = "note      records     there is no table __migrate_version, but another table";
    told(&said, &[table, "cargo migrate models --from-database"]);

    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&first).success();
    let said = project.migrate(&theirs).success().transcript();
    told(&said, &[table, "cargo migrate stamp REVISION"]);
    project.sql("theirs.db", "DROP TABLE theirs");
    let said = project.migrate(&theirs).success().transcript();
    told(&said, &["note      records", "nothing was applied yet"]);
    project.migrate(&["ensure-version"]).success();
    let (code, said) = doctor(&project);
    assert_eq!(code, 0, "{said}");
    let pending = "note      pending     first";
    told(
        &said,
        &[
            "ok        at          base",
            pending,
            "run `cargo migrate upgrade`",
        ],
    );

    project.migrate(&["upgrade"]).success();
    let (code, said) = doctor(&project);
    assert_eq!(code, 0, "{said}");
    told(
        &said,
        &[
            "ok        heads       first",
            "ok        server      SQLite 3",
            "ok        records     __migrate_version",
            "ok        at          first",
            "ok        pending     nothing",
        ],
    );

    let manifest = project.read("Cargo.toml");
    for (setting, found) in [
        (
            "template = \"none.txt\"",
            "wrong     settings    the template none.txt is missing",
        ),
        ("slug-length = 0", "wrong     settings    [package.metadata"),
    ] {
        let settings = format!("{manifest}\n[package.metadata.migrate]\n{setting}\n");
        project.write("Cargo.toml", &settings);
        let (code, said) = doctor(&project);
        assert_eq!(code, 1);
        told(&said, &[found]);
    }
    project.write("Cargo.toml", &manifest);

    let json = project.migrate(&["doctor", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json.success().stdout()).unwrap();
    let parts: Vec<&str> = (found.as_array().unwrap().iter())
        .map(|finding| finding["part"].as_str().unwrap())
        .collect();
    assert!(
        parts.contains(&"tool") && parts.contains(&"records"),
        "{parts:?}"
    );
}

#[test]
fn a_broken_part_keeps_nobody_from_looking_at_the_others() {
    let project = Project::library("doctor-broken", USERS, "app.db");
    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&first).success();
    project.write("src/lib.rs", "this is no Rust");
    project.write("migrations/HEAD", "second\n");
    let (code, said) = doctor(&project);
    assert_eq!(code, 1);
    told(
        &said,
        &[
            "wrong     binary      the package `doctor-broken` does not build",
            "ok        migrations  migrations, 1 revision",
            "wrong     heads       ",
            "HEAD names second, and no file has that revision",
            "ok        database    sqlite  app.db",
        ],
    );
}

#[test]
fn no_password_is_printed() {
    let project = Project::library("doctor-url", USERS, "app.db");
    let url = "postgres://me:secret@127.0.0.1:1/shop";
    let ran = project.migrate(&["doctor", "--database-url", url]);
    let said = ran.transcript();
    assert_eq!(ran.code(), 1);
    assert!(
        !said.contains("secret") && said.contains("wrong     connection"),
        "{said}"
    );
}

#[test]
fn where_there_is_no_package_the_rest_is_said() {
    let project = Project::new(&[("Cargo.toml", &manifest("alone")), ("src/lib.rs", "")]);
    let (code, said) = doctor(&project);
    assert_eq!(code, 1);
    assert!(said.contains("ok        tool"), "{said}");
    assert!(said.contains("cargo migrate init -p alone"), "{said}");
}

#[test]
fn completions_and_pages_need_no_package() {
    let project = Project::new(&[("README", "nothing")]);
    let script = project.migrate(&["completions", "bash"]).success().stdout();
    assert!(script.contains("complete -F _cargo__migrate"), "{script}");
    let page = project.migrate(&["man"]).success().stdout();
    assert!(page.contains(".TH cargo-migrate 1"), "{page}");
    project.migrate(&["man", "pages"]).success();
    assert!(
        project
            .read("pages/cargo-migrate-upgrade.1")
            .contains("upgrade")
    );
}

#[test]
fn each_database_says_what_it_is() {
    each(|database| {
        let dialect = dialect(database.session().backend()).unwrap();
        let said = column(database, dialect.version_query());
        let kinds = ["SQLite 3", "PostgreSQL ", "MySQL ", "-MariaDB"];
        let [said] = said.as_slice() else {
            panic!("{said:?}");
        };
        assert!(kinds.iter().any(|kind| said.contains(kind)), "{said}");
    });
}
