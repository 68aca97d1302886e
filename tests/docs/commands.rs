//! `docs/commands.md`: each example is typed in a project that it fits, and ends with the code that the page says.

use super::page::{blocks, text};
use crate::cli::project::{Project, manifest};

const MODELS: &str = "\
use migrate_runtime::Model;

#[derive(Model)]
#[model(table = \"users\")]
pub struct User {
    #[model(auto_increment)]
    pub id: i64,
    pub name: String,
    // more
}

#[derive(Model)]
#[model(table = \"orders\")]
pub struct Order {
    #[model(auto_increment)]
    pub id: i64,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User, Order],
    migrations = \"migrations\",
}
";

/// An example: what is typed, and the words behind it.
struct Example {
    typed: String,
    words: String,
}

/// Those of the page, in its order. What stands in the column of the words alone goes on with them.
fn examples() -> Vec<Example> {
    let page = text("docs/commands.md");
    let lines = (blocks(&page).into_iter())
        .filter(|block| block.language == "text")
        .filter(|block| !block.lines.iter().any(|line| line.contains("[OPTIONS]")))
        .flat_map(|block| block.lines);
    let mut examples: Vec<Example> = Vec::new();
    for line in lines {
        if let Some(words) = line.strip_prefix("  ") {
            examples.last_mut().unwrap().words += words.trim();
        } else {
            let (typed, words) = line.split_once("  ").unwrap_or((&line, ""));
            examples.push(Example {
                typed: typed.trim().to_owned(),
                words: words.trim().to_owned(),
            });
        }
    }
    examples
}

impl Example {
    /// What only a terminal can answer is 2 without one, and so is what SQLite cannot do.
    fn code(&self) -> i32 {
        let is_refused = ["asks", "on PostgreSQL"];
        let is_refused = is_refused.iter().any(|word| self.words.contains(word));
        if is_refused { 2 } else { 0 }
    }

    fn has(&self, part: &str) -> bool {
        self.typed.contains(part)
    }
}

/// Four revisions, of which the database has the last, and a user.
fn project() -> Project {
    let project = Project::library("commands", MODELS, "app.db");
    let first = ["revision", "--autogenerate", "--rev-id", "20260120_090000"];
    project.migrate(&first).success();
    for id in ["20260122_090000", "20260124_090000", "20260125_090000"] {
        let empty = ["revision", "-m", "more", "--rev-id", id];
        project.migrate(&empty).success();
    }
    project.migrate(&["upgrade"]).success();
    project.sql("app.db", "INSERT INTO users (name) VALUES ('Ada')");
    project
}

/// What the example is for is there: a changed model, a second head, a database behind.
fn prepare(project: &Project, example: &Example) {
    let model = |to: &str| project.write("src/lib.rs", &MODELS.replace("    // more", to));
    let branch = |id: &str, more: &[&str]| {
        let arguments = [&["revision", "-m", "a branch", "--rev-id", id], more].concat();
        project.migrate(&arguments).success();
    };
    if example.has("--rename") {
        let renamed = MODELS.replace("pub name: String", "pub full_name: String");
        project.write("src/lib.rs", &renamed);
    } else if example.has("--fill") {
        model("    pub status: String,");
    } else if example.has("--concurrently") {
        model("    #[model(index)]\n    pub bio: Option<String>,");
    } else if example.has("--amend") {
        model("    pub bio: Option<String>,");
        project.migrate(&["revision", "--autogenerate"]).success();
        project.migrate(&["upgrade"]).success();
        model("    pub about: Option<String>,");
    } else if example.has("--autogenerate") {
        model("    pub bio: Option<String>,");
    } else if example.has("billing@") {
        branch("20260126", &["--head", "base", "--branch-label", "billing"]);
        project.migrate(&["upgrade", "heads"]).success();
    } else if example.has("20260126") {
        branch("20260126", &["--head", "20260120", "--splice"]);
    } else if example.has("migrate merge") || example.has("migrate rebase") {
        let path = "migrations/20260125_090000_more.rs";
        let file = project.read(path);
        project.write(path, &file.replace("20260124_090000", "20260122_090000"));
    } else if example.has("migrate upgrade") {
        project.write("tenants.txt", "sqlite://a.db\nsqlite://b.db\n");
        project.migrate(&["downgrade", "base", "--yes"]).success();
    } else if example.has("migrate repair") {
        let path = "migrations/20260125_090000_more.rs";
        let edited = project
            .read(path)
            .replace(".upgrade(&[", ".upgrade(&[sql(\"SELECT 1\")");
        project.write(path, &edited);
    } else if example.has("squash --prune") {
        let squash = ["squash", "20260122:20260125", "--rev-id", "20260201"];
        project.migrate(&squash).success();
        project.migrate(&["upgrade"]).success();
    } else if example.has("database create") {
        project.remove("app.db");
    } else if example.has("--adopt") {
        project.remove("migrations");
        project.write("migrations/HEAD", "");
        project.sql(
            "app.db",
            "DROP TABLE __migrate_version; DROP TABLE __migrate_log",
        );
    } else if example.has("migrate adopt") {
        project.remove("migrations");
        project.remove("app.db");
        project.write("migrations/1_users.sql", "CREATE TABLE users (id INTEGER);");
        let elsewhere = "\n[package.metadata.migrate]\nmigrations = \"revisions\"\n";
        project.write("Cargo.toml", &(project.read("Cargo.toml") + elsewhere));
        project.write(
            "src/lib.rs",
            &MODELS.replace("\"migrations\"", "\"revisions\""),
        );
        project.write("revisions/HEAD", "");
    } else if example.has("cargo migrate init --database-url") {
        // A package that is for something is not asked again.
        project.write("Cargo.toml", &manifest("commands"));
    }
}

#[test]
fn each_example_ends_as_the_page_says() {
    let project = project();
    let made = project.contents();
    let examples = examples();
    assert!(examples.len() > 85, "only {}", examples.len());
    let mut wrong = Vec::new();
    for example in &examples {
        prepare(&project, example);
        // No file of whoever runs this.
        let line = example.typed.replace("~/", "home/");
        let line = match line.split_once(" > ") {
            Some((_, path)) => format!("mkdir -p $(dirname {path}) && {line}"),
            None => format!("EDITOR=true {line}"),
        };
        let ran = project.shell(".", &line);
        if ran.code() != example.code() {
            wrong.push(format!("{}\n{}", example.typed, ran.transcript()));
        }
        project.restore(&made);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
