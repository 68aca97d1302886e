//! Rust source: what is written for the user. Pure text; nothing here knows a connection.

pub mod models;
