//! create users
//!
//! Revision: 20260120_100000
//! Created:  2026-01-20 10:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260120_100000")
    .revises(&[])
    .upgrade(&[create_table(
        "users",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("email", Text).not_null(),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("users_email_key", &["email"]),
    ])])
    .downgrade(&[drop_table("users")]);
