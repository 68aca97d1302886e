//! Whether `schema!` and the settings of its package name the same directories of migrations.

use crate::model::SchemaDef;
use crate::source::{Locations, scan_directory};
use crate::{ErrorKind, Explain};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// How many of them are named.
const NAMED: usize = 3;

/// Compares the revisions that are compiled in with the files. Files that cannot be read are left to those who read
/// them.
///
/// # Errors
/// [`LeftOut`], where one has a revision that the other has not.
pub fn same_revisions(locations: &Locations, schema: &SchemaDef) -> Result<(), LeftOut> {
    let Ok(files) = scan_directory(locations) else {
        return Ok(());
    };
    let compiled: BTreeSet<&str> = (schema.migrations.iter()).map(|it| it.id).collect();
    let by_settings = compiled.iter().filter(|id| files.get(id).is_none());
    let by_settings: Vec<String> = by_settings.map(|&id| id.to_owned()).collect();
    if !by_settings.is_empty() {
        return Err(LeftOut::BySettings {
            ids: by_settings,
            locations: locations.clone(),
        });
    }
    let by_schema = (files.migrations.iter()).filter(|(id, _)| !compiled.contains(id.as_str()));
    let paths: Vec<PathBuf> = by_schema.map(|(_, file)| file.path.clone()).collect();
    if paths.is_empty() {
        return Ok(());
    }
    Err(LeftOut::BySchema { paths })
}

/// Revisions that one knows and the other does not.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum LeftOut {
    #[error(
        "`schema!` has revisions of which there is no file in {locations}: {}",
        few(ids)
    )]
    BySettings {
        ids: Vec<String>,
        locations: Locations,
    },
    #[error("`schema!` does not have the revisions of {}", few(&shown(paths)))]
    BySchema { paths: Vec<PathBuf> },
}

impl Explain for LeftOut {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        vec![
            "`migrations` of `schema!` and `migrations` of [package.metadata.migrate] have to name the same \
             directories: add what one of them lacks"
                .to_owned(),
        ]
    }
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths
        .iter()
        .map(|path| path.display().to_string())
        .collect()
}

fn few(all: &[String]) -> String {
    match all.get(NAMED..) {
        Some(more) if !more.is_empty() => {
            format!("{} and {} more", all[..NAMED].join(", "), more.len())
        }
        _ => all.join(", "),
    }
}
