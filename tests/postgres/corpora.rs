//! Schemas in `schemas/`, and those in the directory that `MIGRATE_POSTGRES_SCHEMAS` names: models are
//! written of each; in one crate they compile; what they make in an empty database is what there was.

use super::live::comparable;
use super::server::Database;
use crate::cli::project::{Project, repository};
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::Postgres;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::operation::{Operation, describe};
use migrate_runtime::schema::Schema;
use migrate_runtime::source::models::{ModelsOptions, ModelsSource, models_source};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

struct Case {
    name: String,
    file: PathBuf,
    database: Database,
    schema: Schema,
    models: ModelsSource,
}

/// All schemas, loaded; `None` where there is no server or no `psql`.
fn cases() -> Option<Vec<Case>> {
    let mut files = Vec::new();
    let own = repository().join("tests/postgres/schemas");
    let others = std::env::var_os("MIGRATE_POSTGRES_SCHEMAS").map(PathBuf::from);
    for directory in std::iter::once(own).chain(others) {
        let entries = fs::read_dir(directory).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.into_iter().map(case).collect()
}

fn case(file: PathBuf) -> Option<Case> {
    let mut database = Database::new()?;
    let mut psql = Command::new("psql");
    psql.args(["-Xqv", "ON_ERROR_STOP=1", "-d", &database.url, "-f"]);
    let output = psql
        .arg(&file)
        .env("PGOPTIONS", "-c client_min_messages=error");
    let Ok(output) = output.output() else {
        eprintln!("NOT RUN: there is no psql");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", file.display());
    database.batch("RESET ALL").unwrap();
    let schema = introspect(&mut database).unwrap();
    // The structs alone: what a user's diesel has is a matter of its features.
    let options = ModelsOptions {
        diesel_columns: 0,
        ..ModelsOptions::default()
    };
    let models = models_source(&schema, &Postgres, &options);
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    Some(Case {
        name,
        file,
        database,
        schema,
        models,
    })
}

const MANIFEST: &str = "\
[package]
name = \"real-postgres-schemas\"
version = \"0.1.0\"
edition = \"2024\"

[features]
migrate = []

[dependencies]
chrono = { version = \"0.4\", default-features = false }
migrate-runtime = { path = \"[RUNTIME]\", features = [\"sqlite\", \"cli\", \"chrono\", \"uuid\", \"serde_json\", \"decimal\"] }
serde_json = \"1\"
";

/// Writes the SQL of all models, a file for each schema.
const MAIN: &str = r#"//! Prints nothing: `NAME.sql` is what the models of a schema come to.
#![allow(dead_code)]

use migrate_runtime::dialect::Postgres;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::schema::Schema;

fn main() {
    for (name, schema) in SCHEMAS {
        let operations = diff(&Schema::new(), &schema.model_schema(), &RenameHints::default());
        let statements = migrate_runtime::sql::render(&operations, &Schema::new(), &Postgres).unwrap();
        let texts: Vec<&str> = statements.iter().map(|statement| statement.sql()).collect();
        std::fs::write(format!("{name}.sql"), texts.join(";\n")).unwrap();
    }
}

"#;

fn project(cases: &[Case]) -> Project {
    let runtime = repository().join("migrate-runtime");
    let manifest = MANIFEST.replace("[RUNTIME]", &runtime.display().to_string());
    let project = Project::new(&[("Cargo.toml", &manifest)]);
    let mut main = MAIN.to_owned();
    let mut list = String::new();
    for Case { name, models, .. } in cases {
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
    }
    write!(
        main,
        "\nconst SCHEMAS: &[(&str, &migrate_runtime::model::SchemaDef)] = &[\n{list}];\n"
    )
    .unwrap();
    project.write("src/main.rs", &main);
    project
}

/// The table of what models can say, with every exception and its reason.
fn summary(cases: &[Case]) -> String {
    let mut text = String::new();
    for Case { name, models, .. } in cases {
        writeln!(
            text,
            "{name:<16} {:>3} of {:>3}",
            models.expressible, models.total
        )
        .unwrap();
        for item in &models.inexpressible {
            writeln!(text, "    {}: {}: {}", item.table, item.object, item.reason).unwrap();
        }
    }
    text
}

#[test]
fn models_of_a_database_make_it_again() {
    let Some(mut cases) = cases() else {
        return;
    };
    let summary = summary(&cases);
    if cases.len() == 1 {
        insta::assert_snapshot!(summary);
    } else {
        println!("{summary}");
    }
    let project = project(&cases);
    let run = ["run", "--quiet", "--features", "migrate"];
    project.cargo_as_tool(&run).success();
    let mut wrong = Vec::new();
    for case in &mut cases {
        let statements = fs::read_to_string(project.path().join(format!("{}.sql", case.name)));
        wrong.extend(differences(case, &statements.unwrap()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the models make, beside what belongs to no model, against what there is.
fn differences(case: &mut Case, statements: &str) -> Vec<String> {
    let mut fresh = Database::new().unwrap();
    for setup in unmanaged(case) {
        // What stands on tables cannot be made without them, and no model needs it.
        drop(fresh.batch(&setup));
    }
    if let Err(error) = fresh.batch(statements) {
        return vec![format!("{}: {error}", case.name)];
    }
    let made = introspect(&mut fresh).unwrap();
    let operations = diff(
        &comparable(&case.schema),
        &comparable(&made),
        &RenameHints::default(),
    );
    let listed = |operation: &&Operation| {
        (case.models.inexpressible.iter()).any(|item| Some(&item.table) == operation.table())
    };
    (operations.iter())
        .filter(|operation| !listed(operation))
        .map(|operation| format!("{}: {}", case.file.display(), describe(operation)))
        .collect()
}

/// The statements of the original for extensions, domains, sequences and functions.
fn unmanaged(case: &Case) -> Vec<String> {
    let mut dump = Command::new("pg_dump");
    dump.args([
        "-s",
        "--no-owner",
        "--no-privileges",
        "-d",
        &case.database.url,
    ]);
    let output = dump.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut found = vec!["SET check_function_bodies = off".to_owned()];
    let mut current = String::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with("--") && !line.is_empty())
    {
        current.push_str(line);
        current.push('\n');
        let quotes = current.matches("$$").count() + current.matches("$_$").count();
        if line.ends_with(';') && quotes % 2 == 0 {
            let statement = std::mem::take(&mut current);
            let wanted = [
                "EXTENSION",
                "DOMAIN",
                "SEQUENCE",
                "FUNCTION",
                "AGGREGATE",
                "SCHEMA",
                "TYPE",
            ];
            let enum_type = statement.contains(" AS ENUM (");
            if !enum_type
                && !statement.starts_with("ALTER")
                && wanted
                    .iter()
                    .any(|word| statement.starts_with(&format!("CREATE {word}")))
                && !is_owned(&text, &statement)
            {
                found.push(statement);
            }
        }
    }
    found.push("SET search_path = public".to_owned());
    found
}

/// Whether it is a sequence that belongs to a column.
fn is_owned(dump: &str, statement: &str) -> bool {
    let name = statement.strip_prefix("CREATE SEQUENCE ");
    name.and_then(|rest| rest.split_whitespace().next())
        .is_some_and(|name| dump.contains(&format!("ALTER SEQUENCE {name} OWNED BY")))
}
