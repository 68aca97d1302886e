//! The tests of migrate, one binary.

mod introspect;
mod models;
mod laws;
mod runner;
mod tidy;
