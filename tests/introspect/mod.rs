//! Introspection of real databases.

mod print;
mod sqlite;
