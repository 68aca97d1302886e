//! The tests of migrate, one binary.

mod catalogue;
mod cli;
mod introspect;
mod laws;
mod models;
mod rendering;
mod runner;
mod source;
mod tidy;
