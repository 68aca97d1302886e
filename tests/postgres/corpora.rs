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
use migrate_runtime::schema::{ForeignKey, Name, Schema, Table};
use migrate_runtime::source::models::{ModelsOptions, ModelsSource, models_source};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
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
    let version = server_version()?;
    files.retain(|file| since(file).is_none_or(|since| since <= version));
    files.into_iter().map(case).collect()
}

/// The version that the name of a schema asks for: `since_15.sql`.
fn since(file: &Path) -> Option<i64> {
    let stem = file.file_stem()?.to_str()?;
    stem.strip_prefix("since_")?.parse().ok()
}

fn server_version() -> Option<i64> {
    let number = "SELECT current_setting('server_version_num')::int / 10000";
    Database::new()?.query(number).unwrap()[0]
        .text(0)?
        .parse()
        .ok()
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
diesel = { version = \"2.3\", default-features = false }
diesel-async = { version = \"0.9\", features = [\"postgres\", \"async-connection-wrapper\"] }
migrate-runtime = { path = \"[RUNTIME]\", features = [\"postgres\", \"sqlite\", \"cli\", \"chrono\", \"uuid\", \"serde_json\", \"decimal\"] }
serde_json = \"1\"
";

const MAIN: &str = include_str!("corpora_main.rs");

fn project(cases: &[Case]) -> Project {
    let runtime = repository().join("migrate-runtime");
    let manifest = MANIFEST.replace("[RUNTIME]", &runtime.display().to_string());
    let project = Project::new(&[("Cargo.toml", &manifest)]);
    let mut main = MAIN.to_owned();
    let mut list = String::new();
    for Case {
        name,
        models,
        database,
        ..
    } in cases
    {
        let schema = format!(
            "\nmigrate_runtime::schema! {{\n    pub const SCHEMA;\n    models = [{}],\n    migrations = \"migrations/{name}\",\n    chain = \"{name}\",\n}}\n",
            models.models.join(", ")
        );
        project.write(
            &format!("src/{name}.rs"),
            &(models.source.clone() + &schema),
        );
        project.write(&format!("migrations/{name}/HEAD"), "");
        project.write(&format!("{name}.url"), &database.url);
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

/// The table of what models can say, of all objects, with every exception and its reason.
fn summary(cases: &[Case]) -> String {
    let (mut text, mut all, mut all_lost) = (String::new(), 0, 0);
    for Case {
        name,
        models,
        schema,
        ..
    } in cases
    {
        let (lost, apart): (Vec<_>, Vec<_>) =
            (models.inexpressible.iter()).partition(|item| !item.object.starts_with("the "));
        let total = objects(schema) + lost.len();
        writeln!(
            text,
            "{name:<12} {:>3} of {:>3} tables, {:>3} of {total:>3} objects, and {} that are no model's",
            models.expressible,
            models.total,
            total - lost.len(),
            apart.len()
        )
        .unwrap();
        for item in lost.iter().chain(&apart) {
            writeln!(text, "    {}: {}: {}", item.table, item.object, item.reason).unwrap();
        }
        (all, all_lost) = (all + total, all_lost + lost.len());
    }
    assert!(all_lost * 20 <= all, "{all_lost} of {all} objects are lost");
    text
}

/// How many things a schema says: tables, columns, constraints, indexes, enum types, comments.
fn objects(schema: &Schema) -> usize {
    let of_table = |table: &Table| {
        let comments = table
            .columns
            .iter()
            .filter(|column| column.comment.is_some());
        1 + table.columns.len()
            + usize::from(table.primary_key.is_some())
            + table.uniques.len()
            + table.checks.len()
            + table.foreign_keys.len()
            + table.indexes.len()
            + usize::from(table.comment.is_some())
            + comments.count()
    };
    schema.enums.len() + schema.tables.values().map(of_table).sum::<usize>()
}

#[test]
fn models_of_a_database_make_it_again() {
    let Some(mut cases) = cases() else {
        return;
    };
    let summary = summary(&cases);
    if std::env::var_os("MIGRATE_POSTGRES_SCHEMAS").is_some() {
        super::server::not_run(&summary);
    } else if server_version() >= Some(15) {
        // An older one lacks a schema of the list.
        insta::assert_snapshot!(summary);
    }
    let project = project(&cases);
    let run = |what| {
        let run = ["run", "--quiet", "--features", "migrate", "--", what];
        project.cargo_as_tool(&run).success().stdout()
    };
    run("render");
    let mut wrong = Vec::new();
    for case in &mut cases {
        let statements = fs::read_to_string(project.path().join(format!("{}.sql", case.name)));
        wrong.extend(differences(case, &statements.unwrap()));
    }
    // The baseline that the first writes is compiled into the second.
    for what in ["adopt", "verify"] {
        wrong.extend(run(what).lines().map(|line| format!("{what} {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the models make, beside what belongs to no model, against what there is.
fn differences(case: &mut Case, made_by: &str) -> Vec<String> {
    let mut fresh = Database::new().unwrap();
    for setup in unmanaged(case) {
        // What stands on tables cannot be made without them, and no model needs it.
        drop(fresh.batch(&setup));
    }
    if let Err(error) = fresh.batch(made_by) {
        return vec![format!("{}: {error}", case.name)];
    }
    for statement in statements(&dump(&case.database)) {
        let words = statement.split_once(" OWNED BY ");
        let name = words.and_then(|(before, _)| before.strip_prefix("ALTER SEQUENCE "));
        if name.is_some_and(|name| is_apart(case, name)) {
            fresh.batch(&statement).unwrap();
        }
    }
    let made = introspect(&mut fresh).unwrap();
    let operations = diff(
        &comparable(&case.schema),
        &comparable(&made),
        &RenameHints::default(),
    );
    let listed = |operation: &&Operation| {
        let mut texts = (case.models.inexpressible.iter()).map(|item| &item.object);
        let Operation::DropForeignKey { table, name } = operation else {
            return false;
        };
        let keys = (case.schema.table(table).into_iter()).flat_map(|table| &table.foreign_keys);
        let key = keys.clone().find(|key| key.name.as_ref() == Some(name));
        key.is_some_and(|key| texts.any(|text| text.contains(&key_words(key))))
    };
    let mut wrong: Vec<String> = (operations.iter())
        .filter(|operation| !listed(operation))
        .map(|operation| format!("{}: {}", case.file.display(), describe(operation)))
        .collect();
    let (before, after) = (dumped(&case.database, case), dumped(&fresh, case));
    for (mark, one, other) in [("-", &before, &after), ("+", &after, &before)] {
        let only = one.difference(other);
        wrong.extend(only.map(|statement| format!("{} {mark} {statement}", case.name)));
    }
    wrong
}

fn key_words(key: &ForeignKey) -> String {
    let columns: Vec<&str> = key.columns.iter().map(Name::as_str).collect();
    format!("foreign key ({}) to {}", columns.join(", "), key.target)
}

/// The statement without what means nothing to us: the names of primary keys and of a column's own
/// sequence, the cast of a text, and which of its two names the time of the transaction has; `None`
/// where it says what the list of exceptions has. What that list has of a statement is left out of it.
fn meaning(statement: &str, case: &Case) -> Option<String> {
    let lost = |word: &str, inside: &str| {
        (case.models.inexpressible.iter())
            .any(|item| item.object.starts_with(word) && statement.contains(inside))
    };
    let whole = [
        ("STORAGE of column", " SET STORAGE "),
        ("STATISTICS of column", " SET STATISTICS "),
        ("REPLICA IDENTITY of", " REPLICA IDENTITY "),
        ("CLUSTER of index", " CLUSTER ON "),
        ("NOT VALID of constraint", " NOT VALID"),
    ];
    let unsaid = (case.models.inexpressible.iter())
        .filter_map(|item| item.object.strip_prefix("foreign key ("))
        .filter_map(|text| text.split_once(')'));
    let is_unsaid = |(columns, _): (&str, &str)| {
        statement.contains(&format!("FOREIGN KEY ({columns}) REFERENCES"))
    };
    let apart = ["the partition", "the materialized view"];
    let is_apart = (case.models.inexpressible.iter()).any(|item| {
        apart.contains(&item.object.as_str()) && statement.contains(item.table.name.as_str())
    });
    if is_apart
        || whole.iter().any(|(word, inside)| lost(word, inside))
        || unsaid.into_iter().any(is_unsaid)
    {
        return None;
    }
    let mut text = (statement.replace("CURRENT_TIMESTAMP", "now()"))
        .replace("::character varying", "::text")
        .replace(" DEFAULT NULL::text", "");
    if text.contains("PRIMARY KEY (") {
        text = between(text, "ADD CONSTRAINT ", " PRIMARY KEY");
        if lost("DEFERRABLE of constraint", " DEFERRABLE") {
            text = text.replace(" DEFERRABLE", "");
        }
    }
    if text.contains("ADD GENERATED ") {
        text = between(text, "SEQUENCE NAME ", "\n");
    }
    if lost("PARTITION BY of table", "") {
        text = between(text, "\nPARTITION BY", ";").replace("\nPARTITION BY", "");
        text = text.replace(" ON ONLY ", " ON ");
    }
    if lost("WITH of table", "") {
        text = between(text, "\nWITH", ";").replace("\nWITH", "");
    }
    if lost("INCLUDE of constraint", " INCLUDE (") {
        text = between(text, " INCLUDE (", ")").replace(" INCLUDE ()", "");
    }
    if lost("SET NULL columns", "") {
        text = between(text, "ON DELETE SET NULL", ";");
    }
    if lost("NO INHERIT of constraint", "") {
        text = text.replace(" NO INHERIT", "");
    }
    let lines = text.lines().map(|line| line.trim_end_matches(','));
    let is_lax = |line: &str| {
        (case.models.inexpressible.iter())
            .filter_map(|item| item.object.strip_prefix("NOT VALID of constraint "))
            .any(|name| line.contains(&format!("CONSTRAINT {name} CHECK")))
    };
    let lines: Vec<&str> = lines.filter(|line| !is_lax(line)).collect();
    Some(between(
        lines.join("\n"),
        "SET DEFAULT nextval(",
        "::regclass",
    ))
}

/// The text without what stands between two others.
fn between(text: String, open: &str, close: &str) -> String {
    match text.split_once(open) {
        Some((before, rest)) => match rest.split_once(close) {
            Some((_, after)) => format!("{before}{open}{close}{after}"),
            None => text,
        },
        None => text,
    }
}

/// What `pg_dump` writes of tables, types and indexes, in its own words.
fn dumped(database: &Database, case: &Case) -> BTreeSet<String> {
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
        .filter_map(|statement| meaning(&statement, case))
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
        "COLLATION",
    ];
    let mut found = vec!["SET check_function_bodies = off".to_owned()];
    found.extend(statements(&text).into_iter().filter(|statement| {
        let of_kind = |word: &&str| statement.starts_with(&format!("CREATE {word}"));
        !statement.contains(" AS ENUM (")
            && wanted.iter().any(of_kind)
            && !is_column_s(case, &text, statement)
    }));
    found.push("SET search_path = public".to_owned());
    found
}

/// Whether it is a sequence that a column is numbered by, and comes with it.
fn is_column_s(case: &Case, dump: &str, statement: &str) -> bool {
    let name = statement.strip_prefix("CREATE SEQUENCE ");
    let name = name.and_then(|rest| rest.split_whitespace().next());
    name.is_some_and(|name| {
        dump.contains(&format!("ALTER SEQUENCE {name} OWNED BY")) && !is_apart(case, name)
    })
}

/// Whether it is a sequence that no model says.
fn is_apart(case: &Case, name: &str) -> bool {
    (case.models.inexpressible.iter())
        .any(|item| item.object == "the sequence" && name.ends_with(item.table.name.as_str()))
}
