//! Introspection of real databases.

mod models;
mod print;
mod sqlite;
#[expect(
    dead_code,
    reason = "the structs are there to compile and to be lowered"
)]
mod written;
