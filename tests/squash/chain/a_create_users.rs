//! create users
//!
//! Revision: a
//! Revises:  nothing

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("a")
    .revises(&[])
    .upgrade(&[create_table(
        "users",
        &[column("id", BigInt).not_null(), column("name", Varchar(80))],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);
