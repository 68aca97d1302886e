//! The tests of migrate, one binary.

mod catalogue;
mod introspect;
mod laws;
mod models;
mod runner;
mod tidy;
