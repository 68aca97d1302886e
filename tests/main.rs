//! The tests of migrate, one binary.

mod cli;
mod introspect;
mod laws;
mod models;
mod runner;
mod source;
mod tidy;
