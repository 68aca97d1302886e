//! The command line: arguments, output, errors, and where the database is.
//!
//! It sits on top of everything else and is the only part that prints, asks, and reads the environment.

pub mod args;
pub mod env;
pub mod prompt;
pub mod report;
pub mod ui;
pub mod url;
