//! The tests of migrate, one binary.

mod introspect;
mod runner;
mod models;
mod tidy;
