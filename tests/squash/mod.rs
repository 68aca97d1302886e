//! `squash`: what is written in the place of several revisions, and what databases become by it.

mod file;
mod laws;
mod refused;
mod rows;

use crate::laws::constant;
use migrate_runtime::Error;
use migrate_runtime::command::{self, SquashRequest, Squashed};
use migrate_runtime::migration::Migration;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::Operation;
use migrate_runtime::source::name::Timestamp;
use migrate_runtime::source::{Downgrade, FileStyle, MigrationFile, head};
use tempfile::TempDir;

/// 2026-01-25 12:00:00 UTC.
const AT: Timestamp = Timestamp::from_unix(1_769_342_400);

/// A directory with files that say of the graph what the migrations say.
fn directory(migrations: &[Migration]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut followed = Vec::new();
    for migration in migrations {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        let mut file = MigrationFile::empty(migration.id, format!("step {}", migration.id), AT);
        file.revises = texts(migration.revises);
        file.depends_on = texts(migration.depends_on);
        file.branch_labels = texts(migration.branch_labels);
        file.replaces = texts(migration.replaces);
        followed.extend(migration.revises);
        let path = directory.path().join(format!("{}.rs", migration.id));
        std::fs::write(path, file.render()).unwrap();
    }
    let ids = migrations.iter().map(|it| it.id);
    let heads = ids.filter(|id| !followed.contains(id));
    let heads: Vec<String> = heads.map(str::to_owned).collect();
    head::write(directory.path(), &heads).unwrap();
    directory
}

fn schema(migrations: &[Migration]) -> &'static SchemaDef {
    Box::leak(Box::new(crate::runner::chains::chain(
        migrations.to_vec().leak(),
    )))
}

fn request(range: &str) -> SquashRequest {
    SquashRequest {
        range: range.to_owned(),
        message: None,
        id: Some("s".to_owned()),
        at: AT,
        dry_run: false,
        runtime: "migrate_runtime".to_owned(),
        style: FileStyle::default(),
    }
}

fn squash(migrations: &[Migration], range: &str) -> Result<Squashed, Error> {
    let directory = directory(migrations);
    command::squash(
        &directory.path().into(),
        schema(migrations),
        &request(range),
    )
}

/// The written revision as it is once it was compiled in; without the functions of `run` steps.
fn compiled(squashed: &Squashed) -> Migration {
    let file = &squashed.revision.file;
    let texts = |list: &[String]| -> &'static [&'static str] {
        let texts = list.iter().map(|text| &*text.clone().leak());
        texts.collect::<Vec<&'static str>>().leak()
    };
    let mut migration = Migration::new("s")
        .revises(texts(&file.revises))
        .depends_on(texts(&file.depends_on))
        .branch_labels(texts(&file.branch_labels))
        .replaces(texts(&file.replaces))
        .upgrade(constant::operations(&upgrade(file)));
    match &file.downgrade {
        Downgrade::Operations(steps) => {
            let steps: Vec<Operation> = steps.iter().map(|it| it.operation.clone()).collect();
            migration = migration.downgrade(constant::operations(&steps));
        }
        Downgrade::Irreversible(why) => migration = migration.irreversible(why.clone().leak()),
    }
    migration
}

fn upgrade(file: &MigrationFile) -> Vec<Operation> {
    file.upgrade.iter().map(|it| it.operation.clone()).collect()
}
