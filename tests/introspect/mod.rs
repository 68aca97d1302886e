//! Introspection of real databases.

mod models;
mod print;
mod sqlite;
#[expect(
    clippy::struct_field_names,
    reason = "the database named its columns after the table"
)]
mod written;
