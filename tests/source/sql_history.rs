//! Directories of SQL migrations, as other tools lay them out.

use migrate_runtime::source::{HistoryError, SqlMigration, read_sql_history};
use std::fmt::Write as _;
use std::fs;

/// What is read of a directory with these files, a line for each migration.
fn read(files: &[(&str, &str)]) -> Result<String, HistoryError> {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let history = read_sql_history(dir.path())?;
    let mut read = format!("{}\n", history.tool);
    for migration in history.migrations {
        let SqlMigration {
            version,
            id,
            message,
            up,
            down,
            outside_transaction,
        } = migration;
        let name =
            |path: std::path::PathBuf| path.strip_prefix(dir.path()).unwrap().display().to_string();
        let down = down.map_or_else(|| "none".to_owned(), |down| name(down.path));
        let _ = write!(read, "{version} {id} '{message}' {} {down}", name(up.path));
        read += if outside_transaction {
            " outside\n"
        } else {
            "\n"
        };
    }
    Ok(read)
}

#[test]
fn each_tool_has_its_own_way_to_name_them() {
    let layouts: [&[(&str, &str)]; 6] = [
        &[
            ("00000000000000_diesel_initial_setup/up.sql", ""),
            ("00000000000000_diesel_initial_setup/down.sql", ""),
            ("2024-01-01-000000_users/up.sql", ""),
            (
                "2024-01-01-000000_users/metadata.toml",
                "run_in_transaction = false",
            ),
            (".keep", ""),
        ],
        &[
            ("20240101000000_users.up.sql", ""),
            ("20240101000000_users.down.sql", ""),
            ("20240102000000_add_age.sql", "-- no-transaction\n"),
        ],
        &[
            ("V10__last.sql", ""),
            ("V2__second.sql", ""),
            ("V1__first.sql", ""),
            ("mod.rs", ""),
        ],
        &[
            ("schema.sql", ""),
            ("10-more.sql", ""),
            ("9-add.sql", ""),
            ("README.md", ""),
        ],
        &[("10_b.sql", ""), ("9_a.sql", "")],
        &[("9_a.sql", ""), ("9_a.down.sql", ""), ("10_b.sql", "")],
    ];
    let read: Vec<String> = layouts.iter().map(|files| read(files).unwrap()).collect();
    insta::assert_snapshot!(read.join("\n"), @r"
    diesel
    00000000000000 00000000000000 'diesel initial setup' 00000000000000_diesel_initial_setup/up.sql 00000000000000_diesel_initial_setup/down.sql
    20240101000000 20240101000000 'users' 2024-01-01-000000_users/up.sql none outside

    sqlx
    20240101000000 20240101000000 'users' 20240101000000_users.up.sql 20240101000000_users.down.sql
    20240102000000 20240102000000 'add age' 20240102000000_add_age.sql none outside

    refinery
    1 0001 'first' V1__first.sql none
    2 0002 'second' V2__second.sql none
    10 0010 'last' V10__last.sql none

    plain SQL
    9-add 9_add '9 add' 9-add.sql none
    10-more 10_more '10 more' 10-more.sql none
    schema schema 'schema' schema.sql none

    sqlx
    9 0009 'a' 9_a.sql none
    10 0010 'b' 10_b.sql none

    plain SQL
    9_a 9_a '9 a' 9_a.sql 9_a.down.sql
    10_b 10_b '10 b' 10_b.sql none
    ");
}

#[test]
fn diesel_orders_versions_as_texts() {
    let order = |first: &str, second: &str| {
        let files = [second, first].map(|name| format!("{name}/up.sql"));
        let read = read(&[(&files[0], ""), (&files[1], "")]).unwrap();
        let words = read
            .lines()
            .skip(1)
            .filter_map(|line| line.rsplit('/').nth(1));
        words
            .map(|word| word.rsplit(' ').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for [first, second] in [
        ["2025-01-02-000000-0000_a", "2025-01-03-000000_b"],
        ["10_ten", "9_nine"],
    ] {
        assert_eq!(order(first, second), [first, second]);
    }
}

#[test]
fn what_cannot_be_a_revision_is_refused() {
    let refused = |files: &[(&str, &str)]| {
        let error = read(files).unwrap_err().to_string();
        // The directory is another one each time.
        let words = error
            .split(' ')
            .map(|word| word.rsplit('/').next().unwrap());
        words.collect::<Vec<_>>().join(" ")
    };
    assert!(refused(&[]).starts_with("there are no SQL migrations in"));
    let said = [
        refused(&[("V1__a.sql", ""), ("V2__b.rs", "")]),
        refused(&[("1_a.sql", ""), ("01_b.sql", "")]),
        refused(&[("1_a.sql", "CREATE TABLE t (a);\nCommit;\n")]),
        refused(&[
            ("1_a.up.sql", ""),
            ("1_a.down.sql", "  start   transaction;"),
        ]),
    ];
    insta::assert_snapshot!(said.join("\n"), @r"
    V2__b.rs: a migration in Rust cannot be taken over
    01_b.sql and 1_a.sql have the same version, 01
    1_a.sql:2: `Commit;` begins or ends a transaction
    1_a.down.sql:1: `start transaction;` begins or ends a transaction
    ");
    // Outside of a transaction it is nobody's; in the body of a trigger it begins none.
    let trigger = "CREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n  DELETE FROM b;\nEND;";
    assert!(read(&[("1_a.sql", trigger)]).is_ok());
    assert!(read(&[("1_a.sql", "-- no-transaction\nBEGIN;\nCOMMIT;")]).is_ok());
}
