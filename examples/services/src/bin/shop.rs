//! `shop`: a program with the commands of migrate as a part of its own.

use clap::Parser;
use diesel::prelude::*;
use migrate_runtime::startup::{Mode, Started};
use services::{SCHEMA, database, first_products, open, shelves, startup};
use std::error::Error;
use std::process::ExitCode;

/// A small shop.
#[derive(Parser)]
enum Shop {
    /// Shows what there is.
    Shelves,
    /// Creates the database.
    Init {
        /// Puts something on the shelves.
        #[arg(long)]
        with_examples: bool,
    },
    /// The database: its revision, and what to do about it.
    Db(migrate_runtime::cli::Cli),
}

fn main() -> ExitCode {
    let done = match Shop::parse() {
        Shop::Db(arguments) => return migrate_runtime::cli::run("shop db", &arguments, &SCHEMA),
        Shop::Shelves => show(),
        Shop::Init { with_examples } => init(with_examples),
    };
    match done {
        Ok(text) => {
            println!("{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("shop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn show() -> Result<String, Box<dyn Error>> {
    Ok(shelves(&mut open()?)?)
}

/// Means it, whatever the environment says.
fn init(with_examples: bool) -> Result<String, Box<dyn Error>> {
    let mut startup = startup().mode(Mode::On);
    if with_examples {
        startup = startup.on_create(first_products);
    }
    let (_, started) = startup.connect(|| SqliteConnection::establish(&database()))?;
    Ok(match started {
        Started::Created { at } => format!("Database initialized, at {}", at.join(", ")),
        Started::Upgraded(report) => format!("Database upgraded to {}", report.to.join(", ")),
        Started::UpToDate { .. } => "Database already initialized".to_owned(),
        other => format!("{other:?}"),
    })
}
