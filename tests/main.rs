//! The tests of migrate, one binary.

mod runner;
mod tidy;
