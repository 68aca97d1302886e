//! create table users
//!
//! Revision: 20260125_115959
//! Revises:  nothing
//! Created:  2026-01-25 12:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260125_115959")
    .revises(&[])
    .upgrade(&[create_table(
        "users",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("email", Varchar(255)).not_null(),
        ],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);
