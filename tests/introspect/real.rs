//! Schemas in the manners of many tools, through a real project.
//!
//! In: the statements in `schemas/`, and those in the directory that `MIGRATE_SCHEMAS` names. Each
//! becomes a database, a module of models and a chain in one crate. Out: the compiler accepts models and
//! adopted baselines, nothing is left to do, and the chain makes the same schema again from nothing.

use super::generated;
use crate::cli::project::{Project, repository};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use migrate_runtime::connection::session;
use migrate_runtime::dialect::Sqlite;
use migrate_runtime::introspect::introspect;
use migrate_runtime::source::models::{ModelsOptions, ModelsSource, models_source};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A name and the statements of a schema.
pub(super) struct Statements {
    pub(super) name: String,
    pub(super) sql: String,
}

/// All schemas, by name.
pub(super) fn schemas() -> Vec<Statements> {
    let mut schemas = vec![
        Statements {
            name: "many".to_owned(),
            sql: generated::many_tables(40),
        },
        Statements {
            name: "wide".to_owned(),
            sql: generated::wide_table(200),
        },
    ];
    read_into(&mut schemas, &repository().join("tests/introspect/schemas"));
    if let Some(directory) = std::env::var_os("MIGRATE_SCHEMAS") {
        read_into(&mut schemas, Path::new(&directory));
    }
    if let Ok(only) = std::env::var("MIGRATE_ONLY") {
        schemas.retain(|schema| only.split(',').any(|name| name == schema.name));
    }
    schemas.sort_by(|a, b| a.name.cmp(&b.name));
    schemas
}

fn read_into(schemas: &mut Vec<Statements>, directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let sql = fs::read_to_string(&path).unwrap();
            schemas.push(Statements { name, sql });
        }
    }
}

/// Those that the compiler sees in every run of the tests, since it takes its time: the odd ones and one of
/// each manner. All of them: `MIGRATE_ONLY=name,…`.
const COMPILED: [&str; 8] = [
    "attached",
    "efcore",
    "fossil",
    "northwind",
    "odd",
    "prisma",
    "rails",
    "typeorm",
];

const MANIFEST: &str = "\
[package]
name = \"real-schemas\"
version = \"0.1.0\"
edition = \"2024\"

[features]
migrate = []

[dependencies]
chrono = { version = \"0.4\", default-features = false }
diesel = { version = \"2.3\", default-features = false, features = [\"sqlite\", \"chrono\", \"32-column-tables\"] }
migrate-runtime = { path = \"[RUNTIME]\", features = [\"sqlite\", \"cli\", \"chrono\", \"uuid\", \"serde_json\", \"decimal\"] }
serde_json = \"1\"
";

/// The project, with a database, models and an empty chain for each schema.
fn project(schemas: &[Statements]) -> (Project, Vec<ModelsSource>) {
    let runtime = repository().join("migrate-runtime");
    let manifest = MANIFEST.replace("[RUNTIME]", &runtime.display().to_string());
    let project = Project::new(&[("Cargo.toml", &manifest)]);
    let mut main = include_str!("real_main.rs").to_owned();
    let mut list = String::new();
    let mut written = Vec::new();
    for Statements { name, sql } in schemas {
        let models = models(&project.path().join(format!("{name}.db")), sql);
        let schema = format!(
            "\nmigrate_runtime::schema! {{\n    pub const SCHEMA;\n    models = [{}],\n    migrations = \"migrations/{name}\",\n    chain = \"{name}\",\n}}\n",
            models.models.join(", ")
        );
        project.write(
            &format!("src/{name}.rs"),
            &(models.source.clone() + &schema),
        );
        project.write(&format!("migrations/{name}/HEAD"), "");
        writeln!(main, "mod {name};").unwrap();
        writeln!(list, "    (\"{name}\", &{name}::SCHEMA),").unwrap();
        written.push(models);
    }
    write!(
        main,
        "\nconst SCHEMAS: &[(&str, &migrate_runtime::model::SchemaDef)] = &[\n{list}];\n"
    )
    .unwrap();
    project.write("src/main.rs", &main);
    (project, written)
}

fn models(database: &Path, sql: &str) -> ModelsSource {
    let mut connection = SqliteConnection::establish(&database.display().to_string()).unwrap();
    connection.batch_execute(sql).unwrap();
    let schema = introspect(&mut session(&mut connection)).unwrap();
    models_source(&schema, &Sqlite, &ModelsOptions::default())
}

/// The table of what models can say, and every exception with its reason.
#[test]
fn what_models_can_say() {
    let directory = tempfile::tempdir().unwrap();
    let mut text = String::new();
    let (mut sum, mut all) = (0, 0);
    for Statements { name, sql } in schemas() {
        let models = models(&directory.path().join(&name), &sql);
        let (said, total) = (models.expressible, models.total);
        writeln!(text, "{name:<16} {said:>3} of {total:>3}").unwrap();
        for item in &models.inexpressible {
            writeln!(text, "    {}: {}: {}", item.table, item.object, item.reason).unwrap();
        }
        sum += said;
        all += total;
    }
    writeln!(
        text,
        "{:<16} {sum:>3} of {all:>3}, {} %",
        "all",
        100 * sum / all
    )
    .unwrap();
    if is_whole() {
        insta::assert_snapshot!(text);
    }
    assert!(100 * sum >= 95 * all, "{text}");
}

/// Whether the schemas are those of the repository.
fn is_whole() -> bool {
    let set = |name| std::env::var_os(name).is_some();
    !set("MIGRATE_SCHEMAS") && !set("MIGRATE_ONLY")
}

/// What is left concerns what was listed, and nothing else.
#[test]
fn schemas_go_through_a_project() {
    let mut schemas = schemas();
    if is_whole() {
        schemas.retain(|schema| COMPILED.contains(&schema.name.as_str()));
    }
    let (project, written) = project(&schemas);
    let adopt = ["run", "--quiet", "--features", "migrate", "--", "adopt"];
    assert_eq!(project.cargo_as_tool(&adopt).success().stdout(), "");
    let verify = project.cargo(&["run", "--quiet", "--", "verify"]);
    let left = verify.success().stdout();
    let listed: Vec<String> = (schemas.iter().zip(&written))
        .flat_map(|(schema, models)| {
            let tables = models
                .inexpressible
                .iter()
                .map(|item| item.table.to_string().to_lowercase());
            tables.map(|table| format!("{}\t{table}\t", schema.name))
        })
        .collect();
    let surprises: Vec<&str> = left
        .lines()
        .filter(|line| !listed.iter().any(|item| line.starts_with(item)))
        .collect();
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}
