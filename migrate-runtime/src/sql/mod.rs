//! Operations as SQL: a list of operations and the schema before it become a [`Plan`] of statements.
//!
//! Pure: no connection, no clock, the same bytes for the same input. What is true of the database and
//! cannot be known here (rows, objects nobody told us of) is put into the plan as an expectation.

mod statement;

pub use statement::{Plan, Setting, Statement, Step};
