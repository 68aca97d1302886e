//! The road from end to end on MariaDB.

use super::project::{Project, Ran, filters, repository};
use crate::mysql::server::{Database, program};
use migrate_runtime::connection::Session;
use std::io::Write;
use std::process::{Command, Stdio};

const MODELS: &str = "\
use migrate_runtime::{Model, SqlEnum};

#[derive(SqlEnum, Debug, Clone, Copy)]
pub enum Status {
    Pending,
    Paid,
}

#[derive(Model)]
#[model(table = \"authors\")]
pub struct Author {
    #[model(auto_increment)]
    pub id: i64,
    #[model(unique, max_length = 200)]
    pub name: String,
}

#[derive(Model)]
#[model(table = \"books\", check(name = \"books_price\", \"price >= 0\"))]
pub struct Book {
    #[model(auto_increment)]
    pub id: i64,
    pub title: String,
    #[model(references = Author, on_delete = \"cascade\")]
    pub author_id: i64,
    #[model(default = 0)]
    pub price: i32,
    pub status: Status,
    // more
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [Author, Book],
    migrations = \"migrations\",
}
";

const MANIFEST: &str =
    "[package]\nname = \"walk-mysql\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

struct Shop {
    project: Project,
    database: Database,
    url: String,
}

impl Shop {
    fn new() -> Option<Self> {
        let mut database = Database::new()?;
        let user = format!("u{}", database.name.trim_start_matches("migrate_test_"));
        database
            .batch(&format!(
                "CREATE USER '{user}'@'%' IDENTIFIED BY 'se/same'; GRANT ALL ON {}.* TO '{user}'@'%'",
                database.name
            ))
            .unwrap();
        let place = database.url.rsplit_once('@').unwrap().1;
        let url = format!("mariadb://{user}:se%2Fsame@{place}");
        let project = Project::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", "")]);
        Some(Self {
            project,
            database,
            url,
        })
    }

    /// `cargo migrate …` on the database; the password is never printed.
    fn migrate(&self, arguments: &[&str]) -> Ran {
        let all = [arguments, &["--database-url", &self.url]].concat();
        let ran = self.project.migrate(&all);
        assert!(!ran.transcript().contains("same@"), "{}", ran.transcript());
        ran
    }

    fn rows(&mut self, sql: &str) -> Vec<String> {
        let rows = self.database.query(sql).unwrap();
        rows.iter().filter_map(|row| row.text(0)).collect()
    }
}

#[test]
fn from_models_to_a_database_and_back() {
    let Some(mut shop) = Shop::new() else { return };
    let mut settings = filters();
    settings.add_filter(r"u\d+_\d+:", "[USER]:");
    settings.add_filter(r"127\.0\.0\.1:\d+/\w+", "[SERVER]");
    settings.bind(|| {
        insta::assert_snapshot!("init", shop.migrate(&["init"]).success().transcript());
        let tree = ["tree", "--features", "migrate", "--edges", "normal,build"];
        let tree = shop.project.cargo(&tree).success().stdout();
        for no in ["libsqlite3-sys", "mysqlclient-sys", "openssl-sys"] {
            assert!(!tree.contains(no), "{tree}");
        }
        shop.project.write("src/lib.rs", MODELS);
        let first = ["revision", "--autogenerate", "--rev-id", "first", "-m", "shop"];
        insta::assert_snapshot!("revision", shop.migrate(&first).success().transcript());
        insta::assert_snapshot!("upgrade", shop.migrate(&["upgrade"]).success().transcript());
        insta::assert_snapshot!("check", shop.migrate(&["check"]).success().transcript());
        shop.database
            .batch(
                "INSERT INTO authors (name) VALUES ('Le Guin'); \
                 INSERT INTO books (title, author_id, status) VALUES ('The Dispossessed', 1, 'paid')",
            )
            .unwrap();
        let dump = shop.migrate(&["backup", "a dump"]).success().stdout();
        let mut dump = Command::new("sh")
            .args(["-c", &dump])
            .env("MYSQL_PWD", "se/same")
            .spawn()
            .unwrap();
        assert!(dump.wait().unwrap().success());
        assert!(shop.project.read("a dump").contains("Le Guin"));
        let other = format!("{}_other", shop.database.url);
        for action in ["create", "drop"] {
            let run = ["database", action, "-y", "--database-url", &other];
            shop.project.migrate(&run).success();
            let again = shop.project.migrate(&run);
            let said = ["exists already", "does not exist"];
            let said = said.map(|it| again.stderr().contains(&format!("_other {it}")));
            let expected = [action == "create", action == "drop"];
            assert_eq!(said, expected, "{}", again.transcript());
            assert_eq!(again.code(), 3);
        }
        let text = MODELS
            .replace("    // more", "    pub isbn: Option<String>,")
            .replace("    Paid,\n", "    Paid,\n    Lent,\n");
        shop.project.write("src/lib.rs", &text);
        let second = ["revision", "--autogenerate", "--rev-id", "second", "-m", "isbn"];
        insta::assert_snapshot!("revision_again", shop.migrate(&second).success().transcript());
        shop.migrate(&["upgrade"]).success();
        shop.migrate(&["check"]).success();
        let models = shop.migrate(&["models", "--from-database"]).success();
        insta::assert_snapshot!("models", models.stdout());
        shop.migrate(&["downgrade", "--yes"]).success();
        assert_eq!(shop.rows("SELECT status FROM books"), ["paid"]);
        shop.migrate(&["downgrade", "base", "--yes"]).success();
        let script = shop.migrate(&["upgrade", "--sql"]).success().stdout();
        client(&shop, &script);
        shop.migrate(&["check"]).success();
    });
    half_done(&shop);
    let wrong = shop.url.replace("se%2Fsame", "other");
    let refused = shop.project.migrate(&["current", "--database-url", &wrong]);
    assert_eq!(refused.code(), 3);
    let said = refused.transcript();
    assert!(
        said.contains("Access denied") && said.contains("it was given by the URL"),
        "{said}"
    );
    assert!(!said.contains("other@"), "{said}");
}

const HALF: &str = "\
//! pages
//!
//! Revision: third
//! Revises:  second

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new(\"third\")
    .revises(&[\"second\"])
    .upgrade(&[add_column(\"books\", column(\"pages\", Integer)), sql(\"BOOM\").changes(&[])])
    .downgrade(&[drop_column(\"books\", \"pages\")]);
";

/// What stopped half way is told by every command that looks, until it is done.
fn half_done(shop: &Shop) {
    shop.project.write("migrations/third_pages.rs", HALF);
    shop.project.write("migrations/HEAD", "third\n");
    assert_eq!(shop.migrate(&["upgrade"]).code(), 3);
    for command in ["status", "check", "doctor"] {
        let ran = shop.migrate(&[command]);
        let said = ran.transcript();
        let half = "revision third is half applied: operation 1 of 2 was the last that was done";
        assert!(said.contains(half), "{said}");
        assert!(said.contains("cargo migrate upgrade"), "{said}");
        assert!(!said.contains("drift"), "{said}");
        let has_exit_code = command != "status";
        assert_eq!(ran.code(), i32::from(has_exit_code), "{said}");
    }
    let mended = HALF.replace("BOOM", "SELECT 1");
    shop.project.write("migrations/third_pages.rs", &mended);
    shop.migrate(&["upgrade"]).success();
    let doctor = shop.migrate(&["doctor"]).success().transcript();
    assert!(!doctor.contains("half done"), "{doctor}");
}

const BOTH: &str = r#"
default-run = "walk-mysql-migrate"

[package.metadata.migrate]
default-database = "shop"

[package.metadata.migrate.databases.shop]
database-url = "SHOP_URL"

[package.metadata.migrate.databases.visits]

[dependencies]
diesel = { version = "2.3", features = ["sqlite", "mysql_backend"] }
migrate-runtime = { path = "[REPO]/migrate-runtime", features = ["sqlite", "mysql"] }

[features]
migrate = ["migrate-runtime/cli-mysql"]

[[bin]]
name = "walk-mysql-migrate"
required-features = ["migrate"]

[[bin]]
name = "walk-mysql-visits-migrate"
required-features = ["migrate"]
"#;

const VISITS: &str = "\
use migrate_runtime::Model;

#[derive(Model)]
#[model(table = \"visits\")]
pub struct Visit {
    #[model(auto_increment)]
    pub id: i64,
    pub page: String,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [Visit],
    migrations = \"migrations/visits\",
    chain = \"visits\",
}
";

#[test]
fn beside_a_database_of_sqlite() {
    let Some(mut shop) = Shop::new() else { return };
    let project = &shop.project;
    let both = BOTH.replace("[REPO]", &repository().display().to_string());
    project.write("Cargo.toml", &(MANIFEST.to_owned() + both.trim_start()));
    project.write("src/lib.rs", &format!("pub mod visits;\n{MODELS}"));
    project.write("src/visits.rs", VISITS);
    for (binary, schema, variable) in [
        ("walk-mysql-migrate", "SCHEMA", "SHOP_URL"),
        (
            "walk-mysql-visits-migrate",
            "visits::SCHEMA",
            "VISITS_DATABASE_URL",
        ),
    ] {
        let main = format!(
            "fn main() -> std::process::ExitCode {{ migrate_runtime::cli::Program::new(&walk_mysql::{schema})\
             .database_url({variable:?}).main() }}\n"
        );
        project.write(&format!("src/bin/{binary}.rs"), &main);
    }
    project.write("migrations/HEAD", "");
    project.write("migrations/visits/HEAD", "");
    let urls = format!(
        "SHOP_URL={}\nVISITS_DATABASE_URL=sqlite://visits.db\n",
        shop.url
    );
    project.write(".env", &urls);
    for database in ["shop", "visits"] {
        let write = ["revision", "--autogenerate", "--database", database];
        project.migrate(&write).success();
    }
    project.migrate(&["upgrade", "--all"]).success();
    project.migrate(&["check", "--all"]).success();
    let tables = "SELECT name AS value FROM sqlite_schema WHERE name = 'visits'";
    assert_eq!(project.query("visits.db", tables), ["visits"]);
    assert_eq!(shop.rows("SELECT COUNT(*) FROM books"), ["0"]);
}

/// Runs a script with the server's own client.
fn client(shop: &Shop, script: &str) {
    let Some(program) = program("mariadb") else {
        return;
    };
    let (address, database) = shop
        .url
        .rsplit_once('@')
        .unwrap()
        .1
        .split_once('/')
        .unwrap();
    let (host, port) = address.split_once(':').unwrap();
    let mut client = Command::new(program)
        .args([
            &format!("--host={host}"),
            &format!("--port={port}"),
            "--user=root",
            database,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = client.stdin.take().unwrap();
    input.write_all(script.as_bytes()).unwrap();
    drop(input);
    assert!(client.wait().unwrap().success(), "{script}");
}
