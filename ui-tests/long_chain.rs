//! A chain that is long enough to be folded in two says what it says when it is folded as a whole.

use std::fmt::Write as _;
use std::path::Path;

use super::chains::{cargo, lock, manifest, write};

const MIGRATIONS: usize = 20;

/// What a migration revises: the one before; or the fifth and the sixth the fourth, and the seventh both.
type Parents = fn(usize) -> Vec<usize>;

fn line(number: usize) -> Vec<usize> {
    vec![number - 1]
}

fn branches(number: usize) -> Vec<usize> {
    match number {
        6 => vec![4],
        7 => vec![5, 6],
        _ => line(number),
    }
}

/// A migration for each column `c1`, `c2`, .. of one table.
fn write_migration(root: &Path, parents: Parents, number: usize, ty: &str) {
    let revises: Vec<String> = (parents(number).iter())
        .filter(|parent| **parent > 0)
        .map(|parent| format!("\"{parent:03}\""))
        .collect();
    let revises = revises.join(", ");
    let (up, down) = match number {
        1 => (
            format!(
                "create_table(\"long\", &[column(\"id\", BigInt).not_null(), column(\"c1\", {ty})])\
                 .constraints(&[primary_key(&[\"id\"])])"
            ),
            "drop_table(\"long\")".to_owned(),
        ),
        _ => (
            format!("add_column(\"long\", column(\"c{number}\", {ty}))"),
            format!("drop_column(\"long\", \"c{number}\")"),
        ),
    };
    let text = format!(
        "use migrate_runtime::migration::*;\n\
         pub const MIGRATION: Migration = Migration::new(\"{number:03}\").revises(&[{revises}])\n    \
         .upgrade(&[{up}])\n    .downgrade(&[{down}]);\n"
    );
    write(&root.join(format!("migrations/{number:03}.rs")), &text);
}

fn write_model(root: &Path, columns: usize) {
    let mut model = String::from(
        "#[derive(migrate_runtime::Model)]\n#[model(table = \"long\")]\npub struct Long {\n    pub id: i64,\n",
    );
    for column in 1..=columns {
        writeln!(model, "    pub c{column}: Option<i32>,").unwrap();
    }
    model.push_str(
        "}\nmigrate_runtime::schema! { pub const SCHEMA; models = [Long], migrations = \"migrations\" }\n",
    );
    write(&root.join("src/lib.rs"), &model);
}

fn said(name: &str, root: &Path) -> Vec<String> {
    let said = cargo(root, &["check"], &[("CARGO_INCREMENTAL", "1")]);
    (said.iter())
        .filter(|line| line["target"]["name"] == name)
        .filter(|line| line["message"]["code"]["code"] == "E0080")
        .filter_map(|line| line["message"]["rendered"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn what_is_wrong_in_a_long_chain_is_said_wherever_it_is() {
    what_is_wrong_is_said("long_line", line);
}

#[test]
fn and_where_it_has_branches_and_a_merge() {
    what_is_wrong_is_said("long_branches", branches);
}

/// Crates of one name would share what is built of them.
fn what_is_wrong_is_said(name: &str, parents: Parents) {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write(
        &root.join("Cargo.toml"),
        &manifest(name, &[], "[workspace]\n"),
    );
    for number in 1..=MIGRATIONS {
        write_migration(root, parents, number, "Integer");
    }
    write(&root.join("migrations/HEAD"), &format!("{MIGRATIONS:03}\n"));
    write_model(root, MIGRATIONS);
    lock(root);
    assert_eq!(said(name, root), Vec::<String>::new());

    for number in [3, MIGRATIONS - 1] {
        write_migration(root, parents, number, "Text");
        let now = said(name, root);
        assert_eq!(now.len(), 1, "{now:#?}");
        let expected =
            format!("column long.c{number} INTEGER NULL in the model, but TEXT NULL after");
        assert!(now[0].contains(&expected), "{}", now[0]);
        write_migration(root, parents, number, "Integer");
        assert_eq!(said(name, root), Vec::<String>::new());

        let file = root.join(format!("migrations/{number:03}.rs"));
        let text = std::fs::read_to_string(&file).unwrap();
        write(
            &file,
            &text.replace("drop_column(\"long\"", "drop_column(\"short\""),
        );
        let now = said(name, root);
        assert_eq!(now.len(), 1, "{now:#?}");
        let expected = format!("migrations/{number:03}.rs");
        assert!(
            now[0].contains(&expected) && now[0].contains("short"),
            "{}",
            now[0]
        );
        write(&file, &text);
    }

    // One more migration, which begins another part.
    for number in MIGRATIONS + 1..MIGRATIONS + 16 {
        write_migration(root, parents, number, "Integer");
    }
    write(
        &root.join("migrations/HEAD"),
        &format!("{:03}\n", MIGRATIONS + 15),
    );
    let now = said(name, root);
    assert!(
        now[0].contains("long.c21 INTEGER NULL is in the migrations"),
        "{}",
        now[0]
    );
    write_model(root, MIGRATIONS + 15);
    assert_eq!(said(name, root), Vec::<String>::new());
}
