//! The written file, as it is read and compiled.

use super::request;
use crate::databases::{column, each, upgrade};
use crate::runner::chains::chain;
use migrate_runtime::command::{self, prune};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;
use migrate_runtime::source::{head, read_directory};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

#[path = "chain/a_create_users.rs"]
mod a;
#[path = "chain/b_add_posts.rs"]
mod b;
#[path = "chain/c_first_user.rs"]
mod c;
#[path = "chain/d_index_posts.rs"]
mod d;
#[path = "chain/s_squash_a_to_d.rs"]
mod s;

static OLD: SchemaDef = chain(&[a::MIGRATION, b::MIGRATION, c::MIGRATION, d::MIGRATION]);
static BOTH: SchemaDef = chain(&[
    a::MIGRATION,
    b::MIGRATION,
    c::MIGRATION,
    d::MIGRATION,
    s::MIGRATION,
]);

fn files() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("squash/chain");
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("s_") {
            fs::copy(&path, directory.path().join(name)).unwrap();
        }
    }
    head::write(directory.path(), &["d".to_owned()]).unwrap();
    directory
}

#[test]
fn it_is_the_file_beside_this_one() {
    let directory = files();
    let squashed = command::squash(&directory.path().into(), &OLD, &request("base:d")).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("squash/chain/s_squash_a_to_d.rs");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &squashed.revision.text).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap();
    assert_eq!(
        squashed.revision.text, expected,
        "UPDATE_GOLDEN=1 writes it anew"
    );
    assert_eq!(
        squashed.revision.path,
        directory.path().join("s_squash_a_to_d.rs")
    );
    assert_eq!(head::read(directory.path()).unwrap(), ["s"]);
    assert_eq!(
        (squashed.operations, squashed.revision.file.operations()),
        (13, 10)
    );
}

#[test]
fn what_is_only_looked_at_changes_nothing() {
    let directory = files();
    let mut request = request("a:d");
    request.dry_run = true;
    let squashed = command::squash(&directory.path().into(), &OLD, &request).unwrap();
    assert!(squashed.revision.written.is_none() && !squashed.revision.path.exists());
    assert_eq!(head::read(directory.path()).unwrap(), ["d"]);
}

#[test]
fn the_old_files_go_when_they_are_told_to() {
    let directory = files();
    let error = prune(&directory.path().into(), "d", &[]).unwrap_err();
    assert_eq!(error.to_string(), "revision d replaces no others");
    command::squash(&directory.path().into(), &OLD, &request("base:d")).unwrap();
    let graph = read_directory(&directory.path().into())
        .unwrap()
        .graph()
        .unwrap();
    assert_eq!(graph.sorted(), ["s"]);
    let at = ["b".to_owned()];
    let error = prune(&directory.path().into(), "s", &at).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database is at b, in the middle of what s replaces"
    );
    let (id, deleted) = prune(&directory.path().into(), "d", &[]).unwrap();
    assert_eq!((&*id, deleted.len()), ("s", 4));
    let left = read_directory(&directory.path().into()).unwrap();
    assert_eq!(left.migrations.keys().collect::<Vec<_>>(), ["s"]);
    let error = prune(&directory.path().into(), "s", &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the files of what s replaces are gone already"
    );
}

#[test]
fn it_does_what_the_old_files_did() {
    each(|database| {
        for stop in ["", "a", "c", "d"] {
            database.clear();
            if !stop.is_empty() {
                let mut migrator = Migrator::new(&OLD);
                migrator.upgrade(&mut *database.session(), stop).unwrap();
            }
            upgrade(database, &BOTH).unwrap();
            assert_eq!(column(database, "SELECT id FROM users").len(), 1, "{stop}");
            assert_eq!(database.columns("users"), ["id", "name", "age"]);
            let mut migrator = Migrator::new(&BOTH);
            migrator
                .downgrade(&mut *database.session(), "base")
                .unwrap();
            assert!(!database.tables().iter().any(|it| it == "users"), "{stop}");
        }
    });
}
