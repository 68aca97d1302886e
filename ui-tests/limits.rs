//! How much there may be: a table as wide as a database allows.

use std::fmt::Write as _;

use super::chains::{cargo, lock, manifest, write};

/// diesel's own limit, with its features for wide tables: what to do is said by us where there is none.
#[test]
fn diesel_has_no_wider_tables() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let rest = "[workspace]\n";
    write(&root.join("Cargo.toml"), &manifest("wider", &[], rest));
    let mut model = String::from(
        "#[derive(migrate_runtime::Model)]\n#[model(unlisted)]\n\
         #[diesel(table_name = wides)]\npub struct Wide {\n    pub id: i64,\n",
    );
    for column in 2..=129 {
        writeln!(model, "    pub c{column}: i32,").unwrap();
    }
    write(&root.join("src/lib.rs"), &(model + "}\n"));
    lock(root);
    let said = cargo(root, &["check"], &[]);
    let messages: Vec<&str> = (said.iter())
        .filter(|line| line["target"]["name"] == "wider")
        .filter_map(|line| line["message"]["message"].as_str())
        .collect();
    insta::assert_snapshot!(messages[0]);
}

#[test]
fn a_model_may_have_hundreds_of_columns() {
    const COLUMNS: usize = 700;
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let mut fields = String::new();
    let mut columns = String::new();
    for column in 1..=COLUMNS {
        writeln!(fields, "    pub c{column}: Option<i32>,").unwrap();
        let ty = if column == COLUMNS { "Text" } else { "Integer" };
        writeln!(columns, "column(\"c{column}\", {ty}),").unwrap();
    }
    write(
        &root.join("Cargo.toml"),
        &manifest("wide", &[], "[workspace]\n"),
    );
    let models = format!(
        "#[derive(migrate_runtime::Model)]\n#[model(table = \"wide\")]\npub struct Wide {{\n    \
         pub id: i64,\n{fields}}}\n\
         migrate_runtime::schema! {{ pub const SCHEMA; models = [Wide], migrations = \"migrations\" }}\n"
    );
    write(&root.join("src/lib.rs"), &models);
    let migration = format!(
        "use migrate_runtime::migration::*;\n\
         pub const MIGRATION: Migration = Migration::new(\"1_a\").revises(&[])\n\
         .upgrade(&[create_table(\"wide\", &[column(\"id\", BigInt).not_null(),\n{columns}])\n\
         .constraints(&[primary_key(&[\"id\"])])])\n\
         .downgrade(&[drop_table(\"wide\")]);\n"
    );
    write(&root.join("migrations/1_a.rs"), &migration);
    write(&root.join("migrations/HEAD"), "1_a\n");
    lock(root);
    let said = cargo(root, &["check"], &[]);
    let messages: Vec<&str> = (said.iter())
        .filter(|line| line["target"]["name"] == "wide")
        .filter_map(|line| line["message"]["rendered"].as_str())
        .collect();
    let expected =
        "column wide.c700 INTEGER NULL in the model, but TEXT NULL after the last migration";
    assert!(messages[0].contains(expected), "{messages:#?}");
    assert!(
        messages[0].contains("pub c700: Option<i32>,"),
        "{messages:#?}"
    );
}
