//! Writes a crate of a given size: `cargo run -p migrate-benches --bin generate -- DIR --models 200`.

use clap::Parser;
use migrate_benches::project::{self, Size};
use std::path::PathBuf;

/// Writes a crate with models and a chain of migrations that ends at them.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to write it.
    directory: PathBuf,
    /// Models at the end of the chain.
    #[arg(long, default_value_t = 200)]
    models: usize,
    /// Columns of a model, about.
    #[arg(long, default_value_t = 12)]
    columns: usize,
    /// Migrations.
    #[arg(long, default_value_t = 1000)]
    migrations: usize,
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn main() -> std::io::Result<()> {
    let Arguments {
        directory,
        models,
        columns,
        migrations,
    } = Arguments::parse();
    let size = Size {
        models,
        columns,
        migrations,
    };
    let chain = project::write(&directory, size)?;
    println!(
        "{}: {} models, {} columns, {} migrations, {} operations up",
        directory.display(),
        chain.schema.tables.len(),
        chain
            .schema
            .tables
            .values()
            .map(|table| table.columns.len())
            .sum::<usize>(),
        chain.revisions.len(),
        chain.operations(),
    );
    Ok(())
}
