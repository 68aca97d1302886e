//! The tests of migrate, one binary.

mod catalogue;
mod introspect;
mod laws;
mod models;
mod rendering;
mod runner;
mod tidy;
