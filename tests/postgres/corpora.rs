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
use std::collections::BTreeSet;
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
        super::server::not_run("NOT RUN: there is no psql");
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
        super::server::not_run(&summary);
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
    let mut wrong: Vec<String> = (operations.iter())
        .filter(|operation| !listed(operation))
        .map(|operation| format!("{}: {}", case.file.display(), describe(operation)))
        .collect();
    let (before, after) = (dumped(&case.database), dumped(&fresh));
    let listed = |statement: &str| {
        (case.models.inexpressible.iter()).any(|item| statement.contains(item.table.name.as_str()))
    };
    for (mark, one, other) in [("-", &before, &after), ("+", &after, &before)] {
        let only = one.difference(other).filter(|statement| !listed(statement));
        wrong.extend(only.map(|statement| format!("{} {mark} {statement}", case.name)));
    }
    wrong
}

/// The statement without what means nothing to us: the names of primary keys and of a column's own
/// sequence, and which of its two names the time of the transaction has.
fn meaning(statement: &str) -> String {
    let between = |text: String, open: &str, close: &str| -> String {
        match text.split_once(open) {
            Some((before, rest)) => match rest.split_once(close) {
                Some((_, after)) => format!("{before}{open}{close}{after}"),
                None => text,
            },
            None => text,
        }
    };
    let mut statement = statement.replace("CURRENT_TIMESTAMP", "now()");
    if statement.contains("PRIMARY KEY (") {
        statement = between(statement, "ADD CONSTRAINT ", " PRIMARY KEY");
    }
    if statement.contains("ADD GENERATED ") {
        statement = between(statement, "SEQUENCE NAME ", "\n");
    }
    between(statement, "SET DEFAULT nextval(", "::regclass")
}

/// What `pg_dump` writes of tables, types and indexes, in its own words.
fn dumped(database: &Database) -> BTreeSet<String> {
    let kinds = [
        "CREATE TABLE",
        "CREATE UNLOGGED",
        "CREATE INDEX",
        "CREATE UNIQUE",
        "ALTER TABLE",
        "COMMENT ON COLUMN",
        "COMMENT ON TABLE",
    ];
    let not_ours = ["ATTACH PARTITION", "INHERITS", "ROW LEVEL"];
    (statements(&dump(database)).into_iter())
        .filter(|statement| {
            kinds.iter().any(|kind| statement.starts_with(kind)) || statement.contains(" AS ENUM (")
        })
        .filter(|statement| !not_ours.iter().any(|word| statement.contains(word)))
        .map(|statement| meaning(&statement))
        .collect()
}

fn dump(database: &Database) -> String {
    let mut dump = Command::new("pg_dump");
    dump.args(["-s", "--no-owner", "--no-privileges", "-d", &database.url]);
    String::from_utf8(dump.output().unwrap().stdout).unwrap()
}

fn statements(dump: &str) -> Vec<String> {
    let (mut found, mut current) = (Vec::new(), String::new());
    for line in (dump.lines()).filter(|line| !line.starts_with("--") && !line.is_empty()) {
        current.push_str(line);
        current.push('\n');
        let quotes = current.matches("$$").count() + current.matches("$_$").count();
        if line.ends_with(';') && quotes % 2 == 0 {
            found.push(std::mem::take(&mut current));
        }
    }
    found
}

/// The statements of the original for extensions, domains, sequences and functions.
fn unmanaged(case: &Case) -> Vec<String> {
    let text = dump(&case.database);
    let wanted = [
        "EXTENSION",
        "DOMAIN",
        "SEQUENCE",
        "FUNCTION",
        "AGGREGATE",
        "SCHEMA",
        "TYPE",
    ];
    let mut found = vec!["SET check_function_bodies = off".to_owned()];
    found.extend(statements(&text).into_iter().filter(|statement| {
        let of_kind = |word: &&str| statement.starts_with(&format!("CREATE {word}"));
        !statement.contains(" AS ENUM (")
            && wanted.iter().any(of_kind)
            && !is_owned(&text, statement)
    }));
    found.push("SET search_path = public".to_owned());
    found
}

/// Whether it is a sequence that belongs to a column.
fn is_owned(dump: &str, statement: &str) -> bool {
    let name = statement.strip_prefix("CREATE SEQUENCE ");
    name.and_then(|rest| rest.split_whitespace().next())
        .is_some_and(|name| dump.contains(&format!("ALTER SEQUENCE {name} OWNED BY")))
}
