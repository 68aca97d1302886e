//! Introspection of real databases.

mod changes;
mod drift;
mod generated;
mod live;
mod models;
mod print;
mod queries;
mod real;
mod sqlite;
mod statements;
#[expect(
    clippy::struct_field_names,
    reason = "the database named its columns after the table"
)]
mod written;
