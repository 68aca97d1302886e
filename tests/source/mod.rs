//! Migration files as text: what is written compiles, means the same, and is what rustfmt writes.
//!
//! The golden files are compiled into this binary. `MIGRATE_BLESS=1 cargo test` writes them anew.

mod commands;
mod parts;
mod samples;
mod sql_history;

#[path = "golden/empty.rs"]
mod empty;
#[expect(clippy::unreadable_literal, reason = "numbers are written as they are")]
#[path = "golden/everything.rs"]
mod everything;
#[path = "golden/first.rs"]
mod first;
#[path = "golden/hostile.rs"]
mod hostile;
#[path = "golden/typical.rs"]
mod typical;

use migrate_runtime::migration::{Migration, OperationDef};
use migrate_runtime::operation::Operation;
use migrate_runtime::source::{CommentedOperation, Downgrade, MigrationFile, read};
use std::fs;
use std::path::PathBuf;

fn lowered(list: &[OperationDef]) -> Vec<Operation> {
    list.iter().map(OperationDef::lower).collect()
}

fn operations(list: &[CommentedOperation]) -> Vec<Operation> {
    list.iter().map(|step| step.operation.clone()).collect()
}

/// The golden file is what is written; compiled and lowered it is what it was written from.
fn check(name: &str, file: &MigrationFile, compiled: &Migration) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("source/golden");
    let path = folder.join(format!("{name}.rs"));
    let text = file.render();
    let bless = std::env::var_os("MIGRATE_BLESS").is_some();
    if bless {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        text,
        "{}",
        path.display()
    );
    assert_eq!(file.formatted(&folder), text, "rustfmt changes nothing");

    assert_eq!(compiled.id, file.id);
    assert_eq!(compiled.revises, file.revises);
    assert_eq!(compiled.depends_on, file.depends_on);
    assert_eq!(compiled.branch_labels, file.branch_labels);
    assert_eq!(lowered(compiled.upgrade), operations(&file.upgrade));
    match &file.downgrade {
        Downgrade::Operations(steps) => {
            assert_eq!(lowered(compiled.downgrade.unwrap()), operations(steps));
        }
        Downgrade::Irreversible(why) => assert_eq!(compiled.irreversible, Some(why.as_str())),
    }

    let path = PathBuf::from(format!("{}.rs", file.id));
    let read = read::read_text(&path, &text).unwrap();
    assert_eq!(read.revision.id, file.id);
    assert_eq!(read.revision.parents, file.revises);
    assert_eq!(read.is_destructive, file.is_destructive());
    assert_eq!(read.created, Some(file.created.describe()));
}

#[test]
fn the_first_file() {
    check("first", &samples::first(), &first::MIGRATION);
}

#[test]
fn a_file_without_operations() {
    check("empty", &samples::empty(), &empty::MIGRATION);
}

#[test]
fn a_typical_file() {
    check("typical", &samples::typical(), &typical::MIGRATION);
}

#[test]
fn every_operation_with_every_detail() {
    check("everything", &samples::everything(), &everything::MIGRATION);
}

#[test]
fn hostile_names() {
    check("hostile", &samples::hostile(), &hostile::MIGRATION);
}
