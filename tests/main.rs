//! The tests of migrate, one binary.
