//! create users
//!
//! Revision: 20260101_090000
//! Revises:  nothing
//! Created:  2026-01-01 09:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260101_090000")
    .revises(&[])
    .upgrade(&[create_table(
        "users",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("email", Varchar(255)).not_null(),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("users_email_key", &["email"]),
    ])])
    .downgrade(&[drop_table("users")]);
