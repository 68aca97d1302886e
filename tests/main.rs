//! The tests of migrate, one binary.

mod tidy;
