//! The tests of migrate, one binary.

mod introspect;
mod models;
mod runner;
mod tidy;
