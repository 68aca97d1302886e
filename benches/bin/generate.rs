//! Writes a crate of a given size: `cargo run -p migrate-benches --bin generate -- DIR --models 200`.

use clap::Parser;
use migrate_benches::project::{self, Models, Size};
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
    /// The models have a `table!` of diesel.
    #[arg(long)]
    with_tables: bool,
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
        with_tables,
        migrations,
    } = Arguments::parse();
    let size = Size {
        models,
        columns,
        migrations,
    };
    let models = if with_tables {
        Models::WithTables
    } else {
        Models::Plain
    };
    let chain = project::write(&directory, size, models)?;
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
