//! `docs/coming-from.md`: each command of a right column does something on a project that it fits.

use diesel::{Connection, SqliteConnection};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{DieselMigrations, Hooks};
use migrate_runtime::{Migrator, cli};

use super::page::text;
use crate::cli::project::Project;

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

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User],
    migrations = \"migrations\",
}
";

/// What is code in the second column of the tables.
fn spans(page: &str) -> impl Iterator<Item = &str> {
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let right = rows.filter_map(|row| row.split(" | ").nth(1));
    right.flat_map(|cell| cell.split('`').skip(1).step_by(2))
}

/// The commands among it.
fn commands(page: &str) -> Vec<String> {
    let commands = spans(page).filter(|span| span.starts_with("cargo "));
    commands.map(str::to_owned).collect()
}

static SCHEMA: SchemaDef = SchemaDef {
    chain: "app",
    models: &[],
    migrations: &[],
    head: "",
    unmanaged: &[],
    ignore: &[],
    version_table: None,
    include: &[],
};

struct Nothing;

impl Hooks for Nothing {}

/// The calls among it, as they stand there.
fn calls(arguments: Option<cli::Cli>) -> Result<(), migrate_runtime::Error> {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    migrate_runtime::upgrade(&mut conn, &SCHEMA)?;
    migrate_runtime::stamp(&mut conn, &SCHEMA, "head")?;
    assert!(migrate_runtime::current(&mut conn, &SCHEMA)?.is_empty());
    assert!(migrate_runtime::pending(&mut conn, &SCHEMA)?.is_empty());
    assert!(migrate_runtime::check(&mut conn, &SCHEMA)?.is_clean());
    migrate_runtime::testing::prove(&mut conn, &SCHEMA)?;
    if let Some(arguments) = arguments {
        migrate_runtime::cli::run("shop db", &arguments, &SCHEMA);
    }
    let _ = DieselMigrations::<SqliteConnection>::new(&SCHEMA);
    let _ = Migrator::hooks(Migrator::new(&SCHEMA), Nothing);
    let program = cli::Program::hooks(cli::Program::new(&SCHEMA), || Box::new(Nothing));
    let _ = cli::Program::rewrite(program, |operation| vec![operation]);
    Ok(())
}

#[test]
fn what_is_called_in_rust_is_there() {
    calls(None).unwrap();
    let page = text("docs/coming-from.md");
    let called: Vec<&str> = spans(&page).filter(|span| span.contains("::")).collect();
    assert!(called.len() > 9, "{called:?}");
    let here = include_str!("coming_from.rs");
    for call in called {
        assert!(here.contains(call), "{call}");
    }
}

/// Three revisions, of which the database has the last; users without rows.
fn project() -> Project {
    let project = Project::library("coming-from", MODELS, "app.db");
    let first = [
        "revision",
        "--autogenerate",
        "-m",
        "users",
        "--rev-id",
        "20260120_090000",
    ];
    project.migrate(&first).success();
    for id in ["20260125_090000", "20260126_090000"] {
        let empty = ["revision", "-m", "more", "--rev-id", id];
        project.migrate(&empty).success();
    }
    project.migrate(&["upgrade"]).success();
    project
}

/// What the command is for is there: a changed model, a second head, a database behind.
fn prepare(project: &Project, command: &str) {
    let model = |to: &str| project.write("src/lib.rs", &MODELS.replace("    // more", to));
    if command.contains("--rename") {
        let renamed = MODELS.replace("pub name: String", "pub full_name: String");
        project.write("src/lib.rs", &renamed);
    } else if command.contains("--fill") {
        model("    pub status: String,");
        project.sql("app.db", "INSERT INTO users (name) VALUES ('Ada')");
    } else if command.contains("--amend") {
        // The head is one that was generated.
        model("    pub bio: Option<String>,");
        let generated = ["revision", "--autogenerate"];
        project.migrate(&generated).success();
        project.migrate(&["upgrade"]).success();
        model("    pub about: Option<String>,");
    } else if command.contains("--autogenerate") {
        model("    pub bio: Option<String>,");
    } else if command.contains("merge") {
        let path = "migrations/20260126_090000_more.rs";
        let file = project.read(path);
        project.write(path, &file.replace("20260125_090000", "20260120_090000"));
    } else if command.contains("upgrade") && !command.contains("--sql") {
        project.migrate(&["downgrade", "base"]).success();
    } else if command.contains("database create") {
        std::fs::remove_file(project.path().join("app.db")).unwrap();
    } else if command.contains("--adopt") {
        for path in [
            "20260120_090000_users.rs",
            "20260125_090000_more.rs",
            "20260126_090000_more.rs",
        ] {
            std::fs::remove_file(project.path().join("migrations").join(path)).unwrap();
        }
        project.write("migrations/HEAD", "");
        project.sql(
            "app.db",
            "DROP TABLE __migrate_version; DROP TABLE __migrate_log",
        );
    }
}

#[test]
fn what_it_is_called_here_can_be_typed() {
    let project = project();
    let made = project.contents();
    let mut commands = commands(&text("docs/coming-from.md"));
    commands.sort();
    commands.dedup();
    assert!(commands.len() > 45, "only {commands:#?}");
    let mut wrong = Vec::new();
    for command in &commands {
        prepare(&project, command);
        let ran = project.shell(".", &format!("EDITOR=true {command}"));
        if ran.code() != 0 {
            wrong.push(format!("{command}\n{}", ran.transcript()));
        }
        project.restore(&made);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
