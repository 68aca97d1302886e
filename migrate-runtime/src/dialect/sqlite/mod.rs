//! SQLite: its stored statements.

pub(crate) mod ddl;
