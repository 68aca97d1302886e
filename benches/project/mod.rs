//! Crates of a given size: models, and a chain of migrations that ends at them.
//!
//! In goes a [`Size`], out comes a package on disk that compiles: what the compiler's check, the static
//! commands and `schema!` are measured on. The same size gives the same bytes.

mod chain;
mod evolution;

pub use chain::{Chain, Revision};

use migrate_runtime::dialect::dialect;
use migrate_runtime::schema::Backend;
use migrate_runtime::source::head;
use migrate_runtime::source::models::{ModelsOptions, ModelsSource, models_source};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How large a crate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Models at the end of the chain.
    pub models: usize,
    /// Columns of a model, about: the chain adds some and drops others.
    pub columns: usize,
    /// Migrations.
    pub migrations: usize,
}

/// What the models are besides models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Models {
    /// Nothing: what is measured is ours.
    Plain,
    /// Each has the `table!` of diesel that `derive(Model)` writes, without diesel's own derives.
    WithTables,
}

/// The runtime that this workspace holds.
pub fn runtime() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.with_file_name("migrate-runtime")
}

/// Writes a package named `generated` into a directory. Returns the chain that was written.
pub fn write(directory: &Path, size: Size, models: Models) -> io::Result<Chain> {
    let chain = Chain::new(size);
    let sqlite = dialect(Backend::Sqlite).map_err(io::Error::other)?;
    let options = ModelsOptions {
        diesel_columns: match models {
            Models::Plain => 0,
            Models::WithTables => usize::MAX,
        },
        ..ModelsOptions::default()
    };
    let mut models = models_source(&chain.schema, sqlite, &options);
    for derives in [
        "Queryable, Selectable, Insertable, Identifiable",
        "Queryable, Selectable, Insertable",
    ] {
        models.source = models.source.replace(&format!(", {derives}"), "");
    }
    if let Some(lost) = models.inexpressible.first() {
        let lost = format!(
            "no model says {} of {}: {}",
            lost.object, lost.table, lost.reason
        );
        return Err(io::Error::other(lost));
    }
    fs::create_dir_all(directory.join("src"))?;
    fs::write(directory.join("Cargo.toml"), manifest())?;
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("Cargo.lock"),
        directory.join("Cargo.lock"),
    )?;
    fs::write(directory.join("src/models.rs"), &models.source)?;
    fs::write(directory.join("src/lib.rs"), library(&models))?;
    write_migrations(&directory.join("migrations"), &chain)?;
    Ok(chain)
}

/// Writes the files of a chain and its HEAD; files of another chain go.
pub fn write_migrations(directory: &Path, chain: &Chain) -> io::Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    for revision in &chain.revisions {
        fs::write(
            directory.join(revision.file_name()),
            revision.file().render(),
        )?;
    }
    let heads: Vec<String> = chain
        .revisions
        .last()
        .map(Revision::id)
        .into_iter()
        .collect();
    head::write(directory, &heads).map_err(io::Error::other)?;
    Ok(())
}

fn manifest() -> String {
    let runtime = runtime();
    format!(
        "[package]\nname = \"generated\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n\
         [features]\n# `cargo migrate` builds with it and sets CARGO_MIGRATE: the check steps aside.\nmigrate = []\n\n\
         [dependencies]\n\
         chrono = {{ version = \"0.4\", default-features = false, features = [\"std\", \"clock\"] }}\n\
         migrate-runtime = {{ path = {:?}, features = [\"chrono\"] }}\n\
         diesel = {{ version = \"2.3\", default-features = false, features = [\"32-column-tables\"] }}\n",
        runtime.display().to_string()
    )
}

fn library(models: &ModelsSource) -> String {
    let models = models.models.iter();
    let models: Vec<String> = models.map(|name| format!("models::{name}")).collect();
    let models = models.join(",\n        ");
    format!(
        "//! Written by `cargo run -p migrate-benches --bin generate`.\n\n\
         pub mod models;\n\n\
         migrate_runtime::schema! {{\n    pub const SCHEMA;\n    models = [\n        {models},\n    ],\n    \
         migrations = \"migrations\",\n}}\n"
    )
}
