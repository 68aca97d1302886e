//! Several databases in one package: which one is meant, and all of them.

use super::project::{Project, USERS, filters, manifest};

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
    migrations = \"migrations/analytics\",
    chain = \"analytics\",
}
";

const BINARY: &str = "\
fn main() -> std::process::ExitCode {
    migrate_runtime::cli::Program::new(&several::analytics::SCHEMA)
        .database_url(\"ANALYTICS_DATABASE_URL\")
        .main()
}
";

const DECLARED: &str = "
[[bin]]
name = \"several-analytics-migrate\"
required-features = [\"migrate\"]
";

const SETTINGS: &str = "
[package.metadata.migrate]
default-database = \"shop\"

[package.metadata.migrate.databases.shop]
[package.metadata.migrate.databases.analytics]
";

#[test]
fn each_has_its_chain_its_variable_and_its_binary() {
    let source = format!("pub mod analytics;\n{USERS}");
    let project = Project::new(&[("Cargo.toml", &manifest("several")), ("src/lib.rs", "")]);
    project.migrate(&["init"]).success();
    let mut said = String::new();
    let mut say = |project: &Project, arguments: &[&str]| {
        said += &format!("$ cargo migrate {}\n", arguments.join(" "));
        said += &project.migrate(arguments).transcript();
        said.push('\n');
    };
    say(&project, &["current", "--database", "analytics"]);
    say(&project, &["current", "--all"]);

    let single = project.read("Cargo.toml");
    project.write("Cargo.toml", &(single + SETTINGS));
    project.write("src/lib.rs", &source);
    project.write("src/analytics.rs", VISITS);
    project.write("migrations/analytics/HEAD", "");
    project.write(
        ".env",
        "DATABASE_URL=sqlite://shop.db\nANALYTICS_DATABASE_URL=sqlite://analytics.db\n",
    );
    say(&project, &["upgrade", "--database", "analytics"]);
    project.write("src/bin/several-analytics-migrate.rs", BINARY);
    let without = project.read("Cargo.toml");
    project.write("Cargo.toml", &(without + DECLARED));
    let write = ["revision", "--autogenerate", "--rev-id"];
    say(&project, &[&write[..], &["first", "-m", "users"]].concat());
    let other = ["second", "-m", "visits", "--database", "analytics"];
    say(&project, &[&write[..], &other].concat());
    say(&project, &["upgrade", "--all"]);
    assert_eq!(tables(&project, "shop.db"), ["users"]);
    assert_eq!(tables(&project, "analytics.db"), ["visits"]);
    say(&project, &["heads", "--all", "--format", "json"]);

    // The worst of all is the exit code, and none keeps the others from being asked.
    let down = ["downgrade", "base", "-y", "--database", "analytics"];
    project.migrate(&down).success();
    say(&project, &["check", "--all"]);
    project.write(".env", "DATABASE_URL=sqlite://shop.db\n");
    say(&project, &["current", "--all"]);

    say(&project, &["redo", "--all"]);
    say(&project, &["current", "--database", "shops"]);
    let text = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        &text.replace("default-database = \"shop\"\n", ""),
    );
    say(&project, &["current"]);
    let none = text.replace(
        "default-database = \"shop\"",
        "default-database = \"shops\"",
    );
    project.write("Cargo.toml", &none);
    say(&project, &["current"]);
    say(&project, &["doctor", "--all"]);
    let typo = "[package.metadata.migrate.databases.shop]\ndatabase_url = \"SHOP\"";
    let shop = "[package.metadata.migrate.databases.shop]";
    project.write("Cargo.toml", &text.replace(shop, typo));
    say(&project, &["current"]);
    let mut deployed = project.built("several-analytics-migrate");
    let refused = deployed.args(["current", "--all"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    said += &String::from_utf8(refused.stderr).unwrap();
    // It reads the variable of its own database, and no other.
    let mut deployed = project.built("several-analytics-migrate");
    let deployed = deployed
        .current_dir("/")
        .env("DATABASE_URL", "sqlite://none.db")
        .env(
            "ANALYTICS_DATABASE_URL",
            project.path().join("analytics.db"),
        );
    let current = deployed.arg("current").output().unwrap();
    assert_eq!(String::from_utf8(current.stdout).unwrap(), "base\n");
    filters().bind(|| insta::assert_snapshot!(said));
}

fn tables(project: &Project, database: &str) -> Vec<String> {
    let sql = "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%' \
               ESCAPE '\\' AND name NOT LIKE 'sqlite%'";
    project.query(database, sql)
}
