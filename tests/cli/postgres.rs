//! The road from end to end on PostgreSQL.

use super::project::{Project, Ran, filters};
use crate::postgres::server::Database;
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
    #[model(references = Author, on_delete = \"cascade\", index)]
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
    "[package]\nname = \"walk-postgres\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

struct Shop {
    project: Project,
    database: Database,
    url: String,
}

impl Shop {
    fn new() -> Option<Self> {
        let database = Database::new()?;
        let project = Project::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", "")]);
        let url = database.url.replace("postgres@", "postgres:sesame@");
        Some(Self {
            project,
            database,
            url,
        })
    }

    /// `init` for the server: no SQLite comes with it, and no library of the system.
    fn init(&self) -> String {
        let said = self.migrate(&["init"]).success().transcript();
        assert!(self.migrate(&["init"]).stderr().contains("nothing to do"));
        let tree = ["tree", "--features", "migrate", "--edges", "normal,build"];
        let tree = self.project.cargo(&tree).success().stdout();
        for no in ["libsqlite3-sys", "pq-sys"] {
            assert!(!tree.contains(no), "{tree}");
        }
        self.project.write("src/lib.rs", MODELS);
        said
    }

    /// `cargo migrate …` on the database; the password is never printed.
    fn migrate(&self, arguments: &[&str]) -> Ran {
        let all = [arguments, &["--database-url", &self.url]].concat();
        let ran = self.project.migrate(&all);
        assert!(!ran.transcript().contains("sesame"), "{}", ran.transcript());
        ran
    }

    /// Runs a script with psql, as the script's own first lines say.
    fn psql(&self, script: &str) {
        let mut psql = Command::new("psql")
            .args([
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-f",
                "-",
                &self.database.url,
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = psql.stdin.take().unwrap();
        input.write_all(script.as_bytes()).unwrap();
        drop(input);
        assert!(psql.wait().unwrap().success(), "{script}");
    }
}

#[test]
fn from_models_to_a_database_and_back() {
    let Some(shop) = Shop::new() else { return };
    let mut settings = filters();
    settings.add_filter(r"127\.0\.0\.1:\d+/\w+", "[SERVER]");
    settings.bind(|| {
        insta::assert_snapshot!("init", shop.init());
        let first = [
            "revision",
            "--autogenerate",
            "--rev-id",
            "first",
            "-m",
            "shop",
        ];
        insta::assert_snapshot!("revision", shop.migrate(&first).transcript());
        insta::assert_snapshot!("upgrade", shop.migrate(&["upgrade"]).transcript());
        insta::assert_snapshot!("check", shop.migrate(&["check"]).transcript());
        let text = MODELS.replace("    // more", "    pub isbn: Option<String>,");
        shop.project.write("src/lib.rs", &text);
        let second = [
            "revision",
            "--autogenerate",
            "--rev-id",
            "second",
            "-m",
            "isbn",
        ];
        insta::assert_snapshot!("revision_again", shop.migrate(&second).transcript());
        insta::assert_snapshot!("status", shop.migrate(&["status"]).transcript());
        insta::assert_snapshot!(
            "backup",
            shop.migrate(&["upgrade", "--backup"]).transcript()
        );
        shop.migrate(&["upgrade"]).success();
        shop.migrate(&["check"]).success();
        let dump = shop.migrate(&["backup", "a dump"]).success().stdout();
        let mut dump = Command::new("sh").args(["-c", &dump]).spawn().unwrap();
        assert!(dump.wait().unwrap().success());
        assert!(shop.project.read_bytes("a dump").starts_with(b"PGDMP"));
        let other = format!("{}_other", shop.url);
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
        shop.migrate(&["downgrade", "--yes"]).success();
        let models = shop.migrate(&["models", "--from-database"]).success();
        assert!(
            models.stdout().contains("pub struct Book"),
            "{}",
            models.stdout()
        );
        shop.migrate(&["downgrade", "base", "--yes"]).success();
        let script = shop.migrate(&["upgrade", "--sql"]).success().stdout();
        shop.psql(&script);
        shop.migrate(&["check"]).success();
        let wrong = shop
            .url
            .replace("postgres:sesame@127.0.0.1", "postgres:sesame@127.0.0.2");
        let refused = shop.project.migrate(&["current", "--database-url", &wrong]);
        assert_eq!(refused.code(), 3);
        assert!(
            !refused.transcript().contains("sesame"),
            "{}",
            refused.transcript()
        );
        concurrently(shop);
    });
}

/// An index that is made while others write, and a connection that ends in the middle of it.
fn concurrently(mut shop: Shop) {
    let rows = "INSERT INTO authors (name) VALUES ('Le Guin'); INSERT INTO books (title, author_id, status) \
                SELECT repeat('x', 120), 1, 'paid' FROM generate_series(1, 90000)";
    shop.psql(rows);
    let text = MODELS.replace(
        "    // more",
        "    #[model(index)]\n    pub isbn: Option<String>,\n    pub pages: Option<i32>,",
    );
    shop.project.write("src/lib.rs", &text);
    let third = ["revision", "--autogenerate", "--rev-id", "third"];
    let in_one = shop.migrate(&[&third[..], &["--dry-run"]].concat());
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d+ MB", "[SIZE]");
    settings.bind(|| insta::assert_snapshot!("index_in_a_transaction", in_one.transcript()));
    let message = "number of pages";
    let in_two = shop.migrate(&[&third[..], &["--concurrently", "-m", message]].concat());
    insta::assert_snapshot!("index_of_its_own", in_two.transcript());
    let indexes = shop
        .project
        .read("migrations/third_2_number_of_pages_indexes.rs");
    insta::assert_snapshot!("index_of_its_own_file", indexes);
    assert_eq!(shop.project.read("migrations/HEAD"), "third_2\n");
    shop.migrate(&["upgrade", "third"]).success();
    let mut writer = postgres::Client::connect(&shop.database.url, postgres::NoTls).unwrap();
    writer
        .batch_execute(
            "BEGIN; DELETE FROM books WHERE false; LOCK TABLE books IN ROW EXCLUSIVE MODE",
        )
        .unwrap();
    let mut upgrade = (shop.project).command(&["upgrade", "-vv", "--database-url", &shop.url]);
    let upgrade = upgrade
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%' \
               AND wait_event_type = 'Lock'";
    while shop.database.query(end).unwrap().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    writer.batch_execute("COMMIT").unwrap();
    let ended = upgrade.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(3));
    let said = String::from_utf8(ended.stderr).unwrap();
    // Said on slow machines only.
    let sometimes = ["  building  ", "    waits for an older transaction: "];
    let said: Vec<&str> = (said.lines())
        .filter(|line| !sometimes.iter().any(|it| line.starts_with(it)))
        .collect();
    insta::assert_snapshot!("connection_lost", said.join("\n"));
    let invalid = "SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid \
                   WHERE NOT indisvalid";
    assert_eq!(
        shop.database.query(invalid).unwrap()[0].text(0).as_deref(),
        Some("books_isbn_idx")
    );
    insta::assert_snapshot!("resumed", shop.migrate(&["upgrade", "-vv"]).transcript());
    shop.migrate(&["check"]).success();
    shop.migrate(&["downgrade", "--yes"]).success();
    let script = shop.migrate(&["upgrade", "--sql", "third:third_2"]);
    let script = script.success().stdout();
    assert!(
        script.contains("COMMIT;\nCREATE INDEX CONCURRENTLY \"books_isbn_idx\""),
        "{script}"
    );
    shop.psql(&script);
    shop.migrate(&["check"]).success();
    amended(&shop);
    impossible_fill(&shop);
    back_and_forth(&mut shop);
    data(&shop);
    adopted(&shop);
    values(&mut shop);
}

/// A revision of indexes stays one, and takes nothing else.
fn amended(shop: &Shop) {
    let with = |fields: &str| {
        let fields = format!("    #[model(index)]\n    pub isbn: Option<String>,\n    {fields}");
        let text = MODELS.replace("    // more", &fields);
        shop.project.write("src/lib.rs", &text);
        shop.migrate(&["revision", "--amend", "--yes"])
    };
    let refused = with("pub pages: Option<i64>,");
    assert!(
        refused.stderr().contains("nothing but indexes"),
        "{}",
        refused.transcript()
    );
    with("#[model(index)]\n    pub pages: Option<i32>,").success();
    let file = shop
        .project
        .read("migrations/third_2_number_of_pages_indexes.rs");
    assert_eq!(file.matches(".concurrently()").count(), 4, "{file}");
    shop.migrate(&["check"]).success();
}

/// A value that the column cannot hold is told before a file is written, as the server says it.
fn impossible_fill(shop: &Shop) {
    let text = shop.project.read("src/lib.rs");
    let with = text.replace("    pub title", "    pub weight: i32,\n    pub title");
    shop.project.write("src/lib.rs", &with);
    let fill = |value: &str| {
        let fill = format!("books.weight={value}");
        shop.migrate(&["revision", "--autogenerate", "--dry-run", "--fill", &fill])
    };
    for (value, why) in [
        ("'heavy'", "invalid input syntax for type integer"),
        ("title", "expression is of type text"),
        ("heavy", "column \"heavy\" does not exist"),
        ("1 / 0", "division by zero"),
    ] {
        let refused = fill(value);
        assert_eq!(refused.code(), 2, "{}", refused.transcript());
        assert!(refused.stderr().contains(why), "{}", refused.transcript());
    }
    fill("length(books.title) -- letters").success();
    shop.project.write("src/lib.rs", &text);
}

/// What moves the database and what mends its records, where a transaction does not hold all of it.
fn back_and_forth(shop: &mut Shop) {
    for command in [
        &["redo", "--yes"][..],
        &["redo", "2", "--yes"],
        &["reset", "--yes"],
        &["downgrade", "first", "--yes"],
        &["upgrade", "--verify"],
        &["check"],
    ] {
        shop.migrate(command).success();
    }
    shop.psql("UPDATE __migrate_log SET checksum = '1:0' WHERE revision = 'second'");
    let edited = shop.migrate(&["check"]);
    assert_eq!(edited.code(), 1);
    assert!(
        edited.stdout().contains("second"),
        "{}",
        edited.transcript()
    );
    shop.migrate(&["repair", "--yes"]).success();
    shop.migrate(&["check"]).success();
    shop.psql("UPDATE __migrate_version SET revision = 'nobody_has_it'");
    let unknown = shop.migrate(&["upgrade"]);
    assert_eq!(unknown.code(), 3);
    assert!(
        unknown.stderr().contains("stamp --purge"),
        "{}",
        unknown.transcript()
    );
    shop.migrate(&["stamp", "--purge", "head", "--yes"])
        .success();
    shop.migrate(&["check"]).success();
}

/// What somebody made by hand becomes the chain's.
fn adopted(shop: &Shop) {
    shop.psql("CREATE INDEX books_title_idx ON books (title)");
    let text = shop.project.read("src/lib.rs");
    let text = text.replace("    pub title", "    #[model(index)]\n    pub title");
    shop.project.write("src/lib.rs", &text);
    let revision = ["revision", "--autogenerate", "--rev-id", "sixth"];
    let refused = shop.migrate(&revision);
    let hint = "--adopt books_title_idx";
    assert!(refused.stderr().contains(hint), "{}", refused.transcript());
    let taken = [&revision[..], &["--adopt", "books_title_idx"]].concat();
    shop.migrate(&taken).success();
    shop.migrate(&["upgrade"]).success();
    shop.migrate(&["check"]).success();
}

/// A migration on rows, with a `table!` that only a build for PostgreSQL alone can refuse.
fn data(shop: &Shop) {
    let text = MODELS.replace(
        "    // more",
        "    #[model(index)]\n    pub isbn: Option<String>,\n    \
         #[model(index)]\n    pub pages: Option<i32>,\n    \
         #[model(sql_type(postgres = \"timestamptz\"))]\n    pub sold_at: Option<String>,",
    );
    shop.project.write("src/lib.rs", &text);
    let revision = |how, id| shop.migrate(&["revision", how, "--rev-id", id, "-m", id]);
    revision("--autogenerate", "fourth").success();
    revision("--data", "fifth").success();
    let path = "migrations/fifth_fifth.rs";
    let file = shop.project.read(path);
    assert!(file.contains("sold_at -> Nullable<Timestamptz>"), "{file}");
    let step = "use diesel::prelude::*;\n    use tables::books::dsl::{books, sold_at};\n    \
                diesel::update(books).set(sold_at.eq(diesel::dsl::now)).execute(conn.postgres()?)?;";
    shop.project
        .write(path, &file.replace("let _ = conn;", step));
    shop.migrate(&["upgrade"]).success();
}

/// A value that is used at once comes in a revision of its own, also in a head that is written anew.
fn values(shop: &mut Shop) {
    let text = shop.project.read("src/lib.rs");
    let with = |values: &str, default: &str| {
        let text = text
            .replace("    Paid,\n", &format!("    Paid,\n    {values},\n"))
            .replace(
                "    pub status: Status",
                &format!("    #[model(default = \"{default}\")]\n    pub status: Status"),
            );
        shop.project.write("src/lib.rs", &text);
    };
    with("Refunded", "refunded");
    let revision = ["revision", "--autogenerate", "--rev-id", "seventh"];
    // A view that nobody's revision made keeps the type from going back.
    let view = "CREATE VIEW sold AS SELECT status FROM books";
    shop.database.batch(view).unwrap();
    let seen = shop.migrate(&[&revision[..], &["--dry-run"]].concat());
    let seen = seen.success().stdout();
    let reversible = "Reversible: yes, while the rows fit and nothing else uses what it changes.";
    for said in [reversible, "// fails while view sold is there"] {
        assert!(seen.contains(said), "{seen}");
    }
    shop.database.batch("DROP VIEW sold").unwrap();
    let said = shop.migrate(&[&revision[..], &["-m", "refunds"]].concat());
    insta::assert_snapshot!("values_apart", said.transcript());
    let files = ["seventh_refunds_enum_values.rs", "seventh_2_refunds.rs"];
    let file = |name: &str| shop.project.read(&format!("migrations/{name}"));
    insta::assert_snapshot!("values_apart_files", files.map(file).join("\n"));
    shop.migrate(&["upgrade"]).success();
    shop.migrate(&["check"]).success();
    shop.project.cargo(&["check"]).success();
    with("Refunded,\n    Lost", "lost");
    let said = shop.migrate(&["revision", "--amend", "--yes"]);
    insta::assert_snapshot!("values_amended", said.transcript());
    shop.migrate(&["check"]).success();
    shop.project.cargo(&["check"]).success();
    let default = "SELECT column_default FROM information_schema.columns \
                   WHERE table_name = 'books' AND column_name = 'status'";
    let now = |shop: &mut Shop| shop.database.query(default).unwrap()[0].text(0);
    assert_eq!(now(shop).as_deref(), Some("'lost'::status"));
    shop.migrate(&["downgrade", "sixth", "--yes"]).success();
    assert_eq!(now(shop), None);
    shop.migrate(&["upgrade"]).success();

    // The first part is applied, the second cannot be: both are taken back, and the head is what it was.
    let text = (shop.project.read("src/lib.rs"))
        .replace("    Lost,\n", "    Lost,\n    Gone,\n")
        .replace("\"lost\"", "\"gone\"")
        .replace("    pub title", "    #[model(unique)]\n    pub title");
    shop.project.write("src/lib.rs", &text);
    let same = "INSERT INTO authors (name) VALUES ('one of two'); \
                INSERT INTO books (title, author_id) \
                SELECT 'same', max(id) FROM authors, generate_series(1, 2) GROUP BY generate_series";
    shop.database.batch(same).unwrap();
    let before = shop.project.contents();
    let said = shop.migrate(&["revision", "--amend", "--yes"]);
    insta::assert_snapshot!("values_amended_in_vain", said.transcript());
    shop.project.assert_unchanged(&before);
    assert_eq!(now(shop).as_deref(), Some("'lost'::status"));
    let values = "SELECT enumlabel::text FROM pg_enum WHERE enumlabel = 'gone'";
    assert!(shop.database.query(values).unwrap().is_empty());
}
